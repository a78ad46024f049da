import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { routing } from '../behaviours/routing.ts';
import { interruptedFor, recoveredWithin } from '../claims/history.ts';

/** A wait for configuration is over by then. */
const PROPAGATION_MS = 60_000;

export const noRouteForPath = defineDiagnosis({
  id: 'no-route-for-path',
  family: 'routing',
  title: 'A virtual host matches, but no route matches the request',
  prior: 'usual',
  flags: ['NR'],
  reads: [
    'responseFlags',
    'responseCode',
    'detailsName',
    'upstreamCluster',
    'layer',
    'sniRelation',
    'protocol',
  ],
  // NR with 503 is a missing cluster, before Envoy 1.18.
  applies: (s) =>
    s.layer === 'http' &&
    s.responseCode !== 503 &&
    s.upstreamCluster == null &&
    (s.detailsName === 'route_not_found' || s.responseFlags.includes('NR')),
  cause:
    'The proxy knows the host {authority}, but none of the routes of its virtual host matches {method} {path}: the VirtualService has match conditions (path, method, header) and no route for the rest.',
  evidence: [
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
      claim: 'other requests to the same authority are routed and succeed',
      restsOn: routing.hostKnownOrNot,
      group: (g) => (g.healthyForAuthority === null ? null : g.healthyForAuthority > 0),
    },
    {
      // Where clusters are logged, failures without one stand apart from the successes; then paths cannot be compared.
      for: 'moderate',
      about: 'path',
      claim: 'no request to this path succeeds, while other paths of the authority do',
      restsOn: routing.virtualHostThenRoute,
      group: (g, s) =>
        s.upstreamCluster === undefined && g.healthyInScope !== null && g.healthyInScope > 0
          ? g.healthyOnPath === 0
          : null,
    },
    {
      against: 'decisive',
      about: 'authority',
      claim: 'no request to this authority succeeds, whatever its path',
      restsOn: routing.hostKnownOrNot,
      group: (g) => (g.healthyForAuthority === null ? null : g.healthyForAuthority === 0),
    },
    {
      against: 'moderate',
      about: 'path',
      claim: 'requests to the same path succeed too',
      restsOn: routing.virtualHostThenRoute,
      group: (g, s) =>
        s.upstreamCluster === undefined && g.healthyOnPath !== null ? g.healthyOnPath > 0 : null,
    },
    {
      against: 'strong',
      about: 'history',
      claim: 'the failures ended within a minute, and all successes of the authority come after them',
      restsOn: routing.delayEndsByItself,
      group: recoveredWithin(PROPAGATION_MS),
    },
    {
      against: 'strong',
      about: 'history',
      claim:
        'for less than a minute about as many requests of the authority failed as it usually gets, between successes before and after',
      restsOn: [routing.delayAmidTraffic, routing.delayEndsByItself],
      group: interruptedFor(PROPAGATION_MS),
    },
    {
      against: 'strong',
      about: 'sni',
      claim: 'the request came over an HTTP/2 connection that was opened for another host',
      restsOn: routing.sharedHttp2Connection,
      when: (s) => s.sniRelation === 'differs' && s.protocol !== 'HTTP/1.1',
    },
  ],
  confusedWith: [
    {
      id: 'no-route-for-authority',
      tellApart: 'Does any other path of {authority} succeed? If none does, the host itself is unknown.',
    },
    {
      id: 'internet-scanner-noise',
      tellApart:
        'Is {path} a path that your own clients ask for, or one that only vulnerability scanners try?',
    },
    {
      id: 'shared-certificate-connection-reuse',
      tellApart:
        'Does the SNI of the failing connections differ from the authority? Then the routes of another Gateway were used.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config routes {pod} -n POD_NAMESPACE -o json',
      expect:
        'a virtual host has {authority} among its domains, but no match of its routes (prefix, path, regex, headers) covers {path}',
    },
    {
      run: 'kubectl get virtualservice -A -o yaml',
      expect:
        'the VirtualService of {authorityName} has a match in every http route, and none matches {method} {path}',
    },
  ],
  fixes: [
    {
      text: 'If {path} should be served: add a match for it, or end the http routes with one that has no match at all. Mind that `exact: /a` does not match `/a/`, and that matches within one list item must all hold.',
      yaml: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {service}
spec:
  hosts:
    - {authorityName}
  http:
    - match:
        - uri:
            prefix: /KNOWN
      route:
        - destination:
            host: SERVICE.NAMESPACE.svc.cluster.local
    - route: # no match: takes all the rest
        - destination:
            host: SERVICE.NAMESPACE.svc.cluster.local`,
    },
    {
      text: 'If the caller is wrong (old version of an API, missing prefix, trailing slash): correct the caller. A catch-all route would hand requests to a service that does not know them either.',
    },
  ],
  sources: [
    {
      title: 'Istio: VirtualService, HTTPMatchRequest',
      url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest',
    },
    {
      title: 'Istio: requests are rejected by Envoy',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#requests-are-rejected-by-envoy',
    },
  ],
  samples: [
    {
      file: 'unmatched-paths.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a sidecar; the VirtualService matches only some paths',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'captured',
      from: "the same requests in Envoy's own default format",
    },
  ],
});
