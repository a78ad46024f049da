import type { Field } from '../src/model/field.ts';
import type { RecordFormat } from '../src/model/record-format.ts';
import { fieldOfIstioName, fieldOfName } from './field-names.ts';
import { JsonParser } from './json-parser.ts';

// Source: istio/istio 1.30.3, pilot/pkg/model/telemetry_logging.go.
const ISTIO_FIELDS: readonly Field[] = [
  'startTime',
  'routeName',
  'method',
  'path',
  'protocol',
  'responseCode',
  'responseFlags',
  'responseCodeDetails',
  'connectionTerminationDetails',
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
  'upstreamTransportFailureReason',
];

/** Istio's JSON default since 1.9: all its keys are there, whatever their order. Envoy Gateway's differ in some. */
export const istioJson: RecordFormat = {
  id: 'istio-json',
  title: 'Istio JSON',
  versions: 'Istio 1.9 and later with accessLogEncoding JSON, entries of the gRPC access log service as JSON',
  era: 'Istio ≥ 1.9',
  parser: new JsonParser({ required: ISTIO_FIELDS, fieldOf: fieldOfIstioName, least: 'one' }),
  samples: [
    {
      line: '{"authority":"ratings:9080","bytes_received":0,"bytes_sent":39,"connection_termination_details":null,"downstream_local_address":"10.96.118.90:9080","downstream_remote_address":"10.244.1.10:47541","duration":13,"method":"GET","path":"/health?q=\\"a\\"","protocol":"HTTP/1.1","request_id":"fdb69ab0-942c-4e04-9da6-39901dfe8992","requested_server_name":null,"response_code":503,"response_code_details":"upstream_reset_before_response_started{overflow}","response_flags":"UO","route_name":"default","start_time":"2026-11-21T03:39:21.991Z","upstream_cluster":"outbound|9080||ratings.default.svc.cluster.local","upstream_host":null,"upstream_local_address":null,"upstream_service_time":"12","upstream_transport_failure_reason":null,"user_agent":"Mozilla/5.0","x_forwarded_for":null}',
      expect: {
        startTime: '2026-11-21T03:39:21.991Z',
        path: '/health?q="a"',
        responseCode: '503',
        responseFlags: 'UO',
        upstreamHost: null,
        mixerStatus: undefined,
        upstreamServiceTime: '12',
        duration: '13',
      },
    },
    {
      // elastic/integrations, packages/istio: headers that were not sent are `-`, in a TCP-like line.
      line: '{"authority":"-","bytes_received":0,"bytes_sent":11,"connection_termination_details":null,"downstream_local_address":"10.124.2.10:8080","downstream_remote_address":"10.128.0.60:51643","duration":46,"method":"-","path":"-","protocol":"HTTP/1.1","request_id":"-","requested_server_name":"-","response_code":400,"response_code_details":"http1.codec_error","response_flags":"DPE","route_name":"-","start_time":"2022-09-01T09:36:33.553Z","upstream_cluster":null,"upstream_host":"-","upstream_local_address":null,"upstream_service_time":null,"upstream_transport_failure_reason":"-","user_agent":"-","x_forwarded_for":null}',
      expect: {
        authority: null,
        method: null,
        protocol: 'HTTP/1.1',
        responseCode: '400',
        responseFlags: 'DPE',
        responseCodeDetails: 'http1.codec_error',
        upstreamHost: null,
        routeName: null,
      },
    },
    {
      // As Envoy 1.40 prints NFCF: details that are there and empty.
      line: '{"authority":"shop.example.net","bytes_received":0,"bytes_sent":0,"connection_termination_details":null,"downstream_local_address":"10.42.0.9:8081","downstream_remote_address":"203.0.113.200:37555","duration":0,"method":"POST","path":"/cart","protocol":"HTTP/1.1","request_id":"6e1f7118-ce28-4019-a340-758f73210bef","requested_server_name":null,"response_code":500,"response_code_details":"","response_flags":"NFCF","route_name":"cart-http","start_time":"2026-11-21T03:37:44.313Z","upstream_cluster":"outbound|7070||cart.shop.svc.cluster.local","upstream_host":null,"upstream_local_address":null,"upstream_service_time":null,"upstream_transport_failure_reason":null,"user_agent":"Go-http-client/1.1","x_forwarded_for":"203.0.113.200"}',
      expect: { responseFlags: 'NFCF', responseCodeDetails: '', connectionTerminationDetails: null },
    },
  ],
};

/** Any JSON object with a response code or flags, its keys taken by name; a key that a line lacks is not in its format. */
export const namedJson: RecordFormat = {
  id: 'json',
  title: 'JSON, keys taken by name',
  versions: 'Istio 1.1 to 1.8, Envoy Gateway, own JSON formats',
  era: null,
  parser: new JsonParser({ required: [], fieldOf: fieldOfName, least: 'codeAndFlags' }),
  samples: [
    {
      line: '{"path":"/server/50","protocol":"HTTP/1.1","method":"GET","duration":"28","response_code":"503","upstream_host":"127.0.0.1:8080","bytes_sent":"95","response_flags":"UC","upstream_service_time":"-","route_name":"default"}',
      expect: {
        responseCode: '503',
        responseFlags: 'UC',
        duration: '28',
        upstreamServiceTime: null,
        authority: undefined,
      },
    },
    {
      // Composed after the keys of Istio 1.8: no Mixer status any more.
      line: '{"route_name":"default","bytes_sent":"91","upstream_transport_failure_reason":"TLS error: Secret is not supplied by SDS","response_flags":"UF,URX","response_code":"503","method":"GET","path":"/","upstream_host":"10.4.0.5:8080","upstream_cluster":"outbound|8080||web.default.svc.cluster.local","start_time":"2020-12-01T08:15:30.120Z","protocol":"HTTP/2","authority":"web:8080","duration":"33"}',
      expect: {
        upstreamTransportFailureReason: 'TLS error: Secret is not supplied by SDS',
        mixerStatus: undefined,
        routeName: 'default',
      },
    },
    {
      // Composed: names in humps, as own formats have them.
      line: '{"startTime":"2026-05-04T07:08:09.100Z","requestMethod":"GET","responseCode":504,"responseFlags":"UT","responseCodeDetails":"response_timeout","upstreamCluster":"outbound|80||a.b.svc.cluster.local","userAgent":"x"}',
      expect: {
        startTime: '2026-05-04T07:08:09.100Z',
        method: 'GET',
        responseCode: '504',
        responseFlags: 'UT',
        responseCodeDetails: 'response_timeout',
        userAgent: 'x',
      },
    },
  ],
};
