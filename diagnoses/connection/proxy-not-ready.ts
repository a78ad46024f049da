import { defineDiagnosis } from '../../src/diagnose/define.ts';
import type { GroupFacts } from '../../src/model/group-facts.ts';
import { chance } from '../behaviours/chance.ts';
import { logging } from '../behaviours/logging.ts';
import { mesh } from '../behaviours/mesh.ts';
import { routing } from '../behaviours/routing.ts';

/** Configuration and certificates may arrive this long after the proxy calls itself ready. */
const SETTLING_MS = 5000;

/** Whether the group's failures end while the proxy starts; null when its log does not show the start. */
function failsWhileStarting(g: GroupFacts): boolean | null {
  const notReady = g.proxyLog.find(({ kind }) => kind === 'notReady')?.time ?? null;
  const started = g.proxyLog.find(({ kind }) => kind === 'started')?.time ?? null;
  const ready = started?.last ?? notReady?.last;
  if (ready === undefined || g.time === null) return null;
  return g.time.last <= ready + SETTLING_MS;
}

export const proxyNotReady = defineDiagnosis({
  id: 'proxy-not-ready',
  family: 'connection',
  title: 'Requests before the proxy was ready',
  prior: 'uncommon',
  flags: ['UF', 'NR'],
  reads: ['responseFlags', 'resetReason', 'transportFailure'],
  applies: (s) =>
    (s.responseFlags.includes('UF') &&
      (s.transportFailure == null || ['refused', 'tlsNoSecret', 'other'].includes(s.transportFailure)) &&
      s.resetReason !== 'connection_timeout') ||
    s.responseFlags.includes('NR') ||
    s.responseFlags.includes('NC'),
  echoes: (s) =>
    s.responseFlags.includes('NR') || s.responseFlags.includes('NC') || s.responseFlags.includes('UH'),
  cause:
    'Requests went through the proxy of this pod while it was starting: routes, clusters or certificates had not arrived yet, or the application beside it was not up. They cease by themselves once the proxy reports ready.',
  evidence: [
    {
      for: 'decisive',
      about: 'proxyLog',
      claim: "all failures lie before the proxy's own log reports that it is ready",
      restsOn: [mesh.startsEmpty, logging.proxyTellsItsState],
      otherwise: 'strong',
      group: failsWhileStarting,
    },
    {
      // A request without a route counts apart from those that found their cluster, so times cannot be compared.
      for: 'strong',
      about: 'history',
      claim: 'requests to the same authority succeed elsewhere in the log',
      restsOn: [mesh.startsEmpty, routing.hostKnownOrNot],
      group: (g, s) =>
        !s.responseFlags.includes('UF') &&
        (g.healthyForAuthority === null ? null : g.healthyForAuthority > 0),
    },
    {
      for: 'weak',
      about: 'burst',
      claim: 'the failures are one burst',
      restsOn: chance.burst,
      group: (g) => g.bursts === 1,
    },
    {
      against: 'decisive',
      about: 'history',
      claim: 'requests to the same destination succeeded before the failures',
      restsOn: mesh.startsEmpty,
      group: (g) => g.scopeHistory && (g.scopeHistory === 'onlyBefore' || g.scopeHistory === 'interleaved'),
    },
  ],
  confusedWith: [
    {
      id: 'app-not-listening',
      tellApart:
        'Do the failures go on after "Envoy proxy is ready"? Then the application is missing, not the proxy.',
    },
    {
      id: 'config-propagation-delay',
      tellApart: 'Had the proxy run for long before? Then a change of configuration was on its way.',
    },
    {
      id: 'no-route-for-authority',
      tellApart:
        'Does the same request still find no route minutes later? Then the route is missing for good.',
    },
  ],
  confirm: [
    {
      run: 'kubectl logs {pod} -n POD_NAMESPACE -c istio-proxy --timestamps',
      expect: '"Envoy proxy is NOT ready" around the failures and "Envoy proxy is ready" after them',
    },
    {
      run: 'kubectl get pod {pod} -n POD_NAMESPACE -o yaml',
      expect:
        'istio-proxy is an ordinary container that starts beside the application, not an init container with restartPolicy Always',
    },
  ],
  fixes: [
    {
      text: 'Hold the application back until the proxy is ready.',
      yaml: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {service}
  namespace: {namespace}
spec:
  selector:
    matchLabels:
      app: {service}
  template:
    metadata:
      labels:
        app: {service}
      annotations:
        proxy.istio.io/config: '{ "holdApplicationUntilProxyStarts": true }'
    spec:
      containers:
        - name: app
          image: IMAGE`,
    },
    {
      text: 'Better where Kubernetes is 1.29 or newer: native sidecars (ENABLE_NATIVE_SIDECARS on istiod, the default in recent Istio), which also serve init containers and jobs.',
    },
    {
      text: 'Wrong when the proxy never gets ready: then istiod cannot be reached, and holding the application back only hides it.',
    },
  ],
  versions:
    'Before native sidecars, or with them switched off; holdApplicationUntilProxyStarts exists since Istio 1.7.',
  sources: [
    {
      title: 'Istio: pod or containers start with network issues if istio-proxy is not ready',
      url: 'https://istio.io/latest/docs/ops/common-problems/injection/#pod-or-containers-start-with-network-issues-if-istio-proxy-is-not-ready',
    },
    {
      title: 'istio/istio#11130: no network before the sidecar runs',
      url: 'https://github.com/istio/istio/issues/11130',
    },
  ],
  samples: [
    {
      file: 'before-ready.log',
      origin: 'composed',
      from: 'proxy log wording of istio/istio#13939, 404 NR until the routes arrive',
    },
  ],
});
