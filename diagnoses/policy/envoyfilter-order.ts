import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { logging } from '../behaviours/logging.ts';
import { policy } from '../behaviours/policy.ts';
import { routing } from '../behaviours/routing.ts';

export const envoyfilterOrder = defineDiagnosis({
  id: 'envoyfilter-order',
  family: 'policy',
  title: 'EnvoyFilter with a relative position was applied before its target filter exists',
  prior: 'rare',
  flags: [],
  quiet: true,
  reads: ['clusterDirection', 'layer'],
  applies: (s) => s.clusterDirection === 'outbound' && s.layer === 'http',
  cause:
    'An EnvoyFilter puts its filter before or after another one (INSERT_BEFORE, INSERT_AFTER, MERGE, REPLACE) that an EnvoyFilter with a later place in the order adds. When it is applied there is nothing to stand beside, and it is left out without a word. Requests succeed and skip the filter.',
  evidence: [
    {
      for: 'weak',
      about: 'proxyLog',
      claim: 'the proxy started within this log, and with a new version filters may come in another order',
      restsOn: [policy.patchesInOrder, logging.proxyTellsItsState],
      group: (g) => g.proxyLog.some(({ kind }) => kind === 'started'),
    },
    {
      against: 'strong',
      about: 'proxyLog',
      claim: 'the proxy rejected configuration: a filter that is missing is missing for that reason',
      restsOn: routing.rejectedConfiguration,
      group: (g) => g.proxyLog.some(({ kind }) => kind === 'configRejected'),
    },
  ],
  confusedWith: [
    {
      id: 'config-rejected-by-proxy',
      tellApart: 'Does the log of the proxy say "rejected"? Then the filter is faulty, not its place.',
    },
    {
      id: 'filter-config-missing',
      tellApart:
        'Do requests fail with NFCF? Then the filter is in its place and waits for its configuration.',
    },
  ],
  confirm: [
    {
      run: 'istioctl analyze -A',
      expect: 'IST0151 or IST0155: an EnvoyFilter without priority that uses a relative operation',
    },
    {
      run: 'istioctl proxy-config listeners {pod} -n POD_NAMESPACE -o json',
      expect: 'the filter of the EnvoyFilter is not in the chain',
    },
  ],
  fixes: [
    {
      text: 'Give the EnvoyFilter that adds the target a lower priority than the one that stands beside it (lower is applied first), or use INSERT_FIRST where the place does not matter. Wrong where both are applied already and only the workload selector does not match.',
      yaml: `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata:
  name: ENVOYFILTER
  namespace: NAMESPACE
spec:
  priority: 10 # the EnvoyFilter that adds the target filter has a lower one`,
    },
    {
      text: 'By default filters are applied by creation time: deleting and creating one again moves it to the end.',
    },
  ],
  versions:
    'Often seen after an upgrade: filters that Istio itself adds by EnvoyFilter (istio.stats) are bound to a proxyVersion, so an upgrade removes them or makes them anew, and the one that stands beside them comes too early.',
  sources: [
    {
      title: 'Istio: EnvoyFilter, priority and order',
      url: 'https://istio.io/latest/docs/reference/config/networking/envoy-filter/',
    },
    {
      title: 'Istio: IST0151 EnvoyFilterUsesRelativeOperation',
      url: 'https://istio.io/latest/docs/reference/config/analysis/ist0151/',
    },
  ],
  samples: [
    {
      file: 'proxy-started.log',
      origin: 'composed',
      from: 'causes.json envoyfilter-relative: a proxy that starts and serves; nothing else is logged',
    },
  ],
});
