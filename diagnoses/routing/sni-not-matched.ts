import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { listeners } from '../behaviours/listeners.ts';
import { endedWithoutRequest, passesConnectionsThrough } from '../claims/listeners.ts';

export const sniNotMatched = defineDiagnosis({
  id: 'sni-not-matched',
  family: 'routing',
  title: 'No filter chain matches the SNI that the client sent',
  prior: 'usual',
  flags: ['NR'],
  reads: ['responseFlags', 'detailsName', 'layer', 'requestedServerName', 'localPort'],
  applies: (s) =>
    s.layer === 'tcp' &&
    (s.responseFlags.includes('NR') || s.detailsName === 'filter_chain_not_found') &&
    s.requestedServerName !== null,
  cause:
    'The client asked for the server name {sni} at {localAddress}, and no filter chain of that port lists it: no server of a Gateway has the host, or (where TLS is passed through) no tls route has it among its sniHosts.',
  evidence: [
    {
      for: 'decisive',
      about: 'sni',
      claim: 'the connection named a server (SNI) that no filter chain took',
      restsOn: [listeners.noFilterChain, listeners.chainsByServerName],
      when: (s) => typeof s.requestedServerName === 'string',
    },
    {
      for: 'weak',
      about: 'details',
      claim: 'the details are filter_chain_not_found',
      restsOn: listeners.noFilterChain,
      when: (s) => s.detailsName === 'filter_chain_not_found',
    },
    {
      for: 'weak',
      about: 'details',
      claim: 'a connection without any request ended with NR',
      restsOn: listeners.noFilterChain,
      when: endedWithoutRequest,
    },
    {
      for: 'moderate',
      about: 'traffic',
      claim: 'other connections without any request are served, so TLS is passed through here',
      restsOn: listeners.oneListenerManyChains,
      group: passesConnectionsThrough,
    },
    {
      against: 'moderate',
      about: 'traffic',
      claim: 'no connection to this listener succeeds, whatever server name it names',
      restsOn: listeners.oneListenerManyChains,
      group: (g) => (g.healthyWithSniOnListener === null ? null : g.healthyWithSniOnListener === 0),
    },
  ],
  confusedWith: [
    {
      id: 'gateway-http-route-on-passthrough-port',
      tellApart:
        'Is {sni} a host of a Gateway server with mode PASSTHROUGH whose VirtualService has http routes only?',
    },
    {
      id: 'sni-not-sent',
      tellApart: 'Is a server name logged at all? "-" means that none was sent.',
    },
    {
      id: 'config-propagation-delay',
      tellApart: 'Was {sni} added to a Gateway seconds before? Then wait and try again.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config listeners {pod} -n POD_NAMESPACE --port {localPort}',
      expect: 'no filter chain of the port has {sni}, or a wildcard that covers it, as its SNI',
    },
    {
      run: 'kubectl get gateway -A -o yaml',
      expect:
        'no server on that port lists {sni} (a wildcard covers one or more labels on its left, but not the bare domain)',
    },
  ],
  fixes: [
    {
      text: 'If {sni} should be served and the gateway terminates TLS: add it to the hosts of a server, with a certificate for it, and to a VirtualService.',
    },
    {
      text: 'If TLS is passed through: add it to the Gateway and to a tls route.',
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
      text: 'If {sni} is old or foreign: correct the DNS entry or the client. On an east-west gateway (15443) names look like outbound_.80_._.service…: export the service to that cluster instead.',
    },
  ],
  versions:
    'Istio logs connections without a filter chain since 1.8; the server name is on the line since Envoy 1.18 (Istio 1.10).',
  sources: [
    {
      title: 'Istio: TLS configuration mistakes',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#tls-configuration-mistakes',
    },
    {
      title: 'istio/istio#32466: filter chain not found with PASSTHROUGH',
      url: 'https://github.com/istio/istio/issues/32466',
    },
  ],
  samples: [
    {
      file: 'unknown-server-name.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway that passes TLS through by SNI; one name has no match',
    },
    {
      file: 'json-few-keys.log',
      origin: 'composed',
      from: 'the lines of unknown-server-name.log in a JSON format with few keys',
    },
  ],
});
