import { ISTIO_TEXT_FORMAT } from '../src/model/access-log-format.ts';
import type { FormatSample, RecordFormat } from '../src/model/record-format.ts';
import * as published from './istio-text-samples.ts';
import { compileTextFormat } from './text-parser.ts';

/** The request, its code and its flags, as nearly every text layout begins. */
export const REQUEST =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS%';
export const SIZES = '%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%';
export const HEADERS =
  '"%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"';
const TAIL =
  '%UPSTREAM_CLUSTER% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME%';
const MIXER_STATUS = '"%DYNAMIC_METADATA(istio.mixer:status)%"';
const TRANSPORT_FAILURE = '"%UPSTREAM_TRANSPORT_FAILURE_REASON%"';

interface Layout {
  readonly id: string;
  readonly title: string;
  readonly versions: string;
  readonly era: string | null;
  readonly format: string;
  readonly samples: readonly FormatSample[];
}

// Every text layout that Istio ever had by default. Source: istio/istio, pilot/pkg/networking/core/v1alpha3/listener.go
// (1.0 to 1.7), …/accesslog.go (1.8), pilot/pkg/model/telemetry_logging.go (later), at the tags 1.0.0 to 1.30.3.
const LAYOUTS: readonly Layout[] = [
  {
    id: 'istio-text',
    title: 'Istio text, with response code details',
    versions: 'Istio 1.9 and later, waypoints',
    era: 'Istio ≥ 1.9',
    format: ISTIO_TEXT_FORMAT,
    samples: [
      ...published.ISTIO_TEXT,
      {
        line: '[2026-11-21T03:33:07.287Z] "GET /slow/report/3 HTTP/1.1" 504 URX,UT upstream_per_try_timeout - "-" 0 24 1830 - "-" "kube-probe/1.29" "d7fddf3e-6170-42f2-ad8b-9cc1a047e24d" "accounts:8080" "172.20.8.30:8080" outbound|8080||accounts.core.svc.cluster.local 172.20.5.21:54214 172.21.4.14:8080 172.20.5.21:50279 - accounts-retried',
        expect: {
          startTime: '2026-11-21T03:33:07.287Z',
          method: 'GET',
          path: '/slow/report/3',
          protocol: 'HTTP/1.1',
          responseCode: '504',
          responseFlags: 'URX,UT',
          responseCodeDetails: 'upstream_per_try_timeout',
          connectionTerminationDetails: null,
          upstreamTransportFailureReason: null,
          mixerStatus: undefined,
          duration: '1830',
          upstreamServiceTime: null,
          xForwardedFor: null,
          userAgent: 'kube-probe/1.29',
          requestId: 'd7fddf3e-6170-42f2-ad8b-9cc1a047e24d',
          authority: 'accounts:8080',
          upstreamHost: '172.20.8.30:8080',
          upstreamCluster: 'outbound|8080||accounts.core.svc.cluster.local',
          requestedServerName: null,
          routeName: 'accounts-retried',
        },
      },
      {
        line: '[2026-11-21T03:37:44.313Z] "POST /cart/23/items HTTP/1.1" 500 NFCF  - "-" 0 0 0 - "203.0.113.200" "Go-http-client/1.1" "6e1f7118-ce28-4019-a340-758f73210bef" "shop.example.net" "-" outbound|7070||cart.shop.svc.cluster.local - 10.42.0.9:8081 203.0.113.200:37555 - cart-http',
        expect: {
          responseFlags: 'NFCF',
          responseCodeDetails: '',
          connectionTerminationDetails: null,
          routeName: 'cart-http',
        },
      },
      {
        line: '[2026-11-21T03:38:15.106Z] "- - -" 0 UH - - "-" 0 0 0 - "-" "-" "-" "-" "-" BlackHoleCluster - 192.0.2.15:5432 10.244.1.10:39653 - -',
        expect: {
          method: null,
          path: null,
          protocol: null,
          responseCode: '0',
          upstreamCluster: 'BlackHoleCluster',
          upstreamHost: null,
        },
      },
    ],
  },
  {
    id: 'istio-text-1.3',
    title: 'Istio text of 1.3 to 1.7, with Mixer status and route name',
    versions: 'Istio 1.3 to 1.7',
    era: 'Istio 1.3 to 1.7',
    format: `${REQUEST} ${MIXER_STATUS} ${TRANSPORT_FAILURE} ${SIZES} ${HEADERS} ${TAIL} %ROUTE_NAME%`,
    samples: [
      ...published.ISTIO_TEXT_1_3,
      {
        line: '[2020-03-27T10:43:25.971Z] "GET /user/login HTTP/1.1" 200 - "-" "-" 0 745 12 12 "-" "Java/1.8.0_151" "425ef933-da38-9725-965f-a44f1af76986" "uc-service:8080" "10.1.2.82:8080" outbound|8080||uc-service.default.svc.cluster.local - 10.98.51.223:8080 10.1.2.78:54250 - default',
        expect: {
          mixerStatus: null,
          upstreamTransportFailureReason: null,
          bytesSent: '745',
          routeName: 'default',
          responseCodeDetails: undefined,
        },
      },
    ],
  },
  {
    id: 'istio-text-1.8',
    title: 'Istio text of 1.8',
    versions: 'Istio 1.8',
    era: 'Istio 1.8',
    format: `${REQUEST} ${TRANSPORT_FAILURE} ${SIZES} ${HEADERS} ${TAIL} %ROUTE_NAME%`,
    samples: [
      ...published.ISTIO_TEXT_1_8,
      {
        line: '[2022-05-27T13:21:24.535Z] "POST /token HTTP/1.1" 503 UF,URX "TLS error: Secret is not supplied by SDS" 96 159 16 - "-" "python-requests/2.27.1" "19fe9b72-d887-4649-b934-9dc7bc76cc21" "keycloak.services:8080" "10.44.0.31:8080" outbound|8080||keycloak.services.svc.cluster.local - 10.28.81.125:8080 10.32.0.25:60032 - default',
        expect: {
          upstreamTransportFailureReason: 'TLS error: Secret is not supplied by SDS',
          mixerStatus: undefined,
          bytesReceived: '96',
          routeName: 'default',
        },
      },
    ],
  },
  {
    id: 'istio-text-1.2',
    title: 'Istio text of 1.2, with Mixer status',
    versions: 'Istio 1.2',
    era: 'Istio 1.2',
    format: `${REQUEST} ${MIXER_STATUS} ${TRANSPORT_FAILURE} ${SIZES} ${HEADERS} ${TAIL}`,
    samples: [
      ...published.ISTIO_TEXT_1_2,
      {
        line: '[2019-09-11T20:39:25.076Z] "GET /details/0 HTTP/1.1" 200 - "-" "-" 0 178 4 3 "-" "curl/7.58.0" "428d7571-1d87-98c9-bf85-311979c228e5" "details:9080" "10.48.2.10:9080" outbound|9080||details.default.svc.cluster.local - 10.51.252.180:9080 10.48.1.14:36948 -',
        expect: {
          mixerStatus: null,
          requestedServerName: null,
          routeName: undefined,
          downstreamRemoteAddress: '10.48.1.14:36948',
        },
      },
    ],
  },
  {
    id: 'istio-text-1.1',
    title: 'Istio text of 1.1, with Mixer status and no transport failure reason',
    versions: 'Istio 1.1',
    era: 'Istio 1.1',
    format: `${REQUEST} ${MIXER_STATUS} ${SIZES} ${HEADERS} ${TAIL}`,
    samples: [
      ...published.ISTIO_TEXT_1_1,
      {
        line: '[2019-09-16T11:02:44.946Z] "GET / HTTP/1.1" 429 UAEX ""RESOURCE_EXHAUSTED:Quota is exhausted for: requestcount"" 0 55 0 - "-" "Java/1.8.0_191" "ef79ef60-ebdc-913e-9f5e-8fd6156a0ef5" "recommendation:8080" "-" - - 172.17.0.27:8080 172.17.0.28:50832 -',
        expect: {
          mixerStatus: '"RESOURCE_EXHAUSTED:Quota is exhausted for: requestcount"',
          upstreamTransportFailureReason: undefined,
          upstreamCluster: null,
          bytesSent: '55',
        },
      },
    ],
  },
  {
    id: 'envoy-default',
    title: "Envoy's own default",
    versions: 'all of Envoy, Istio 1.0, Contour and App Mesh without a format',
    era: null,
    format: `${REQUEST} ${SIZES} ${HEADERS}`,
    samples: [
      ...published.ENVOY_DEFAULT,
      {
        line: '[2016-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "nsq2http" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "locations" "tcp://10.0.2.1:80"',
        expect: {
          method: 'POST',
          protocol: 'HTTP/2',
          responseCode: '204',
          responseFlags: null,
          duration: '226',
          upstreamServiceTime: '100',
          upstreamHost: 'tcp://10.0.2.1:80',
          upstreamCluster: undefined,
        },
      },
      {
        line: '[2026-11-21T03:35:38.510Z] "GET /?q="a" HTTP/1.1" 200 - 0 12 3 2 "198.51.100.1, 10.1.1.1" "scanner" 503 UF 0 91 10000 - "-" "x" "75b4dab0-deee-4792-bc2e-bb0d9ad5620c" "bookinfo.example.com" "10.244.1.31:9080"',
        expect: {
          path: '/?q="a"',
          responseCode: '200',
          responseFlags: null,
          xForwardedFor: '198.51.100.1, 10.1.1.1',
          userAgent: 'scanner" 503 UF 0 91 10000 - "-" "x',
          authority: 'bookinfo.example.com',
        },
      },
    ],
  },
];

/** The text layouts of Istio and Envoy, richest first. */
export const textFormats: readonly RecordFormat[] = LAYOUTS.map(({ format, ...layout }) => ({
  ...layout,
  parser: compileTextFormat(format),
}));
