import type { Field } from '../../src/model/field.ts';
import { FIELDS } from '../../src/model/field.ts';
import type { RequestRecord } from '../../src/model/request-record.ts';

/** A record of which only what differs from a healthy request is given; null is logged as absent. */
export type Event = Partial<Record<Field, string | null>>;

const HEALTHY: RequestRecord = {
  startTime: '2026-11-21T03:00:00.000Z',
  method: 'GET',
  path: '/reviews/1',
  protocol: 'HTTP/1.1',
  responseCode: '200',
  responseFlags: null,
  responseCodeDetails: 'via_upstream',
  connectionTerminationDetails: null,
  upstreamTransportFailureReason: null,
  mixerStatus: null,
  bytesReceived: '0',
  bytesSent: '178',
  duration: '4',
  upstreamServiceTime: '3',
  xForwardedFor: null,
  userAgent: 'curl/8.5.0',
  requestId: 'd7fddf3e-6170-42f2-ad8b-9cc1a047e24d',
  authority: 'reviews:9080',
  upstreamHost: '10.244.1.21:9080',
  upstreamCluster: 'outbound|9080||reviews.default.svc.cluster.local',
  upstreamLocalAddress: '10.244.1.10:41000',
  downstreamLocalAddress: '10.96.41.7:9080',
  downstreamRemoteAddress: '10.244.1.10:50000',
  requestedServerName: null,
  routeName: 'default',
  upstreamRequestAttemptCount: '1',
  grpcStatus: null,
};

/** A request that never was: a TCP connection. */
export const TCP: Event = {
  method: null,
  path: null,
  protocol: null,
  responseCode: '0',
  responseCodeDetails: null,
  upstreamServiceTime: null,
  userAgent: null,
  requestId: null,
  authority: null,
  routeName: null,
};

type Layout = (value: (field: Field) => string | null) => string;

const text =
  (template: string): Layout =>
  (value) =>
    template.replace(/[a-z][A-Za-z]+/g, (name) => {
      const field = FIELDS.find((known) => known === name);
      return (field === undefined ? null : value(field)) ?? '-';
    });

const REQUEST = '[startTime] "method path protocol" responseCode responseFlags';
const SIZES = 'bytesReceived bytesSent duration upstreamServiceTime';
const HEADERS = '"xForwardedFor" "userAgent" "requestId" "authority" "upstreamHost"';
const TAIL =
  'upstreamCluster upstreamLocalAddress downstreamLocalAddress downstreamRemoteAddress requestedServerName';

const JSON_KEYS: readonly (readonly [string, Field])[] = [
  ['authority', 'authority'],
  ['bytes_received', 'bytesReceived'],
  ['bytes_sent', 'bytesSent'],
  ['connection_termination_details', 'connectionTerminationDetails'],
  ['downstream_local_address', 'downstreamLocalAddress'],
  ['downstream_remote_address', 'downstreamRemoteAddress'],
  ['duration', 'duration'],
  ['method', 'method'],
  ['path', 'path'],
  ['protocol', 'protocol'],
  ['request_id', 'requestId'],
  ['requested_server_name', 'requestedServerName'],
  ['response_code', 'responseCode'],
  ['response_code_details', 'responseCodeDetails'],
  ['response_flags', 'responseFlags'],
  ['route_name', 'routeName'],
  ['start_time', 'startTime'],
  ['upstream_cluster', 'upstreamCluster'],
  ['upstream_host', 'upstreamHost'],
  ['upstream_local_address', 'upstreamLocalAddress'],
  ['upstream_service_time', 'upstreamServiceTime'],
  ['upstream_transport_failure_reason', 'upstreamTransportFailureReason'],
  ['user_agent', 'userAgent'],
  ['x_forwarded_for', 'xForwardedFor'],
];

const KEYS_OF_PAIRS: readonly (readonly [string, Field])[] = [
  ['ts', 'startTime'],
  ['method', 'method'],
  ['authority', 'authority'],
  ['status', 'responseCode'],
  ['response_flags', 'responseFlags'],
  ['status_details', 'responseCodeDetails'],
  ['upstream_cluster', 'upstreamCluster'],
  ['upstream_host', 'upstreamHost'],
  ['upstream_local_address', 'upstreamLocalAddress'],
  ['duration', 'duration'],
  ['grpc_status', 'grpcStatus'],
];

function isNumber(field: Field): boolean {
  return ['responseCode', 'bytesReceived', 'bytesSent', 'duration'].includes(field);
}

const json: Layout = (value) => {
  const entries = JSON_KEYS.map(([key, field]): [string, string | number | null] => {
    const logged = value(field);
    return [key, isNumber(field) && logged !== null && /^\d{1,15}$/.test(logged) ? Number(logged) : logged];
  });
  return JSON.stringify(Object.fromEntries(entries));
};

export const LAYOUT_NAMES = ['istio-text', 'istio-text-1.3', 'envoy-text', 'istio-json', 'pairs'] as const;
export type LayoutName = (typeof LAYOUT_NAMES)[number];

const LAYOUTS: Readonly<Record<LayoutName, Layout>> = {
  'istio-text': text(
    `${REQUEST} responseCodeDetails connectionTerminationDetails "upstreamTransportFailureReason" ${SIZES} ${HEADERS} ${TAIL} routeName`,
  ),
  'istio-text-1.3': text(
    `${REQUEST} "mixerStatus" "upstreamTransportFailureReason" ${SIZES} ${HEADERS} ${TAIL} routeName`,
  ),
  'envoy-text': text(`${REQUEST} ${SIZES} ${HEADERS}`),
  'istio-json': json,
  pairs: (value) => KEYS_OF_PAIRS.map(([key, field]) => `${key}=${value(field) ?? '-'}`).join(' '),
};

/** The line that a proxy with this layout logs for the event. */
export function render(event: Event, layout: LayoutName = 'istio-text'): string {
  const record: RequestRecord = { ...HEALTHY, ...event };
  return LAYOUTS[layout]((field) => record[field] ?? null);
}

/** Start time `ms` milliseconds after the first one. */
export function at(ms: number): string {
  return new Date(Date.UTC(2026, 10, 21, 3) + ms).toISOString();
}
