import { defineDiagnosis } from '../../src/diagnose/define.ts';
import type { GroupFacts } from '../../src/model/group-facts.ts';
import { endpoints } from '../behaviours/endpoints.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { replies } from '../behaviours/replies.ts';

/** What ejects an endpoint unless set otherwise, in Envoy and Istio alike. */
const CONSECUTIVE_ERRORS = 5;

/** Requests of the scope that an endpoint answered badly before the last failure. */
function countFailuresAtEndpoints({ neighbours, time: failures }: GroupFacts): number {
  const before = neighbours.filter(
    ({ failed, shape, time }) =>
      failed &&
      typeof shape.upstreamHost === 'string' &&
      (shape.responseCode ?? 0) >= 500 &&
      // A connection that cannot be made is a cause of its own, and the ejection its consequence.
      !shape.responseFlags.includes('UF') &&
      (failures === null || time === null || time.first <= failures.last),
  );
  return before.reduce((sum, { requests }) => sum + requests, 0);
}

export const outlierEjection = defineDiagnosis({
  id: 'outlier-ejection',
  family: 'cluster',
  title: 'Outlier detection ejected every endpoint',
  prior: 'usual',
  flags: ['UH'],
  reads: [
    'responseFlags',
    'responseCode',
    'detailsName',
    'layer',
    'upstreamHost',
    'upstreamCluster',
    'clusterDirection',
    'hasUpstreamLocalAddress',
    'upstreamRequestAttemptCount',
    'transportFailure',
  ],
  applies: (s) =>
    (s.responseFlags.includes('UH') || s.detailsName === 'no_healthy_upstream') &&
    s.clusterDirection !== 'blackHole' &&
    !(s.layer === 'tcp' && s.upstreamCluster === null),
  // The answers for which the endpoints were ejected.
  echoes: (s) =>
    (s.responseCode ?? 0) >= 500 &&
    typeof s.upstreamHost === 'string' &&
    (s.responseFlags.length === 0 || (s.responseFlags.length === 1 && s.responseFlags.includes('URX'))) &&
    (s.detailsName === undefined || s.detailsName === 'via_upstream'),
  cause:
    'The endpoints of {host} failed so often in a row that outlier detection ejected all of them; until the ejection time is over, the calling proxy has nobody to send to and answers itself.',
  evidence: [
    {
      for: 'moderate',
      about: 'flags',
      claim: 'the cluster had no healthy upstream (UH)',
      restsOn: [endpoints.noneToChoose, endpoints.ejection],
      when: (s) => s.responseFlags.includes('UH'),
    },
    {
      for: 'decisive',
      about: 'peer',
      claim: 'requests that reached endpoints of the same cluster failed there before',
      restsOn: endpoints.ejection,
      group: (g, s) => {
        const failures = countFailuresAtEndpoints(g);
        // Without a cluster the failures may be those of other services of the host.
        return s.upstreamCluster === undefined && failures < CONSECUTIVE_ERRORS ? null : failures > 0;
      },
    },
    {
      for: 'strong',
      about: 'endpoint',
      claim: 'the failing line names an endpoint or several attempts: it was ejected between two of them',
      restsOn: endpoints.ejectedBetweenTries,
      when: (s) =>
        typeof s.upstreamHost === 'string' ||
        s.hasUpstreamLocalAddress === true ||
        (s.upstreamRequestAttemptCount ?? 1) > 1,
    },
    {
      against: 'strong',
      about: 'history',
      claim: 'no request to this cluster ever reached an endpoint',
      restsOn: endpoints.ejection,
      // Where only the failing lines lack their cluster, what succeeds is counted elsewhere.
      group: (g, s) =>
        g.healthyInScope === null || s.upstreamCluster === null
          ? null
          : g.healthyInScope === 0 &&
            !g.neighbours.some((other) => typeof other.shape.upstreamHost === 'string'),
    },
    {
      // An ejection needs failures that reached the endpoints; a log that begins later may have missed them.
      against: 'strong',
      about: 'peer',
      claim: 'requests to the cluster reach endpoints, and none of them failed there',
      restsOn: endpoints.ejection,
      group: (g) =>
        g.scopeHistory &&
        g.scopeHistory !== 'none' &&
        !g.neighbours.some((other) => other.failed && typeof other.shape.upstreamHost === 'string'),
    },
    {
      // Their time over, ejected endpoints answer under the addresses that they had.
      against: 'decisive',
      about: 'endpoint',
      claim: 'other endpoints answer after the failures than before them: the old ones did not come back',
      restsOn: [endpoints.ejection, kubernetes.podsDoNotReturn],
      // Pods that fail until they are ejected are often replaced, so that they work again.
      group: (g) =>
        g.sameEndpointsReturn === null || countFailuresAtEndpoints(g) >= CONSECUTIVE_ERRORS
          ? null
          : !g.sameEndpointsReturn,
    },
    {
      against: 'strong',
      about: 'transport',
      claim: 'the failing line itself says why its endpoint was given up: the connection failed',
      restsOn: replies.reasonIsLogged,
      when: (s) => typeof s.transportFailure === 'string',
    },
  ],
  confusedWith: [
    {
      id: 'no-healthy-endpoints',
      tellApart:
        'Are there endpoints at all? istioctl proxy-config endpoints lists ejected ones with outlier check FAILED, and nothing when the service is empty.',
    },
    {
      id: 'connection-refused',
      tellApart:
        'Is the first failure UF with Connection refused? Then the ejection only follows from endpoints that nobody listens on.',
    },
    {
      id: 'application-error',
      tellApart: 'Without UH lines in the same cluster the 5xx stand alone: nothing was ejected.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config endpoints {pod} -n CALLER_NAMESPACE --cluster {cluster}',
      expect: 'while it lasts, every endpoint has OUTLIER CHECK FAILED',
    },
    {
      run: 'kubectl get destinationrule -A -o yaml',
      expect: 'a rule for {host} with outlierDetection, maxEjectionPercent 100 and few consecutive errors',
    },
  ],
  fixes: [
    {
      text: 'Repair what made the endpoints fail first: the 5xx or the broken connections in front of the UH lines are the cause, the ejection is the consequence.',
    },
    {
      text: 'Keep a part of the endpoints in any case. Wrong when a failing endpoint does harm: then ejecting all of them is what you want.',
      yaml: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {service}-outliers
  namespace: {namespace}
spec:
  host: {host}
  trafficPolicy:
    outlierDetection:
      consecutive5xxErrors: 10
      interval: 10s
      baseEjectionTime: 30s
      maxEjectionPercent: 50
      minHealthPercent: 50 # below this share of healthy endpoints the ejections are ignored`,
    },
  ],
  versions:
    'All. Istio switches the panic mode of Envoy off unless minHealthPercent is set, so all endpoints can be gone.',
  sources: [
    {
      title: 'Istio: DestinationRule, OutlierDetection',
      url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection',
    },
    {
      title: 'Envoy: outlier detection',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier',
    },
  ],
  samples: [
    {
      file: 'after-500s.log',
      origin: 'captured',
      from: 'Envoy 1.40: all pods of a service answer 500 from a moment on and are ejected',
    },
    {
      file: 'after-500s-envoy-default.log',
      origin: 'captured',
      from: 'the same as after-500s.log in the default format of Envoy',
    },
    {
      file: 'grpc-unavailable.log',
      origin: 'quoted',
      from: 'ssup2.github.io, "Istio Sidecar Proxy Access Log": gRPC server that answers Unavailable, three attempts',
    },
  ],
});
