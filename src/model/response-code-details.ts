import { detailsOfReply } from './local-reply.ts';
import type { ResponseFlag } from './response-flag.ts';

/** A name, and the code and flag that lines with it have as a rule. */
type Row = readonly [name: string, code: number, flag: ResponseFlag | null, meaning: string];

/** Why a stream was reset, in the braces behind the details. */
const RESET_REASONS: readonly Row[] = [
  [
    'connection_failure',
    503,
    'UF',
    'Envoy up to 1.26: no connection to the upstream could be made, for whatever reason.',
  ],
  [
    'local_connection_failure',
    503,
    'UF',
    'No connection could be made for a reason of the proxy itself: no file descriptor, no local port.',
  ],
  [
    'remote_connection_failure',
    503,
    'UF',
    'The upstream refused the connection or its TLS handshake, or could not be reached.',
  ],
  [
    'connection_timeout',
    503,
    'UF',
    'The connection or its TLS handshake was not complete within connectTimeout.',
  ],
  ['connection_termination', 503, 'UC', 'The upstream closed a connection that had been made.'],
  ['local_reset', 503, 'LR', 'The proxy itself reset the stream.'],
  ['local_refused_stream_reset', 503, 'LR', 'The proxy itself refused the stream.'],
  ['overflow', 503, 'UO', 'A limit of the circuit breaker was reached.'],
  ['remote_reset', 503, 'UR', 'The upstream reset the stream.'],
  [
    'remote_refused_stream_reset',
    503,
    'UR',
    'The upstream refused the stream: too many at once, or it is draining.',
  ],
  ['protocol_error', 502, 'UPE', 'The answer of the upstream is not valid HTTP.'],
  ['overload_manager_reset', 503, 'OM', 'The overload manager ended the stream.'],
];

/**
 * Details of Envoy 1.40. Envoy promises no list, and filters may have their own.
 * Source: envoy/stream_info/stream_info.h, the response code details page, and the filters' own folders.
 */
const DETAILS: readonly Row[] = [
  ['via_upstream', 200, null, 'The status came from the upstream: the application, or the next proxy.'],
  ['route_not_found', 404, 'NR', 'No virtual host or no route matched the request.'],
  ['route_configuration_not_found', 404, 'NR', 'The route configuration of the listener had not arrived.'],
  ['cluster_not_found', 503, 'NC', 'The route names a cluster that this proxy does not have.'],
  ['no_healthy_upstream', 503, 'UH', 'The cluster has no endpoint that may be used.'],
  [
    'direct_response',
    502,
    null,
    'The route answers itself: a direct response, a redirect, or the catch-all block_all of REGISTRY_ONLY.',
  ],
  ['maintenance_mode', 503, 'UO', 'The cluster is in maintenance mode (runtime upstream.maintenance_mode).'],
  ['drop_overload', 503, 'DO', 'The endpoint policy dropped a share of the requests.'],
  ['unconditional_drop_overload', 503, 'UDO', 'The endpoint policy drops all requests.'],
  ['response_timeout', 504, 'UT', 'The timeout of the route was over before the upstream had answered.'],
  ['upstream_per_try_timeout', 504, 'UT', 'The last try took longer than perTryTimeout.'],
  ['upstream_per_try_idle_timeout', 504, 'UT', 'On the last try no byte came for the idle timeout of a try.'],
  [
    'upstream_max_stream_duration_reached',
    504,
    'UMSDR',
    'The stream lasted longer than max_stream_duration of the cluster.',
  ],
  [
    'upstream_reset_before_response_started',
    503,
    'UF',
    'The stream to the upstream ended before an answer began. The reason stands in braces.',
  ],
  [
    'upstream_reset_after_response_started',
    200,
    'UPE',
    'The stream to the upstream ended within the answer, whose code had been sent. The reason stands in braces.',
  ],
  [
    'request_payload_too_large',
    413,
    null,
    'The body is larger than the buffer of a filter that needs all of it.',
  ],
  [
    'response_payload_too_large',
    500,
    null,
    'The answer is larger than the buffer of a filter that needs all of it.',
  ],
  [
    'request_payload_exceeded_retry_buffer_limit',
    507,
    null,
    'The body is larger than what is kept of it for retries.',
  ],
  ['stream_idle_timeout', 504, 'SI', 'No byte went either way for the stream idle timeout.'],
  [
    'max_duration_timeout',
    504,
    null,
    'The request lasted longer than max_stream_duration of the listener or route.',
  ],
  ['request_overall_timeout', 408, null, 'The client took longer than request_timeout to send its request.'],
  ['request_header_timeout', 408, null, 'The client took too long to send the headers of its request.'],
  ['downstream_header_timeout', 408, null, 'The client took too long to send the headers of its request.'],
  ['duration_timeout', 0, 'DT', 'The connection lasted longer than max_connection_duration.'],
  ['overload', 503, null, 'The overload manager refused the request.'],
  ['low_version', 426, 'DPE', 'The request is HTTP/1.0 or older, and accept_http_10 is not set.'],
  ['missing_host_header', 400, null, 'The request names no host.'],
  ['missing_path_rejected', 404, null, 'The request has no path.'],
  ['invalid_path', 400, null, 'The path is not valid.'],
  ['absolute_path_rejected', 404, null, 'The path is a whole URL, which this route does not take.'],
  [
    'path_normalization_failed',
    400,
    null,
    'The path could not be normalised, or has an escaped slash that is refused.',
  ],
  [
    'request_headers_failed_strict_check',
    400,
    'IH',
    'A strictly checked x-envoy header has a bad value. The header stands in braces.',
  ],
  [
    'upgrade_failed',
    403,
    null,
    'The request asks for an upgrade (WebSocket) that neither listener nor route allows.',
  ],
  ['websocket_handshake_unsuccessful', 200, null, 'The upstream did not answer 101 to an upgrade.'],
  ['filter_chain_not_found', 0, 'NR', 'The connection fits no filter chain of its listener.'],
  [
    'filter_removed_required_request_headers',
    503,
    null,
    'A filter took the method, the path or the host out of the request.',
  ],
  ['filter_removed_required_response_headers', 500, null, 'A filter took the status out of the answer.'],
  ['filter_added_invalid_request_data', 500, null, 'A filter added to the request at the wrong time.'],
  ['filter_added_invalid_response_data', 500, null, 'A filter added to the answer at the wrong time.'],
  ['rejecting_because_detection_failed', 403, null, 'The address of the original client could not be told.'],
  ['early_connect_data', 400, null, 'The client sent data before its CONNECT was accepted.'],
  [
    'internal_redirect',
    302,
    null,
    'The request was replaced by that of a redirect which the proxy follows itself.',
  ],
  [
    'downstream_remote_disconnect',
    0,
    'DC',
    'The client closed its connection before the answer was complete.',
  ],
  [
    'downstream_local_disconnect',
    0,
    'DC',
    'The proxy closed the connection of the client. The reason stands in brackets.',
  ],
  ['admin_filter_response', 200, null, 'The admin interface of Envoy answered.'],
  ['dns_resolution_failure', 503, 'DF', 'The name of the host could not be resolved.'],
  [
    'dns_cache_pending_requests_overflow',
    503,
    'UO',
    'Too many requests wait for the dynamic forward proxy to resolve names.',
  ],
  [
    'dynamic_forward_proxy_cluster_not_found',
    503,
    null,
    'The cluster of the dynamic forward proxy is missing.',
  ],
  [
    'sub_cluster_warming_timeout',
    503,
    null,
    'The cluster that the dynamic forward proxy makes for a host was not ready in time.',
  ],
  [
    'rbac_access_denied_matched_policy',
    403,
    null,
    'Authorization denied it, by the policy in brackets; none: there are ALLOW policies, and none matched.',
  ],
  ['ext_authz_denied', 403, 'UAEX', 'The authorization service said no.'],
  ['ext_authz_error', 403, 'UAEX', 'The authorization service failed, and the check fails closed.'],
  ['ext_authz_invalid', 500, null, 'The authorization service asked for headers that are not valid.'],
  ['local_rate_limited', 429, 'RL', 'The token bucket of the proxy itself is empty.'],
  ['request_rate_limited', 429, 'RL', 'The rate limit service said that the limit is reached.'],
  ['rate_limiter_error', 500, 'RLSE', 'The rate limit service failed, and failure_mode_deny is set.'],
  ['rate_limited_by_quota', 429, 'RL', 'The quota is used up.'],
  ['fault_filter_abort', 503, 'FI', 'The fault filter answered on purpose.'],
  ['jwt_authn_access_denied', 401, null, 'The token was refused. The reason stands in braces.'],
  ['lua_response', 503, null, 'A Lua script answered.'],
  ['lua_error', 500, null, 'A Lua script failed.'],
  ['wasm_fail_stream', 503, null, 'A Wasm plugin failed, and fails closed.'],
  ['ext_proc_error', 500, null, 'The external processor failed.'],
  ['ext_proc_message_timeout', 504, null, 'The external processor answered too late.'],
  ['ext_proc_local_response', 503, null, 'The external processor answered.'],
  [
    'denied_by_admission_control',
    503,
    null,
    'Admission control refused it: too many requests failed just before.',
  ],
  [
    'reached_concurrency_limit',
    503,
    null,
    'Adaptive concurrency refused it: too many requests are under way.',
  ],
  ['health_check_failed', 503, 'LH', 'The proxy was told to fail its health check.'],
  ['csrf_origin_mismatch', 403, null, 'The CSRF filter refused it: the origin is another one.'],
  ['cors_response', 200, null, 'The CORS filter answered a preflight request.'],
  [
    'cache.response_from_cache_filter',
    200,
    'RFCF',
    'The cache filter answered with an answer of the upstream that it had kept.',
  ],
  ['cache.insert_via_upstream', 200, 'RFCF', 'The upstream answered, and the cache filter keeps the answer.'],
  ['cache.aborted_lookup', 0, null, 'The request that the cache filter made to the upstream was reset.'],
  ['cache_no_route', 404, null, 'The cache filter found no route for the request.'],
  ['cache_no_cluster', 503, null, 'The cache filter does not have the cluster of the route.'],
  ['on_demand_cluster_missing', 503, null, 'The cluster that was asked for on demand does not exist.'],
  [
    'on_demand_cluster_timeout',
    503,
    null,
    'The cluster that was asked for on demand did not arrive in time.',
  ],
  ['http1.body_disallowed', 400, 'DPE', 'There is a body where none is allowed.'],
  [
    'http1.codec_error',
    400,
    'DPE',
    'The bytes could not be parsed as HTTP/1: TLS, garbage, or a malformed request.',
  ],
  ['http1.connection_header_rejected', 400, 'DPE', 'The Connection header is bad.'],
  ['http1.content_length_and_chunked_not_allowed', 400, 'DPE', 'The request has both a length and chunks.'],
  ['http1.content_length_not_allowed', 400, 'DPE', 'The request has a length where none is allowed.'],
  [
    'http1.headers_too_large',
    431,
    'DPE',
    'The headers are larger than max_request_headers_kb (60 KiB unless set).',
  ],
  [
    'http1.https_url_on_plaintext_connection',
    403,
    'DPE',
    'The request asks for an https URL over plaintext.',
  ],
  ['http1.invalid_characters', 400, 'DPE', 'A header holds a byte that is not allowed.'],
  ['http1.invalid_scheme', 400, 'DPE', 'The scheme is bad.'],
  ['http1.invalid_transfer_encoding', 501, 'DPE', 'The transfer coding is not known.'],
  ['http1.invalid_url', 400, 'DPE', 'The target of the request is bad.'],
  ['http1.too_many_headers', 431, 'DPE', 'There are more headers than max_headers_count (100 unless set).'],
  ['http1.transfer_encoding_not_allowed', 400, 'DPE', 'There is a transfer coding where none is allowed.'],
  ['http1.unexpected_underscore', 400, 'DPE', 'The name of a header has an underscore, which is refused.'],
  ['http.invalid_authority', 400, 'DPE', 'The host holds a character that is not allowed.'],
  ['http2.cookies_total_bytes_too_large', 0, 'DPE', 'The cookies are larger than allowed.'],
  ['http2.header_list_size_too_large', 0, 'DPE', 'The headers are larger than allowed.'],
  ['http2.inbound_empty_frames_flood', 0, 'DPE', 'The client sends too many empty frames.'],
  ['http2.invalid.header.field', 0, 'DPE', 'A header is bad.'],
  ['http2.outbound_frames_flood', 0, 'DPE', 'Too many frames wait to be sent to the client.'],
  ['http2.remote_refuse', 0, 'DR', 'The client reset the stream and refused it.'],
  ['http2.remote_reset', 0, 'DR', 'The client reset the stream; before Envoy 1.30 with the flag DC.'],
  ['http2.too_many_headers', 0, 'DPE', 'There are too many headers.'],
  ['http2.unexpected_underscore', 0, 'DPE', 'The name of a header has an underscore, which is refused.'],
  ['http2.unknown.nghttp2.error', 0, 'DPE', 'The HTTP/2 library of Envoy gave up the connection.'],
  ['http2.unknown.oghttp2.error', 0, 'DPE', 'The HTTP/2 library of Envoy gave up the connection.'],
  ['http2.violation.of.messaging.rule', 0, 'DPE', 'The HTTP/2 message is not valid.'],
  ['http3.headers_too_large', 0, 'DPE', 'The headers are larger than allowed.'],
  ['http3.inconsistent_content_length', 0, 'DPE', 'The length is not that of the body.'],
  ['http3.invalid_header_field', 0, 'DPE', 'A header is bad.'],
  ['http3.too_many_headers', 0, 'DPE', 'There are too many headers.'],
  ['http3.too_many_trailers', 0, 'DPE', 'There are too many trailers.'],
  ['http3.unexpected_underscore', 0, 'DPE', 'The name of a header has an underscore, which is refused.'],
];

/** Details as somebody asks for them: what they say, and the line that has them as a rule. */
export interface KnownDetails {
  /** As a line has them. */
  readonly logged: string;
  readonly code: number;
  readonly flag: ResponseFlag | null;
  /** Each name in them with its meaning. */
  readonly parts: readonly { readonly name: string; readonly meaning: string }[];
}

/** Names that are known. */
export const DETAILS_NAMES: readonly string[] = [...DETAILS, ...RESET_REASONS].map(([name]) => name);

/** What is known of details, with or without what stands behind their name, or of a reset reason alone; else null. */
export function findDetails(text: string): KnownDetails | null {
  const logged = detailsOfReply(text) ?? text.trim().replaceAll(/\s+/g, '_');
  const [, name = '', reason = ''] = /^([\w.]+)(?:[{[(](\w*).*)?$/.exec(logged) ?? [];
  const details = rowOf(DETAILS, name);
  if (details === undefined) {
    const alone = rowOf(RESET_REASONS, name);
    return alone === undefined ? null : { ...toKnown(alone), logged: `${RESET_DETAILS}{${alone[0]}}` };
  }
  const why = rowOf(RESET_REASONS, reason);
  const known = toKnown(details);
  if (why === undefined || !name.startsWith('upstream_reset_')) return { ...known, logged };
  const { code, flag, parts } = toKnown(why);
  return {
    logged,
    code: name === RESET_DETAILS ? code : known.code,
    flag,
    parts: [...known.parts, ...parts],
  };
}

const RESET_DETAILS = 'upstream_reset_before_response_started';

function rowOf(rows: readonly Row[], wanted: string): Row | undefined {
  return rows.find(([name]) => name === wanted.toLowerCase());
}

function toKnown([name, code, flag, meaning]: Row): Omit<KnownDetails, 'logged'> {
  return { code, flag, parts: [{ name, meaning }] };
}
