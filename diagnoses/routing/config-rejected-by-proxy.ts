import { defineDiagnosis } from '../../src/diagnose/define.ts';
import type { ProxyLogEvents } from '../../src/model/aggregate.ts';
import type { GroupFacts } from '../../src/model/group-facts.ts';
import { listeners } from '../behaviours/listeners.ts';
import { logging } from '../behaviours/logging.ts';
import { routing } from '../behaviours/routing.ts';

/** What the proxy itself said about configuration that it did not accept. */
function rejectionIn(facts: GroupFacts): ProxyLogEvents | undefined {
  return facts.proxyLog.find(({ kind }) => kind === 'configRejected');
}

export const configRejectedByProxy = defineDiagnosis({
  id: 'config-rejected-by-proxy',
  family: 'routing',
  title: 'The proxy rejected new configuration and runs on an old one',
  prior: 'rare',
  flags: ['NR', 'NC'],
  reads: ['responseFlags', 'detailsName'],
  applies: (s) => s.responseFlags.includes('NR') || s.responseFlags.includes('NC'),
  cause:
    'Envoy refused the configuration that istiod sent (a NACK): one invalid part, such as a domain listed twice or a broken EnvoyFilter, makes it drop the whole route configuration, listener or cluster, so hosts that were added since do not exist in this proxy.',
  evidence: [
    {
      for: 'decisive',
      about: 'proxyLog',
      claim: "the proxy's own log says that configuration was rejected",
      restsOn: routing.rejectedConfiguration,
      group: (g) => rejectionIn(g) !== undefined,
    },
    {
      for: 'strong',
      about: 'history',
      claim: 'the rejection was logged before the last of these failures',
      restsOn: routing.rejectedConfiguration,
      group: (g) => {
        const rejected = rejectionIn(g)?.time;
        return rejected == null || g.time === null ? null : rejected.first <= g.time.last;
      },
    },
    {
      for: 'moderate',
      about: 'details',
      claim: 'a route, cluster or filter chain is missing in the proxy',
      restsOn: [routing.noRoute, routing.noCluster, listeners.noFilterChain],
      when: (s) =>
        s.detailsName === 'route_not_found' ||
        s.detailsName === 'cluster_not_found' ||
        s.detailsName === 'filter_chain_not_found',
    },
    {
      for: 'moderate',
      about: 'flags',
      claim: 'the flag is NR or NC',
      restsOn: [routing.noRoute, routing.noCluster],
      when: (s) => s.responseFlags.includes('NR') || s.responseFlags.includes('NC'),
    },
    {
      against: 'strong',
      about: 'proxyLog',
      claim: "the proxy's own log is here and reports no rejected configuration",
      restsOn: [routing.rejectedConfiguration, logging.proxyTellsItsState],
      group: (g) => (g.proxyLog.length === 0 ? null : rejectionIn(g) === undefined),
    },
  ],
  confusedWith: [
    {
      id: 'no-route-for-authority',
      tellApart:
        'Does istioctl proxy-status show the proxy in sync? Then it runs on what istiod sent, and the host is missing there too.',
    },
    {
      id: 'cluster-not-found',
      tellApart: "Is there a line `gRPC config for type.googleapis.com/… rejected` in istio-proxy's own log?",
    },
    {
      id: 'config-propagation-delay',
      tellApart:
        'Do the failures end within seconds? A rejected configuration stays out until it is corrected.',
    },
  ],
  confirm: [
    {
      run: 'kubectl logs -n POD_NAMESPACE {pod} -c istio-proxy',
      expect:
        'a warning `gRPC config for type.googleapis.com/… rejected:` with the reason, repeated at every push',
    },
    {
      run: 'istioctl proxy-status',
      expect: 'NACK or STALE for this proxy in the column of the rejected type (RDS, LDS, CDS)',
    },
  ],
  fixes: [
    {
      text: 'Correct the resource that the rejection names: a domain that two VirtualServices or Services claim on one port, an ExternalName Service with an empty or duplicate name, an EnvoyFilter that produces invalid configuration. Remove it first if it is not needed; the next push then goes through.',
    },
    {
      text: 'Run istioctl analyze on all namespaces before applying. Restarting the pod is wrong: it loses the last good configuration and gets the invalid one again.',
    },
  ],
  sources: [
    {
      title: 'Istio: debugging Envoy and istiod',
      url: 'https://istio.io/latest/docs/ops/diagnostic-tools/proxy-cmd/',
    },
    {
      title: 'istio/istio#33632: 404 NR for calls by pod address, and a rejected RouteConfiguration',
      url: 'https://github.com/istio/istio/issues/33632',
    },
    {
      title: 'istio/istio#24455: Envoy rejects a route configuration with duplicate domains',
      url: 'https://github.com/istio/istio/pull/24455',
    },
  ],
  samples: [
    {
      file: 'duplicate-domain.log',
      origin: 'composed',
      from: 'the rejection of istio/istio#24455 among 404 NR lines as Envoy 1.40 logs them for a host that is missing',
    },
  ],
});
