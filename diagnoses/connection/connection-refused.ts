import { defineDiagnosis } from '../../src/diagnose/define.ts';
import type { GroupFacts } from '../../src/model/group-facts.ts';
import { connectErrors, failedConnectionBytesWithRetries } from '../../src/model/local-reply.ts';
import { isInbound } from '../../src/model/upstream-cluster.ts';
import { connecting } from '../behaviours/connecting.ts';
import { endpoints } from '../behaviours/endpoints.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { logging } from '../behaviours/logging.ts';
import { mesh } from '../behaviours/mesh.ts';
import { replies } from '../behaviours/replies.ts';
import { tls } from '../behaviours/tls.ts';
import { tookAtMost } from '../claims/durations.ts';
import { answersBetween, answersNoMore, outsideAndMayHaveMoved, wasTakenOut } from '../claims/endpoints.ts';
import { serverIsAtWork, serverSawGarbage } from '../claims/peers.ts';
import { dialledPodItself, repliedWithoutReason } from '../claims/transport.ts';

/** Lengths of the reply where details are not logged, with the errno that Envoy 1.16 to 1.38.0 write into the text. */
const ERRNO_BYTES = failedConnectionBytesWithRetries(connectErrors(111, 'Connection refused'));
/** Pauses between the default two retries add up to less than this. */
const QUICK_MS = 300;

/** With fewer failures a run cannot be told from single ones. */
const MANY = 10;
/** Containers take longer than this to come back. */
const SHORT_PAUSE_MS = 3000;

/** Whether failures follow each other closely, for longer than a restart takes. */
function isOneRun({ time, longestPauseMs }: GroupFacts): boolean {
  return time !== null && time.last - time.first > SHORT_PAUSE_MS && longestPauseMs <= SHORT_PAUSE_MS;
}

export const connectionRefused = defineDiagnosis({
  id: 'connection-refused',
  family: 'connection',
  title: 'The upstream endpoint refuses connections',
  prior: 'common',
  flags: ['UF', 'URX'],
  reads: [
    'responseFlags',
    'responseCodeDetails',
    'resetReason',
    'transportFailure',
    'clusterDirection',
    'clusterHost',
    'isExternalHost',
    'upstreamIsDownstreamLocal',
    'bytesSent',
  ],
  // What the proxy of the pod itself dials is the application: app-not-listening. UH may name the refusal that led to it.
  applies: (s) =>
    !isInbound(s.clusterDirection) &&
    (s.transportFailure === 'refused' ||
      (s.responseFlags.includes('UF') &&
        (s.transportFailure == null ||
          ['timedOut', 'unreachable', 'reset', 'other'].includes(s.transportFailure)))),
  // Endpoints that refuse are ejected by outlier detection, and their open connections end first.
  echoes: (s) =>
    s.responseFlags.includes('UH') ||
    (s.responseFlags.includes('UC') && s.resetReason === 'connection_termination'),
  cause:
    'The machine behind {upstreamHost} answers, but nothing listens on that port: the process is down or not yet up, targetPort names another port, or it listens on 127.0.0.1 only.',
  evidence: [
    {
      for: 'decisive',
      about: 'transport',
      claim: 'the connection attempt was refused (Connection refused, errno 111) or reset (errno 104)',
      restsOn: connecting.refused,
      when: (s) => s.transportFailure === 'refused' || s.transportFailure === 'reset',
    },
    {
      for: 'strong',
      about: 'transport',
      claim: 'the reply is as long as the text for a connect error with its errno',
      restsOn: replies.resetReplyNamesReason,
      when: (s) => s.responseFlags.includes('UF') && ERRNO_BYTES.has(s.bytesSent ?? 0),
    },
    {
      for: 'moderate',
      about: 'transport',
      claim: 'the reply is as long as "remote connection failure"',
      restsOn: connecting.newReplyHidesReason,
      when: repliedWithoutReason,
    },
    {
      for: 'moderate',
      about: 'duration',
      claim: 'the failures end at once, or after the pauses between retries',
      restsOn: connecting.refusedAtOnce,
      group: tookAtMost(QUICK_MS),
    },
    {
      for: 'moderate',
      about: 'endpoint',
      claim: 'no request to the endpoint succeeded after its first failure',
      restsOn: connecting.downStaysDown,
      group: answersNoMore,
    },
    {
      against: 'decisive',
      about: 'transport',
      claim: 'nobody answered the attempt: it timed out or found no route',
      restsOn: connecting.unanswered,
      when: (s) =>
        s.resetReason === 'connection_timeout' ||
        s.transportFailure === 'timedOut' ||
        s.transportFailure === 'unreachable',
    },
    {
      against: 'moderate',
      about: 'details',
      claim: 'details are logged and name no errno',
      restsOn: connecting.reasonOfEra,
      when: (s) => s.responseCodeDetails !== undefined && s.transportFailure === null,
    },
    {
      // A container that crashes and comes back answers between the runs of failures, not within them.
      against: 'strong',
      about: 'endpoint',
      claim: 'the endpoint answers while failures run on without a pause: something listens there',
      restsOn: connecting.downStaysDown,
      group: (g) =>
        g.endpointHistory === null ? null : answersBetween(g) === true && g.requests >= MANY && isOneRun(g),
    },
    {
      against: 'decisive',
      about: 'peer',
      claim: "a server's proxy logs bytes that are no HTTP whenever a connection fails: it was made",
      restsOn: tls.tlsBytesAtPlaintextProxy,
      group: serverSawGarbage,
    },
    {
      against: 'strong',
      about: 'peer',
      claim: 'the log of the proxy at the endpoint shows it at work when the connections failed',
      restsOn: [mesh.sidecarTakesAll, logging.ownRequestsTellWhose],
      group: serverIsAtWork,
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the failures last longer than a second: a refusal is immediate',
      restsOn: connecting.refusedAtOnce,
      group: (g) => g.durations && g.durations.medianMs > 1000,
    },
    {
      against: 'strong',
      about: 'address',
      claim: 'the client dialled this pod itself, past the load balancing: it may aim at an old address',
      restsOn: endpoints.originalDestination,
      when: dialledPodItself,
    },
    {
      against: 'moderate',
      about: 'history',
      claim:
        'the endpoint answered before and was not used any more after one short burst, while the cluster went on',
      restsOn: kubernetes.podTermination,
      group: wasTakenOut,
    },
    {
      against: 'strong',
      about: 'history',
      claim:
        'the destination lies outside the mesh: this address answered before, or only others of the host answer',
      restsOn: [connecting.movedHost, connecting.oneAddressAlone, mesh.clusterNamesHost],
      group: outsideAndMayHaveMoved,
    },
  ],
  confusedWith: [
    {
      id: 'app-not-listening',
      tellApart:
        'Does the sidecar of {upstreamIp} log UF on inbound at the same time? Then the pod is reached and only its application is down.',
    },
    {
      id: 'headless-stale-pod-ip',
      tellApart:
        'Is {upstreamIp} the address that the client dialled itself, and no longer the address of a pod of {service}?',
    },
    {
      id: 'external-address-changed',
      tellApart:
        'Is {host} outside the mesh, and does a look-up of it give other addresses? Then it has moved, and only the old one refuses.',
    },
    {
      id: 'pod-termination',
      tellApart:
        'Do the failures on {upstreamIp} end within seconds, while a rollout removes that pod? Then it was on its way out.',
    },
    {
      id: 'upstream-crash-or-restart',
      tellApart:
        'Did the container of {upstreamIp} restart in the same minute? Then it crashed; look at its last log before.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={upstreamIp}',
      expect:
        'the pod behind the endpoint: not ready, restarting, or without a container that serves port {upstreamPort}; no pod if the address lies outside the cluster: then see what a look-up of {host} gives',
    },
    {
      run: 'kubectl get service {service} -n {namespace} -o yaml',
      expect: 'targetPort differs from the port on which the container listens',
    },
    {
      run: 'kubectl debug -it {pod} -n {namespace} --image=nicolaka/netshoot -- ss -ltn',
      expect:
        'for a pod of the service: no line for *:{upstreamPort}, or one for 127.0.0.1:{upstreamPort} only',
    },
  ],
  fixes: [
    {
      text: 'Start the process, or correct targetPort so that it equals the port on which the container listens; let it listen on 0.0.0.0 (or ::), not on 127.0.0.1.',
      yaml: `apiVersion: v1
kind: Service
metadata:
  name: {service}
  namespace: {namespace}
spec:
  selector:
    app: {service}
  ports:
    - name: http
      port: {port}
      targetPort: {upstreamPort} # the port on which the container really listens`,
    },
    {
      text: 'Add a readiness probe on that port: a pod whose process is down then leaves the endpoints within seconds.',
    },
    {
      text: 'With IPv6 or dual stack, make the process listen on both families. Retries hide a single refusing pod; they are wrong as the fix when all pods refuse.',
    },
  ],
  versions:
    'All. "Connection refused" in words since Envoy 1.32 (Istio 1.24), errno 111 before; Istio 1.8 and older log no reason, so only a quick UF shows it.',
  sources: [
    {
      title: 'istio/istio#48267: delayed_connect_error 111',
      url: 'https://github.com/istio/istio/issues/48267',
    },
    {
      title: 'Envoy: response flags',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/advanced/substitution_formatter#config-access-log-format-response-flags',
    },
  ],
  samples: [
    {
      file: 'all-pods.log',
      origin: 'captured',
      from: 'Envoy 1.40, two retries: from a moment on nothing listens on any pod of the service',
    },
    {
      file: 'tcp.log',
      origin: 'captured',
      from: 'Envoy 1.40 TCP proxy: nothing listens on the database port',
    },
    {
      file: 'one-pod-ipv6.log',
      origin: 'captured',
      from: 'Envoy 1.40: nothing listens on one of three IPv6 pods',
    },
    {
      file: 'one-pod-envoy-default.log',
      origin: 'captured',
      from: 'Envoy 1.40, default format of Envoy: nothing listens on one of the pods',
    },
    {
      file: 'then-ejected.log',
      origin: 'quoted',
      from: 'ssup2.github.io, "Istio Sidecar Proxy Access Log": the server is down; its endpoint is ejected',
    },
    {
      file: 'retry-limit.log',
      origin: 'captured',
      from: 'Envoy 1.40: refused, and the retry refused by maxRetries 0 (UO,UF)',
    },
    {
      file: 'one-endpoint-envoy-default-format.log',
      origin: 'captured',
      from: 'Envoy’s default format: one of three endpoints refuses; some healthy lines left out',
    },
  ],
});
