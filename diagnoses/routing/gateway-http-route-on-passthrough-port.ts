import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { listeners } from '../behaviours/listeners.ts';

/** Server names that sidecars send to each other; no VirtualService of a user lists them. */
const MESH_SNI = /^(?:outbound|inbound)_\./;

export const gatewayHttpRouteOnPassthroughPort = defineDiagnosis({
  id: 'gateway-http-route-on-passthrough-port',
  family: 'routing',
  title: 'Gateway passes TLS through but the VirtualService has only http routes',
  prior: 'uncommon',
  flags: ['NR'],
  reads: ['responseFlags', 'detailsName', 'layer', 'requestedServerName'],
  applies: (s) =>
    s.layer === 'tcp' &&
    (s.responseFlags.includes('NR') || s.detailsName === 'filter_chain_not_found') &&
    s.requestedServerName !== null &&
    !MESH_SNI.test(s.requestedServerName ?? ''),
  cause:
    'The Gateway server for {sni} has tls mode PASSTHROUGH, so the gateway cannot look into the connection and routes by SNI alone, but the VirtualService of {sni} has only http routes. No tls route means no filter chain, and the handshake is cut off.',
  evidence: [
    {
      for: 'decisive',
      about: 'sni',
      claim: 'the connection named a server (SNI) that no filter chain took',
      restsOn: [listeners.noFilterChain, listeners.passthroughNeedsTlsRoutes],
      when: (s) => typeof s.requestedServerName === 'string',
    },
    {
      for: 'moderate',
      about: 'details',
      claim: 'the details are filter_chain_not_found',
      restsOn: listeners.noFilterChain,
      when: (s) => s.detailsName === 'filter_chain_not_found',
    },
    {
      // A wrong name leaves the others working; a port whose routes are of the wrong kind has no chain at all.
      for: 'strong',
      about: 'traffic',
      claim: 'no connection to this listener succeeds, whatever server name it names',
      restsOn: [listeners.passthroughNeedsTlsRoutes, listeners.oneListenerManyChains],
      group: (g) => (g.healthyWithSniOnListener === null ? null : g.healthyWithSniOnListener === 0),
    },
    {
      against: 'weak',
      about: 'traffic',
      claim: 'other server names are served on the same listener',
      restsOn: listeners.oneListenerManyChains,
      group: (g) => (g.healthyWithSniOnListener === null ? null : g.healthyWithSniOnListener > 0),
    },
  ],
  confusedWith: [
    {
      id: 'sni-not-matched',
      tellApart:
        'Is {sni} a host of the Gateway and of a VirtualService with http routes? If it is in neither, the name is simply unknown.',
    },
    {
      id: 'gateway-tls-route-on-terminating-port',
      tellApart: 'The opposite mistake shows as 404 NR route_not_found with a method and a path.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get gateway,virtualservice -A -o yaml',
      expect:
        'the Gateway server for {sni} has tls mode PASSTHROUGH, and its VirtualService has `http:` but no `tls:`',
    },
    {
      run: 'istioctl proxy-config listeners {pod} -n POD_NAMESPACE --port {localPort}',
      expect: 'no listener on the port, or no filter chain with the SNI {sni}',
    },
  ],
  fixes: [
    {
      text: 'If the workload terminates TLS itself: route by SNI with a tls route.',
      yaml: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: passthrough
spec:
  hosts:
    - {sni}
  gateways:
    - GATEWAY_NAMESPACE/GATEWAY
  tls:
    - match:
        - port: 443
          sniHosts:
            - {sni}
      route:
        - destination:
            host: SERVICE.NAMESPACE.svc.cluster.local
            port:
              number: 443`,
    },
    {
      text: 'If the gateway is to route by path or header: let it terminate TLS (mode SIMPLE with credentialName) and keep the http routes. Wrong when the certificate must not leave the workload.',
    },
  ],
  versions:
    'When no other server shares the port, current Istio opens no listener for it: the connection is refused and nothing is logged.',
  sources: [
    {
      title: 'Istio: gateway to virtual service TLS mismatch',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#gateway-to-virtual-service-tls-mismatch',
    },
  ],
  samples: [
    {
      file: 'whole-port-refused.log',
      origin: 'composed',
      from: 'NR filter_chain_not_found with SNI as Envoy 1.40 logs it, on a port where no name is served, beside healthy lines of the same gateway on its HTTP port',
    },
  ],
});
