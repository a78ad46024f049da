import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { policy } from '../behaviours/policy.ts';
import { replies } from '../behaviours/replies.ts';

const DETAILS = 'request_headers_failed_strict_check';

export const invalidEnvoyHeader = defineDiagnosis({
  id: 'invalid-envoy-header',
  family: 'policy',
  title: 'Strict check rejects an x-envoy header',
  prior: 'uncommon',
  flags: ['IH'],
  reads: ['responseFlags', 'responseCode', 'detailsName', 'layer', 'upstreamHost'],
  // Any other 400 that no upstream gave looks alike; its flag or details tell it apart.
  applies: (s) =>
    s.responseFlags.includes('IH') ||
    s.detailsName === DETAILS ||
    (s.layer === 'http' && s.responseCode === 400 && s.upstreamHost === null),
  cause:
    'The router checks x-envoy headers strictly (strict_check_headers), and a caller of {authority} sends one whose value it cannot use, for example x-envoy-max-retries with a word instead of a number.',
  evidence: [
    {
      for: 'decisive',
      about: 'flags',
      claim: 'the flag IH is set: an x-envoy header has an invalid value',
      restsOn: policy.strictHeaders,
      when: (s) => s.responseFlags.includes('IH'),
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the details are request_headers_failed_strict_check and name the header',
      // Gateways refuse with 400 for many reasons, and each has its own details.
      otherwise: 'strong',
      restsOn: policy.strictHeaders,
      when: (s) => s.detailsName === DETAILS,
    },
    {
      against: 'decisive',
      about: 'flags',
      claim: 'another flag than IH is set',
      restsOn: replies.reasonIsLogged,
      when: (s) => s.responseFlags.length > 0 && !s.responseFlags.includes('IH'),
    },
  ],
  confusedWith: [
    {
      id: 'malformed-request',
      tellApart:
        'DPE is a message that cannot be parsed at all: method and path are missing. With IH they are there.',
    },
    {
      id: 'application-error',
      tellApart: 'Is there an upstream host? Then the application answered 400.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config listeners {pod} -n POD_NAMESPACE -o json',
      expect:
        'strictCheckHeaders in the router filter lists the header that the details name in their braces',
    },
    {
      run: 'kubectl get envoyfilters.networking.istio.io -A -o yaml',
      expect: 'the EnvoyFilter that sets strict_check_headers: Istio does not set it by itself',
    },
  ],
  fixes: [
    {
      text: 'Correct the caller: the details name the header, and its value has to be what Envoy expects of it.',
    },
    {
      text: 'Callers from outside have no business with x-envoy headers: take the header away in a filter before the router. Removal in a VirtualService is no remedy, for the router checks first.',
      yaml: `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata:
  name: strip-envoy-header
  namespace: istio-system
spec:
  workloadSelector:
    labels:
      istio: ingressgateway
  configPatches:
  - applyTo: HTTP_FILTER
    match:
      context: GATEWAY
      listener:
        filterChain:
          filter:
            name: envoy.filters.network.http_connection_manager
    patch:
      operation: INSERT_FIRST
      value:
        name: envoy.filters.http.header_mutation
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation
          mutations:
            request_mutations:
            - remove: x-envoy-max-retries # the header that the details name`,
    },
    {
      text: 'Or take the header out of strict_check_headers: without the strict check Envoy ignores values that it cannot use.',
    },
  ],
  versions: 'Since Envoy 1.11; the header mutation filter of the fix is in Envoy 1.27 and newer.',
  sources: [
    {
      title: 'Envoy: router filter, strict_check_headers',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/router/v3/router.proto',
    },
    {
      title: 'Envoy: response code details',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/response_code_details',
    },
  ],
  samples: [
    {
      file: 'max-retries-header.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway with strict_check_headers; some clients send x-envoy-max-retries: many',
    },
  ],
});
