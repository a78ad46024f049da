import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { listeners } from '../behaviours/listeners.ts';
import { routing } from '../behaviours/routing.ts';

export const gatewayTlsRouteOnTerminatingPort = defineDiagnosis({
  id: 'gateway-tls-route-on-terminating-port',
  family: 'routing',
  title: 'Gateway terminates TLS but the VirtualService has only tls routes',
  prior: 'uncommon',
  flags: ['NR'],
  reads: ['responseFlags', 'responseCode', 'detailsName', 'layer', 'sniRelation', 'upstreamCluster'],
  applies: (s) =>
    s.layer === 'http' &&
    s.responseCode !== 503 &&
    s.upstreamCluster == null &&
    (s.detailsName === 'route_not_found' || s.responseFlags.includes('NR')) &&
    (s.sniRelation === 'equalsAuthority' || s.sniRelation === undefined),
  cause:
    'The Gateway server for {authorityName} terminates TLS (mode SIMPLE or MUTUAL), so requests are routed as HTTP, but the VirtualService of {authorityName} has only tls routes, which apply to TLS that is passed through. No http route exists, and every request gets 404.',
  evidence: [
    {
      // The Gateway knows the host. So it does where no VirtualService is bound to it.
      for: 'moderate',
      about: 'sni',
      claim: 'TLS was terminated for this very host: the SNI equals the authority',
      restsOn: [listeners.requestsFollowHandshake, listeners.terminationNeedsHttpRoutes],
      when: (s) => s.sniRelation === 'equalsAuthority',
    },
    {
      for: 'weak',
      about: 'traffic',
      claim: 'no request over TLS to this listener is served, whatever its host',
      restsOn: listeners.terminationNeedsHttpRoutes,
      group: (g, s) =>
        s.sniRelation === 'equalsAuthority' && g.healthyWithSniOnListener !== null
          ? g.healthyWithSniOnListener === 0
          : null,
    },
    {
      against: 'weak',
      about: 'traffic',
      claim: 'other hosts of the same listener have http routes and are served',
      restsOn: listeners.terminationNeedsHttpRoutes,
      group: (g) => (g.healthyWithSniOnListener === null ? null : g.healthyWithSniOnListener > 0),
    },
    {
      for: 'moderate',
      about: 'details',
      claim: 'the details are route_not_found',
      restsOn: routing.noRoute,
      when: (s) => s.detailsName === 'route_not_found',
    },
    {
      for: 'moderate',
      about: 'code',
      claim: 'the proxy itself answered 404 with the flag NR',
      restsOn: routing.noRoute,
      when: (s) => s.responseCode === 404 && s.responseFlags.includes('NR'),
    },
    {
      for: 'strong',
      about: 'authority',
      claim: 'no request to this authority succeeds anywhere in the log',
      restsOn: routing.hostKnownOrNot,
      group: (g) => (g.healthyForAuthority === null ? null : g.healthyForAuthority === 0),
    },
    {
      against: 'decisive',
      about: 'authority',
      claim: 'other requests to this authority are routed and succeed, so it has http routes',
      restsOn: routing.hostKnownOrNot,
      group: (g) => (g.healthyForAuthority === null ? null : g.healthyForAuthority > 0),
    },
  ],
  confusedWith: [
    {
      id: 'no-route-for-authority',
      tellApart:
        'Is there no VirtualService for {authorityName} on that Gateway at all? Here there is one, with tls routes.',
    },
    {
      id: 'gateway-http-route-on-passthrough-port',
      tellApart: 'The opposite mistake shows as NR filter_chain_not_found on a line without a method.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config routes {pod} -n POD_NAMESPACE -o json',
      expect:
        'the https route configuration of the port has no virtual host for {authorityName} (only a black hole that answers 404)',
    },
    {
      run: 'kubectl get gateway,virtualservice -A -o yaml',
      expect:
        'the Gateway server for {authorityName} has tls mode SIMPLE or MUTUAL, and its VirtualService has `tls:` but no `http:`',
    },
  ],
  fixes: [
    {
      text: 'If the gateway is meant to terminate TLS: write the routes as http routes.',
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
            host: SERVICE.NAMESPACE.svc.cluster.local
            port:
              number: 80`,
    },
    {
      text: 'If the workload is meant to terminate TLS itself: set the tls mode of the Gateway server to PASSTHROUGH and keep the tls routes. Wrong when the gateway has to see paths or headers: those stay encrypted.',
    },
  ],
  sources: [
    {
      title: 'Istio: gateway to virtual service TLS mismatch',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#gateway-to-virtual-service-tls-mismatch',
    },
  ],
  samples: [
    {
      file: 'terminated-without-http-routes.log',
      origin: 'composed',
      from: 'NR lines of Envoy 1.40 as a gateway that terminates TLS for a host without http routes, beside captured lines of its port for plain HTTP',
    },
  ],
});
