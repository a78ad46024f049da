import type { FormatSample } from '../src/model/record-format.ts';

// Lines as people published them, where each is from above it; composed ones are marked. They widen what the layouts in
// `istio-text.ts` show themselves.

export const ISTIO_TEXT: readonly FormatSample[] = [
  {
    // nitishm/engarde PR 12 (Istio 1.9 inbound).
    line: '[2020-10-29T03:22:16.126Z] "GET /headers HTTP/1.1" 200 - via_upstream - "-" 0 547 5 4 "-" "curl/7.73.0-DEV" "24e58e43-e576-9048-829b-02e3f3da16f0" "httpbin:8000" "127.0.0.1:80" inbound|8000|| 127.0.0.1:51680 172.17.0.7:80 172.17.0.6:59022 outbound_.8000_._.httpbin.foo.svc.cluster.local default',
    expect: {
      responseCode: '200',
      responseFlags: null,
      responseCodeDetails: 'via_upstream',
      upstreamTransportFailureReason: null,
      upstreamHost: '127.0.0.1:80',
      upstreamCluster: 'inbound|8000||',
      upstreamLocalAddress: '127.0.0.1:51680',
      downstreamRemoteAddress: '172.17.0.6:59022',
      requestedServerName: 'outbound_.8000_._.httpbin.foo.svc.cluster.local',
      routeName: 'default',
    },
  },
  {
    // envoyproxy/envoy#15698 (Istio 1.9.1 gateway).
    line: '[2021-03-25T23:59:51.372Z] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 100.97.92.14:8443 172.20.49.60:57605 - -',
    expect: {
      method: null,
      responseCode: '0',
      responseFlags: 'NR',
      responseCodeDetails: 'filter_chain_not_found',
      upstreamTransportFailureReason: null,
      upstreamHost: null,
      upstreamCluster: null,
      upstreamLocalAddress: null,
      downstreamRemoteAddress: '172.20.49.60:57605',
      requestedServerName: null,
      routeName: null,
    },
  },
  {
    // envoyproxy/envoy#15698 (user agent shortened here).
    line: '[2021-03-26T00:01:25.979Z] "GET /.env HTTP/1.1" 404 NR route_not_found - "-" 0 0 0 - "100.117.94.128" "Mozilla/5.0 (...)" "04cc6a38-2d53-9a7c-8f22-01703fd22eb3" "34.213.68.78" "-" - - 100.97.92.14:8080 100.117.94.128:49723 - -',
    expect: {
      responseCode: '404',
      responseFlags: 'NR',
      responseCodeDetails: 'route_not_found',
      upstreamTransportFailureReason: null,
      upstreamHost: null,
      upstreamCluster: null,
      upstreamLocalAddress: null,
      downstreamRemoteAddress: '100.117.94.128:49723',
      requestedServerName: null,
      routeName: null,
    },
  },
  {
    // Public repository (Istio 1.13 or 1.14).
    line: '[2022-06-09T16:06:06.942Z] "GET /hello HTTP/1.1" 503 UF upstream_reset_before_response_started{connection_failure,delayed_connect_error:_111} - "-" 0 145 0 - "-" "curl/7.68.0" "ffc1de9a-c7dd-9e0f-b62c-1c12b7a830ff" "10.32.13.107" "10.28.0.19:80" inbound|80|| - 10.28.0.19:80 10.28.0.1:9347 - default',
    expect: {
      responseCode: '503',
      responseFlags: 'UF',
      responseCodeDetails:
        'upstream_reset_before_response_started{connection_failure,delayed_connect_error:_111}',
      upstreamTransportFailureReason: null,
      upstreamHost: '10.28.0.19:80',
      upstreamCluster: 'inbound|80||',
      upstreamLocalAddress: null,
      downstreamRemoteAddress: '10.28.0.1:9347',
      requestedServerName: null,
      routeName: 'default',
    },
  },
  {
    // istio/istio#51267.
    line: '[2024-05-28T15:12:57.143Z] "POST /plugins/high-availability/event/ref-updated HTTP/1.1" 503 UF upstream_reset_before_response_started{remote_connection_failure,delayed_connect_error:_111} - "delayed_connect_error:_111" 398 152 0 - "-" "Apache-HttpClient/4.5.14 (Java/17.0.10)" "87383523-4754-4ac6-9acd-5e63d4cebb65" "redacted.svc.cluster.local:8080" "100.72.2.83:8080" inbound|8080|| - 100.72.2.83:8080 100.72.9.85:44759 - default',
    expect: {
      responseCode: '503',
      responseFlags: 'UF',
      responseCodeDetails:
        'upstream_reset_before_response_started{remote_connection_failure,delayed_connect_error:_111}',
      upstreamTransportFailureReason: 'delayed_connect_error:_111',
      upstreamHost: '100.72.2.83:8080',
      upstreamCluster: 'inbound|8080||',
      upstreamLocalAddress: null,
      downstreamRemoteAddress: '100.72.9.85:44759',
      requestedServerName: null,
      routeName: 'default',
    },
  },
  {
    // istio/istio#31555.
    line: '[2021-03-16T09:30:47.919Z] "- - -" 0 UF,URX - - "-" 0 0 2285 - "-" "-" "-" "-" "127.0.0.1:12950" inbound|12950|| - 10.244.0.31:12950 10.244.0.1:11504 - -',
    expect: {
      method: null,
      responseCode: '0',
      responseFlags: 'UF,URX',
      responseCodeDetails: null,
      upstreamTransportFailureReason: null,
      upstreamHost: '127.0.0.1:12950',
      upstreamCluster: 'inbound|12950||',
      upstreamLocalAddress: null,
      downstreamRemoteAddress: '10.244.0.1:11504',
      requestedServerName: null,
      routeName: null,
    },
  },
  {
    // Public repository (REGISTRY_ONLY, TLS).
    line: '[2022-04-26T13:14:30.905Z] "- - -" 0 UH - - "-" 0 0 7 - "-" "-" "-" "-" "-" BlackHoleCluster - 180.97.34.94:443 10.122.158.52:54192 - -',
    expect: {
      method: null,
      responseCode: '0',
      responseFlags: 'UH',
      responseCodeDetails: null,
      upstreamTransportFailureReason: null,
      upstreamHost: null,
      upstreamCluster: 'BlackHoleCluster',
      upstreamLocalAddress: null,
      downstreamRemoteAddress: '10.122.158.52:54192',
      requestedServerName: null,
      routeName: null,
    },
  },
  {
    // Public repository (response headers too large).
    line: '[2023-01-02T07:40:56.459Z] "GET /headers HTTP/1.1" 502 UPE upstream_reset_before_response_started{protocol_error} - "-" 0 87 7 - "-" "curl/7.87.0-DEV" "3b7caa0b-9626-946d-b4ef-36c5ddf790bc" "helloworld:5000" "10.1.2.42:5000" inbound|5000|| 127.0.0.6:44336 10.1.2.42:5000 172.16.9.8:44408 - default',
    expect: {
      responseCode: '502',
      responseFlags: 'UPE',
      responseCodeDetails: 'upstream_reset_before_response_started{protocol_error}',
      upstreamTransportFailureReason: null,
      upstreamHost: '10.1.2.42:5000',
      upstreamCluster: 'inbound|5000||',
      upstreamLocalAddress: '127.0.0.6:44336',
      downstreamRemoteAddress: '172.16.9.8:44408',
      requestedServerName: null,
      routeName: 'default',
    },
  },
  {
    // istio/istio#51267.
    line: '[2024-05-28T18:42:53.929Z] "- - -" 0 UF,URX - - "delayed_connect_error:_111" 0 0 0 - "-" "-" "-" "-" "100.72.2.95:7801" InboundPassthroughClusterIpv4 - 100.72.2.95:7801 100.72.9.97:33948 - -',
    expect: {
      method: null,
      responseCode: '0',
      responseFlags: 'UF,URX',
      responseCodeDetails: null,
      upstreamTransportFailureReason: 'delayed_connect_error:_111',
      upstreamHost: '100.72.2.95:7801',
      upstreamCluster: 'InboundPassthroughClusterIpv4',
      upstreamLocalAddress: null,
      downstreamRemoteAddress: '100.72.9.97:33948',
      requestedServerName: null,
      routeName: null,
    },
  },
  {
    // istio/istio#51619 (application closed at 120 s; path shortened here).
    line: '[2024-06-18T10:19:42.614Z] "POST /v1/x HTTP/1.1" 503 UC upstream_reset_before_response_started{connection_termination} - "-" 138 95 120001 - "-" "-" "ed37e325-1a4e-9827-b994-1a3317bcc0b1" "internal-api:8080" "10.34.127.167:8080" inbound|8080|| 127.0.0.6:58719 10.34.127.167:8080 10.34.126.119:57080 outbound_.8080_._.internal-api.default.svc.cluster.local default',
    expect: {
      responseCode: '503',
      responseFlags: 'UC',
      responseCodeDetails: 'upstream_reset_before_response_started{connection_termination}',
      upstreamTransportFailureReason: null,
      upstreamHost: '10.34.127.167:8080',
      upstreamCluster: 'inbound|8080||',
      upstreamLocalAddress: '127.0.0.6:58719',
      downstreamRemoteAddress: '10.34.126.119:57080',
      requestedServerName: 'outbound_.8080_._.internal-api.default.svc.cluster.local',
      routeName: 'default',
    },
  },
  {
    // istio/istio#45802 (no timestamp in the source; duration 0).
    line: '[...] "GET /v1/status HTTP/1.1" 503 UC upstream_reset_before_response_started{connection_termination} - "-" 0 95 0 - "10.90.16.220" "Apache-HttpClient/4.5.1 (Java/1.8.0_372)" "3a7cbcc1-af72-47fb-bbac-a7672951f50f" "health.abc.com" "10.80.47.192:8181" outbound|80||health-api.production.svc.cluster.local 10.80.45.233:37132 10.80.45.233:80 10.80.46.220:59375 - -',
    expect: {
      responseCode: '503',
      responseFlags: 'UC',
      responseCodeDetails: 'upstream_reset_before_response_started{connection_termination}',
      upstreamTransportFailureReason: null,
      upstreamHost: '10.80.47.192:8181',
      upstreamCluster: 'outbound|80||health-api.production.svc.cluster.local',
      upstreamLocalAddress: '10.80.45.233:37132',
      downstreamRemoteAddress: '10.80.46.220:59375',
      requestedServerName: null,
      routeName: null,
    },
  },
  {
    // istio/ztunnel#1662 (gateway in ambient mesh, HBONE upstream; host name shortened here).
    line: '[2025-11-02T23:09:49.230Z] "GET /http-echo/ HTTP/2" 503 UC upstream_reset_before_response_started{connection_termination} - "-" 0 95 0 - "10.168.22.98" "Blackbox Exporter/0.25.0" "0388d677-ae55-9b34-86b6-3137ea0019ad" "http-echo-istio.example" "envoy://connect_originate/10.199.174.112:80" outbound|80||http-echo.http-echo-istio.svc.cluster.local envoy://internal_client_address/ 10.199.115.131:8443 10.168.22.98:41151 http-echo-istio.example -',
    expect: {
      responseCode: '503',
      responseFlags: 'UC',
      responseCodeDetails: 'upstream_reset_before_response_started{connection_termination}',
      upstreamTransportFailureReason: null,
      upstreamHost: 'envoy://connect_originate/10.199.174.112:80',
      upstreamCluster: 'outbound|80||http-echo.http-echo-istio.svc.cluster.local',
      upstreamLocalAddress: 'envoy://internal_client_address/',
      downstreamRemoteAddress: '10.168.22.98:41151',
      requestedServerName: 'http-echo-istio.example',
      routeName: null,
    },
  },
  {
    // Public tutorial repository (2026).
    line: '[2026-10-09T11:44:22.954Z] "GET /anything HTTP/1.1" 200 - via_upstream - "-" 0 429 4 2 "-" "curl/8.11.1" "a14f191d-9d63-41ac-bb83-315c4435fd46" "probe:8000" "envoy://connect_originate/10.244.0.15:8080" inbound-vip|8000|http|probe.starfleet.svc.cluster.local envoy://internal_client_address/ 10.96.132.123:8000 10.244.0.14:59462 - default',
    expect: {
      responseCode: '200',
      responseFlags: null,
      responseCodeDetails: 'via_upstream',
      upstreamTransportFailureReason: null,
      upstreamHost: 'envoy://connect_originate/10.244.0.15:8080',
      upstreamCluster: 'inbound-vip|8000|http|probe.starfleet.svc.cluster.local',
      upstreamLocalAddress: 'envoy://internal_client_address/',
      downstreamRemoteAddress: '10.244.0.14:59462',
      requestedServerName: null,
      routeName: 'default',
    },
  },
];

export const ISTIO_TEXT_1_8: readonly FormatSample[] = [
  {
    // Composed after Istio 1.8, pilot/pkg/networking/core/v1alpha3/accesslog.go.
    line: '[2020-12-01T08:15:30.120Z] "GET /healthz HTTP/1.1" 200 - "-" 0 2 1 0 "10.8.0.4" "kube-probe/1.18" "0b7a4c67-8d1c-9c0e-b6a5-3c3d9e3c8b11" "api.example.com" "10.8.1.17:8080" outbound|80|v1|api.shop.svc.cluster.local 10.8.0.9:41234 10.8.0.9:8443 10.8.0.4:0 api.example.com api-v1',
    expect: {
      responseCode: '200',
      responseFlags: null,
      upstreamTransportFailureReason: null,
      upstreamHost: '10.8.1.17:8080',
      upstreamCluster: 'outbound|80|v1|api.shop.svc.cluster.local',
      upstreamLocalAddress: '10.8.0.9:41234',
      downstreamRemoteAddress: '10.8.0.4:0',
      requestedServerName: 'api.example.com',
      routeName: 'api-v1',
    },
  },
];

export const ISTIO_TEXT_1_3: readonly FormatSample[] = [
  {
    // Public blog repository (Istio 1.4.3, inbound).
    line: '[2020-05-28T09:17:49.996Z] "GET /static/bootstrap/js/bootstrap.min.js HTTP/1.1" 200 - "-" "-" 0 37045 241 240 "10.244.0.1" "Mozilla/5.0 (apple-x86_64-darwin19.0.0) Siege/4.0.4" "11bc5f08-0c8e-4a16-b0a5-b2c3f8900a4f" "39.100.0.61:30681" "127.0.0.1:9080" inbound|9080|http|productpage.default.svc.cluster.local - 10.244.0.160:9080 10.244.0.1:0 - default',
    expect: {
      responseCode: '200',
      responseFlags: null,
      upstreamTransportFailureReason: null,
      mixerStatus: null,
      upstreamHost: '127.0.0.1:9080',
      upstreamCluster: 'inbound|9080|http|productpage.default.svc.cluster.local',
      upstreamLocalAddress: null,
      downstreamRemoteAddress: '10.244.0.1:0',
      requestedServerName: null,
      routeName: 'default',
    },
  },
  {
    // Public repository (outbound).
    line: '[2020-03-27T10:43:25.971Z] "GET /user/login/cheng HTTP/1.1" 200 - "-" "-" 0 745 12 12 "-" "Java/1.8.0_151" "425ef933-da38-9725-965f-a44f1af76986" "kim-uc-service:8080" "10.1.2.82:8080" outbound|8080||kim-uc-service.default.svc.cluster.local - 10.98.51.223:8080 10.1.2.78:54250 - default',
    expect: {
      responseCode: '200',
      responseFlags: null,
      upstreamTransportFailureReason: null,
      mixerStatus: null,
      upstreamHost: '10.1.2.82:8080',
      upstreamCluster: 'outbound|8080||kim-uc-service.default.svc.cluster.local',
      upstreamLocalAddress: null,
      downstreamRemoteAddress: '10.1.2.78:54250',
      requestedServerName: null,
      routeName: 'default',
    },
  },
  {
    // Public repository (Knative docs, NR at gateway).
    line: '[2020-02-11T18:16:21.419Z] "GET / HTTP/1.1" 404 NR "-" "-" 0 0 0 - "10.88.0.31" "Go-http-client/1.1" "7298dbfc-58bb-430f-92c5-cf39e97f63d7" "helloworld-go.default.svc:80" "-" - - 10.88.1.13:80 10.88.0.31:36239 - -',
    expect: {
      responseCode: '404',
      responseFlags: 'NR',
      upstreamTransportFailureReason: null,
      mixerStatus: null,
      upstreamHost: null,
      upstreamCluster: null,
      upstreamLocalAddress: null,
      downstreamRemoteAddress: '10.88.0.31:36239',
      requestedServerName: null,
      routeName: null,
    },
  },
];

export const ISTIO_TEXT_1_2: readonly FormatSample[] = [
  {
    // Public documentation repository (Istio 1.2).
    line: '[2019-09-11T20:39:25.076Z] "GET /details/0 HTTP/1.1" 200 - "-" "-" 0 178 4 3 "-" "curl/7.58.0" "428d7571-1d87-98c9-bf85-311979c228e5" "details:9080" "10.48.2.10:9080" outbound|9080||details.default.svc.cluster.local - 10.51.252.180:9080 10.48.1.14:36948 -',
    expect: {
      responseCode: '200',
      responseFlags: null,
      upstreamTransportFailureReason: null,
      mixerStatus: null,
      upstreamHost: '10.48.2.10:9080',
      upstreamCluster: 'outbound|9080||details.default.svc.cluster.local',
      upstreamLocalAddress: null,
      downstreamRemoteAddress: '10.48.1.14:36948',
      requestedServerName: null,
    },
  },
  {
    // Composed after Istio 1.2, pilot/pkg/networking/core/v1alpha3/listener.go.
    line: '[2019-08-02T10:01:12.400Z] "POST /pay HTTP/2" 503 UF,URX "-" "TLS error: 268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED" 12 91 31 - "-" "grpc-java-netty/1.20.0" "9a4c9a51-1f8b-97e1-a9f4-6a5d2a4f6b0c" "pay.shop:443" "10.4.2.8:8443" outbound|443||pay.shop.svc.cluster.local - 10.7.3.1:443 10.4.1.9:51844 -',
    expect: {
      responseCode: '503',
      responseFlags: 'UF,URX',
      upstreamTransportFailureReason:
        'TLS error: 268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED',
      mixerStatus: null,
      upstreamHost: '10.4.2.8:8443',
      upstreamCluster: 'outbound|443||pay.shop.svc.cluster.local',
      upstreamLocalAddress: null,
      downstreamRemoteAddress: '10.4.1.9:51844',
      requestedServerName: null,
    },
  },
];

export const ISTIO_TEXT_1_1: readonly FormatSample[] = [
  {
    // Public tutorial repository (Istio 1.1).
    line: '[2019-09-16T11:02:44.946Z] "GET / HTTP/1.1" 429 UAEX ""RESOURCE_EXHAUSTED:Quota is exhausted for: requestcount"" 0 55 0 - "-" "Java/1.8.0_191" "ef79ef60-ebdc-913e-9f5e-8fd6156a0ef5" "recommendation:8080" "-" - - 172.17.0.27:8080 172.17.0.28:50832 -',
    expect: {
      responseCode: '429',
      responseFlags: 'UAEX',
      mixerStatus: '"RESOURCE_EXHAUSTED:Quota is exhausted for: requestcount"',
      upstreamHost: null,
      upstreamCluster: null,
      upstreamLocalAddress: null,
      downstreamRemoteAddress: '172.17.0.28:50832',
      requestedServerName: null,
    },
  },
  {
    // DataDog/integrations-core, envoy/assets/logs/envoy_tests.yaml (Istio 1.1).
    line: '[2019-03-06T09:31:27.360Z] "GET /status/418 HTTP/1.1" 418 - "-" 0 135 5 2 "-" "curl/7.60.0" "d209e46f-9ed5-9b61-bbdd-43e22662702a" "httpbin:8000" "127.0.0.1:80" inbound|8000|http|httpbin.default.svc.cluster.local - 172.30.146.73:80 172.30.146.82:38618 outbound_.8000_._.httpbin.default.svc.cluster.local',
    expect: {
      responseCode: '418',
      responseFlags: null,
      mixerStatus: null,
      upstreamHost: '127.0.0.1:80',
      upstreamCluster: 'inbound|8000|http|httpbin.default.svc.cluster.local',
      upstreamLocalAddress: null,
      downstreamRemoteAddress: '172.30.146.82:38618',
      requestedServerName: 'outbound_.8000_._.httpbin.default.svc.cluster.local',
    },
  },
];

export const ENVOY_DEFAULT: readonly FormatSample[] = [
  {
    // Envoy docs (old UPSTREAM_HOST form with tcp:// prefix).
    line: '[2016-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "nsq2http" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "locations" "tcp://10.0.2.1:80"',
    expect: {
      responseCode: '204',
      responseFlags: null,
      upstreamHost: 'tcp://10.0.2.1:80',
    },
  },
  {
    // istio/istio#7959 (Istio 1.0, Mixer unreachable).
    line: '[2018-08-14T09:26:52.187Z] "GET /apis HTTP/1.1" 503 - 0 69 4 - "10.132.0.3" "FxVersion" "bae0a141-3e55-9240-9074-8429433ffc32" "mysvc" "-"',
    expect: {
      responseCode: '503',
      responseFlags: null,
      upstreamHost: null,
    },
  },
  {
    // elastic/beats 7.17, x-pack/filebeat/module/envoyproxy (TCP).
    line: '[2019-04-08T16:50:12.533Z] "- - -" 0 - 87 254 4 - "-" "-" "-" "-" "172.27.0.2:80"',
    expect: {
      responseCode: '0',
      responseFlags: null,
      upstreamHost: '172.27.0.2:80',
    },
  },
];
