import { findJsonMember } from '../../bytes/json.ts';
import { BRACE_OPEN } from '../../bytes/number.ts';
import { decodeText, encodeText } from '../../bytes/text.ts';
import type { JsonObject } from './json-value.ts';
import { isJsonObject, parseObject, readMember, toText, writeObject } from './json-value.ts';
import type { Wrapper } from './wrapper.ts';

/** The part that every entry of Envoy's access log service has. */
const MARKS = ['commonProperties', 'common_properties'].map(encodeText);

/** Members of `ResponseFlags` that are set where a flag is. Source: envoy/data/accesslog/v3/accesslog.proto, Envoy 1.40. */
const FLAGS: readonly (readonly [string, string])[] = [
  ['failedLocalHealthcheck', 'LH'],
  ['noHealthyUpstream', 'UH'],
  ['upstreamRequestTimeout', 'UT'],
  ['localReset', 'LR'],
  ['upstreamRemoteReset', 'UR'],
  ['upstreamConnectionFailure', 'UF'],
  ['upstreamConnectionTermination', 'UC'],
  ['upstreamOverflow', 'UO'],
  ['noRouteFound', 'NR'],
  ['delayInjected', 'DI'],
  ['faultInjected', 'FI'],
  ['rateLimited', 'RL'],
  ['unauthorizedDetails', 'UAEX'],
  ['rateLimitServiceError', 'RLSE'],
  ['downstreamConnectionTermination', 'DC'],
  ['upstreamRetryLimitExceeded', 'URX'],
  ['streamIdleTimeout', 'SI'],
  ['invalidEnvoyRequestHeaders', 'IH'],
  ['downstreamProtocolError', 'DPE'],
  ['upstreamMaxStreamDurationReached', 'UMSDR'],
  ['responseFromCacheFilter', 'RFCF'],
  ['noFilterConfigFound', 'NFCF'],
  ['durationTimeout', 'DT'],
  ['upstreamProtocolError', 'UPE'],
  ['noClusterFound', 'NC'],
  ['overloadManager', 'OM'],
  ['dnsResolutionFailure', 'DF'],
  ['downstreamRemoteReset', 'DR'],
];
/** In order of their numbers, which some programs print in place of names. */
const METHODS = ['', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];
const PROTOCOLS = ['', 'HTTP/1.0', 'HTTP/1.1', 'HTTP/2', 'HTTP/3'];
const PROTOCOL_NAMES = ['PROTOCOL_UNSPECIFIED', 'HTTP10', 'HTTP11', 'HTTP2', 'HTTP3'];
/** Addresses lie in objects within objects, two of them in the JSON that Go makes of a message. */
const MAX_ADDRESS_DEPTH = 4;

/**
 * An entry of Envoy's gRPC access log service as JSON (`HTTPAccessLogEntry`, `TCPAccessLogEntry`), with either spelling of
 * its names: what is inside is the same record as Istio's JSON has it.
 */
export const envoyAls: Wrapper = {
  id: 'envoy-als',
  title: 'Entries of the gRPC access log service (ALS) as JSON',
  samples: [
    {
      wrapped:
        '{"commonProperties":{"downstreamRemoteAddress":{"socketAddress":{"address":"10.0.0.7","portValue":41234}},"startTime":"2026-11-21T03:33:07.287Z","timeToLastDownstreamTxByte":"0.012500s","upstreamRemoteAddress":{"socketAddress":{"address":"::1","portValue":80}},"upstreamCluster":"a","responseFlags":{"upstreamConnectionFailure":true,"upstreamRetryLimitExceeded":true}},"protocolVersion":"HTTP11","request":{"requestMethod":"GET","authority":"a:80","path":"/LINE"},"response":{"responseCode":503,"responseBodyBytes":"91"}}',
      inside:
        '{"start_time":"2026-11-21T03:33:07.287Z","method":"GET","path":"/LINE","protocol":"HTTP/1.1","response_code":503,"response_flags":"UF,URX","response_code_details":null,"connection_termination_details":null,"upstream_transport_failure_reason":null,"bytes_received":0,"bytes_sent":91,"duration":12,"upstream_service_time":null,"x_forwarded_for":null,"user_agent":null,"request_id":null,"authority":"a:80","upstream_host":"[::1]:80","upstream_cluster":"a","upstream_local_address":null,"downstream_local_address":null,"downstream_remote_address":"10.0.0.7:41234","requested_server_name":null,"route_name":null}',
    },
    {
      wrapped:
        '{"common_properties":{"start_time":{"seconds":1795231987,"nanos":287000000},"duration":{"seconds":2},"downstream_local_address":{"Address":{"SocketAddress":{"address":"10.0.0.9","PortSpecifier":{"PortValue":5432}}}},"tls_properties":{"tls_sni_hostname":"LINE"},"response_flags":{}},"connection_properties":{"received_bytes":"7","sent_bytes":9}}',
      inside:
        '{"start_time":"2026-11-21T03:33:07.287Z","method":null,"path":null,"protocol":null,"response_code":0,"response_flags":"-","response_code_details":null,"connection_termination_details":null,"upstream_transport_failure_reason":null,"bytes_received":7,"bytes_sent":9,"duration":2000,"upstream_service_time":null,"x_forwarded_for":null,"user_agent":null,"request_id":null,"authority":null,"upstream_host":null,"upstream_cluster":null,"upstream_local_address":null,"downstream_local_address":"10.0.0.9:5432","downstream_remote_address":null,"requested_server_name":"LINE","route_name":null}',
    },
  ],
  unwrap: ({ bytes, start, end }, inside) => {
    if (bytes[start] !== BRACE_OPEN) return false;
    if (!MARKS.some((mark) => findJsonMember(bytes, start, end, mark) >= 0)) return false;
    const entry = parseObject(decodeText(bytes, start, end));
    if (entry === null) return false;
    writeObject(toIstioKeys(entry), inside);
    return true;
  },
};

function toIstioKeys(entry: JsonObject): JsonObject {
  const common = objectOf(entry, 'commonProperties');
  const request = objectOf(entry, 'request');
  const response = objectOf(entry, 'response');
  const connection = objectOf(entry, 'connectionProperties');
  const address = (name: string): string | null => addressOf(readMember(common, name), 0);
  const lastByte = msOf(readMember(common, 'timeToLastDownstreamTxByte'));
  return {
    start_time: timeOf(readMember(common, 'startTime')),
    method: enumOf(readMember(request, 'requestMethod'), METHODS, METHODS),
    path: toText(readMember(request, 'originalPath')) ?? toText(readMember(request, 'path')),
    protocol: enumOf(readMember(entry, 'protocolVersion'), PROTOCOL_NAMES, PROTOCOLS),
    response_code: numberOf(readMember(response, 'responseCode')) ?? 0,
    response_flags: flagsOf(objectOf(common, 'responseFlags')),
    response_code_details: toText(readMember(response, 'responseCodeDetails')),
    connection_termination_details: toText(readMember(common, 'connectionTerminationDetails')),
    upstream_transport_failure_reason: toText(readMember(common, 'upstreamTransportFailureReason')),
    bytes_received:
      numberOf(readMember(request, 'requestBodyBytes') ?? readMember(connection, 'receivedBytes')) ?? 0,
    bytes_sent:
      numberOf(readMember(response, 'responseBodyBytes') ?? readMember(connection, 'sentBytes')) ?? 0,
    duration: msOf(readMember(common, 'duration')) ?? lastByte,
    upstream_service_time: serviceTimeOf(common),
    x_forwarded_for: toText(readMember(request, 'forwardedFor')),
    user_agent: toText(readMember(request, 'userAgent')),
    request_id: toText(readMember(request, 'requestId')),
    authority: toText(readMember(request, 'authority')),
    upstream_host: address('upstreamRemoteAddress'),
    upstream_cluster: toText(readMember(common, 'upstreamCluster')),
    upstream_local_address: address('upstreamLocalAddress'),
    downstream_local_address: address('downstreamLocalAddress'),
    downstream_remote_address: address('downstreamRemoteAddress'),
    requested_server_name: toText(readMember(objectOf(common, 'tlsProperties'), 'tlsSniHostname')),
    route_name: toText(readMember(common, 'routeName')),
  };
}

function objectOf(object: JsonObject, name: string): JsonObject {
  const value = readMember(object, name);
  return isJsonObject(value) ? value : {};
}

function flagsOf(flags: JsonObject): string {
  const set = FLAGS.filter(([name]) => {
    const value = readMember(flags, name);
    return value === true || isJsonObject(value);
  });
  return set.map(([, flag]) => flag).join(',') || '-';
}

/** A name, or the number that stands for it; other methods come as they are. */
function enumOf(value: unknown, names: readonly string[], meanings: readonly string[]): string | null {
  if (typeof value === 'number') return meanings[value] || null;
  const text = toText(value);
  if (text === null || text.endsWith('UNSPECIFIED')) return null;
  return meanings[names.indexOf(text)] ?? text;
}

/** 64-bit numbers are texts in JSON, and wrapped ones may be objects. */
function numberOf(value: unknown): number | null {
  const bare = isJsonObject(value) ? value['value'] : value;
  const number = typeof bare === 'string' ? Number(bare) : bare;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** `0.012s`, or seconds and nanoseconds; in whole milliseconds, as `%DURATION%` has them. */
function msOf(value: unknown): number | null {
  if (typeof value === 'string') {
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(value)?.[1];
    return seconds === undefined ? null : Math.floor(Math.round(Number(seconds) * 1e6) / 1e3);
  }
  if (!isJsonObject(value)) return null;
  return Math.floor((numberOf(value['seconds']) ?? 0) * 1e3 + (numberOf(value['nanos']) ?? 0) / 1e6);
}

function timeOf(value: unknown): string | null {
  if (!isJsonObject(value)) return toText(value);
  const ms = msOf(value) ?? Number.NaN;
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : null;
}

/** From the last byte of the request to the first of the answer. */
function serviceTimeOf(common: JsonObject): number | null {
  const sent = msOf(readMember(common, 'timeToLastUpstreamTxByte'));
  const answered = msOf(readMember(common, 'timeToFirstUpstreamRxByte'));
  return sent === null || answered === null ? null : Math.max(0, answered - sent);
}

function addressOf(value: unknown, depth: number): string | null {
  if (!isJsonObject(value) || depth > MAX_ADDRESS_DEPTH) return null;
  const host = toText(value['address']);
  if (host !== null) {
    const port = readMember(value, 'portValue') ?? readMember(objectOf(value, 'PortSpecifier'), 'PortValue');
    return `${host.includes(':') ? `[${host}]` : host}${numberOf(port) === null ? '' : `:${numberOf(port)}`}`;
  }
  const pipe = toText(value['path']);
  if (pipe !== null) return pipe;
  for (const inner of Object.values(value)) {
    const found = addressOf(inner, depth + 1);
    if (found !== null) return found;
  }
  return null;
}
