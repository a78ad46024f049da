import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { chance } from '../behaviours/chance.ts';
import { connecting } from '../behaviours/connecting.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { logging } from '../behaviours/logging.ts';
import { timeouts } from '../behaviours/timeouts.ts';
import { endedByTimer } from '../claims/durations.ts';
import { wasTakenOut, wasTakenOutInTurn } from '../claims/endpoints.ts';
import { reportedByServerAround } from '../claims/proxy-log.ts';

const SLACK_MS = 60_000;

export const podTermination = defineDiagnosis({
  id: 'pod-termination',
  family: 'stream',
  title: 'Requests still reach a pod that is terminating',
  prior: 'uncommon',
  flags: ['UC', 'UF', 'URX'],
  reads: ['responseFlags', 'transportFailure', 'resetReason', 'clusterDirection', 'upstreamHost'],
  applies: (s) =>
    s.upstreamHost != null &&
    s.clusterDirection !== 'passthrough' &&
    (s.responseFlags.includes('UC') ||
      (s.responseFlags.includes('UF') &&
        (s.transportFailure == null ||
          ['refused', 'unreachable', 'reset', 'timedOut', 'other'].includes(s.transportFailure)))),
  // First the open connections end (UC), then the address refuses or is gone (UF).
  echoes: (s) =>
    (s.responseFlags.includes('UF') &&
      (s.transportFailure === 'refused' || s.transportFailure === 'unreachable')) ||
    s.resetReason === 'connection_termination',
  cause:
    'The pod {upstreamIp} was being deleted (rollout, scale-down, node drain) while callers still had its address or open connections to it: what they sent in those seconds was cut off or refused.',
  evidence: [
    {
      for: 'strong',
      about: 'endpoint',
      claim:
        'the failing endpoint answered before and never after, while other endpoints of the cluster go on',
      restsOn: [kubernetes.podTermination, connecting.oneAddressAlone],
      group: (g) =>
        g.endpointHistory === null || g.otherHealthyEndpoints === null
          ? null
          : g.endpointHistory === 'onlyBefore' && g.otherHealthyEndpoints > 0,
    },
    {
      for: 'decisive',
      about: 'endpoint',
      claim:
        'the failing endpoint answered before, failed in one short burst and was not used any more, while the cluster went on',
      restsOn: [kubernetes.podTermination, chance.oneEndpointDied],
      group: wasTakenOut,
    },
    {
      for: 'decisive',
      about: 'proxyLog',
      claim: 'the proxy of the server was told to shut down at that time',
      restsOn: [kubernetes.podTermination, logging.proxyTellsItsState],
      group: reportedByServerAround('drain'),
    },
    {
      for: 'strong',
      about: 'transport',
      claim: 'nothing listened at the address any more, or there was no route to it',
      restsOn: [connecting.goneAddress, kubernetes.podTermination],
      when: (s) => s.transportFailure === 'refused' || s.transportFailure === 'unreachable',
    },
    {
      for: 'moderate',
      about: 'peer',
      claim: 'open connections broke and new ones failed at the same endpoint',
      restsOn: kubernetes.podTermination,
      group: (g, s) =>
        g.sameEndpoint((other) =>
          other.shape.responseFlags.includes(s.responseFlags.includes('UC') ? 'UF' : 'UC'),
        ) > 0 || null,
    },
    {
      for: 'moderate',
      about: 'burst',
      claim:
        'the failing endpoint had a burst of its own and was not used any more, and others failed at other times',
      restsOn: [kubernetes.rolloutOneByOne, kubernetes.podTermination],
      group: wasTakenOutInTurn,
    },
    {
      for: 'weak',
      about: 'burst',
      claim: 'the failures lie in one burst of less than a minute, between successes of the cluster',
      restsOn: chance.burst,
      group: (g) =>
        g.scopeHistory === null || g.time === null
          ? null
          : g.bursts === 1 && g.time.last - g.time.first < SLACK_MS && g.scopeHistory === 'interleaved',
    },
    {
      against: 'decisive',
      about: 'endpoint',
      claim: 'the failing endpoint goes on answering other requests',
      restsOn: kubernetes.podsDoNotReturn,
      group: (g) =>
        g.endpointHistory === null
          ? null
          : g.endpointHistory === 'interleaved' || g.endpointHistory === 'onlyAfter',
    },
    {
      against: 'moderate',
      about: 'endpoint',
      claim: 'the failing endpoint never answered in this log',
      restsOn: kubernetes.podsDoNotReturn,
      group: (g) => (g.endpointHistory === null ? null : g.endpointHistory === 'none'),
    },
    {
      against: 'moderate',
      about: 'duration',
      claim: 'the failures last as long as a configured limit',
      restsOn: timeouts.limitsAreRound,
      group: endedByTimer,
    },
  ],
  confusedWith: [
    {
      id: 'connection-refused',
      tellApart:
        'Does the address {upstreamIp} still belong to a pod? A terminating pod is gone a minute later.',
    },
    {
      id: 'upstream-crash-or-restart',
      tellApart:
        'A crashed container restarts in the same pod and keeps its address; a terminated one does not.',
    },
    {
      id: 'keepalive-race',
      tellApart: 'Does the endpoint go on answering after the failures? Then it was not deleted.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={upstreamIp}',
      expect: 'no pod, or one that is Terminating or younger than the failures',
    },
    {
      run: 'kubectl get events -n {namespace} --field-selector reason=Killing --sort-by=.lastTimestamp',
      expect: 'a container of that pod was stopped within seconds of the failures',
    },
  ],
  fixes: [
    {
      text: 'Give callers time to forget the address before the application stops: a preStop sleep of 5 to 15 s on the application container (kubelet sends SIGTERM only after it).',
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
        proxy.istio.io/config: |
          terminationDrainDuration: 30s
    spec:
      terminationGracePeriodSeconds: 60
      containers:
        - name: {service}
          image: IMAGE
          lifecycle:
            preStop:
              exec:
                command: ["sleep", "10"]`,
    },
    {
      text: 'Let the sidecar outlive the longest request: terminationDrainDuration is 5 s unless set, and EXIT_ON_ZERO_ACTIVE_CONNECTIONS=true in proxyMetadata makes it wait for open connections. A native sidecar (Kubernetes 1.28, Istio 1.19 and newer) stops after the application by itself.',
    },
    {
      text: 'Have the application close its listeners only after it has finished open requests. None of this helps when the pod was killed at once (OOM, lost node): then look there.',
    },
  ],
  sources: [
    {
      title: 'istio/istio#7665: 503 when scaling down or rolling out',
      url: 'https://github.com/istio/istio/issues/7665',
    },
    {
      title: 'istio/istio#34855: the durations that control termination of a sidecar',
      url: 'https://github.com/istio/istio/issues/34855',
    },
  ],
  samples: [
    {
      file: 'rollout.log',
      origin: 'composed',
      from: 'facts/causes.md, pod-terminating: UC, then UF on one endpoint that had answered, and the shutdown lines of its istio-proxy, from the logs of two pods',
    },
    {
      file: 'left-out-afterwards.log',
      origin: 'composed',
      from: 'facts/causes.md, pod-terminating: a short burst of UC and UF 111 to one address, which then disappears',
    },
    {
      file: 'one-after-the-other.log',
      origin: 'composed',
      from: 'facts/causes.md, pod-terminating, of a rollout: two pods stop before callers forget their addresses, and two new ones take over',
    },
  ],
});
