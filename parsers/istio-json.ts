import type { Field } from '../src/model/field.ts';
import type { RecordFormat } from '../src/model/record-format.ts';
import { fieldOfName } from './field-names.ts';
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

/** Istio's JSON default since 1.9: all its keys are there, whatever their order. */
export const istioJson: RecordFormat = {
  id: 'istio-json',
  title: 'Istio JSON',
  versions: 'Istio 1.9 and later with accessLogEncoding JSON',
  era: 'Istio ≥ 1.9',
  parser: new JsonParser({ required: ISTIO_FIELDS, fieldOf: fieldOfName, isGiven: false }),
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
  ],
};

/** Any JSON object with a response code or flags, its keys taken by name; a key that a line lacks is not in its format. */
export const namedJson: RecordFormat = {
  id: 'json',
  title: 'JSON, keys taken by name',
  versions: 'Istio 1.1 to 1.8, Envoy Gateway, own JSON formats',
  era: null,
  parser: new JsonParser({ required: [], fieldOf: fieldOfName, isGiven: false }),
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
  ],
};
