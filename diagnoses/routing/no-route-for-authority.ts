import { defineDiagnosis } from '../../src/diagnose/define.ts';

export const noRouteForAuthority = defineDiagnosis({
  id: 'no-route-for-authority',
  family: 'routing',
  title: 'No virtual host matches the request authority',
  prior: 'common',
  flags: ['NR'],
  reads: ['responseFlags', 'responseCode', 'detailsName', 'authority', 'authorityKind', 'upstreamCluster', 'layer', 'sniRelation', 'protocol', 'routeName'],
  applies: (s) => s.layer === 'http' && (s.detailsName === 'route_not_found' || s.responseFlags.includes('NR')),
  cause: 'The listener took the request, but no virtual host of its route configuration lists the authority {authority}.',
  evidence: [
    { for: 'moderate', about: 'details', claim: 'details are route_not_found', when: (s) => s.detailsName === 'route_not_found' },
    { for: 'moderate', about: 'code', claim: '404 with the flag NR', when: (s) => s.responseCode === 404 && s.responseFlags.includes('NR') },
    {
      for: 'strong',
      about: 'authority',
      claim: 'no request to this authority was ever routed, though others were',
      group: (g) => g.healthyForAuthority === null ? null : g.healthyForAuthority === 0,
    },
    {
      against: 'decisive',
      about: 'authority',
      claim: 'other requests to this authority are routed',
      group: (g) => g.healthyForAuthority === null ? null : g.healthyForAuthority > 0,
    },
    { against: 'decisive', about: 'cluster', claim: 'an upstream cluster was chosen, so a route did match', when: (s) => typeof s.upstreamCluster === 'string' },
    { against: 'strong', about: 'route', claim: 'a route is named, so a route did match', when: (s) => typeof s.routeName === 'string' },
  ],
  confusedWith: [
    { id: 'no-route-for-path', tellApart: 'Does another path of {authority} succeed? Then the host is known and only the path is not.' },
    { id: 'gateway-tls-route-on-terminating-port', tellApart: 'On a gateway port that terminates TLS: has the VirtualService for {authority} only tls routes?' },
  ],
  confirm: [{ run: 'istioctl proxy-config routes {pod} -n {namespace} -o json', expect: 'no virtual host has {authority}, or a wildcard that covers it, among its domains' }],
  fixes: [
    { text: 'Add {authority} to hosts of the VirtualService and of the Gateway in use, or call the service by a name that is there. Mind the port: a host written with a port matches that port only.' },
  ],
  sources: [{ title: 'Istio: requests are rejected by Envoy', url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#requests-are-rejected-by-envoy' }],
  samples: [{ file: 'unknown-host.log', origin: 'captured', from: 'Envoy 1.40 as a gateway without a virtual host for the name' }],
});
