import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import * as pages from './sources.ts';

export const http = defineBehaviours('http', {
  viaUpstream: {
    text: 'The details via_upstream say that the status came from the upstream and was passed on.',
    documented: [pages.ENVOY_DETAILS],
    observed: 'Envoy 1.40: an application that answers 503 itself',
  },
  serviceTimeMeansAnswer: {
    text: 'The router adds the service time to the answer of an upstream. A reply that the proxy makes itself has none, the refusals of an authorization service apart.',
    documented: [pages.ENVOY_UPSTREAM_SERVICE_TIME],
    observed: 'Envoy 1.40: on every line with via_upstream, on none with UF, UC, UH, NR or NC',
  },
  clientLeft: {
    text: 'A client that closes its connection before the answer leaves DC and downstream_remote_disconnect; one that resets its HTTP/2 stream leaves http2.remote_reset, with DR since Envoy 1.30. The code is 0 if no answer had begun.',
    documented: [pages.ENVOY_FLAGS, pages.ENVOY_DETAILS, pages.ENVOY_OPERATORS],
    observed: 'Envoy 1.40: clients that give up after 0.8 s, over HTTP/1.1 and HTTP/2',
  },
  proxyClosed: {
    text: 'Where the proxy itself closes the connection of the client, the details are downstream_local_disconnect, since Envoy 1.26 with the reason in brackets.',
    documented: [pages.ENVOY_DETAILS],
  },
  headerLimits: {
    text: 'Headers of a request that are more than 60 KiB or 100 in number, unless configured, are refused with 431, DPE and http1.headers_too_large or too_many_headers. Those of an answer end as a protocol error of the upstream.',
    documented: [
      {
        title: 'Envoy: HttpConnectionManager, max_request_headers_kb',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto',
      },
      pages.ENVOY_DETAILS,
    ],
    observed:
      'Envoy 1.40: more than 60 KiB of headers, too many of them, and an answer with a header of 90 kB',
  },
  oldHttpRefused: {
    text: 'Envoy takes HTTP/1.1 and newer unless accept_http_10 is set. An HTTP/1.0 request is answered 426 with low_version, and with DPE in newer versions.',
    documented: [
      pages.ENVOY_DETAILS,
      {
        title: "Istio: Envoy won't connect to my HTTP/1.0 service",
        url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#envoy-wont-connect-to-my-http10-service',
      },
    ],
    observed: 'Envoy 1.40: an HTTP/1.0 request',
  },
  noHttpInBytes: {
    text: 'Bytes that are no HTTP/1 request, a TLS handshake or others, are answered 400 with "Bad Request", DPE and http1.codec_error. As nothing was parsed, the line has no method, path or authority.',
    documented: [pages.ENVOY_DETAILS, pages.ENVOY_FLAGS],
    observed: 'Envoy 1.40: TLS to a plaintext listener, and malformed requests: the same line',
  },
  brokenRuleNamed: {
    text: 'Where a request can be parsed but breaks a rule of HTTP, the details name the rule (http1.invalid_characters, http1.content_length_and_chunked_not_allowed and so on).',
    documented: [pages.ENVOY_DETAILS],
    observed: 'Envoy 1.40: both lengths, an unknown transfer coding, a control byte, a bad Host',
  },
  proxiesWriteHttp: {
    text: 'What a proxy forwards as HTTP it has parsed and written anew, so it is valid. If the next proxy cannot read it, the two speak different protocols.',
    reasoned: 'a proxy that took the request for HTTP would have refused what is none',
  },
  bodyTooLarge: {
    text: 'A filter that needs the whole body holds it in a buffer. A body above the limit is answered 413 with "Payload Too Large" and request_payload_too_large, without a flag; a smaller one passes. A body that is kept for a retry has its own words, request_payload_exceeded_retry_buffer_limit.',
    documented: [
      {
        title: 'Envoy: buffer filter',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/buffer_filter',
      },
      pages.ENVOY_DETAILS,
    ],
    observed: 'Envoy 1.40: bodies above the limit of a buffer filter',
  },
  unreadableAnswer: {
    text: 'An answer that is no HTTP of the version that Envoy speaks there is a protocol error: 502 with UPE and protocol_error before any of it was passed on. What is wrong with it is not logged.',
    documented: [pages.ENVOY_FLAGS, pages.ENVOY_DETAILS],
    observed:
      'Envoy 1.40: no HTTP at all, HTTP/2 to an HTTP/1 server, bad lengths, too large headers: the same line',
  },
  answerBreaksOff: {
    text: 'If the connection of the upstream ends, or its answer becomes invalid, after headers were passed on, the code stays that of the headers: upstream_reset_after_response_started, with UPE over HTTP/1.1.',
    documented: [pages.ENVOY_DETAILS, pages.ENVOY_FLAGS],
    observed:
      'Envoy 1.40: a server that closes in the middle of a body, and one that sends a broken chunk: 200 UPE',
  },
  protocolFromPort: {
    text: 'Which protocol a proxy speaks to a port follows from its name or appProtocol, or from the first bytes where neither says. A port taken for TCP is logged without method and path.',
    documented: [pages.ISTIO_PROTOCOL_SELECTION],
  },
  versionsDisagreeAtOnce: {
    text: 'Two versions of HTTP fall out over the first bytes: every request to the port fails, at once, and the server has done no work. One that works first, or answers others, knows the protocol.',
    documented: [
      {
        title: 'RFC 9113, section 3.4: HTTP/2 connection preface',
        url: 'https://www.rfc-editor.org/rfc/rfc9113#section-3.4',
      },
    ],
    observed: 'Envoy 1.40: HTTP/2 to an HTTP/1 server and the other way round, a few ms for each request',
    reasoned:
      'the preface of HTTP/2 and the request line of HTTP/1 are the first bytes, and a port speaks one of them',
  },
  upstreamResetsStream: {
    text: 'An HTTP/2 server can end one stream with RST_STREAM and keep the connection: 503, UR and remote_reset, or remote_refused_stream_reset where it takes no more streams.',
    documented: [pages.ENVOY_FLAGS, pages.ENVOY_DETAILS],
    observed: 'Envoy 1.40: an HTTP/2 server that resets four in ten of its streams',
  },
  upgradesRefused: {
    text: 'A request for an upgrade that neither the listener nor the route allows is refused with an empty 403 and upgrade_failed, without a flag. WebSocket asks by GET over HTTP/1.1.',
    documented: [
      pages.ENVOY_DETAILS,
      {
        title: 'Envoy: upgrades',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/http/upgrades',
      },
    ],
    observed: 'Envoy 1.40: a WebSocket handshake where upgrades are not enabled',
  },
});
