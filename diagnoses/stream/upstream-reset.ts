import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { resetReplyBytes } from '../../src/model/local-reply.ts';
import { http } from '../behaviours/http.ts';
import { mesh } from '../behaviours/mesh.ts';
import { replies } from '../behaviours/replies.ts';
import { relays } from '../claims/relayed.ts';

const relaysReset = relays(503, resetReplyBytes('remote reset'));

export const upstreamReset = defineDiagnosis({
  id: 'upstream-reset',
  family: 'stream',
  title: 'Upstream resets the HTTP/2 stream',
  prior: 'usual',
  flags: ['UR'],
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
  applies: (s) =>
    s.layer === 'http' &&
    (s.responseFlags.includes('UR') || (s.resetReason?.startsWith('remote_re') ?? false) || relaysReset(s)),
  cause:
    'The HTTP/2 or gRPC server behind {upstreamHost} reset the stream (RST_STREAM) instead of answering: its handler failed or was cancelled, it refuses more concurrent streams, or it is shutting down.',
  evidence: [
    {
      for: 'strong',
      about: 'size',
      claim: "the relayed 503 is as long as a proxy's own text for a reset stream",
      restsOn: [replies.relayedReplyKeepsItsSize, replies.resetReplyNamesReason],
      when: relaysReset,
    },
    {
      for: 'strong',
      about: 'flags',
      claim: 'the flag is UR: the upstream reset the request, the connection stayed',
      restsOn: http.upstreamResetsStream,
      when: (s) => s.responseFlags.includes('UR'),
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the reset came from the remote side (remote_reset)',
      restsOn: http.upstreamResetsStream,
      when: (s) => s.resetReason?.startsWith('remote_re') ?? false,
    },
    {
      for: 'moderate',
      about: 'size',
      claim: 'the reply is the 85 bytes of "reset reason: remote reset"',
      restsOn: replies.resetReplyNamesReason,
      when: (s) => s.bytesSent === resetReplyBytes('remote reset'),
    },
    {
      against: 'strong',
      about: 'peer',
      claim:
        'the proxy of the server logged a failure of its own at the same endpoint, and only passes it on as a reset',
      restsOn: mesh.bothSidesLog,
      group: (g) =>
        g.sameEndpoint(
          (other) => other.shape.clusterDirection === 'inbound' && other.shape.responseFlags.length > 0,
        ) > 0 || null,
    },
  ],
  confusedWith: [
    {
      id: 'upstream-crash-or-restart',
      tellApart: 'UC: the whole connection ended. UR: one stream was reset and the connection lives on.',
    },
    {
      id: 'pod-termination',
      tellApart:
        'Do the resets come in a burst around a rollout? Then the server shuts down without letting streams finish.',
    },
  ],
  confirm: [
    {
      run: "kubectl exec {pod} -n POD_NAMESPACE -c istio-proxy -- pilot-agent request GET 'stats?filter=http2.rx_reset'",
      expect: 'cluster.{cluster}.http2.rx_reset rises with the failures',
    },
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={upstreamIp}',
      expect:
        'the pod that reset the streams; its application log has an exception, a cancelled context or a refused stream at that time',
    },
  ],
  fixes: [
    {
      text: 'remote_reset: mend the handler of {path} in the server. remote_refused_stream_reset: raise the number of concurrent streams of the server, or spread the load over more pods.',
    },
    {
      text: 'A refused stream was not worked on and may be retried safely.',
      yaml: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {service}-retry
  namespace: {namespace}
spec:
  hosts:
    - {host}
  http:
    - retries:
        attempts: 2
        retryOn: refused-stream,unavailable
      route:
        - destination:
            host: {host}`,
    },
    {
      text: 'Retrying on "reset" repairs remote_reset only for requests that may be done twice.',
    },
  ],
  versions:
    'For gRPC the code is 200 and the flag UR. On TCP lines UR is something else: the peer reset the connection.',
  sources: [
    {
      title: 'istio/istio#47037: 503 UR remote_reset at random',
      url: 'https://github.com/istio/istio/issues/47037',
    },
    {
      title: 'istio/istio#38665: remote refused stream reset for gRPC',
      url: 'https://github.com/istio/istio/issues/38665',
    },
  ],
  samples: [
    {
      file: 'grpc-like-resets.log',
      origin: 'captured',
      from: 'Envoy 1.40 in front of an HTTP/2 server that resets streams',
    },
    {
      file: 'relayed.log',
      origin: 'composed',
      from: 'local-reply.ts: the length of the text that Envoy 1.40 answers with, as a gateway relays it',
    },
  ],
});
