import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isResetReply, resetReplyBytes } from '../../src/model/local-reply.ts';
import { limits } from '../behaviours/limits.ts';
import { replies } from '../behaviours/replies.ts';
import { relays } from '../claims/relayed.ts';

const relaysOverflow = relays(503, resetReplyBytes('overflow'));

export const circuitBreakerOverflow = defineDiagnosis({
  id: 'circuit-breaker-overflow',
  family: 'cluster',
  title: 'Circuit breaker overflow',
  prior: 'common',
  flags: ['UO'],
  reads: [
    'responseFlags',
    'responseCode',
    'detailsName',
    'resetReason',
    'bytesSent',
    'layer',
    'clusterDirection',
    'upstreamHost',
  ],
  // A TCP connection that max_pending refuses is logged as URX alone by current Envoy.
  applies: (s) =>
    s.responseFlags.includes('UO') ||
    s.resetReason === 'overflow' ||
    relaysOverflow(s) ||
    (s.layer === 'tcp' && s.responseFlags.length === 1 && s.responseFlags.includes('URX')),
  cause:
    'The calling proxy holds as many connections, pending requests, requests or retries to {host} as connectionPool of its DestinationRule allows; it answers the rest itself, at once and without asking any endpoint.',
  evidence: [
    {
      for: 'strong',
      about: 'size',
      claim: "the relayed 503 is as long as a proxy's own text for an overflow",
      restsOn: [replies.relayedReplyKeepsItsSize, replies.resetReplyNamesReason],
      when: relaysOverflow,
    },
    {
      for: 'decisive',
      about: 'flags',
      claim: 'the proxy reports an upstream overflow (UO)',
      restsOn: limits.overflow,
      when: (s) => s.responseFlags.includes('UO'),
    },
    {
      for: 'strong',
      about: 'flags',
      claim: 'a TCP connection was given up before any endpoint was tried (URX alone, no upstream host)',
      restsOn: limits.tcpOverflowAsUrx,
      when: (s) => s.layer === 'tcp' && s.responseFlags.includes('URX') && s.upstreamHost === null,
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the reset reason is overflow, or the reply has the length of that text',
      restsOn: [limits.overflow, replies.resetReplyNamesReason],
      // Otherwise an endpoint was asked, and only the retry of its failure met maxRetries.
      otherwise: 'strong',
      group: (_g, s) =>
        s.layer === 'tcp' ? null : s.resetReason === 'overflow' || isResetReply(s.bytesSent, 'overflow'),
    },
    {
      for: 'moderate',
      about: 'history',
      claim: 'other requests to the same cluster succeed in the same minutes',
      restsOn: limits.limitsComeAndGo,
      group: (g) => g.scopeHistory && g.scopeHistory === 'interleaved',
    },
    {
      // max_retries joins UO to the flag of the attempt that failed: the failure is the cause, not the limit.
      against: 'decisive',
      about: 'flags',
      claim: 'the flags also name a failed connection: only the retry met the limit',
      restsOn: limits.retryOverflow,
      when: (s) => s.responseFlags.includes('UF') || s.responseFlags.includes('UC'),
    },
  ],
  confusedWith: [
    {
      id: 'connection-refused',
      tellApart: 'Does UF stand beside UO? Then the connection failed first and only its retry was refused.',
    },
    {
      id: 'upstream-response-timeout',
      tellApart:
        'Are the successes among the failures slower than usual? Then a slow {host} fills the pool, and a higher limit only moves the queue.',
    },
    {
      id: 'overload-manager',
      tellApart: 'Details overload without UO mean that the proxy itself is short of memory or connections.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config clusters {pod} -n CALLER_NAMESPACE --fqdn {host} -o json',
      expect:
        'circuitBreakers.thresholds with a low maxConnections, maxPendingRequests, maxRequests or maxRetries',
    },
    {
      run: 'kubectl exec {pod} -n CALLER_NAMESPACE -c istio-proxy -- pilot-agent request GET clusters',
      expect:
        'for {cluster}: default_priority::max_… equal to the configured limits, and rq_active or cx_active of its endpoints at them while the failures last',
    },
  ],
  fixes: [
    {
      text: 'Raise the limit that is full. An upstream host on the failing lines means http2MaxRequests or maxRetries; none means maxConnections or http1MaxPendingRequests. Leave out what you do not need: the defaults are practically unlimited. Wrong when {host} is slow because it is overloaded: then the limit protects it, and it needs replicas or fewer callers.',
      yaml: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {service}-pool
  namespace: {namespace}
spec:
  host: {host}
  trafficPolicy:
    connectionPool:
      tcp:
        maxConnections: 1024
      http:
        http1MaxPendingRequests: 1024
        http2MaxRequests: 1024
        maxRetries: 16`,
    },
    {
      text: 'Remember that every proxy counts for itself: ten callers with maxConnections 10 may open a hundred connections. Smooth bursts at the caller, or let it retry later with a pause.',
    },
  ],
  versions:
    'All. A TCP connection refused by the pending limit shows URX instead of UO in current Envoy (seen with 1.40).',
  sources: [
    {
      title: 'Istio: requests are rejected by Envoy',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#requests-are-rejected-by-envoy',
    },
    {
      title: 'Envoy: circuit breaking',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/circuit_breaking',
    },
  ],
  samples: [
    {
      file: 'pending-overflow.log',
      origin: 'captured',
      from: 'Envoy 1.40: 18 parallel requests against maxConnections 2, http1MaxPendingRequests 2',
    },
    {
      file: 'tcp-pending-limit.log',
      origin: 'captured',
      from: 'Envoy 1.40 TCP proxy, no pending connection allowed',
    },
    {
      file: 'request-limit.log',
      origin: 'captured',
      from: 'Envoy 1.40: 14 parallel requests against http2MaxRequests 3',
    },
    {
      file: 'relayed.log',
      origin: 'composed',
      from: 'local-reply.ts: the length of the text that Envoy 1.40 answers with, as a gateway relays it',
    },
  ],
});
