import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { failedConnectionBytesWithRetries } from '../../src/model/local-reply.ts';
import { chance } from '../behaviours/chance.ts';
import { connecting } from '../behaviours/connecting.ts';
import { logging } from '../behaviours/logging.ts';
import { replies } from '../behaviours/replies.ts';
import { tls } from '../behaviours/tls.ts';
import { tookAtLeast, tookAtMost } from '../claims/durations.ts';
import { answersBetween, neverAnswer } from '../claims/endpoints.ts';
import { reportedBefore } from '../claims/proxy-log.ts';

/** Lengths of Envoy's reply with this failure in it. */
const NO_SECRET_REPLY_BYTES = failedConnectionBytesWithRetries(['TLS error: Secret is not supplied by SDS']);

export const sdsSecretMissing = defineDiagnosis({
  id: 'sds-secret-missing',
  family: 'connection',
  title: 'The proxy has no certificate: secret not delivered',
  prior: 'uncommon',
  flags: ['UF', 'URX'],
  reads: ['responseFlags', 'layer', 'clusterDirection', 'transportFailure', 'bytesSent'],
  applies: (s) =>
    s.transportFailure === 'tlsNoSecret' ||
    (s.responseFlags.includes('UF') &&
      s.clusterDirection !== 'inbound' &&
      s.clusterDirection !== 'passthrough' &&
      (s.transportFailure === undefined || (s.transportFailure === null && s.layer === 'tcp'))),
  cause:
    'The calling proxy must use TLS towards {host}, but the certificate or root for it was never delivered over SDS: istiod does not sign for this workload or cannot be reached, or the secret that credentialName asks for does not exist. The proxy fails the connection before it sends anything.',
  evidence: [
    {
      for: 'decisive',
      about: 'transport',
      claim: 'the failure reason says that the secret was not supplied by SDS',
      restsOn: tls.secretNotThere,
      when: (s) => s.transportFailure === 'tlsNoSecret',
    },
    {
      for: 'decisive',
      about: 'transport',
      claim: 'the reply has the length of the text with "Secret is not supplied by SDS"',
      restsOn: [tls.secretNotThere, replies.resetReplyNamesReason],
      when: (s) =>
        s.transportFailure === undefined && s.layer === 'http' && NO_SECRET_REPLY_BYTES.has(s.bytesSent ?? 0),
    },
    {
      for: 'strong',
      about: 'proxyLog',
      claim: 'the log of the proxy itself reports that a secret or certificate could not be fetched',
      restsOn: logging.proxyTellsItsState,
      group: (g) => reportedBefore('certificateFailed')(g) ?? reportedBefore('configFetchTimeout')(g),
    },
    {
      for: 'weak',
      about: 'duration',
      claim: 'the attempts fail at once, retries included',
      restsOn: connecting.nothingSentTakesNoTime,
      group: tookAtMost(150),
    },
    {
      for: 'weak',
      about: 'endpoint',
      claim: 'no request to the failing endpoints ever succeeded',
      restsOn: [tls.secretNotThere, chance.successShowsItWorks],
      group: neverAnswer,
    },
    {
      against: 'moderate',
      about: 'endpoint',
      claim: 'requests to the same endpoint succeed between the failures',
      restsOn: chance.successShowsItWorks,
      group: answersBetween,
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the attempts last for a second or more: a missing secret is noticed before anything is sent',
      restsOn: connecting.nothingSentTakesNoTime,
      group: tookAtLeast(1000),
    },
  ],
  confusedWith: [
    {
      id: 'certificate-verification-failed',
      tellApart: 'Does istioctl proxy-config secret show a certificate at all? Here there is none.',
    },
    {
      id: 'proxy-not-ready',
      tellApart: 'Does it end when the proxy reports ready? Then the secret was only late.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config secret POD -n NAMESPACE',
      expect:
        "in the caller's pod: default or ROOTCA is missing, or stands at WARMING with no valid certificate",
    },
    {
      run: 'kubectl logs -n istio-system deploy/istiod | grep -iE "csr|sign|secret|unauthenticated"',
      expect: 'istiod refuses to sign for the workload, or misses the secret of a gateway or DestinationRule',
    },
    {
      run: 'istioctl analyze -A',
      expect: 'IST0101 or IST0161 where a credentialName points to a secret that does not exist',
    },
  ],
  fixes: [
    {
      text: 'Workload certificate: bring istiod (or the CA behind it) back within reach of the pod, then restart the pod. Look at its service account token and at the clock of its node when istiod refuses to sign.',
    },
    {
      text: 'credentialName: create the secret in the namespace of the gateway (for a DestinationRule: of the workload, whose service account must be allowed to read it). A secret in another namespace is not looked up.',
    },
  ],
  versions: 'All since secrets come over SDS (Istio 1.1; the only way since 1.5).',
  sources: [
    {
      title: 'Istio: secure gateways, troubleshooting',
      url: 'https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/#troubleshooting',
    },
    {
      title: 'Envoy: secret discovery service',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/security/secret',
    },
  ],
  samples: [
    {
      file: 'workload-certificate.log',
      origin: 'quoted',
      from: 'HPE Cray runbook for a Keycloak setup job that gets 503, Istio 1.8 format',
    },
    {
      file: 'root-not-delivered.log',
      origin: 'captured',
      from: 'Envoy 1.40, root certificate never delivered',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'composed',
      from: "Envoy's default format, reply of 159 bytes, with the lines of the proxy about the secret it waits for",
    },
  ],
});
