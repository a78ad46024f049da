import { defineDiagnosis } from '../../src/diagnose/define.ts';

export const applicationError = defineDiagnosis({
  id: 'application-error',
  family: 'stream',
  title: 'The application itself answers with an error; the proxy only relays it',
  prior: 'common',
  flags: [],
  reads: ['responseFlags', 'responseCode', 'detailsName', 'responseCodeDetails', 'upstreamHost', 'hasUpstreamServiceTime', 'layer', 'grpcStatus'],
  applies: (s) =>
    s.responseFlags.length === 0 &&
    s.layer === 'http' &&
    ((s.responseCode ?? 0) >= 400 || (s.grpcStatus ?? 0) > 0) &&
    (s.responseCodeDetails == null || s.detailsName === 'via_upstream') &&
    s.upstreamHost !== null,
  benign: (s) => (s.responseCode ?? 0) < 500,
  cause: 'The upstream answered with this status. If {host} is a service of the mesh, its own sidecar may have made the answer: its log then has a flag on the same request id.',
  evidence: [
    { for: 'strong', about: 'details', claim: 'the status came from the upstream (via_upstream)', when: (s) => s.detailsName === 'via_upstream' },
    { for: 'moderate', about: 'duration', claim: 'the upstream sent response headers (it has a service time)', when: (s) => s.hasUpstreamServiceTime === true },
    { for: 'moderate', about: 'flags', claim: 'no response flag is set', when: (s) => s.responseFlags.length === 0 },
    { against: 'strong', about: 'details', claim: 'the details name a local reply of the proxy', when: (s) => typeof s.detailsName === 'string' && s.detailsName !== 'via_upstream' },
    { against: 'decisive', about: 'peer', claim: 'the other proxy logged a failure of its own at the same endpoint', group: (g) => g.sameEndpoint((other) => other.failed && other.shape.responseFlags.length > 0 && other.shape.clusterDirection === 'inbound') > 0 || null },
  ],
  confusedWith: [
    { id: 'app-not-listening', tellApart: "Does the sidecar of {upstreamIp} log UF on inbound for the same request id? Then the application never got the request." },
    { id: 'retries-exhausted-on-upstream-errors', tellApart: 'The URX flag says that the proxy had retried before it gave the error on.' },
  ],
  confirm: [{ run: 'kubectl get pods -A -o wide --field-selector status.podIP={upstreamIp}', expect: "the pod that answered; its application log has the error under the request's x-request-id" }],
  fixes: [{ text: 'Fix the application: the proxy has no part in it. Retries only hide errors that pass by themselves.' }],
  sources: [{ title: 'Envoy: response code details', url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/response_code_details' }],
  samples: [{ file: 'status-500.log', origin: 'captured', from: 'Envoy 1.40 in front of an application that answers 500' }],
});
