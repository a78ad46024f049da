import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { resetReplyBytes } from '../../src/model/local-reply.ts';
import { chance } from '../behaviours/chance.ts';
import { http } from '../behaviours/http.ts';
import { replies } from '../behaviours/replies.ts';
import { reuse } from '../behaviours/reuse.ts';
import { answerOthers, neverAnswer } from '../claims/endpoints.ts';
import { relays } from '../claims/relayed.ts';

const relaysProtocolError = relays(502, resetReplyBytes('protocol error'));

export const upstreamProtocolError = defineDiagnosis({
  id: 'upstream-protocol-error',
  family: 'stream',
  title: 'Upstream answers with something that is not valid HTTP',
  prior: 'usual',
  flags: ['UPE'],
  reads: [
    'responseFlags',
    'responseCode',
    'layer',
    'detailsName',
    'resetReason',
    'clusterDirection',
    'upstreamHost',
    'bytesSent',
  ],
  applies: (s) => s.layer === 'http' && (s.responseFlags.includes('UPE') || relaysProtocolError(s)),
  cause:
    'The server behind {upstreamHost} answers with something the proxy must not pass on: both Content-Length and chunks, one of them twice, a bad header name, broken chunks or bytes that are no HTTP.',
  evidence: [
    {
      for: 'strong',
      about: 'size',
      claim: "the relayed 502 is as long as a proxy's own text for an unreadable answer",
      restsOn: [replies.relayedReplyKeepsItsSize, replies.resetReplyNamesReason],
      when: relaysProtocolError,
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the answer could not be parsed (protocol_error) before any of it was passed on',
      restsOn: http.unreadableAnswer,
      when: (s) =>
        s.resetReason === 'protocol_error' && s.detailsName === 'upstream_reset_before_response_started',
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the flag is UPE and the reply the 87 bytes of "reset reason: protocol error"',
      restsOn: [http.unreadableAnswer, replies.resetReplyNamesReason],
      when: (s) => s.responseFlags.includes('UPE') && s.bytesSent === resetReplyBytes('protocol error'),
    },
    {
      for: 'moderate',
      about: 'details',
      claim: 'the answer became invalid after it had begun',
      restsOn: http.answerBreaksOff,
      when: (s) => s.detailsName === 'upstream_reset_after_response_started',
    },
    {
      for: 'strong',
      about: 'duration',
      claim: 'the server worked on the requests before it gave its unreadable answer',
      restsOn: http.versionsDisagreeAtOnce,
      group: (g, s) =>
        g.durations === null || s.detailsName === 'upstream_reset_after_response_started'
          ? null
          : g.durations.medianMs >= 50,
    },
    {
      for: 'moderate',
      about: 'endpoint',
      claim: 'some requests to the failing endpoints succeed, with the same protocol',
      restsOn: http.versionsDisagreeAtOnce,
      group: answerOthers,
    },
    {
      for: 'moderate',
      about: 'path',
      claim: 'all failures are on one path',
      restsOn: chance.onePath,
      group: (g) => g.onOnePath,
    },
    {
      for: 'strong',
      about: 'traffic',
      claim: 'other answers of the same cluster were unreadable from the start',
      restsOn: http.unreadableAnswer,
      group: (g, s) =>
        (s.detailsName === 'upstream_reset_after_response_started' &&
          g.neighbours.some(({ shape }) => shape.resetReason === 'protocol_error')) ||
        null,
    },
    {
      against: 'weak',
      about: 'endpoint',
      claim: 'no request to the failing endpoints ever succeeded',
      restsOn: [chance.successShowsItWorks, http.versionsDisagreeAtOnce],
      group: neverAnswer,
    },
    {
      against: 'strong',
      about: 'traffic',
      claim: 'the same cluster also lost connections before an answer (UC)',
      restsOn: [reuse.connectionEnds, http.answerBreaksOff],
      group: (g) => g.neighbours.some(({ shape }) => shape.responseFlags.includes('UC')) || null,
    },
  ],
  confusedWith: [
    {
      id: 'protocol-mismatch',
      tellApart:
        'Does any request to {upstreamHost} succeed? A wrong protocol fails them all, an invalid answer only some.',
    },
    {
      id: 'header-too-large',
      tellApart:
        'Are there more than 100 headers or 60 KiB of them in the answer? Ask the server directly and count.',
    },
    {
      id: 'upstream-crash-or-restart',
      tellApart:
        'For 200 UPE: an answer that breaks off because the process died looks the same; see whether it restarted.',
    },
  ],
  confirm: [
    {
      run: 'kubectl exec {pod} -n {namespace} -c istio-proxy -- curl -siv --raw "http://localhost:{upstreamPort}{path}"',
      expect:
        'in the pod of {upstreamIp}: Transfer-Encoding twice or together with Content-Length, two different Content-Length, a header name with a space, or no status line at all',
    },
    {
      run: 'istioctl proxy-config log {pod} -n POD_NAMESPACE --level client:debug,http:debug',
      expect:
        'at the next failure "Error dispatching received data" with the rule that was broken (set the level back to warning)',
    },
  ],
  fixes: [
    {
      text: 'Correct the answer in the application or its framework: let the server set the framing headers, and never copy Transfer-Encoding or Content-Length from another answer (a common fault of code that proxies by itself).',
    },
    {
      text: 'If the server does not speak HTTP at all, declare its port tcp.',
      yaml: `apiVersion: v1
kind: Service
metadata:
  name: {service}
  namespace: {namespace}
spec:
  selector:
    app: {service}
  ports:
    - name: tcp
      port: {port}
      appProtocol: tcp`,
    },
  ],
  versions: '502 UPE since about Envoy 1.17; before, 503 UPE or 503 UC. Newer versions check more strictly.',
  sources: [
    {
      title: 'istio/istio#40104: 502 UPE because of content-length',
      url: 'https://github.com/istio/istio/issues/40104',
    },
    {
      title: 'istio/istio#39706: UPE for compressed answers only',
      url: 'https://github.com/istio/istio/issues/39706',
    },
  ],
  samples: [
    {
      file: 'inbound-content-length.log',
      origin: 'quoted',
      from: 'istio/istio#40104 (names changed), sidecar of an application that sends an invalid content-length',
    },
    {
      file: 'one-path.log',
      origin: 'composed',
      from: 'facts/envoy-1.40-signatures.md, upstream protocol errors, on one path as in istio/istio#39706',
    },
    {
      file: 'relayed-by-the-gateway.log',
      origin: 'composed',
      from: 'the pair of lines of a published 502 (tetrate.io, faulty-http), its gateway line alone',
    },
  ],
});
