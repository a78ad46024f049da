import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { routing } from '../behaviours/routing.ts';

const SUBSET = /^outbound\|\d+\|[^|]+\|/;

export const gatewayIgnoresMeshRouteRules = defineDiagnosis({
  id: 'gateway-ignores-mesh-route-rules',
  family: 'routing',
  title: 'Route rules of the service do not apply to traffic that enters by the gateway host',
  prior: 'rare',
  flags: [],
  quiet: true,
  reads: ['clusterDirection', 'upstreamCluster', 'layer'],
  applies: (s) => s.clusterDirection === 'outbound' && s.layer === 'http',
  cause:
    'The VirtualService of {host} sends to a subset, but it is bound to the mesh only. Requests that enter by the gateway follow the VirtualService of the public host, which names {host} without a subset, and so reach every version. Every request succeeds.',
  evidence: [
    {
      for: 'strong',
      about: 'cluster',
      claim: 'the service is reached without a subset by some requests and by way of a subset by others',
      restsOn: [routing.rulesPerGateway, routing.subsetInClusterName],
      group: (g, s) =>
        g.quiet === null || SUBSET.test(s.upstreamCluster ?? '')
          ? null
          : g.quiet.siblings.some(({ subset, healthy }) => subset !== null && healthy > 0),
    },
    {
      against: 'decisive',
      about: 'cluster',
      claim: 'these requests go to a subset, so a rule did apply to them',
      restsOn: routing.subsetInClusterName,
      when: (s) => SUBSET.test(s.upstreamCluster ?? ''),
    },
  ],
  confusedWith: [
    {
      id: 'weighted-split-too-few-requests',
      tellApart: 'Does every request name a subset? Then rules apply and only their shares surprise.',
    },
    {
      id: 'service-requirements-not-met',
      tellApart:
        'Do calls from inside the mesh miss the subset as well? Then the Service is at fault, not the gateway.',
    },
  ],
  confirm: [
    {
      run: 'istioctl analyze -A',
      expect: 'IST0140 (IngressRouteRulesNotAffected) for the VirtualService of {host}',
    },
    {
      run: 'kubectl get virtualservice -A -o yaml',
      expect:
        'two VirtualServices: one for the public host with the gateway under `gateways` and {host} as destination without subset, one for {host} with subsets and without that gateway',
    },
  ],
  fixes: [
    {
      text: 'Name the subset in the VirtualService of the public host, too. Wrong if callers from outside are meant to reach every version.',
      yaml: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: PUBLIC_HOST
  namespace: {namespace}
spec:
  hosts:
    - PUBLIC_HOST
  gateways:
    - GATEWAY
  http:
    - route:
        - destination:
            host: {host}
            subset: SUBSET`,
    },
    {
      text: 'Or bind one VirtualService with both hosts to both: `gateways: [mesh, GATEWAY]`, with the matches that only the gateway needs limited to it. Then no host may be a bare *, which would take all traffic of the mesh.',
    },
  ],
  sources: [
    {
      title: 'Istio: route rules have no effect on ingress gateway requests',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#route-rules-have-no-effect-on-ingress-gateway-requests',
    },
    {
      title: 'Istio: IST0140 IngressRouteRulesNotAffected',
      url: 'https://istio.io/latest/docs/reference/config/analysis/ist0140/',
    },
  ],
  samples: [
    {
      file: 'gateway-and-sidecar.log',
      origin: 'composed',
      from: 'causes.json ingress-subset-ignored: lines of a gateway and of a sidecar, one service',
    },
  ],
});
