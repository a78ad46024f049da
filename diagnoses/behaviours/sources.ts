import type { Source } from '../../src/model/behaviour.ts';

/** Pages that many behaviours name. A page that one behaviour names stands with it. */

export const ENVOY_FLAGS: Source = {
  title: 'Envoy: response flags',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#response-flags',
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
