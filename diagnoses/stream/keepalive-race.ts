import { defineDiagnosis } from '../../src/diagnose/define.ts';
import type { GroupFacts, ReuseFacts } from '../../src/model/group-facts.ts';
import { resetReplyBytes } from '../../src/model/local-reply.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';
import { chance } from '../behaviours/chance.ts';
import { connecting } from '../behaviours/connecting.ts';
import { mesh } from '../behaviours/mesh.ts';
import { replies } from '../behaviours/replies.ts';
import { reuse } from '../behaviours/reuse.ts';
import { timeouts } from '../behaviours/timeouts.ts';
import { tls } from '../behaviours/tls.ts';
import { endedByTimer, tookAtLeast, tookAtMost } from '../claims/durations.ts';
import { answerOthers, neverAnswer, refusedSoonAfter } from '../claims/endpoints.ts';
import { serverSawPlaintextInStep } from '../claims/peers.ts';
import { relays } from '../claims/relayed.ts';
import { mayBeUnretried } from '../claims/reuse.ts';

/** Servers count their keep-alive limits in seconds, so a connection that answered just before was not idle. */
const SHORTEST_KEEP_ALIVE_MS = 900;

const relaysLostConnection = relays(503, resetReplyBytes('connection termination'));

/** Where another proxy lost the connection, that of this one says nothing. */
function ownReuse(g: GroupFacts, s: Pick<ShapeView, 'responseFlags'>): ReuseFacts | null {
  return s.responseFlags.includes('UC') ? g.reuse : null;
}

export const keepaliveRace = defineDiagnosis({
  id: 'keepalive-race',
  family: 'stream',
  title: 'Upstream closes an idle keep-alive connection as it is reused',
  prior: 'common',
  flags: ['UC'],
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
  applies: (s) =>
    s.layer === 'http' &&
    ((s.responseFlags.includes('UC') && s.detailsName !== 'upstream_reset_after_response_started') ||
      relaysLostConnection(s)),
  // The caller of a sidecar that lost the race gets its reply as an answer: 95 bytes of text, no flag of its own.
  echoes: (s) =>
    s.responseCode === 503 &&
    s.bytesSent === resetReplyBytes('connection termination') &&
    s.clusterDirection !== 'inbound' &&
    s.responseFlags.every((flag) => flag === 'URX') &&
    (s.detailsName ?? 'via_upstream') === 'via_upstream',
  cause:
    'The server behind {upstreamHost} closes connections that were idle for its keep-alive limit, and the proxy sends a request on one of them in that very moment: the request is lost before the server reads it.',
  evidence: [
    {
      for: 'strong',
      about: 'size',
      claim: "the relayed 503 is as long as a proxy's own text for a connection that ended",
      restsOn: [replies.relayedReplyKeepsItsSize, replies.resetReplyNamesReason],
      when: relaysLostConnection,
    },
    {
      // Repetition is the proof: a crash, too, may follow an answer on the same connection, but not after a constant gap.
      for: 'decisive',
      about: 'reuse',
      claim:
        'the failed requests reused connections that had answered before, after a nearly constant idle time',
      restsOn: [reuse.keepAliveIsOneNumber, reuse.portNamesConnection],
      group: (g, s) => {
        const reuse = ownReuse(g, s);
        if (reuse === null) return null;
        const { isConstant, medianIdleMs, reused, judged } = reuse;
        return isConstant && medianIdleMs >= SHORTEST_KEEP_ALIVE_MS && reused >= 0.5 * judged;
      },
    },
    {
      for: 'strong',
      about: 'reuse',
      claim: 'the connection had answered before and had been idle for a second or more',
      restsOn: [reuse.idleRace, reuse.portNamesConnection],
      group: (g, s) => {
        const reuse = ownReuse(g, s);
        return reuse && reuse.reused > 0 && reuse.medianIdleMs >= SHORTEST_KEEP_ALIVE_MS;
      },
    },
    {
      for: 'weak',
      about: 'endpoint',
      claim: 'the failing endpoints answer other requests',
      restsOn: chance.successShowsItWorks,
      group: answerOthers,
    },
    {
      for: 'weak',
      about: 'duration',
      claim: 'the failures take next to no time',
      restsOn: reuse.raceIsQuickAndRare,
      group: tookAtMost(5),
    },
    {
      against: 'decisive',
      about: 'endpoint',
      claim: 'no request to the failing endpoints ever succeeded',
      restsOn: chance.successShowsItWorks,
      group: neverAnswer,
    },
    {
      against: 'decisive',
      about: 'endpoint',
      claim: 'no request of the failing callers to this cluster succeeds, while those of other callers do',
      restsOn: [chance.oneCaller, reuse.raceIsQuickAndRare],
      group: (g) => g.onlyOtherCallersSucceed,
    },
    {
      against: 'moderate',
      about: 'reuse',
      claim: 'the connections had answered less than a second before, so they were not idle',
      restsOn: reuse.busyIsNotIdle,
      group: (g, s) => {
        const reuse = ownReuse(g, s);
        return reuse && reuse.reused > 0 && reuse.medianIdleMs < SHORTEST_KEEP_ALIVE_MS;
      },
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the failures last as long as a configured limit',
      restsOn: timeouts.limitsAreRound,
      group: endedByTimer,
    },
    {
      // A request on a closed connection is refused within one round trip.
      against: 'moderate',
      about: 'duration',
      claim: 'the failures take a second or more',
      restsOn: reuse.raceIsQuickAndRare,
      group: tookAtLeast(1000),
    },
    {
      against: 'moderate',
      about: 'history',
      claim: 'moments after its connections ended, the application took no new ones either',
      restsOn: [mesh.lastHop, connecting.refused],
      group: refusedSoonAfter,
    },
    {
      against: 'strong',
      about: 'path',
      claim: 'all failures are on one path',
      restsOn: [chance.onePath, reuse.raceIsQuickAndRare],
      group: (g, s) => (mayBeUnretried(g, s) ? null : g.onOnePath),
    },
    {
      against: 'moderate',
      about: 'traffic',
      claim: 'more than a quarter of the requests failed: a race loses few',
      restsOn: reuse.raceIsQuickAndRare,
      group: (g) => (g.failedShare === null || g.requests < 5 ? null : g.failedShare > 0.25),
    },
    {
      against: 'strong',
      about: 'peer',
      claim: 'the server refused the same connections for want of a filter chain (NR)',
      restsOn: [tls.strictTakesNoPlaintext, mesh.oneConnectionTwoLogs],
      group: (g) =>
        g.pairedWith((other) => other.shape.responseFlags.includes('NR') && other.shape.layer === 'tcp') >
          0 || null,
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
      id: 'upstream-crash-or-restart',
      tellApart:
        'Did the container behind {upstreamHost} restart, or do the failures lie on one path? Then it crashes. An equal idle gap before each failure means a keep-alive limit.',
    },
    {
      id: 'tls-conflict-plaintext-to-strict',
      tellApart:
        'Does any request to {upstreamHost} succeed in the same minute? A TLS conflict fails every one of them.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={upstreamIp}',
      expect:
        'the pod is older than the failures and RESTARTS is 0; the keep-alive (idle) timeout of its server is about the idle gap seen here',
    },
    {
      run: 'istioctl proxy-config cluster {pod} -n POD_NAMESPACE --fqdn {host} -o json',
      expect:
        'no idleTimeout in commonHttpProtocolOptions (the proxy then keeps connections for an hour), or one above the limit of the server',
    },
  ],
  fixes: [
    {
      text: 'Let the server keep idle connections longer than the proxy does (Node.js: server.keepAliveTimeout, 5 s by default; gunicorn and uvicorn: --keep-alive, --timeout-keep-alive; Tomcat: keepAliveTimeout). Best where the failing line is inbound: no other place is involved.',
    },
    {
      text: 'Or let the calling proxy give idle connections up first. Wrong when the line is inbound: a DestinationRule acts on callers, and the hop from the sidecar to its own application needs the setting above.',
      yaml: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {service}-idle
  namespace: {namespace}
spec:
  host: {host}
  trafficPolicy:
    connectionPool:
      http:
        idleTimeout: 1s # below the keep-alive limit of the server`,
    },
    {
      text: 'Retries on reset-before-request repair what remains; retry on "reset" only what may safely be done twice.',
    },
  ],
  sources: [
    {
      title: 'istio/istio#55138: 503 UC on reused connections',
      url: 'https://github.com/istio/istio/issues/55138',
    },
    {
      title: 'Istio: DestinationRule, ConnectionPoolSettings',
      url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/',
    },
  ],
  samples: [
    {
      file: 'constant-idle-gap.log',
      origin: 'captured',
      from: 'Envoy 1.40 in front of a server that closes connections idle for 2 s',
    },
    {
      file: 'two-quick-failures.log',
      origin: 'captured',
      from: 'the same log: two failures that took no time, each with the last answer on its connection',
    },
    {
      file: 'relayed-by-the-gateway.log',
      origin: 'composed',
      from: 'local-reply.ts: the length of the text that Envoy 1.40 answers with, as a gateway relays it',
    },
  ],
});
