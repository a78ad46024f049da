import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { resetReplyBytes } from '../../src/model/local-reply.ts';
import { chance } from '../behaviours/chance.ts';
import { connecting } from '../behaviours/connecting.ts';
import { http } from '../behaviours/http.ts';
import { listeners } from '../behaviours/listeners.ts';
import { logging } from '../behaviours/logging.ts';
import { mesh } from '../behaviours/mesh.ts';
import { replies } from '../behaviours/replies.ts';
import { reuse } from '../behaviours/reuse.ts';
import { timeouts } from '../behaviours/timeouts.ts';
import { tls } from '../behaviours/tls.ts';
import { endWithinSecondAfterLimit, tookAtLeast } from '../claims/durations.ts';
import { answerOthers, neverAnswer, refusedSoonAfter } from '../claims/endpoints.ts';
import { serverSawPlaintextInStep } from '../claims/peers.ts';
import { reportedByServerAround } from '../claims/proxy-log.ts';
import { relays } from '../claims/relayed.ts';
import { mayBeUnretried } from '../claims/reuse.ts';

const relaysLostConnection = relays(503, resetReplyBytes('connection termination'));

export const upstreamCrashOrRestart = defineDiagnosis({
  id: 'upstream-crash-or-restart',
  family: 'stream',
  title: 'Upstream process crashed, restarted or closed the connection during the request',
  prior: 'usual',
  flags: ['UC', 'UF'],
  reads: [
    'responseFlags',
    'layer',
    'method',
    'detailsName',
    'responseCode',
    'clusterDirection',
    'upstreamHost',
    'bytesSent',
  ],
  // Envoy since about 1.17 calls an HTTP/1 answer that ends in the middle a protocol error (UPE), with the code already sent.
  applies: (s) =>
    s.layer === 'http' &&
    (s.responseFlags.includes('UC') ||
      relaysLostConnection(s) ||
      (s.responseFlags.includes('UPE') &&
        (s.detailsName === 'upstream_reset_after_response_started' ||
          (s.detailsName === undefined && (s.responseCode ?? 500) < 400)))),
  // What the caller logs of it: the 503 of the sidecar (95 bytes of text), over gRPC an empty 200, over HTTP/2 a reset stream.
  echoes: (s) =>
    s.clusterDirection !== 'inbound' &&
    ((s.responseFlags.includes('UR') && s.detailsName === 'upstream_reset_after_response_started') ||
      ((s.detailsName ?? 'via_upstream') === 'via_upstream' &&
        s.responseFlags.every((flag) => flag === 'URX') &&
        ((s.responseCode === 503 && s.bytesSent === resetReplyBytes('connection termination')) ||
          (s.responseCode === 200 && s.bytesSent === 0)))),
  cause:
    'The process behind {upstreamHost} took the request and its connection ended before the answer was complete: it crashed, was killed or restarted, or closed the connection on its own.',
  evidence: [
    {
      for: 'strong',
      about: 'size',
      claim: "the relayed 503 is as long as a proxy's own text for a connection that ended",
      restsOn: [replies.relayedReplyKeepsItsSize, replies.resetReplyNamesReason],
      when: relaysLostConnection,
    },
    {
      // A path that most requests use anyway tells nothing.
      for: 'strong',
      about: 'path',
      claim: 'all failures are on one path that takes less than half of the traffic',
      restsOn: chance.onePath,
      group: (g, s) =>
        (g.onOnePath !== null && g.onOnePath !== false && g.onOnePath.q > 0.5) || mayBeUnretried(g, s)
          ? null
          : g.onOnePath,
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the answer broke off after it had begun',
      restsOn: http.answerBreaksOff,
      when: (s) =>
        s.detailsName === 'upstream_reset_after_response_started' ||
        (s.responseFlags.includes('UPE') && (s.responseCode ?? 500) < 400),
    },
    {
      for: 'strong',
      about: 'traffic',
      claim: 'the same cluster also lost connections at other points of the request',
      restsOn: [reuse.connectionEnds, http.answerBreaksOff],
      group: (g, s) =>
        g.neighbours.some(
          ({ shape }) =>
            shape.layer === 'http' &&
            shape.responseFlags.includes(s.responseFlags.includes('UC') ? 'UPE' : 'UC') &&
            shape.upstreamHost != null,
        ) || null,
    },
    {
      for: 'strong',
      about: 'history',
      claim: 'moments after its connections ended, the application took no new ones either',
      restsOn: [mesh.lastHop, connecting.refused],
      group: refusedSoonAfter,
    },
    {
      // The request was being worked on, and always for the same time.
      for: 'moderate',
      about: 'duration',
      claim: 'the failures take nearly the same time, and it is no configured limit',
      restsOn: chance.workTakesItsTime,
      group: (g) =>
        g.durations === null || g.requests < 3
          ? null
          : g.durations.medianMs >= 5 &&
            g.durations.roundMs === null &&
            endWithinSecondAfterLimit(g) !== true &&
            g.durations.spreadMs <= Math.max(5, 0.2 * g.durations.medianMs),
    },
    {
      for: 'moderate',
      about: 'duration',
      claim: 'the requests were worked on for a second or more',
      restsOn: chance.workTakesItsTime,
      group: tookAtLeast(1000),
    },
    {
      for: 'weak',
      about: 'reuse',
      claim: 'the connection had answered shortly before',
      restsOn: [reuse.busyIsNotIdle, reuse.portNamesConnection],
      group: (g, s) =>
        relaysLostConnection(s) ? null : g.reuse && g.reuse.reused > 0 && g.reuse.medianIdleMs < 900,
    },
    {
      for: 'weak',
      about: 'endpoint',
      claim: 'the failing endpoints answer other requests',
      restsOn: chance.successShowsItWorks,
      group: answerOthers,
    },
    {
      for: 'strong',
      about: 'proxyLog',
      claim: 'the proxy of the server crashed while the failures lasted',
      restsOn: logging.proxyTellsItsState,
      group: reportedByServerAround('crash'),
    },
    {
      against: 'moderate',
      about: 'endpoint',
      claim: 'no request to the failing endpoints ever succeeded',
      restsOn: chance.successShowsItWorks,
      group: neverAnswer,
    },
    {
      against: 'strong',
      about: 'endpoint',
      claim: 'no request of the failing callers to this cluster succeeds, while those of other callers do',
      restsOn: chance.oneCaller,
      group: (g) => g.onlyOtherCallersSucceed,
    },
    {
      against: 'strong',
      about: 'reuse',
      claim: 'an equal idle time lies before each failure: a keep-alive limit ended the connections',
      restsOn: reuse.keepAliveIsOneNumber,
      group: (g, s) =>
        g.reuse === null || relaysLostConnection(s)
          ? null
          : g.reuse.isConstant && g.reuse.medianIdleMs >= 900,
    },
    {
      against: 'moderate',
      about: 'duration',
      claim: 'the failures last as long as a configured limit',
      restsOn: [timeouts.serversHaveLimits, timeouts.limitsAreRound],
      group: (g) =>
        g.durations &&
        ((g.durations.roundMs !== null && g.durations.roundMs >= 1000) ||
          endWithinSecondAfterLimit(g) === true),
    },
    {
      against: 'strong',
      about: 'peer',
      claim: 'the other proxy closed the connection itself (NR, or a listener that drained)',
      restsOn: [tls.strictTakesNoPlaintext, listeners.drainedConnections, mesh.oneConnectionTwoLogs],
      group: (g) =>
        g.pairedWith((other) => other.shape.responseFlags.includes('NR') && other.shape.layer === 'tcp') >
          0 ||
        g.sameEndpoint((other) => other.shape.detailsName === 'downstream_local_disconnect') > 0 ||
        null,
    },
    {
      against: 'strong',
      about: 'peer',
      claim: "NR lines of a server's proxy come and go with the failures, second by second",
      restsOn: [tls.strictTakesNoPlaintext, chance.inStep],
      group: serverSawPlaintextInStep,
    },
  ],
  confusedWith: [
    {
      id: 'keepalive-race',
      tellApart:
        'Is the idle time of the connection before each failure the same number of seconds? That is a keep-alive limit. A crash follows what was asked, not how long the connection slept.',
    },
    {
      id: 'upstream-own-timeout',
      tellApart:
        'Do the failures all last the same round number of seconds? Then a limit in the server ends them.',
    },
    {
      id: 'pod-termination',
      tellApart:
        'Was the pod of {upstreamIp} deleted at that time (rollout, scale-down)? Then it did not crash.',
    },
    {
      id: 'upstream-protocol-error',
      tellApart:
        'For answers that broke off: does the application log a panic or exit at that second? If it thinks that it answered in full, its framing (chunks, Content-Length) is wrong.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={upstreamIp}',
      expect: 'RESTARTS has risen, or the pod is younger than the failures',
    },
    {
      run: 'kubectl describe pod {pod} -n {namespace}',
      expect:
        'for the pod that the first command names: Last State: Terminated with OOMKilled or an exit code, at the time of the failures; if not, the application closed the connection and its own log says why',
    },
    {
      run: 'kubectl logs {pod} -n {namespace} --previous --tail=50',
      expect: 'a panic, a fatal error or nothing at all (killed) after a request to {path}',
    },
  ],
  fixes: [
    {
      text: 'Fix what {path} does to the process: the panic or unhandled error in its log, or the memory limit when it was OOMKilled.',
    },
    {
      text: 'Where the process has several workers, a crash of one shows no restart: look for a worker exit in the log of its master (gunicorn, nginx, php-fpm).',
    },
    {
      text: 'A retry hides the crash and brings down the next pod as well; use it only while the fix is on its way, and never for requests that must not be done twice.',
    },
  ],
  versions:
    'An HTTP/1 answer that breaks off is 200 UPE since about Envoy 1.17; before, 200 UC. A proxy that retried prints URX,UC.',
  sources: [
    {
      title: 'Envoy: response flags',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/advanced/substitution_formatter#config-access-log-format-response-flags',
    },
    {
      title: 'istio/istio#44350: random 503 UC connection_termination',
      url: 'https://github.com/istio/istio/issues/44350',
    },
  ],
  samples: [
    {
      file: 'one-path.log',
      origin: 'captured',
      from: 'Envoy 1.40; the process dies while it handles /report/*',
    },
    {
      file: 'before-and-within-the-answer.log',
      origin: 'captured',
      from: 'Envoy 1.40; half of the crashes come after the answer has begun',
    },
    {
      file: 'retried.log',
      origin: 'captured',
      from: 'Envoy 1.40; the route retries on reset, and each try crashes',
    },
    {
      file: 'answered-503-by-the-sidecar.log',
      origin: 'quoted',
      from: 'ssup2.github.io, Istio sidecar access log: the server resets after 1 s; its sidecar answers 503, which the caller logs as via_upstream',
    },
    {
      file: 'client-and-server.log',
      origin: 'composed',
      from: 'facts/samples-envoy-1.40.jsonl, 2half: the answer breaks off behind an HTTP/2 hop, with cluster names of Istio',
    },
    {
      file: 'behind-a-waypoint.log',
      origin: 'composed',
      from: 'facts/causes.md, app-closes-slow, through a HBONE tunnel as in istio/ztunnel#1662',
    },
    {
      file: 'proxy-crashed.log',
      origin: 'composed',
      from: 'client-and-server.log with the line that Envoy writes when it crashes',
    },
    {
      file: 'restart-inbound.log',
      origin: 'composed',
      from: 'facts/confusions.md, "UC, inbound": connections end, then the application refuses new ones until it is up again',
    },
    {
      file: 'relayed-on-one-path.log',
      origin: 'composed',
      from: 'local-reply.ts: the length of the text that Envoy 1.40 answers with, as a gateway relays it',
    },
  ],
});
