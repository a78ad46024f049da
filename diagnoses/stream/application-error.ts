import { defineDiagnosis } from '../../src/diagnose/define.ts';
import {
  connectErrors,
  failedConnectionBytesWithRetries,
  LOCAL_REPLIES,
  resetReplyBytes,
} from '../../src/model/local-reply.ts';
import { isInbound } from '../../src/model/upstream-cluster.ts';
import { http } from '../behaviours/http.ts';
import { mesh } from '../behaviours/mesh.ts';
import { replies } from '../behaviours/replies.ts';
import { relays } from '../claims/relayed.ts';

/** Lengths of Envoy's own texts for failed upstream requests: what a proxy further on may have answered. */
const relaysReset = relays(
  503,
  ...(['connection termination', 'overflow', 'remote reset'] as const).map((reason) =>
    resetReplyBytes(reason),
  ),
  ...failedConnectionBytesWithRetries(['', ...connectErrors(111, 'Connection refused')]),
);
const relaysProtocolError = relays(502, resetReplyBytes('protocol error'));
const relaysTimeout = relays(504, LOCAL_REPLIES.requestTimeout.length);

/** Requests and the calls made for them begin and end within this of each other. */
const SAME_TIME_MS = 5000;

export const applicationError = defineDiagnosis({
  id: 'application-error',
  family: 'stream',
  title: 'The application itself answers with an error; the proxy only relays it',
  prior: 'common',
  flags: [],
  reads: [
    'responseFlags',
    'responseCode',
    'detailsName',
    'upstreamHost',
    'hasUpstreamServiceTime',
    'layer',
    'grpcStatus',
    'bytesSent',
    'clusterDirection',
  ],
  applies: (s) =>
    s.responseFlags.length === 0 &&
    s.layer === 'http' &&
    ((s.responseCode ?? 0) >= 400 || (s.grpcStatus ?? 0) > 0) &&
    (s.detailsName == null || s.detailsName === 'via_upstream') &&
    s.upstreamHost !== null,
  benign: (s) => (s.responseCode ?? 0) < 500,
  cause:
    'The upstream {upstreamHost} answered with this status, and the proxy passed it on. If it is a service of the mesh, its own sidecar may have made the answer: its log then has a flag under the same request id.',
  evidence: [
    {
      for: 'strong',
      about: 'details',
      claim: 'the status came from the upstream (via_upstream)',
      restsOn: http.viaUpstream,
      when: (s) => s.detailsName === 'via_upstream',
    },
    {
      for: 'moderate',
      about: 'duration',
      claim: 'the upstream sent response headers (it has a service time)',
      restsOn: http.serviceTimeMeansAnswer,
      when: (s) => s.hasUpstreamServiceTime === true,
    },
    {
      for: 'moderate',
      about: 'flags',
      claim: 'no response flag is set',
      restsOn: replies.reasonIsLogged,
      when: (s) => s.responseFlags.length === 0 && typeof s.responseCode === 'number',
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'no response headers came from an upstream: the proxy made the answer',
      restsOn: http.serviceTimeMeansAnswer,
      when: (s) => s.detailsName == null && s.hasUpstreamServiceTime === false,
    },
    {
      against: 'decisive',
      about: 'size',
      claim: "a 502 or 503 of just the length of a proxy's text for a failed request: the next proxy made it",
      restsOn: [replies.relayedReplyKeepsItsSize, replies.resetReplyNamesReason],
      when: (s) => relaysReset(s) || relaysProtocolError(s),
    },
    {
      against: 'strong',
      about: 'size',
      claim: 'a 504 of the 24 bytes of "upstream request timeout": the next proxy made it',
      restsOn: [replies.relayedReplyKeepsItsSize, replies.fixedTexts],
      when: relaysTimeout,
    },
    {
      // It may follow on them, where the application does not pass the request id on.
      against: 'moderate',
      about: 'traffic',
      claim: 'calls that leave this proxy fail in the same time',
      restsOn: mesh.faultsTravel,
      group: (g, s) =>
        s.clusterDirection !== 'inbound'
          ? null
          : g.elsewhere(
              ({ failed, shape, time }) =>
                failed &&
                shape.responseFlags.length > 0 &&
                (shape.clusterDirection === 'outbound' || shape.clusterDirection === 'passthrough') &&
                (time === null ||
                  g.time === null ||
                  (time.first <= g.time.last + SAME_TIME_MS && g.time.first <= time.last + SAME_TIME_MS)),
            ) > 0 || null,
    },
    {
      against: 'decisive',
      about: 'peer',
      claim: 'the proxy of the server logged a failure of its own at the same endpoint',
      restsOn: mesh.bothSidesLog,
      group: (g, s) =>
        s.clusterDirection === 'inbound'
          ? null
          : g.sameEndpoint(
              (other) =>
                other.failed &&
                other.shape.responseFlags.length > 0 &&
                isInbound(other.shape.clusterDirection),
            ) > 0 || null,
    },
  ],
  confusedWith: [
    {
      id: 'app-not-listening',
      tellApart:
        'Does the sidecar of {upstreamIp} log UF on inbound for the same request id? Then the application never got the request.',
    },
    {
      id: 'retries-exhausted-on-upstream-errors',
      tellApart: 'The URX flag says that the proxy had retried before it passed the error on.',
    },
    {
      id: 'upstream-crash-or-restart',
      tellApart:
        'Does the sidecar of {upstreamIp} log UC on inbound for the same request id? Then the application did not answer but closed.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={upstreamIp}',
      expect: "the pod that answered; its application log has the error under the request's x-request-id",
    },
    {
      run: 'kubectl exec {pod} -n {namespace} -c istio-proxy -- curl -si "http://localhost:{upstreamPort}{path}"',
      expect:
        'in the pod that answered: the same status without a proxy in between (put what belongs there for a * in the path)',
    },
  ],
  fixes: [
    {
      text: 'Mend the application: the proxy has no part in it. Retries only hide errors that pass by themselves.',
    },
  ],
  sources: [
    {
      title: 'Envoy: response code details',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/response_code_details',
    },
  ],
  samples: [
    {
      file: 'status-500.log',
      origin: 'captured',
      from: 'Envoy 1.40 in front of applications that answer 404 and 500',
    },
    {
      file: 'default-format.log',
      origin: 'composed',
      from: "facts/causes.md, app-5xx, in Envoy's default format: 504, 500, 503 and 426 of the application",
    },
    {
      file: 'beside-a-failing-call.log',
      origin: 'composed',
      from: 'a published pair of lines: a call that times out, and errors of the application itself',
    },
  ],
});
