import type { Source } from '../../src/model/behaviour.ts';

/** Pages that many behaviours name. A page that one behaviour names stands with it. */

export const ENVOY_FLAGS: Source = {
  title: 'Envoy: response flags',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/advanced/substitution_formatter#config-access-log-format-response-flags',
};
export const ENVOY_DETAILS: Source = {
  title: 'Envoy: response code details',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/response_code_details',
};
export const ENVOY_CIRCUIT_BREAKING: Source = {
  title: 'Envoy: circuit breaking',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/circuit_breaking',
};
export const ENVOY_ROUTER_CODE: Source = {
  title: 'Envoy, source/common/router/router.cc',
  url: 'https://github.com/envoyproxy/envoy/blob/main/source/common/router/router.cc',
};
export const ENVOY_HTTP_UTILITY_CODE: Source = {
  title: 'Envoy, source/common/http/utility.cc',
  url: 'https://github.com/envoyproxy/envoy/blob/main/source/common/http/utility.cc',
};
export const TCP_RFC: Source = {
  title: 'RFC 9293: Transmission Control Protocol',
  url: 'https://www.rfc-editor.org/rfc/rfc9293',
};
export const ENVOY_OPERATORS: Source = {
  title: 'Envoy: command operators',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/advanced/substitution_formatter',
};
export const ENVOY_ROUTE_MATCHING: Source = {
  title: 'Envoy: route matching',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/route_matching',
};
export const ENVOY_XDS: Source = {
  title: 'Envoy: xDS protocol',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol',
};
export const ENVOY_TIMEOUTS: Source = {
  title: 'Envoy: how do I configure timeouts?',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts',
};
export const ENVOY_EXT_AUTHZ: Source = {
  title: 'Envoy: external authorization filter',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/ext_authz_filter',
};
export const ENVOY_UPSTREAM_SERVICE_TIME: Source = {
  title: 'Envoy: x-envoy-upstream-service-time',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-upstream-service-time',
};
export const ISTIO_TRAFFIC_ROUTING: Source = {
  title: 'Istio: understanding traffic routing',
  url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/traffic-routing/',
};
export const ISTIO_EGRESS: Source = {
  title: 'Istio: accessing external services',
  url: 'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/',
};
export const ISTIO_TLS_MISMATCH: Source = {
  title: 'Istio: gateway to virtual service TLS mismatch',
  url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#gateway-to-virtual-service-tls-mismatch',
};
export const ISTIO_RULES_SLOW: Source = {
  title: "Istio: route rules don't seem to affect traffic flow",
  url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#route-rules-dont-seem-to-affect-traffic-flow',
};
export const ISTIO_PROTOCOL_SELECTION: Source = {
  title: 'Istio: protocol selection',
  url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/',
};
export const ISTIO_MIXER_STATUS: Source = {
  title: 'Istio 1.5: requests are rejected by Envoy',
  url: 'https://istio.io/v1.5/docs/ops/common-problems/network-issues/#requests-are-rejected-by-envoy',
};
export const ENVOY_OUTLIER_DETECTION: Source = {
  title: 'Envoy: outlier detection',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier',
};
export const ENVOY_SERVICE_DISCOVERY: Source = {
  title: 'Envoy: service discovery',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/service_discovery',
};
export const ENVOY_TLS_TROUBLE: Source = {
  title: 'Envoy: TLS, trouble shooting',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/security/ssl#trouble-shooting',
};
export const ISTIO_CLUSTERS_CODE: Source = {
  title: 'Istio, pilot/pkg/networking/core/cluster_builder.go',
  url: 'https://github.com/istio/istio/blob/master/pilot/pkg/networking/core/cluster_builder.go',
};
export const ISTIO_CONNECTION_POOL: Source = {
  title: 'Istio: DestinationRule, ConnectionPoolSettings',
  url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings',
};
export const ISTIO_PEER_AUTHENTICATION: Source = {
  title: 'Istio: PeerAuthentication',
  url: 'https://istio.io/latest/docs/reference/config/security/peer_authentication/',
};
export const ISTIO_SERVICE_ENTRY_RESOLUTION: Source = {
  title: 'Istio: ServiceEntry, resolution',
  url: 'https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Resolution',
};
export const ISTIO_TLS_CONFIGURATION: Source = {
  title: 'Istio: understanding TLS configuration',
  url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/',
};
export const ISTIO_TLS_CONFLICT: Source = {
  title: 'Istio: 503 errors after setting destination rule',
  url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule',
};
export const LINUX_CONNECT: Source = {
  title: 'Linux: connect(2)',
  url: 'https://man7.org/linux/man-pages/man2/connect.2.html',
};
export const TLS_RFC: Source = {
  title: 'RFC 8446: Transport Layer Security 1.3',
  url: 'https://www.rfc-editor.org/rfc/rfc8446',
};
