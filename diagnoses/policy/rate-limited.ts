import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isLocalReply } from '../../src/model/local-reply.ts';
import { limits } from '../behaviours/limits.ts';
import { policy } from '../behaviours/policy.ts';
import { replies } from '../behaviours/replies.ts';

/** Details of the three rate limit filters: local, global, quota. */
const DETAILS: ReadonlySet<string> = new Set([
  'local_rate_limited',
  'request_rate_limited',
  'rate_limited_by_quota',
]);

export const rateLimited = defineDiagnosis({
  id: 'rate-limited',
  family: 'policy',
  title: 'Rate limit reached',
  prior: 'common',
  flags: ['RL'],
  reads: ['responseFlags', 'responseCode', 'detailsName', 'layer', 'upstreamHost', 'bytesSent'],
  applies: (s) =>
    s.responseFlags.includes('RL') ||
    (s.detailsName != null && DETAILS.has(s.detailsName)) ||
    (s.layer === 'http' &&
      s.responseCode === 429 &&
      s.detailsName == null &&
      typeof s.upstreamHost !== 'string'),
  echoes: (s) => s.detailsName === 'via_upstream' && s.responseCode === 429,
  claimsHealthy: true,
  cause:
    'More requests to {authority} arrived than a rate limit filter of the proxy lets pass: its token bucket was empty (local limit), or the rate limit service said that the limit is reached (global limit). The application was never asked.',
  evidence: [
    {
      for: 'decisive',
      about: 'flags',
      claim: 'the flag RL is set: a rate limit filter refused the request',
      restsOn: policy.rateLimits,
      when: (s) => s.responseFlags.includes('RL'),
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the details name a rate limit',
      restsOn: policy.rateLimits,
      when: (s) => s.detailsName != null && DETAILS.has(s.detailsName),
      otherwise: 'moderate',
    },
    {
      for: 'moderate',
      about: 'size',
      claim: 'the reply is the 18 bytes of "local_rate_limited"',
      restsOn: [policy.rateLimits, replies.fixedTexts],
      when: (s) => isLocalReply(s.bytesSent, 'localRateLimited'),
    },
    {
      for: 'weak',
      about: 'code',
      claim: 'the response code is 429',
      restsOn: policy.rateLimits,
      when: (s) => s.responseCode === 429,
    },
    {
      for: 'weak',
      about: 'history',
      claim: 'other requests of the same scope pass in the meantime',
      restsOn: limits.limitsComeAndGo,
      group: (g) => g.scopeHistory && g.scopeHistory === 'interleaved',
    },
    {
      against: 'strong',
      about: 'policy',
      claim: 'the flag is UAEX: an authorization check or Mixer refused, not a rate limit filter',
      restsOn: [policy.authzDenies, policy.mixerStatus],
      when: (s) => s.responseFlags.includes('UAEX'),
    },
  ],
  confusedWith: [
    {
      id: 'rate-limit-service-error',
      tellApart: 'RL is a decision; RLSE (500) means that the rate limit service gave none.',
    },
    {
      id: 'mixer-resource-exhausted',
      tellApart: 'UAEX with a Mixer status is a quota of Mixer (Istio before 1.8).',
    },
    {
      id: 'application-error',
      tellApart:
        'Is there an upstream host, or are the details via_upstream? Then the application counts and refuses.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get envoyfilters.networking.istio.io -A -o yaml',
      expect:
        'one that adds envoy.filters.http.local_ratelimit or envoy.filters.http.ratelimit to this workload; local_rate_limited in the details means the former, request_rate_limited the latter',
    },
    {
      run: "kubectl exec {pod} -n POD_NAMESPACE -c istio-proxy -- pilot-agent request GET 'stats?filter=rate_?limit'",
      expect:
        'http_local_rate_limiter.*.rate_limited (local) or ratelimit.over_limit (global) grow with each refusal',
    },
  ],
  fixes: [
    {
      text: 'Raise the limit if the service can bear more. A local limit counts per proxy: with n replicas the service admits n times as much.',
      yaml: `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata:
  name: {service}-local-rate-limit
  namespace: {namespace}
spec:
  workloadSelector:
    labels:
      app: {service}
  configPatches:
  - applyTo: HTTP_FILTER
    match:
      context: SIDECAR_INBOUND
      listener:
        filterChain:
          filter:
            name: envoy.filters.network.http_connection_manager
    patch:
      operation: INSERT_BEFORE
      value:
        name: envoy.filters.http.local_ratelimit
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
          stat_prefix: http_local_rate_limiter
          token_bucket:
            max_tokens: 200 # the burst
            tokens_per_fill: 100 # the rate
            fill_interval: 1s
          filter_enabled:
            default_value: {numerator: 100, denominator: HUNDRED}
          filter_enforced:
            default_value: {numerator: 100, denominator: HUNDRED}`,
    },
    {
      text: 'Let the callers slow down: back off on 429, with growing pauses, and no retry at once. Look which caller sends most: one that loops uses up the share of all.',
    },
    { text: 'Wrong to raise it when the limit keeps the service alive: then more replicas come first.' },
  ],
  sources: [
    {
      title: 'Istio: rate limits with Envoy',
      url: 'https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/',
    },
    {
      title: 'Envoy: local rate limit filter',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/local_rate_limit_filter',
    },
  ],
  samples: [
    {
      file: 'local-limit.log',
      origin: 'captured',
      from: 'Envoy 1.40 with a local limit of four requests a second',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'captured',
      from: 'Envoy 1.40 with a local limit, default format of Envoy',
    },
  ],
});
