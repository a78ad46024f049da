import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { routing } from '../behaviours/routing.ts';
import { interruptedFor, recoveredWithin } from '../claims/history.ts';

/** A wait for configuration is over by then. */
const PROPAGATION_MS = 60_000;
/** A person needs longer to see the failures and to mend what causes them. */
const SOONEST_MEND_MS = 15_000;

export const clusterNotFound = defineDiagnosis({
  id: 'cluster-not-found',
  family: 'routing',
  title: 'The route points to a cluster or subset that does not exist',
  prior: 'common',
  flags: ['NC', 'NR'],
  reads: ['responseFlags', 'responseCode', 'detailsName', 'routeName'],
  applies: (s) =>
    s.responseFlags.includes('NC') ||
    s.detailsName === 'cluster_not_found' ||
    // Envoy before 1.18 (Istio up to 1.9) has no NC: NR with code 503 is the same case.
    (s.responseFlags.includes('NR') && s.responseCode === 503),
  cause:
    'A route matched, but the cluster that it names does not exist in this proxy: the VirtualService of {authority} sends to a subset that no DestinationRule defines, or to a host or port that no Service or ServiceEntry declares (a misspelled name, another namespace, another port number).',
  evidence: [
    {
      for: 'strong',
      about: 'flags',
      claim: 'the flag is NC: no cluster was found',
      restsOn: routing.noCluster,
      when: (s) => s.responseFlags.includes('NC'),
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the details are cluster_not_found',
      restsOn: routing.noCluster,
      when: (s) => s.detailsName === 'cluster_not_found',
    },
    {
      for: 'decisive',
      about: 'code',
      claim: 'the code is 503 with the flag NR, by which Envoy before 1.18 means a missing cluster',
      restsOn: routing.noClusterWasNr,
      when: (s) => s.responseCode === 503 && s.responseFlags.includes('NR'),
    },
    {
      for: 'moderate',
      about: 'route',
      claim: 'a route is named, so a route did match',
      restsOn: routing.noCluster,
      when: (s) => typeof s.routeName === 'string',
    },
    {
      against: 'strong',
      about: 'history',
      claim: 'the failures ended within a minute, and all successes of the authority come after them',
      restsOn: routing.delayEndsByItself,
      group: recoveredWithin(PROPAGATION_MS),
    },
    {
      against: 'decisive',
      about: 'history',
      claim:
        'the failures ended sooner than anybody mends a configuration, and all successes of the authority come after them',
      restsOn: routing.delayEndsByItself,
      group: recoveredWithin(SOONEST_MEND_MS),
    },
    {
      against: 'decisive',
      about: 'history',
      claim:
        'for a shorter time than anybody needs to mend a configuration about as many requests of the authority failed as it usually gets, between successes before and after',
      restsOn: [routing.delayAmidTraffic, routing.delayEndsByItself],
      group: interruptedFor(SOONEST_MEND_MS),
    },
  ],
  confusedWith: [
    {
      id: 'virtual-service-to-virtual-service',
      tellApart:
        'Is the missing destination host the host of another VirtualService? Look at route.destination.host of the rule for {authority}.',
    },
    {
      id: 'config-propagation-delay',
      tellApart:
        'Did the failures end by themselves seconds after a change? A missing subset fails until it is defined.',
    },
    {
      id: 'no-healthy-endpoints',
      tellApart: 'The flag there is UH and the cluster is logged: it exists and is empty.',
    },
  ],
  confirm: [
    {
      run: 'istioctl analyze --all-namespaces',
      expect: 'IST0101 (referenced host or host+subset not found) for the VirtualService of {authority}',
    },
    {
      run: 'istioctl proxy-config clusters {pod} -n POD_NAMESPACE',
      expect:
        'no row with the host, port and subset that the VirtualService of {authority} names: the access log does not print the missing name',
    },
  ],
  fixes: [
    {
      text: 'If the destination names a subset: define it, and apply the DestinationRule before the VirtualService that uses it (remove in the opposite order).',
      yaml: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {service}
spec:
  host: SERVICE.NAMESPACE.svc.cluster.local # the destination host of the route
  subsets:
    - name: SUBSET
      labels:
        version: SUBSET # a label that its pods carry`,
    },
    {
      text: 'If the destination names a host: correct it. Short names are completed with the namespace of the VirtualService, not of the caller; write the full name, and a port that the Service has.',
    },
    {
      text: 'If host and subset are right: look for a Sidecar resource or exportTo that hides them from this proxy. Adding a subset would be wrong then.',
    },
  ],
  versions:
    'NC since Envoy 1.18 (Istio 1.10); before that the same case is 503 with the flag NR, and without details before Istio 1.9.',
  sources: [
    {
      title: 'Istio: avoid 503 errors while reconfiguring service routes',
      url: 'https://istio.io/latest/docs/ops/best-practices/traffic-management/#avoid-503-errors-while-reconfiguring-service-routes',
    },
    {
      title: 'Istio: IST0101 ReferencedResourceNotFound',
      url: 'https://istio.io/latest/docs/reference/config/analysis/ist0101/',
    },
    {
      title: 'envoyproxy/envoy#9644: NR with a route name',
      url: 'https://github.com/envoyproxy/envoy/issues/9644',
    },
    { title: 'istio/istio#25882: 503 NR', url: 'https://github.com/istio/istio/issues/25882' },
  ],
  samples: [
    {
      file: 'undefined-subset.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a sidecar; a fifth of the requests is routed to an undefined subset',
    },
    { file: 'istio-1.6-json.log', origin: 'quoted', from: 'istio/istio#25882, caller address replaced' },
  ],
});
