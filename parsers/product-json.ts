import type { Field } from '../src/model/field.ts';
import type { FormatSample, RecordFormat } from '../src/model/record-format.ts';
import { FIELD_NAMES } from './field-names.ts';
import { JsonParser } from './json-parser.ts';

/** The keys that a product's JSON default has, all of them, and the field of each. */
type Keys = Readonly<Record<string, Field>>;

interface Product {
  readonly id: string;
  readonly title: string;
  readonly versions: string;
  readonly era: string | null;
  readonly keys: Keys;
  readonly samples: readonly FormatSample[];
}

/** The names that Istio gives to these fields. */
function istioKeys(...fields: readonly Field[]): Keys {
  return Object.fromEntries(fields.map((field) => [FIELD_NAMES[field][0], field]));
}

const REQUEST: Keys = istioKeys(
  'method',
  'protocol',
  'responseCode',
  'responseFlags',
  'bytesReceived',
  'bytesSent',
  'duration',
  'upstreamHost',
  'upstreamCluster',
  'upstreamLocalAddress',
  'downstreamLocalAddress',
  'downstreamRemoteAddress',
  'requestedServerName',
);
const HEADERS: Keys = istioKeys(
  'path',
  'upstreamServiceTime',
  'xForwardedFor',
  'userAgent',
  'requestId',
  'authority',
);
const ISTIO_1_1: Keys = { ...istioKeys('startTime', 'mixerStatus'), ...REQUEST, ...HEADERS };
const REASON: Keys = istioKeys('upstreamTransportFailureReason');
const ROUTE: Keys = istioKeys('routeName');

/** The more keys a default has, the earlier it stands. */
const PRODUCTS: readonly Product[] = [
  {
    id: 'envoy-gateway',
    title: 'Envoy Gateway JSON',
    versions: 'Envoy Gateway without a format',
    era: null,
    // Source: envoyproxy/gateway, internal/xds/translator/accesslog.go.
    keys: {
      ...istioKeys('startTime', 'responseCodeDetails', 'connectionTerminationDetails'),
      ...REQUEST,
      ...REASON,
      ...ROUTE,
      'x-envoy-origin-path': 'path',
      'x-envoy-upstream-service-time': 'upstreamServiceTime',
      'x-forwarded-for': 'xForwardedFor',
      'user-agent': 'userAgent',
      'x-request-id': 'requestId',
      ':authority': 'authority',
    },
    samples: [
      {
        // crowdsecurity/hub (Envoy Gateway): keys are the names of the headers.
        line: '{":authority":"www.example.com","bytes_received":0,"bytes_sent":121258,"connection_termination_details":null,"downstream_local_address":"10.42.0.77:10443","downstream_remote_address":"10.0.0.12:59292","duration":11,"method":"GET","protocol":"HTTP/2","requested_server_name":null,"response_code":200,"response_code_details":"via_upstream","response_flags":"-","route_name":"httproute/app/app-www-example-com/rule/0/match/0/www_example_com","start_time":"2025-12-31T16:37:40.479Z","upstream_cluster":"httproute/app/app-www-example-com/rule/0","upstream_host":"10.42.0.82:8080","upstream_local_address":"10.42.0.77:51216","upstream_transport_failure_reason":null,"user-agent":"Mozilla/4.0 (Windows NT 9.0; Win64; x64; rv:136.0) Gecko/20101 Firefox/136.0","x-envoy-origin-path":"/assets/image.webp","x-envoy-upstream-service-time":null,"x-forwarded-for":"10.0.0.12","x-request-id":"3bbc0252-2d5c-49fe-bd89-104e9b61770b"}',
        expect: {
          authority: 'www.example.com',
          path: '/assets/image.webp',
          responseFlags: null,
          responseCodeDetails: 'via_upstream',
          upstreamServiceTime: null,
          xForwardedFor: '10.0.0.12',
          requestId: '3bbc0252-2d5c-49fe-bd89-104e9b61770b',
          upstreamCluster: 'httproute/app/app-www-example-com/rule/0',
        },
      },
    ],
  },
  {
    id: 'contour-json',
    title: 'Contour JSON',
    versions: 'Contour with accesslog-format json',
    era: null,
    // Source: projectcontour/contour, apis/projectcontour/v1alpha1/accesslog.go.
    keys: {
      '@timestamp': 'startTime',
      ...REQUEST,
      ...HEADERS,
      grpc_status_number: 'grpcStatus',
    },
    samples: [
      {
        // Composed after the keys of Contour.
        line: '{"@timestamp":"2026-05-04T07:08:09.100Z","authority":"app.example.org","bytes_received":0,"bytes_sent":19,"downstream_local_address":"10.1.0.4:8080","downstream_remote_address":"10.1.0.9:51000","duration":0,"method":"GET","path":"/","protocol":"HTTP/1.1","request_id":"2f1c7d0e-5b1c-4f55-8e0d-6f6ef1b2f3a9","requested_server_name":null,"response_code":503,"response_flags":"UH","uber_trace_id":null,"upstream_cluster":"default/app/80/da39a3ee5e","upstream_host":null,"upstream_local_address":null,"upstream_service_time":null,"user_agent":"curl/8.5.0","x_forwarded_for":"10.1.0.9","grpc_status":null,"grpc_status_number":null}',
        expect: {
          startTime: '2026-05-04T07:08:09.100Z',
          responseFlags: 'UH',
          grpcStatus: null,
          routeName: undefined,
        },
      },
    ],
  },
  {
    id: 'istio-json-1.3',
    title: 'Istio JSON of 1.3 to 1.7, with Mixer status and route name',
    versions: 'Istio 1.3 to 1.7 with accessLogEncoding JSON',
    era: 'Istio 1.3 to 1.7',
    // Source of Istio's: istio/istio at the tags 1.1.17 to 1.8.0, pilot/pkg/networking/core/v1alpha3.
    keys: { ...ISTIO_1_1, ...REASON, ...ROUTE },
    samples: [
      {
        // istio/istio#17139 (Istio 1.3): all values are strings, `-` stands for none, the order of the keys is random.
        line: '{"bytes_sent":"0","upstream_cluster":"outbound|7600||keycloak-headless.our_ns.svc.cluster.local","downstream_remote_address":"x:45225","authority":"-","path":"-","protocol":"-","upstream_service_time":"-","upstream_local_address":"-","duration":"10001","downstream_local_address":"x:7600","upstream_transport_failure_reason":"-","route_name":"-","response_code":"0","user_agent":"-","response_flags":"UF,URX","start_time":"2019-09-17T08:33:45.970Z","method":"-","request_id":"-","upstream_host":"x:7600","x_forwarded_for":"-","requested_server_name":"-","bytes_received":"0","istio_policy_status":"-"}',
        expect: {
          responseCode: '0',
          responseFlags: 'UF,URX',
          duration: '10001',
          mixerStatus: null,
          method: null,
          upstreamTransportFailureReason: null,
          upstreamCluster: 'outbound|7600||keycloak-headless.our_ns.svc.cluster.local',
          upstreamHost: 'x:7600',
          responseCodeDetails: undefined,
        },
      },
    ],
  },
  {
    id: 'istio-json-1.2',
    title: 'Istio JSON of 1.2, Emissary-ingress JSON',
    versions: 'Istio 1.2 with accessLogEncoding JSON, Emissary-ingress with envoy_log_type json',
    era: null,
    keys: { ...ISTIO_1_1, ...REASON },
    samples: [
      {
        // Composed after the keys in emissary-ingress/emissary, v3listener.py.
        line: '{"start_time":"2026-05-04T07:08:09.100Z","method":"GET","path":"/backend/","protocol":"HTTP/1.1","response_code":503,"response_flags":"UF","bytes_received":0,"bytes_sent":145,"duration":9,"upstream_service_time":null,"x_forwarded_for":"203.0.113.9","user_agent":"curl/8.5.0","request_id":"2f1c7d0e-5b1c-4f55-8e0d-6f6ef1b2f3a9","authority":"app.example.org","upstream_host":"10.1.0.7:8080","upstream_cluster":"cluster_backend_default","upstream_local_address":null,"downstream_local_address":"10.1.0.4:8080","downstream_remote_address":"203.0.113.9:51000","requested_server_name":null,"istio_policy_status":null,"upstream_transport_failure_reason":"delayed_connect_error:_111"}',
        expect: {
          responseCode: '503',
          mixerStatus: null,
          upstreamTransportFailureReason: 'delayed_connect_error:_111',
          upstreamCluster: 'cluster_backend_default',
          routeName: undefined,
        },
      },
    ],
  },
  {
    id: 'istio-json-1.1',
    title: 'Istio JSON of 1.1, with Mixer status',
    versions: 'Istio 1.1 with accessLogEncoding JSON',
    era: 'Istio 1.1',
    keys: ISTIO_1_1,
    samples: [
      {
        // Composed after the keys of Istio 1.1: a Mixer status, neither transport failure reason nor route name.
        line: '{"start_time":"2019-05-02T09:14:03.120Z","method":"GET","path":"/api","protocol":"HTTP/1.1","response_code":"503","response_flags":"UAEX","bytes_received":"0","bytes_sent":"54","duration":"1","upstream_service_time":"-","x_forwarded_for":"10.20.0.7","user_agent":"curl/7.54.0","request_id":"5b2c7a9e-0d9a-9d14-9d3c-6f0c8a7b1c55","authority":"api:8080","upstream_host":"-","upstream_cluster":"-","upstream_local_address":"-","downstream_local_address":"10.20.1.4:8080","downstream_remote_address":"10.20.0.7:40112","requested_server_name":"-","istio_policy_status":"UNAVAILABLE:policy: no upstream"}',
        expect: {
          responseFlags: 'UAEX',
          mixerStatus: 'UNAVAILABLE:policy: no upstream',
          xForwardedFor: '10.20.0.7',
          upstreamTransportFailureReason: undefined,
          routeName: undefined,
        },
      },
    ],
  },
  {
    id: 'istio-json-1.8',
    title: 'Istio JSON of 1.8',
    versions: 'Istio 1.8 with accessLogEncoding JSON',
    era: null,
    keys: { ...istioKeys('startTime'), ...REQUEST, ...HEADERS, ...REASON, ...ROUTE },
    samples: [
      {
        // Composed after the keys of Istio 1.8: all values are strings.
        line: '{"route_name":"default","bytes_sent":"91","upstream_transport_failure_reason":"TLS error: Secret is not supplied by SDS","response_flags":"UF,URX","response_code":"503","method":"GET","path":"/","upstream_host":"10.4.0.5:8080","upstream_cluster":"outbound|8080||web.default.svc.cluster.local","start_time":"2020-12-01T08:15:30.120Z","protocol":"HTTP/2","authority":"web:8080","duration":"33","bytes_received":"0","upstream_service_time":"-","x_forwarded_for":"-","user_agent":"curl/7.68.0","request_id":"0b2c7a9e-0d9a-9d14-9d3c-6f0c8a7b1c55","upstream_local_address":"-","downstream_local_address":"10.28.0.7:8080","downstream_remote_address":"10.4.0.9:41822","requested_server_name":"-"}',
        expect: {
          upstreamTransportFailureReason: 'TLS error: Secret is not supplied by SDS',
          mixerStatus: undefined,
          responseCodeDetails: undefined,
          downstreamRemoteAddress: '10.4.0.9:41822',
          requestedServerName: null,
          routeName: 'default',
        },
      },
    ],
  },
];

/** JSON defaults of products and of Istio before 1.9, known by having all of their keys, spelled so. */
export const productJsonFormats: readonly RecordFormat[] = PRODUCTS.map(({ keys, ...product }) => {
  const fields = new Map(Object.entries(keys));
  return {
    ...product,
    parser: new JsonParser({
      required: [...fields.values()],
      fieldOf: (key) => {
        const field = fields.get(key);
        return field === undefined ? null : { field, isDefault: true };
      },
      least: 'one',
    }),
  };
});
