import type { RecordFormat } from '../src/model/record-format.ts';
import { HEADERS, REQUEST, SIZES } from './istio-text.ts';
import { compileTextFormat } from './text-parser.ts';

const KUMA_MESH = '[%START_TIME%] %KUMA_MESH%';
const KUMA_REQUEST = REQUEST.replace('[%START_TIME%]', KUMA_MESH);
const KUMA_HEADERS =
  '"%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-B3-TRACEID?X-DATADOG-TRACEID)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%"';
const KUMA_SERVICES =
  '"%KUMA_SOURCE_SERVICE%" "%KUMA_DESTINATION_SERVICE%" "%KUMA_SOURCE_ADDRESS_WITHOUT_PORT%" "%UPSTREAM_HOST%"';
const KUMA_TCP =
  '[%START_TIME%] %RESPONSE_FLAGS% %KUMA_MESH% %KUMA_SOURCE_ADDRESS_WITHOUT_PORT%(%KUMA_SOURCE_SERVICE%)->%UPSTREAM_HOST%(%KUMA_DESTINATION_SERVICE%) took %DURATION%ms, sent %BYTES_SENT% bytes, received: %BYTES_RECEIVED% bytes';

/** Text layouts of products other than Istio whose default is not Envoy's own. */
export const productTextFormats: readonly RecordFormat[] = [
  {
    id: 'emissary-text',
    title: 'Emissary-ingress (Ambassador) text',
    versions: 'Emissary-ingress, Ambassador',
    era: null,
    // Source: emissary-ingress/emissary, python/ambassador/envoy/v3/v3listener.py.
    parser: compileTextFormat(`ACCESS ${REQUEST} ${SIZES} ${HEADERS}`),
    samples: [
      {
        // elastic/beats, module/envoyproxy, envoy-json.log (taken out of its JSON).
        line: 'ACCESS [2019-04-10T03:49:34.451Z] "GET /httpbin/status/501 HTTP/1.1" 501 - 0 0 180 179 "172.17.0.3" "curl/7.59.0" "413bf460-bd56-4515-ada4-2a69c5e78e54" "httpbin.org" "52.71.234.219:80"',
        expect: {
          startTime: '2019-04-10T03:49:34.451Z',
          path: '/httpbin/status/501',
          responseCode: '501',
          responseFlags: null,
          upstreamServiceTime: '179',
          authority: 'httpbin.org',
          upstreamHost: '52.71.234.219:80',
        },
      },
      {
        line: 'ACCESS [2019-04-06T06:20:05.972Z] "- - -" 0 UF,URX 0 0 0 - "-" "-" "-" "-" "127.0.0.1:9200"',
        expect: { method: null, responseFlags: 'UF,URX', upstreamHost: '127.0.0.1:9200' },
      },
    ],
  },
  {
    id: 'kuma-text',
    title: 'Kuma text, HTTP',
    versions: 'Kuma and Kong Mesh 2, MeshAccessLog without a format',
    era: null,
    // Source: kumahq/kuma, pkg/plugins/policies/meshaccesslog/plugin/xds/configurer.go.
    parser: compileTextFormat(`${KUMA_REQUEST} ${SIZES} ${KUMA_HEADERS} ${KUMA_SERVICES}`),
    samples: [
      {
        // Composed after the format in Kuma's source.
        line: '[2026-05-04T07:08:09.100Z] default "GET /api/items?q=1 HTTP/1.1" 503 UF 0 145 12 - "-" "Mozilla/5.0 (X11; Linux x86_64)" "80f198ee56343ba8" "2f1c7d0e-5b1c-4f55-8e0d-6f6ef1b2f3a9" "backend.mesh" "web_demo_svc_80" "backend_demo_svc_3001" "10.42.0.15" "10.42.0.31:3001"',
        expect: {
          startTime: '2026-05-04T07:08:09.100Z',
          path: '/api/items?q=1',
          responseCode: '503',
          responseFlags: 'UF',
          duration: '12',
          userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
          requestId: '2f1c7d0e-5b1c-4f55-8e0d-6f6ef1b2f3a9',
          authority: 'backend.mesh',
          upstreamCluster: 'backend_demo_svc_3001',
          upstreamHost: '10.42.0.31:3001',
          downstreamRemoteAddress: '10.42.0.15',
        },
      },
    ],
  },
  {
    id: 'kuma-tcp',
    title: 'Kuma text, TCP',
    versions: 'Kuma and Kong Mesh 2, MeshAccessLog without a format',
    era: null,
    parser: compileTextFormat(KUMA_TCP),
    samples: [
      {
        // Composed after the format in Kuma's source.
        line: '[2026-05-04T07:08:09.100Z] UF,URX default 10.42.0.15(web_demo_svc_80)->10.42.0.40:6379(redis_demo_svc_6379) took 10001ms, sent 0 bytes, received: 0 bytes',
        expect: {
          responseFlags: 'UF,URX',
          responseCode: undefined,
          upstreamHost: '10.42.0.40:6379',
          upstreamCluster: 'redis_demo_svc_6379',
          downstreamRemoteAddress: '10.42.0.15',
          duration: '10001',
          bytesSent: '0',
        },
      },
      {
        line: '[2026-05-04T07:08:09.100Z] - default 10.42.0.15(web_demo_svc_80)->10.42.0.40:6379(redis_demo_svc_6379) took 53ms, sent 182 bytes, received: 1024 bytes',
        expect: { responseFlags: null, bytesSent: '182', bytesReceived: '1024' },
      },
    ],
  },
];
