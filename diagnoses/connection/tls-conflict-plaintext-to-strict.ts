import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isInbound } from '../../src/model/upstream-cluster.ts';
import { chance } from '../behaviours/chance.ts';
import { logging } from '../behaviours/logging.ts';
import { mesh } from '../behaviours/mesh.ts';
import { reuse } from '../behaviours/reuse.ts';
import { tls } from '../behaviours/tls.ts';
import { tookAtMost } from '../claims/durations.ts';
import {
  answeredUntilMany,
  answersBetweenInCluster,
  answersBetweenWithoutCluster,
  neverAnswer,
  neverAnswerMany,
  onConnectionsThatAnswered,
  onlyOthersSucceed,
} from '../claims/endpoints.ts';
import {
  failInQuickSuccession,
  serverIsLikelySilent,
  serverIsSilent,
  serverSawPlaintext,
  serverSawPlaintextInStep,
  serverSawPlaintextNearby,
} from '../claims/peers.ts';

export const tlsConflictPlaintextToStrict = defineDiagnosis({
  id: 'tls-conflict-plaintext-to-strict',
  family: 'connection',
  title: 'TLS conflict: client sends plaintext, server requires mutual TLS',
  prior: 'usual',
  flags: ['UC', 'UR'],
  reads: [
    'responseFlags',
    'layer',
    'clusterDirection',
    'isExternalHost',
    'detailsName',
    'requestedServerName',
    'bytesSent',
  ],
  // A TCP service shows the same conflict as UR (Envoy with TCP reset detection).
  applies: (s) =>
    (s.responseFlags.includes('UC') ||
      (s.responseFlags.includes('UR') && s.layer === 'tcp' && (s.bytesSent ?? 0) === 0)) &&
    s.detailsName !== 'upstream_reset_after_response_started' &&
    !isInbound(s.clusterDirection),
  // The server's sidecar finds no filter chain for plaintext and logs only that.
  echoes: (s) => s.responseFlags.includes('NR') && s.layer === 'tcp' && s.requestedServerName == null,
  cause:
    'The calling proxy sends plaintext to {host}: a DestinationRule sets tls mode DISABLE for it, or has a traffic policy without tls while automatic mutual TLS is off. The server takes mutual TLS only (PeerAuthentication STRICT), finds no filter chain for plaintext and closes the connection.',
  evidence: [
    {
      for: 'weak',
      about: 'duration',
      claim: 'the failures take next to no time',
      restsOn: tls.strictTakesNoPlaintext,
      group: tookAtMost(5),
    },
    {
      for: 'strong',
      about: 'endpoint',
      claim: 'four or more requests went to the failing endpoints, and not one succeeded',
      restsOn: [tls.rulesHoldForAll, chance.enoughInARow],
      group: neverAnswerMany,
    },
    {
      for: 'moderate',
      about: 'endpoint',
      claim: 'no request to the failing endpoints ever succeeded',
      restsOn: [tls.rulesHoldForAll, chance.successShowsItWorks],
      group: neverAnswer,
    },
    {
      // Each caller has a DestinationRule and certificates of its own kind.
      for: 'strong',
      about: 'endpoint',
      claim: 'no request of the failing callers to this cluster succeeds, while those of other callers do',
      restsOn: [tls.rulesHoldForAll, chance.oneCaller],
      group: (g) => g.onlyOtherCallersSucceed,
    },
    {
      // A rule that is applied while the log runs: all before it is well, nothing after it.
      for: 'moderate',
      about: 'endpoint',
      claim: 'requests to the endpoint succeeded until the first of four or more failures, and never since',
      restsOn: tls.rulesHoldForAll,
      group: answeredUntilMany,
    },
    {
      for: 'decisive',
      about: 'peer',
      claim: "the server's proxy logged NR filter_chain_not_found for the same connections",
      restsOn: [tls.strictTakesNoPlaintext, mesh.oneConnectionTwoLogs],
      group: serverSawPlaintext,
    },
    {
      // Formats without the connection's own address still show the two at one endpoint.
      for: 'strong',
      about: 'peer',
      claim: "at the same time the server's proxy logged NR for plaintext connections to the endpoint",
      restsOn: [tls.strictTakesNoPlaintext, mesh.bothSidesLog],
      group: serverSawPlaintextNearby,
    },
    {
      for: 'strong',
      about: 'peer',
      claim: "NR lines of a server's proxy come and go with the failures, second by second",
      restsOn: [tls.strictTakesNoPlaintext, chance.inStep],
      group: serverSawPlaintextInStep,
    },
    {
      // Where nothing healthy is logged, pace is what is left: a race needs an idle connection before each failure.
      for: 'moderate',
      about: 'burst',
      claim: 'the log holds failures only, three or more of them less than a second apart',
      restsOn: reuse.busyIsNotIdle,
      group: failInQuickSuccession,
    },
    {
      against: 'strong',
      about: 'peer',
      claim:
        "the log of the server's proxy is there, serves other callers, and has no line for the failed connections",
      restsOn: [tls.strictTakesNoPlaintext, tls.failedHandshakeIsSilent],
      group: serverIsSilent,
    },
    {
      // In formats without addresses the log may still be that of another caller.
      against: 'moderate',
      about: 'peer',
      claim:
        "a log that is the server's by its requests serves other callers, and has no line for the failed connections",
      restsOn: [tls.strictTakesNoPlaintext, logging.ownRequestsTellWhose],
      group: serverIsLikelySilent,
    },
    {
      against: 'decisive',
      about: 'endpoint',
      claim: 'requests to the same endpoint succeed between the failures',
      restsOn: tls.rulesHoldForAll,
      group: answersBetweenInCluster,
    },
    {
      // Without a cluster the lines of two proxies, one of which has no trouble, cannot be told apart.
      against: 'weak',
      about: 'endpoint',
      claim: 'lines without a cluster show requests to the endpoint that succeed between the failures',
      restsOn: logging.sidesLookAlike,
      group: answersBetweenWithoutCluster,
    },
    {
      // A DestinationRule holds for every endpoint of the host.
      against: 'moderate',
      about: 'traffic',
      claim: 'other endpoints of the same cluster answer and never fail so',
      restsOn: tls.rulesHoldForAll,
      group: (g) =>
        g.otherHealthyEndpoints === null || onlyOthersSucceed(g) ? null : g.otherHealthyEndpoints > 0,
    },
    {
      against: 'decisive',
      about: 'reuse',
      claim: 'the same upstream connection had answered before it failed',
      restsOn: [tls.settledAtStart, reuse.portNamesConnection],
      group: onConnectionsThatAnswered,
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the failures take long: plaintext is turned away within milliseconds',
      restsOn: tls.strictTakesNoPlaintext,
      group: (g) => g.durations && g.durations.medianMs > 50,
    },
    {
      against: 'strong',
      about: 'cluster',
      claim: 'the destination is no service of the mesh',
      restsOn: [mesh.clusterNamesHost, mesh.passthrough],
      when: (s) => s.isExternalHost === true || s.clusterDirection === 'passthrough',
    },
  ],
  confusedWith: [
    {
      id: 'certificate-verification-failed',
      tellApart:
        "Look at the log of the server's sidecar: NR filter_chain_not_found from the caller's address means plaintext; no line at all means that the server refused the client's certificate (TLS 1.3).",
    },
    {
      id: 'keepalive-race',
      tellApart:
        'Does any request to {upstreamHost} succeed in the same minute? A TLS conflict fails every one of them.',
    },
    {
      id: 'upstream-crash-or-restart',
      tellApart:
        "Do the failures begin with a change of a DestinationRule or PeerAuthentication, or with a restart of the server's container?",
    },
  ],
  confirm: [
    {
      run: 'istioctl experimental describe service {service} -n {namespace}',
      expect: 'the effective PeerAuthentication is STRICT, and a DestinationRule for {host} is named',
    },
    {
      run: 'istioctl proxy-config cluster POD -n NAMESPACE --fqdn {host} -o json',
      expect:
        "in the caller's pod the cluster has neither transportSocket nor transportSocketMatches with tls",
    },
    {
      run: 'kubectl logs POD -c istio-proxy -n {namespace} | grep filter_chain_not_found',
      expect: "in the server's pod: NR lines whose remote address is the caller's, in the same seconds",
    },
  ],
  fixes: [
    {
      text: 'Let the DestinationRule use mutual TLS, or take its tls block out where automatic mutual TLS is on. Wrong when the caller has no sidecar.',
      yaml: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {service}
  namespace: {namespace}
spec:
  host: {host}
  trafficPolicy:
    tls:
      mode: ISTIO_MUTUAL`,
    },
    {
      text: 'Callers that cannot speak mutual TLS need a PERMISSIVE PeerAuthentication on that workload. Wrong where plaintext must not be accepted at all.',
    },
  ],
  versions:
    'All; mostly where automatic mutual TLS is off (before Istio 1.5, or switched off). The NR line of the server exists since Istio 1.8. A TCP service shows UR since Envoy detects TCP resets, before that no flag.',
  sources: [
    {
      title: 'Istio: 503 errors after setting destination rule',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule',
    },
  ],
  samples: [
    {
      file: 'client-and-server.log',
      origin: 'captured',
      from: 'both sidecars, Envoy 1.40: plaintext cluster against a filter chain that demands mutual TLS',
    },
    { file: 'client-only.log', origin: 'captured', from: "the caller's sidecar of the same, Envoy 1.40" },
    {
      file: 'rule-applied.log',
      origin: 'composed',
      from: 'lines of the same, with the successes that precede the rule put before them',
    },
    {
      file: 'failures-only.log',
      origin: 'captured',
      from: 'Istio 1.31 configuration on Envoy 1.40: DestinationRule DISABLE against PeerAuthentication STRICT',
    },
    {
      file: 'tcp-service.log',
      origin: 'captured',
      from: 'both ends of a TCP service, Envoy 1.40 on one machine',
    },
    {
      file: 'both-proxies-envoy-default-format.log',
      origin: 'captured',
      from: 'both sidecars in one log, Envoy’s default format: no address joins their lines, their rhythm does; most healthy lines left out',
    },
    {
      file: 'one-of-two-callers.log',
      origin: 'composed',
      from: 'facts/causes.md, dr-tls-conflict-plain-to-strict, in the lines of two pods of which one has the DestinationRule',
    },
  ],
});
