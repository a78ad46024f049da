import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isLocalReply } from '../../src/model/local-reply.ts';
import { chance } from '../behaviours/chance.ts';
import { http } from '../behaviours/http.ts';
import { replies } from '../behaviours/replies.ts';
import { neverAnswer } from '../claims/endpoints.ts';

const TOO_LARGE =
  /headers_too_large|too_many_headers|too_many_trailers|header_list_size_too_large|cookies_total_bytes_too_large/;

export const headerTooLarge = defineDiagnosis({
  id: 'header-too-large',
  family: 'stream',
  title: 'Headers larger than the proxy accepts',
  prior: 'usual',
  flags: ['DPE', 'UPE'],
  reads: ['responseCode', 'responseFlags', 'detailsName', 'upstreamHost', 'bytesSent', 'layer'],
  // Headers of an answer that are too large are one of the things called protocol_error; the log does not say which.
  applies: (s) =>
    s.layer === 'http' &&
    (TOO_LARGE.test(s.detailsName ?? '') ||
      (s.responseCode === 431 && s.detailsName == null && typeof s.upstreamHost !== 'string') ||
      (s.responseFlags.includes('UPE') && s.detailsName !== 'upstream_reset_after_response_started')),
  claimsHealthy: true,
  cause:
    'The headers of a request to {localAddress} (cookies or tokens, as a rule) are more than the 60 KiB or 100 headers that the proxy takes; for a failure with UPE it is the headers of the answer.',
  evidence: [
    {
      for: 'decisive',
      about: 'details',
      claim: 'the codec says that the headers are too large or too many',
      restsOn: http.headerLimits,
      when: (s) => TOO_LARGE.test(s.detailsName ?? ''),
    },
    {
      for: 'moderate',
      about: 'code',
      claim: 'the code is 431 and no upstream was asked',
      restsOn: [http.headerLimits, replies.ownReplyHasNoHost],
      when: (s) => s.responseCode === 431 && s.upstreamHost === null,
    },
    {
      for: 'strong',
      about: 'size',
      claim: 'the reply is the 31 bytes "Request Header Fields Too Large" of the proxy',
      restsOn: [http.headerLimits, replies.fixedTexts],
      when: (s) => s.responseCode === 431 && isLocalReply(s.bytesSent, 'headersTooLarge'),
    },
    {
      against: 'moderate',
      about: 'endpoint',
      claim:
        'no request to the failing endpoints ever succeeded, so it is not a matter of some large headers',
      restsOn: chance.successShowsItWorks,
      group: neverAnswer,
    },
  ],
  confusedWith: [
    {
      id: 'upstream-protocol-error',
      tellApart:
        'For UPE: count the headers and bytes of the answer by asking {upstreamHost} directly (curl -sD -); over 100 headers or 60 KiB it is this.',
    },
    {
      id: 'application-error',
      tellApart: '431 with via_upstream: the limit is the one of the application server.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config listener {pod} -n POD_NAMESPACE -o json',
      expect: 'maxRequestHeadersKb and maxHeadersCount, or neither: then 60 KiB and 100 headers hold',
    },
  ],
  fixes: [
    {
      text: 'Find what grows (cookies set for the whole domain, tokens with many groups) and cut it: every hop has a limit, and those of application servers are lower (8 KiB is common).',
    },
    {
      text: 'Or raise the limit at every proxy on the way. Over HTTP/2 the limit is raised the same way; for the headers of an answer it is a setting of the cluster, not of the listener.',
      yaml: `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata:
  name: larger-request-headers
  namespace: POD_NAMESPACE
spec:
  workloadSelector:
    labels:
      app: APP # a label of the pods whose proxies refuse the headers: of a gateway, istio: ingressgateway as a rule
  configPatches:
    - applyTo: NETWORK_FILTER
      match:
        listener:
          filterChain:
            filter:
              name: envoy.filters.network.http_connection_manager
      patch:
        operation: MERGE
        value:
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
            max_request_headers_kb: 96
            common_http_protocol_options:
              max_headers_count: 200`,
    },
  ],
  versions:
    'The limit of 100 headers came with Envoy 1.11.2. HTTP/2 requests over the limit may end as a reset stream.',
  sources: [
    {
      title: 'Envoy: HttpConnectionManager, max_request_headers_kb',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto',
    },
    {
      title: 'istio/istio#33623: number of headers',
      url: 'https://github.com/istio/istio/issues/33623',
    },
  ],
  samples: [
    {
      file: 'gateway.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway; some clients send more headers than it takes',
    },
  ],
});
