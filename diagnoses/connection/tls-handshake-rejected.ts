import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isInbound } from '../../src/model/upstream-cluster.ts';
import { chance } from '../behaviours/chance.ts';
import { connecting } from '../behaviours/connecting.ts';
import { tls } from '../behaviours/tls.ts';
import { tookAtLeast, tookAtMost, tookNoTimeAtAll } from '../claims/durations.ts';
import { answersBetween, neverAnswer } from '../claims/endpoints.ts';
import { repliedWithoutReason } from '../claims/transport.ts';

export const tlsHandshakeRejected = defineDiagnosis({
  id: 'tls-handshake-rejected',
  family: 'connection',
  title: 'The peer refuses the TLS handshake (cipher, version, SNI, missing client certificate)',
  prior: 'uncommon',
  flags: ['UF', 'URX'],
  reads: [
    'responseFlags',
    'layer',
    'clusterDirection',
    'transportFailure',
    'upstreamTransportFailureReason',
    'bytesSent',
  ],
  applies: (s) =>
    !isInbound(s.clusterDirection) &&
    s.clusterDirection !== 'passthrough' &&
    (s.transportFailure === 'tlsAlertOther' ||
      s.transportFailure === 'tlsOther' ||
      (s.responseFlags.includes('UF') &&
        (s.transportFailure === undefined || (s.transportFailure === null && s.layer === 'tcp')))),
  echoes: (s) => s.responseFlags.includes('UH') && s.clusterDirection === 'outbound',
  cause:
    'The calling proxy starts TLS with {upstreamHost}, and the TLS server there breaks the handshake off: it wants a client certificate and gets none, shares no version or cipher with the proxy, or serves nothing under the server name that the proxy sends.',
  evidence: [
    {
      for: 'decisive',
      about: 'transport',
      claim: 'the endpoint answered the handshake with a TLS alert that is not about a certificate of ours',
      restsOn: tls.alertsComeFromPeer,
      when: (s) => s.transportFailure === 'tlsAlertOther',
    },
    {
      for: 'moderate',
      about: 'transport',
      claim: 'the reply is as long as "remote connection failure" without a reason',
      restsOn: connecting.newReplyHidesReason,
      when: repliedWithoutReason,
    },
    {
      for: 'strong',
      about: 'transport',
      claim: 'the TLS handshake ended without an alert: the endpoint closed or reset the connection',
      restsOn: tls.cutWithinHandshake,
      when: (s) => s.transportFailure === 'tlsOther',
    },
    {
      for: 'moderate',
      about: 'details',
      claim: 'the failure reason says that the connection was reset within the handshake',
      restsOn: tls.cutWithinHandshake,
      when: (s) => /Connection[_ ]reset[_ ]by[_ ]peer/.test(s.upstreamTransportFailureReason ?? ''),
    },
    {
      for: 'moderate',
      about: 'endpoint',
      claim: 'no request to the failing endpoints ever succeeded',
      restsOn: [tls.rulesHoldForAll, chance.successShowsItWorks],
      group: neverAnswer,
    },
    {
      for: 'weak',
      about: 'duration',
      claim: 'the attempts fail at once, retries included',
      restsOn: tls.handshakeFailsFast,
      group: tookAtMost(150),
    },
    {
      against: 'moderate',
      about: 'endpoint',
      claim: 'requests to the same endpoint succeed between the failures',
      restsOn: tls.rulesHoldForAll,
      group: answersBetween,
    },
    {
      against: 'moderate',
      about: 'duration',
      claim: 'not one of ten or more attempts took a millisecond: a handshake does',
      restsOn: tls.handshakeTakesTime,
      group: tookNoTimeAtAll,
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the attempts last for a second or more, as packets that are dropped do',
      restsOn: [tls.handshakeFailsFast, connecting.unanswered],
      group: tookAtLeast(1000),
    },
  ],
  confusedWith: [
    {
      id: 'certificate-verification-failed',
      tellApart:
        'Does the alert name a certificate (UNKNOWN_CA, CERTIFICATE_EXPIRED) or something else (HANDSHAKE_FAILURE)?',
    },
    {
      id: 'tls-conflict-mtls-to-plaintext',
      tellApart:
        'WRONG_VERSION_NUMBER means an answer that is not TLS; an alert means that a TLS server refused the handshake.',
    },
    {
      id: 'connection-refused',
      tellApart: 'Does nc reach {upstreamHost}? Then the TCP connection is made and TLS fails on it.',
    },
  ],
  confirm: [
    {
      run: 'kubectl exec POD -n NAMESPACE -- openssl s_client -connect {upstreamHost} -servername {host} </dev/null',
      expect:
        'from a pod without sidecar: the same alert; or "Acceptable client certificate CA names", which means that the server asks for a client certificate',
    },
    {
      run: 'istioctl proxy-config cluster POD -n NAMESPACE --fqdn {host} -o json',
      expect:
        "in the caller's pod: the sni, the TLS versions and whether a client certificate is set in the transportSocket",
    },
  ],
  fixes: [
    {
      text: 'HANDSHAKE_FAILURE or CERTIFICATE_REQUIRED from a server of the mesh: the DestinationRule sends TLS without a client certificate (SIMPLE). Use mutual TLS. Wrong for a host outside the mesh: give it a client certificate with mode MUTUAL and credentialName.',
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
      text: 'UNRECOGNIZED_NAME, or a reset right after the client hello: set tls.sni to a name that the server knows.',
    },
    {
      text: 'PROTOCOL_VERSION or NO_SHARED_CIPHER: agree on a TLS version and cipher; on the side of the mesh meshConfig.meshMTLS and meshConfig.tlsDefaults set the lowest version.',
    },
    {
      text: 'A reset with no alert may also be a server that expects the PROXY protocol, or a firewall that reads server names.',
    },
  ],
  versions:
    'All; "TLS error: 268436496:..." before Envoy 1.30, "TLS_error:|268436496:...:TLS_error_end" since. TLS 1.3 may report a missing client certificate as UC instead.',
  sources: [
    {
      title: 'istio/istio#39940: reset during the TLS handshake',
      url: 'https://github.com/istio/istio/issues/39940',
    },
    {
      title: 'Istio: DestinationRule, ClientTLSSettings',
      url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings',
    },
  ],
  samples: [
    {
      file: 'no-client-certificate.log',
      origin: 'captured',
      from: 'Envoy 1.40, TLS server that demands a client certificate',
    },
    {
      file: 'reset-in-handshake.log',
      origin: 'captured',
      from: 'Envoy 1.40: peer without a filter chain for the server name',
    },
  ],
});
