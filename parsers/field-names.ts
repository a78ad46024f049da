import type { Field } from '../src/model/field.ts';

/**
 * The keys under which access logs carry a field: Istio's JSON default first, then Envoy Gateway's and names that people
 * give it in formats of their own. Compared in lower case with `-`, `.`, blanks and humps read as `_`, a leading `:` dropped.
 */
export const FIELD_NAMES: Readonly<Record<Field, readonly [string, ...string[]]>> = {
  startTime: [
    'start_time',
    'starttime',
    'timestamp',
    'time',
    '@timestamp',
    'ts',
    'datetime',
    'start',
    'event_time',
    'log_time',
  ],
  method: ['method', 'request_method', 'http_method', 'verb', 'req_method'],
  path: [
    'path',
    'x_envoy_origin_path',
    'original_path',
    'request_path',
    'request',
    'uri',
    'url',
    'uri_path',
    'url_path',
    'req_path',
    'request_uri',
    'request_url',
  ],
  protocol: ['protocol', 'alpn', 'http_protocol', 'http_version'],
  responseCode: [
    'response_code',
    'status',
    'status_code',
    'code',
    'response_status',
    'http_status',
    'http_status_code',
    'resp_code',
    'response_status_code',
    'http_code',
  ],
  responseFlags: [
    'response_flags',
    'response_flag',
    'flags',
    'envoy_flags',
    'resp_flags',
    'response_flags_long',
  ],
  responseCodeDetails: [
    'response_code_details',
    'status_details',
    'response_details',
    'details',
    'code_details',
    'response_code_detail',
  ],
  connectionTerminationDetails: ['connection_termination_details'],
  upstreamTransportFailureReason: [
    'upstream_transport_failure_reason',
    'transport_failure_reason',
    'upstream_failure_reason',
    'failure_reason',
  ],
  mixerStatus: ['istio_policy_status', 'mixer_status'],
  bytesReceived: [
    'bytes_received',
    'request_size',
    'req_bytes',
    'bytes_in',
    'request_bytes',
    'received_bytes',
  ],
  bytesSent: [
    'bytes_sent',
    'response_size',
    'resp_bytes',
    'bytes_out',
    'response_bytes',
    'sent_bytes',
    'body_bytes_sent',
  ],
  duration: [
    'duration',
    'duration_ms',
    'total_time',
    'total_time_ms',
    'latency',
    'latency_ms',
    'elapsed_ms',
    'response_time_ms',
    'request_duration',
    'took_ms',
  ],
  upstreamServiceTime: [
    'upstream_service_time',
    'x_envoy_upstream_service_time',
    'upstream_time',
    'upstream_time_ms',
    'upstream_duration',
    'upstream_response_time',
  ],
  xForwardedFor: ['x_forwarded_for', 'xff', 'xfor', 'x_for', 'forwarded_for', 'req_x_forwarded_for'],
  userAgent: ['user_agent', 'http_user_agent', 'user_agent_original'],
  requestId: ['request_id', 'x_request_id', 'envoy_request_id', 'req_id', 'correlation_id'],
  authority: [
    'authority',
    'host',
    'http_host',
    'req_host',
    'request_host',
    'request_authority',
    'vhost',
    'server_host',
  ],
  upstreamHost: [
    'upstream_host',
    'upstream_remote_address',
    'upstream',
    'upstream_addr',
    'upstream_address',
    'upstream_ip',
    'backend',
    'backend_address',
    'endpoint',
  ],
  upstreamCluster: [
    'upstream_cluster',
    'upstream_cluster_raw',
    'cluster',
    'upstream_cluster_name',
    'envoy_cluster',
  ],
  upstreamLocalAddress: ['upstream_local_address'],
  downstreamLocalAddress: ['downstream_local_address', 'local_address', 'listener_address'],
  downstreamRemoteAddress: [
    'downstream_remote_address',
    'downstream_direct_remote_address',
    'remote_address',
    'remote_addr',
    'client_address',
    'client_addr',
    'client_ip',
    'downstream_address',
    'source_address',
    'peer_address',
  ],
  requestedServerName: ['requested_server_name', 'sni', 'server_name', 'tls_sni', 'tls_server_name'],
  routeName: ['route_name', 'route', 'envoy_route'],
  upstreamRequestAttemptCount: ['upstream_request_attempt_count', 'attempt_count'],
  grpcStatus: ['grpc_status', 'grpc_status_number', 'grpc_status_code'],
};

/** What a key of a line stands for. */
export interface NamedField {
  readonly field: Field;
  /** True for the name that Istio's default gives the field: it outweighs any other key of the same line. */
  readonly isDefault: boolean;
}

function entriesOf(record: Readonly<Record<Field, readonly string[]>>): readonly [string, NamedField][] {
  const entries: [string, NamedField][] = [];
  let field: keyof typeof record;
  for (field in record) {
    for (const [i, name] of record[field].entries()) entries.push([name, { field, isDefault: i === 0 }]);
  }
  return entries;
}

const FIELD_BY_NAME: ReadonlyMap<string, NamedField> = new Map(entriesOf(FIELD_NAMES));

const FIELD_BY_ISTIO_NAME: ReadonlyMap<string, NamedField> = new Map(
  entriesOf(FIELD_NAMES).filter(([, { isDefault }]) => isDefault),
);

/** The field that Istio's JSON default has under this key, spelled so and not otherwise, or null. */
export function fieldOfIstioName(key: string): NamedField | null {
  return FIELD_BY_ISTIO_NAME.get(key) ?? null;
}

/** The field that a JSON or key=value key stands for, or null. */
export function fieldOfName(key: string): NamedField | null {
  const words = key
    .replace(/^:/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2');
  return FIELD_BY_NAME.get(words.toLowerCase().replace(/[-. ]/g, '_')) ?? null;
}
