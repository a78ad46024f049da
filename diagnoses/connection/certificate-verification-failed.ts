import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { failedConnectionBytesWithRetries, tlsErrors } from '../../src/model/local-reply.ts';
import { isInbound } from '../../src/model/upstream-cluster.ts';
import { chance } from '../behaviours/chance.ts';
import { connecting } from '../behaviours/connecting.ts';
import { listeners } from '../behaviours/listeners.ts';
import { logging } from '../behaviours/logging.ts';
import { mesh } from '../behaviours/mesh.ts';
import { replies } from '../behaviours/replies.ts';
import { reuse } from '../behaviours/reuse.ts';
import { tls } from '../behaviours/tls.ts';
import { tookNoTimeAtAll } from '../claims/durations.ts';
import {
  answeredUntilMany,
  answersBetweenInCluster,
  answersBetweenWithoutCluster,
  neverAnswer,
  onConnectionsThatAnswered,
} from '../claims/endpoints.ts';
import { serverIsLikelySilent, serverIsSilent } from '../claims/peers.ts';
import { reportedBefore } from '../claims/proxy-log.ts';
import { repliedWithoutReason } from '../claims/transport.ts';

const VERIFY_FAILED = 'CERTIFICATE_VERIFY_FAILED';
/** What Envoy 1.37 writes behind it. A name that does not match is followed by the names of the certificate, of any length. */
const CHAIN_FAILED = `${VERIFY_FAILED}:verify_cert_failed: X509_verify_cert: certificate verification error at depth 0: `;
/** Lengths of Envoy's reply with that text in it. */
const VERIFY_FAILED_REPLY_BYTES = failedConnectionBytesWithRetries(
  [
    VERIFY_FAILED,
    `${CHAIN_FAILED}certificate has expired`,
    `${CHAIN_FAILED}unable to get local issuer certificate`,
  ].flatMap((name) => tlsErrors(268435581, name)),
);

export const certificateVerificationFailed = defineDiagnosis({
  id: 'certificate-verification-failed',
  family: 'connection',
  title: 'Certificate verification fails between the proxies',
  prior: 'usual',
  flags: ['UF', 'URX', 'UC'],
  reads: [
    'responseFlags',
    'layer',
    'clusterDirection',
    'isExternalHost',
    'transportFailure',
    'detailsName',
    'bytesSent',
  ],
  // TLS 1.3: the client is done with its handshake before the server looks at its certificate, so a refusal is a UC.
  applies: (s) =>
    s.detailsName !== 'upstream_reset_after_response_started' &&
    !isInbound(s.clusterDirection) &&
    s.clusterDirection !== 'passthrough' &&
    ((s.responseFlags.includes('UF') &&
      (s.transportFailure === undefined ||
        s.transportFailure === 'tlsCertificate' ||
        s.transportFailure === 'tlsAlertCertificate' ||
        (s.transportFailure === null && s.layer === 'tcp'))) ||
      (s.responseFlags.includes('UC') && s.transportFailure == null) ||
      s.transportFailure === 'tlsCertificate' ||
      s.transportFailure === 'tlsAlertCertificate'),
  echoes: (s) => s.responseFlags.includes('UH') && s.clusterDirection === 'outbound',
  cause:
    'The proxies at the two ends of {host} do not accept each other: a certificate has expired, is signed by a root that the other side does not trust, or carries another identity than is asked for. The failure reason says which: CERTIFICATE_VERIFY_FAILED when the caller refuses, an alert when the server at {upstreamHost} refuses the caller, nothing but a cut connection (UC) when it does so under TLS 1.3.',
  evidence: [
    {
      for: 'decisive',
      about: 'transport',
      claim: 'the calling proxy refused the certificate of the endpoint (CERTIFICATE_VERIFY_FAILED)',
      restsOn: tls.callerRefuses,
      when: (s) => s.transportFailure === 'tlsCertificate',
    },
    {
      for: 'moderate',
      about: 'transport',
      claim: 'the reply is as long as "remote connection failure" without a reason',
      restsOn: connecting.newReplyHidesReason,
      when: repliedWithoutReason,
    },
    {
      for: 'decisive',
      about: 'transport',
      claim: "the endpoint refused the calling proxy's certificate with a TLS alert",
      restsOn: tls.alertsComeFromPeer,
      when: (s) => s.transportFailure === 'tlsAlertCertificate',
    },
    {
      for: 'decisive',
      about: 'transport',
      claim: 'the reply has the length of the text with CERTIFICATE_VERIFY_FAILED',
      restsOn: [tls.callerRefuses, replies.resetReplyNamesReason],
      when: (s) =>
        s.transportFailure === undefined &&
        s.layer === 'http' &&
        VERIFY_FAILED_REPLY_BYTES.has(s.bytesSent ?? 0),
    },
    {
      for: 'strong',
      about: 'endpoint',
      claim: 'four or more requests went to the failing endpoints, each was cut off, and not one succeeded',
      restsOn: [tls.clientCertificateJudgedLate, chance.enoughInARow],
      group: (g, s) =>
        g.healthyOnFailingEndpoints === null
          ? null
          : g.healthyOnFailingEndpoints === 0 && g.requests >= 4 && s.responseFlags.includes('UC'),
    },
    {
      for: 'moderate',
      about: 'endpoint',
      claim: 'no request to the failing endpoints ever succeeded',
      restsOn: [tls.rulesHoldForAll, chance.successShowsItWorks],
      group: neverAnswer,
    },
    {
      // A certificate expires while the log runs.
      for: 'moderate',
      about: 'endpoint',
      claim: 'requests to the endpoint succeeded until the first of four or more failures, and never since',
      restsOn: tls.certificatesExpire,
      group: answeredUntilMany,
    },
    {
      for: 'strong',
      about: 'endpoint',
      claim: 'no request of the failing callers to this cluster succeeds, while those of other callers do',
      restsOn: chance.oneCaller,
      group: (g) => g.onlyOtherCallersSucceed,
    },
    {
      for: 'weak',
      about: 'duration',
      claim: 'the failures take no longer than handshakes and the pauses between retries',
      restsOn: tls.handshakeFailsFast,
      group: (g, s) => g.durations && g.durations.medianMs <= (s.responseFlags.includes('UC') ? 5 : 150),
    },
    {
      for: 'strong',
      about: 'proxyLog',
      claim: 'the log of the proxy itself reports trouble with its certificate',
      restsOn: [logging.proxyTellsItsState, tls.certificatesExpire],
      group: reportedBefore('certificateFailed'),
    },
    {
      // Certificates of the mesh live for a day: without istiod they are not renewed.
      for: 'moderate',
      about: 'proxyLog',
      claim: 'the proxy lost its connection to the control plane, which renews its certificate',
      restsOn: [logging.proxyTellsItsState, tls.certificatesExpire],
      group: reportedBefore('controlPlaneLost'),
    },
    {
      // A handshake that fails, TLS 1.3 or not, leaves no access log at the server; plaintext leaves NR.
      against: 'strong',
      about: 'peer',
      claim:
        "the server's proxy logged NR filter_chain_not_found, which only plaintext or a foreign server name leaves",
      restsOn: [tls.failedHandshakeIsSilent, listeners.noFilterChain, mesh.oneConnectionTwoLogs],
      group: (g) =>
        g.pairedWith(({ shape }) => shape.responseFlags.includes('NR') && shape.layer === 'tcp') > 0 || null,
    },
    {
      for: 'decisive',
      about: 'peer',
      claim:
        "the log of the server's proxy is there, serves other callers, and has no line for the failed connections",
      restsOn: [tls.failedHandshakeIsSilent, tls.clientCertificateJudgedLate],
      group: serverIsSilent,
    },
    {
      // In formats without addresses the log may still be that of another caller.
      for: 'moderate',
      about: 'peer',
      claim:
        "a log that is the server's by its requests serves other callers, and has no line for the failed connections",
      restsOn: [tls.failedHandshakeIsSilent, tls.clientCertificateJudgedLate, logging.ownRequestsTellWhose],
      group: serverIsLikelySilent,
    },
    {
      against: 'decisive',
      about: 'endpoint',
      claim: 'requests to the same endpoint succeed between the failures',
      restsOn: [tls.certificatesExpire, chance.successShowsItWorks],
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
      against: 'decisive',
      about: 'reuse',
      claim: 'the same upstream connection had answered before it failed',
      restsOn: [tls.settledAtStart, reuse.portNamesConnection],
      group: onConnectionsThatAnswered,
    },
    {
      against: 'moderate',
      about: 'duration',
      claim: 'not one of ten or more attempts to connect took a millisecond: a handshake does',
      restsOn: tls.handshakeTakesTime,
      group: (g, s) => s.responseFlags.includes('UF') && tookNoTimeAtAll(g),
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the failures take longer than a handshake and its retries',
      restsOn: tls.handshakeFailsFast,
      group: (g) => g.durations && g.durations.medianMs > 500,
    },
    {
      // Every other fault of a certificate names itself.
      against: 'moderate',
      about: 'flags',
      claim: 'the connection was made and then cut, as only a client certificate that TLS 1.3 refuses does',
      restsOn: [tls.flagsOfHandshake, tls.clientCertificateJudgedLate],
      when: (s) => s.responseFlags.includes('UC'),
    },
    {
      against: 'moderate',
      about: 'transport',
      claim: 'the format has failure reasons, and this failure to connect has none',
      restsOn: tls.flagsOfHandshake,
      when: (s) => s.transportFailure === null && s.responseFlags.includes('UF'),
    },
    {
      against: 'moderate',
      about: 'cluster',
      claim: 'the destination lies outside the mesh, and the failure reason names no certificate',
      restsOn: [mesh.clusterNamesHost, tls.flagsOfHandshake],
      when: (s) => s.isExternalHost === true && s.transportFailure == null,
    },
  ],
  confusedWith: [
    {
      id: 'tls-conflict-plaintext-to-strict',
      tellApart:
        "Look at the log of the server's sidecar: NR filter_chain_not_found from the caller's address means plaintext; no line at all means that the server refused the client's certificate (TLS 1.3).",
    },
    {
      id: 'tls-handshake-rejected',
      tellApart:
        'Does the alert name a certificate (UNKNOWN_CA, CERTIFICATE_EXPIRED) or something else (HANDSHAKE_FAILURE)?',
    },
    {
      id: 'sds-secret-missing',
      tellApart:
        'Does istioctl proxy-config secret show a certificate at all? Here there is one, but it is refused.',
    },
    {
      id: 'keepalive-race',
      tellApart:
        'Does any request to {upstreamHost} succeed in the same minute? A refused certificate fails them all.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config secret POD -n NAMESPACE',
      expect:
        'for the pods of both ends: default is ACTIVE and VALID CERT true with NOT AFTER in the future; the serial number of ROOTCA is the same at both ends',
    },
    {
      run: 'kubectl logs POD -c istio-proxy -n NAMESPACE | grep -iE "certificate|CSR|SDS"',
      expect: 'in the pod with the old certificate: renewal fails, or istiod cannot be reached',
    },
    {
      run: 'kubectl get destinationrule -A -o yaml | grep -B8 -A8 subjectAltNames',
      expect: 'for a SAN mismatch: names for {host} that are not those listed in the failure reason',
    },
  ],
  fixes: [
    {
      text: "Expired: make istiod reachable again for that pod (and the node's clock right), then restart the pod so that it asks for a new certificate.",
    },
    {
      text: 'Unknown authority: give both ends one root. In a CA rotation distribute the new root beside the old one first, and restart the workloads that still hold certificates of the old one.',
    },
    {
      text: 'Identity mismatch: correct subjectAltNames or the trust domain (trustDomainAliases). Wrong when the address now belongs to another pod: then the names are right and the endpoint is stale.',
    },
    { text: 'Switching verification off hides the fault and the intruder alike: no fix.' },
  ],
  versions:
    'Envoy up to about 1.36 prints CERTIFICATE_VERIFY_FAILED without the reason behind it. With TLS 1.2 a refused client certificate is UF with an alert, with TLS 1.3 it is UC without any reason.',
  sources: [
    {
      title: 'istio/istio#46619: SSLV3_ALERT_CERTIFICATE_EXPIRED',
      url: 'https://github.com/istio/istio/issues/46619',
    },
    {
      title: 'Istio: security problems',
      url: 'https://istio.io/latest/docs/ops/common-problems/security-issues/',
    },
  ],
  samples: [
    {
      file: 'client-and-silent-server.log',
      origin: 'captured',
      from: 'both sidecars, Envoy 1.40, TLS 1.3: the server does not trust the root of the caller',
    },
    {
      file: 'client-refuses-and-silent-server.log',
      origin: 'captured',
      from: 'both sidecars, Envoy 1.40: the certificate of the server has expired; most healthy lines left out',
    },
    {
      file: 'server-expired.log',
      origin: 'captured',
      from: 'Envoy 1.40: the server’s certificate has expired',
    },
    {
      file: 'server-san-mismatch.log',
      origin: 'captured',
      from: 'Envoy 1.40: the server has another identity',
    },
    {
      file: 'client-unknown-ca-tls12.log',
      origin: 'captured',
      from: 'Envoy 1.40: the server does not trust the caller’s root, TLS 1.2',
    },
    {
      file: 'client-refused-tls13.log',
      origin: 'composed',
      from: 'UC lines of Envoy 1.40 (client certificate refused, TLS 1.3) with the lines of istio-proxy about a renewal that fails',
    },
    {
      file: 'client-expired-tls13.log',
      origin: 'composed',
      from: 'the same behind the successes before the certificate expired',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'composed',
      from: "Envoy's default format, reply of 239 bytes as Envoy 1.36 gives it after retries",
    },
    {
      file: 'both-proxies-envoy-default-format.log',
      origin: 'captured',
      from: 'Envoy’s default format: the endpoint serves other callers in the same seconds; most healthy lines left out',
    },
    {
      file: 'one-of-two-callers.log',
      origin: 'composed',
      from: 'facts/causes.md, tls-identity: the alert of a server that got an expired certificate, in the lines of two callers',
    },
  ],
});
