/**
 * The fields of an access-log record that the program reads, in Envoy's own words.
 * The place of a field in this list is its number in a span table.
 */
export const FIELDS = [
  'startTime',
  'method',
  'path',
  'protocol',
  'responseCode',
  'responseFlags',
  'responseCodeDetails',
  'connectionTerminationDetails',
  'upstreamTransportFailureReason',
  'mixerStatus',
  'bytesReceived',
  'bytesSent',
  'duration',
  'upstreamServiceTime',
  'xForwardedFor',
  'userAgent',
  'requestId',
  'authority',
  'upstreamHost',
  'upstreamCluster',
  'upstreamLocalAddress',
  'downstreamLocalAddress',
  'downstreamRemoteAddress',
  'requestedServerName',
  'routeName',
  'upstreamRequestAttemptCount',
  'grpcStatus',
] as const;

export type Field = (typeof FIELDS)[number];

/**
 * The operator that logs each field, as a format string spells it.
 * Source: Envoy 1.40, docs "Access logging: command operators".
 */
export const FIELD_OPERATORS: Readonly<Record<Field, string>> = {
  startTime: 'START_TIME',
  method: 'REQ(:METHOD)',
  path: 'REQ(X-ENVOY-ORIGINAL-PATH?:PATH)',
  protocol: 'PROTOCOL',
  responseCode: 'RESPONSE_CODE',
  responseFlags: 'RESPONSE_FLAGS',
  responseCodeDetails: 'RESPONSE_CODE_DETAILS',
  connectionTerminationDetails: 'CONNECTION_TERMINATION_DETAILS',
  upstreamTransportFailureReason: 'UPSTREAM_TRANSPORT_FAILURE_REASON',
  mixerStatus: 'DYNAMIC_METADATA(istio.mixer:status)',
  bytesReceived: 'BYTES_RECEIVED',
  bytesSent: 'BYTES_SENT',
  duration: 'DURATION',
  upstreamServiceTime: 'RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)',
  xForwardedFor: 'REQ(X-FORWARDED-FOR)',
  userAgent: 'REQ(USER-AGENT)',
  requestId: 'REQ(X-REQUEST-ID)',
  authority: 'REQ(:AUTHORITY)',
  upstreamHost: 'UPSTREAM_HOST',
  upstreamCluster: 'UPSTREAM_CLUSTER',
  upstreamLocalAddress: 'UPSTREAM_LOCAL_ADDRESS',
  downstreamLocalAddress: 'DOWNSTREAM_LOCAL_ADDRESS',
  downstreamRemoteAddress: 'DOWNSTREAM_REMOTE_ADDRESS',
  requestedServerName: 'REQUESTED_SERVER_NAME',
  routeName: 'ROUTE_NAME',
  upstreamRequestAttemptCount: 'UPSTREAM_REQUEST_ATTEMPT_COUNT',
  grpcStatus: 'GRPC_STATUS_NUMBER',
};

/** In a span: the format does not log this field. */
export const NOT_IN_FORMAT = -1;
/** In a span: the field was logged as absent (`-`, JSON `null`). */
export const LOGGED_ABSENT = -2;

/** Start and end byte offsets of every field of one line: field `n` lies between `spans[2 * n]` and `spans[2 * n + 1]`. */
export function createSpans(): Int32Array {
  return new Int32Array(2 * FIELDS.length);
}

/** Place of the field's start offset in a span table; its end offset follows. */
export function spanOf(field: Field): number {
  return 2 * FIELDS.indexOf(field);
}
