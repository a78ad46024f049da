import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { policy } from '../behaviours/policy.ts';
import { replies } from '../behaviours/replies.ts';

export const rateLimitServiceError = defineDiagnosis({
  id: 'rate-limit-service-error',
  family: 'policy',
  title: 'Rate-limit service failed',
  prior: 'usual',
  flags: ['RLSE'],
  reads: ['responseFlags', 'responseCode', 'detailsName', 'layer', 'upstreamHost', 'bytesSent'],
  applies: (s) =>
    s.responseFlags.includes('RLSE') ||
    s.detailsName === 'rate_limiter_error' ||
    (s.layer === 'http' &&
      s.responseCode === 500 &&
      s.detailsName == null &&
      typeof s.upstreamHost !== 'string'),
  cause:
    'The proxy asks a rate limit service about each request to {authority}, could not reach it or got no answer in time, and refuses the request because the filter is told to deny on failure (failure_mode_deny).',
  evidence: [
    {
      for: 'decisive',
      about: 'flags',
      claim: 'the flag RLSE is set: the rate limit service failed',
      restsOn: policy.rateLimitServiceFails,
      when: (s) => s.responseFlags.includes('RLSE'),
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the details are rate_limiter_error',
      restsOn: policy.rateLimitServiceFails,
      when: (s) => s.detailsName === 'rate_limiter_error',
    },
    {
      for: 'weak',
      about: 'size',
      claim: 'the proxy answered 500 with an empty reply',
      restsOn: policy.rateLimitServiceFails,
      when: (s) => s.responseCode === 500 && s.bytesSent === 0,
    },
    {
      against: 'decisive',
      about: 'flags',
      claim: 'another flag than RLSE is set',
      restsOn: replies.reasonIsLogged,
      when: (s) => s.responseFlags.length > 0 && !s.responseFlags.includes('RLSE'),
    },
  ],
  confusedWith: [
    {
      id: 'rate-limited',
      tellApart: 'RLSE (500) means that no decision came; RL (429) is the decision itself.',
    },
    {
      id: 'filter-config-missing',
      tellApart: 'The flag: NFCF is a 500 too, but of a filter that has no configuration yet.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get envoyfilters.networking.istio.io -A -o yaml',
      expect:
        'one that adds envoy.filters.http.ratelimit with failure_mode_deny: true and names the cluster of the rate limit service',
    },
    {
      run: 'istioctl proxy-config endpoints {pod} -n POD_NAMESPACE',
      expect: 'the cluster of the rate limit service has no healthy endpoint, or is not listed at all',
    },
  ],
  fixes: [
    {
      text: 'Bring the rate limit service back, and the store behind it (a rate limit service whose Redis is gone answers with errors). It must be reachable from this proxy with the TLS settings of its cluster.',
    },
    {
      text: 'Let requests pass while it is down: failure_mode_deny: false in the filter, which is the default. Wrong where the limit stands for money or for the life of the service.',
      yaml: `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata:
  name: filter-ratelimit
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
            subFilter:
              name: envoy.filters.http.router
    patch:
      operation: INSERT_BEFORE
      value:
        name: envoy.filters.http.ratelimit
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit
          domain: DOMAIN
          failure_mode_deny: false
          timeout: 1s
          rate_limit_service:
            grpc_service:
              envoy_grpc:
                cluster_name: CLUSTER_OF_THE_RATE_LIMIT_SERVICE
            transport_api_version: V3`,
    },
  ],
  sources: [
    {
      title: 'Envoy: rate limit filter',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/rate_limit_filter',
    },
    {
      title: 'Istio: rate limits with Envoy',
      url: 'https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/',
    },
  ],
  samples: [
    {
      file: 'service-unreachable.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway whose rate limit service was stopped, failure_mode_deny on',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway, default format of Envoy',
    },
  ],
});
