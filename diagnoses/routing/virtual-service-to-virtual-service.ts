import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { chance } from '../behaviours/chance.ts';
import { endpoints } from '../behaviours/endpoints.ts';
import { mesh } from '../behaviours/mesh.ts';
import { routing } from '../behaviours/routing.ts';

/** True when the authority is the service that the cluster leads to, in any of its short forms. */
function isSameService(authorityName: string, clusterHost: string): boolean {
  return clusterHost === authorityName || clusterHost.startsWith(`${authorityName}.`);
}

/** `outbound|80|v2|host`: a subset stands between the second and the third bar. */
const SUBSET = /^outbound\|\d+\|[^|]+\|/;

export const virtualServiceToVirtualService = defineDiagnosis({
  id: 'virtual-service-to-virtual-service',
  family: 'routing',
  title: 'Route destination is the host of another VirtualService, not a service with endpoints',
  prior: 'uncommon',
  flags: ['UH', 'NC'],
  reads: [
    'responseFlags',
    'layer',
    'clusterDirection',
    'clusterHost',
    'upstreamCluster',
    'authority',
    'authorityName',
  ],
  applies: (s) =>
    s.layer === 'http' &&
    (s.responseFlags.includes('UH') || s.responseFlags.includes('NC')) &&
    (s.clusterDirection == null || s.clusterDirection === 'outbound' || s.clusterDirection === 'other'),
  echoes: (s) => s.layer === 'http' && (s.responseFlags.includes('UH') || s.responseFlags.includes('NC')),
  cause:
    'The VirtualService of {authority} sends to the host of another VirtualService. Routes are not chained: a destination must be a Service or ServiceEntry with endpoints. If nothing registers the host, the cluster does not exist (NC); if a ServiceEntry only registers the name, its cluster exists and is empty (UH).',
  evidence: [
    {
      for: 'strong',
      about: 'flags',
      claim: 'the flag is UH or NC: the destination has no endpoint or no cluster',
      restsOn: [routing.destinationFromRegistry, routing.noCluster, endpoints.noneToChoose],
      when: (s) => s.responseFlags.includes('UH') || s.responseFlags.includes('NC'),
    },
    {
      for: 'moderate',
      about: 'cluster',
      claim: 'the route sends to another host than the one that was asked for',
      restsOn: [routing.destinationFromRegistry, mesh.clusterNamesHost],
      when: (s) =>
        typeof s.clusterHost === 'string' &&
        typeof s.authorityName === 'string' &&
        !isSameService(s.authorityName, s.clusterHost),
    },
    {
      for: 'moderate',
      about: 'history',
      claim: 'no request through this cluster ever succeeds',
      restsOn: [routing.destinationFromRegistry, chance.successShowsItWorks],
      group: (g, s) =>
        typeof s.upstreamCluster !== 'string' || g.healthyInScope === null ? null : g.healthyInScope === 0,
    },
    {
      // What happens when a ServiceEntry is added (or removed) to silence the analyzer: the name appears, endpoints do not.
      for: 'decisive',
      about: 'route',
      claim:
        'the same authority fails both with NC and with UH: its destination is registered and still has no endpoint',
      restsOn: routing.destinationFromRegistry,
      group: (g, s) =>
        g.sameEndpoint(
          ({ shape }) =>
            shape.authority === s.authority &&
            ((s.responseFlags.includes('NC') && shape.responseFlags.includes('UH')) ||
              (s.responseFlags.includes('UH') && shape.responseFlags.includes('NC'))),
        ) > 0,
    },
    {
      against: 'decisive',
      about: 'history',
      claim: 'other requests through the same cluster succeed, so it has endpoints',
      restsOn: chance.successShowsItWorks,
      group: (g, s) =>
        typeof s.upstreamCluster !== 'string' || g.healthyInScope === null ? null : g.healthyInScope > 0,
    },
    {
      against: 'strong',
      about: 'cluster',
      claim: 'the cluster is a subset: its labels select no pod',
      restsOn: [routing.subsetInClusterName, endpoints.readyPodsOnly],
      when: (s) => SUBSET.test(s.upstreamCluster ?? ''),
    },
    {
      against: 'moderate',
      about: 'cluster',
      claim: 'the cluster is the service that was asked for, not another one',
      restsOn: [routing.destinationFromRegistry, mesh.clusterNamesHost],
      when: (s) =>
        typeof s.clusterHost === 'string' &&
        typeof s.authorityName === 'string' &&
        isSameService(s.authorityName, s.clusterHost),
    },
  ],
  confusedWith: [
    {
      id: 'no-healthy-endpoints',
      tellApart:
        'Is {host} a Service whose selector is meant to find pods? If it is only the host of a VirtualService, it can never have any.',
    },
    {
      id: 'cluster-not-found',
      tellApart:
        'Is the missing destination the host of another VirtualService, or a misspelled service or an undefined subset?',
    },
  ],
  confirm: [
    {
      run: 'kubectl get virtualservice -A -o yaml',
      expect:
        'route.destination.host of the rule for {authority} equals an entry of `hosts` of another VirtualService (often one with directResponse or redirect)',
    },
    {
      run: 'istioctl proxy-config endpoints {pod} -n POD_NAMESPACE --cluster {cluster}',
      expect: 'no endpoints (or, with NC, no such cluster)',
    },
  ],
  fixes: [
    {
      text: 'Send to a real service: name the Service behind the second VirtualService as destination.',
      yaml: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {service}
spec:
  hosts:
    - {authorityName}
  gateways:
    - GATEWAY_NAMESPACE/GATEWAY
  http:
    - route:
        - destination:
            host: SERVICE.NAMESPACE.svc.cluster.local # a Service with pods
            port:
              number: 80`,
    },
    {
      text: 'To let another team own part of the rules, use delegation: `delegate` in the first VirtualService, and a second one without hosts. Or send to a second gateway and bind the second VirtualService there.',
    },
    {
      text: 'If the second VirtualService only answers by itself (directResponse, redirect): move that into the first one.',
    },
    {
      text: 'Adding a ServiceEntry for the name is wrong: istioctl analyze falls silent and NC becomes UH.',
    },
  ],
  sources: [
    {
      title: 'Istio: VirtualService, Destination',
      url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination',
    },
    {
      title: 'Istio: IST0101 ReferencedResourceNotFound',
      url: 'https://istio.io/latest/docs/reference/config/analysis/ist0101/',
    },
  ],
  samples: [
    {
      file: 'unregistered-then-registered.log',
      origin: 'captured',
      from: 'Istio 1.31 gateway: a destination that is the host of another VirtualService, without and with a ServiceEntry for it, and the mended gateway; three runs in one log',
    },
  ],
});
