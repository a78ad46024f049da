import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isLocalReply } from '../../src/model/local-reply.ts';
import { http } from '../behaviours/http.ts';
import { replies } from '../behaviours/replies.ts';

export const payloadTooLarge = defineDiagnosis({
  id: 'payload-too-large',
  family: 'stream',
  title: 'Request body larger than the proxy accepts',
  prior: 'usual',
  flags: [],
  reads: ['responseCode', 'detailsName', 'upstreamHost', 'hasUpstreamServiceTime', 'bytesSent', 'layer'],
  applies: (s) =>
    s.layer === 'http' &&
    (s.detailsName === 'request_payload_too_large' ||
      s.detailsName === 'request_payload_exceeded_retry_buffer_limit' ||
      (s.responseCode === 413 && s.detailsName == null && s.hasUpstreamServiceTime !== true)),
  // There is no flag for it: without details it is a 4xx that no upstream gave.
  claimsHealthy: true,
  cause:
    'A filter of the proxy holds back whole request bodies (buffer, ext_authz with the body, Lua, a retry), and this body is larger than its limit, 1 MiB unless set; {authority} never saw the request.',
  evidence: [
    {
      for: 'decisive',
      about: 'details',
      claim: 'the proxy says that the body is too large for its buffer',
      restsOn: http.bodyTooLarge,
      when: (s) =>
        s.detailsName === 'request_payload_too_large' ||
        s.detailsName === 'request_payload_exceeded_retry_buffer_limit',
    },
    {
      for: 'moderate',
      about: 'code',
      claim: 'the code is 413 and no upstream answered',
      restsOn: [http.bodyTooLarge, replies.ownReplyHasNoHost],
      when: (s) => s.responseCode === 413 && (s.upstreamHost === null || s.hasUpstreamServiceTime === false),
    },
    {
      for: 'strong',
      about: 'size',
      claim: 'the reply is the 17 bytes "Payload Too Large" of the proxy',
      restsOn: [http.bodyTooLarge, replies.fixedTexts],
      when: (s) => s.responseCode === 413 && isLocalReply(s.bytesSent, 'payloadTooLarge'),
    },
    {
      // A limit on the size lets small requests to the same path through.
      against: 'weak',
      about: 'path',
      claim: 'no request to this path succeeds, whatever its size',
      restsOn: http.bodyTooLarge,
      group: (g) => (g.healthyOnPath === null ? null : g.healthyOnPath === 0),
    },
  ],
  confusedWith: [
    {
      id: 'application-error',
      tellApart: 'Details via_upstream or a service time: the limit is the one of the application.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get envoyfilters -A -o yaml',
      expect:
        'a buffer filter with max_request_bytes, ext_authz with with_request_body, or a Lua filter that calls body()',
    },
    {
      run: 'istioctl proxy-config listener {pod} -n POD_NAMESPACE --port {localPort} -o json',
      expect: 'perConnectionBufferLimitBytes, or nothing (then 1 MiB holds)',
    },
  ],
  fixes: [
    {
      text: 'Take the buffering filter off routes with uploads (typed_per_filter_config), or raise its own limit. Istio by itself does not buffer bodies.',
    },
    {
      text: 'Or raise the buffer of the listener that has the filter. Memory: each such request may hold that much in the proxy.',
      yaml: `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata:
  name: larger-request-buffer
  namespace: istio-system
spec:
  workloadSelector:
    labels:
      istio: ingressgateway
  configPatches:
    - applyTo: LISTENER
      match:
        context: GATEWAY
      patch:
        operation: MERGE
        value:
          per_connection_buffer_limit_bytes: 10485760`,
    },
  ],
  sources: [
    {
      title: 'Envoy: buffer filter',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/buffer_filter',
    },
    {
      title: 'istio/istio#55358: 413 from the sidecar',
      url: 'https://github.com/istio/istio/issues/55358',
    },
  ],
  samples: [
    {
      file: 'uploads-only.log',
      origin: 'composed',
      from: 'the capture of gateway.log with all uploads to one path that no other request goes to',
    },
    {
      file: 'gateway.log',
      origin: 'captured',
      from: 'Envoy 1.40 with a buffer filter of 2000 bytes',
    },
    {
      file: 'default-format.log',
      origin: 'captured',
      from: "the same in Envoy's default format, without details",
    },
  ],
});
