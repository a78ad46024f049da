import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isLocalReply, LOCAL_REPLIES } from '../../src/model/local-reply.ts';
import { chance } from '../behaviours/chance.ts';
import { connecting } from '../behaviours/connecting.ts';
import { logging } from '../behaviours/logging.ts';
import { replies } from '../behaviours/replies.ts';
import { retries } from '../behaviours/retries.ts';
import { timeouts } from '../behaviours/timeouts.ts';
import { endedByTimer } from '../claims/durations.ts';
import { onTheOneThatDied } from '../claims/endpoints.ts';
import { relays } from '../claims/relayed.ts';

const relaysTimeout = relays(504, LOCAL_REPLIES.requestTimeout.length);
const ROUTE_TIMEOUT = /^(?:upstream_)?response_timeout$/;

export const upstreamResponseTimeout = defineDiagnosis({
  id: 'upstream-response-timeout',
  family: 'stream',
  title: 'Upstream slower than the route timeout',
  prior: 'common',
  flags: ['UT'],
  reads: [
    'responseFlags',
    'responseCode',
    'layer',
    'detailsName',
    'clusterDirection',
    'hasUpstreamLocalAddress',
    'upstreamHost',
    'bytesSent',
  ],
  // On inbound the client is the calling proxy: its timeout shows there as DC.
  applies: (s) =>
    s.layer === 'http' &&
    (s.responseFlags.includes('UT') ||
      relaysTimeout(s) ||
      (s.responseFlags.includes('DC') && s.clusterDirection === 'inbound')),
  echoes: (s) =>
    ((s.responseFlags.includes('DC') || s.responseFlags.includes('DR')) &&
      s.clusterDirection !== 'outbound') ||
    (s.responseCode === 504 && s.responseFlags.length === 0 && isLocalReply(s.bytesSent, 'requestTimeout')),
  cause:
    'The application behind {upstreamHost} had not answered when the timeout of the route ran out, so the proxy gave up and answered for it: 504, or over gRPC 200 with an error status.',
  evidence: [
    {
      for: 'strong',
      about: 'size',
      claim: "the relayed 504 is as long as a proxy's own text for a timeout",
      restsOn: [replies.relayedReplyKeepsItsSize, replies.fixedTexts],
      when: relaysTimeout,
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'details are response_timeout: the timeout of the route ended it',
      restsOn: timeouts.routeTimeout,
      otherwise: 'strong',
      group: (_g, s) => (relaysTimeout(s) ? null : ROUTE_TIMEOUT.test(s.detailsName ?? '')),
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the flag is UT, and no limit of retries was reached (URX)',
      restsOn: timeouts.routeTimeout,
      when: (s) => s.responseFlags.includes('UT') && !s.responseFlags.includes('URX'),
    },
    {
      for: 'moderate',
      about: 'duration',
      claim: 'the requests ended after the same round time: that is the timeout',
      restsOn: timeouts.limitsAreRound,
      group: endedByTimer,
    },
    {
      // What a route of Envoy has unless a timeout is set; Istio's PassthroughCluster had it for long.
      for: 'strong',
      about: 'duration',
      claim: 'the requests ended after 15 s, the timeout that Envoy gives a route by default',
      restsOn: [timeouts.fifteenSeconds, timeouts.limitsAreRound],
      group: (g) => g.durations && g.durations.roundMs === 15_000,
    },
    {
      for: 'strong',
      about: 'path',
      claim: 'all failures are on one path',
      restsOn: chance.onePath,
      group: (g) => g.onOnePath,
    },
    {
      for: 'weak',
      about: 'address',
      claim: 'the connection to the upstream was established',
      restsOn: logging.localAddressMeansConnected,
      when: (s) => s.hasUpstreamLocalAddress === true,
    },
    {
      for: 'decisive',
      about: 'peer',
      claim: 'the calling proxy logged UT at the same endpoint',
      restsOn: timeouts.callerTimesOutFirst,
      group: (g, s) =>
        (s.responseFlags.includes('DC') &&
          g.sameEndpoint((other) => other.shape.responseFlags.includes('UT')) > 0) ||
        null,
    },
    {
      against: 'moderate',
      about: 'flags',
      claim: 'the retries were used up (URX), so single tries were cut short',
      restsOn: [retries.limitReached, timeouts.perTryTimeout],
      when: (s) => s.responseFlags.includes('URX'),
    },
    {
      // Proxies before details were logged print `-` there even for requests that were sent.
      against: 'strong',
      about: 'address',
      claim: 'the proxy had no connection to the upstream yet: nothing was slow, nothing was reached',
      restsOn: [connecting.impatienceHidesIt, logging.localAddressMeansConnected],
      when: (s) => s.detailsName !== undefined && s.hasUpstreamLocalAddress === false,
    },
    {
      against: 'decisive',
      about: 'endpoint',
      claim: 'all failures lie on one endpoint that answers nothing any more, while others do',
      restsOn: chance.oneEndpointDied,
      group: onTheOneThatDied,
    },
  ],
  confusedWith: [
    {
      id: 'per-try-timeout',
      tellApart:
        'Details upstream_per_try_timeout, or the flag URX: then single tries were cut, not the whole request.',
    },
    {
      id: 'connect-timeout',
      tellApart:
        'Do all timeouts lie on one endpoint, with no upstream local address? Then its address is dead and was never reached.',
    },
    {
      id: 'client-disconnected',
      tellApart:
        'For DC on inbound: look at the caller for the same request id. UT there: the timeout of its route; DC there as well: the client in front of it left.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config routes {pod} -n POD_NAMESPACE -o json',
      expect:
        'a timeout on the route {route} for {authority} that equals the duration of the failures (0s: none)',
    },
    {
      run: 'kubectl get virtualservices -A -o yaml',
      expect:
        'a timeout for {host}; or none, and the request carried the header x-envoy-upstream-rq-timeout-ms',
    },
  ],
  fixes: [
    {
      text: 'Find out what makes {path} slow: the sidecar of {upstreamIp} logs the same request id with the time that it spent.',
    },
    {
      text: 'Where the work takes that long by nature, raise the timeout of the route. Wrong when the caller in front gives up earlier anyway: then nobody waits for the answer.',
      yaml: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {service}-timeout
  namespace: {namespace}
spec:
  hosts:
    - {host}
  http:
    - timeout: 30s
      route:
        - destination:
            host: {host}`,
    },
    {
      text: 'In Envoy without Istio the timeout of a route is 15 s unless set; Istio sets none.',
    },
  ],
  versions:
    'Envoy up to about 1.14 says upstream_response_timeout; gRPC callers get code 200 with the flag UT. Old Istio cut PassthroughCluster at 15 s.',
  sources: [
    {
      title: 'Istio: request timeouts',
      url: 'https://istio.io/latest/docs/tasks/traffic-management/request-timeouts/',
    },
    {
      title: 'Envoy: how do I configure timeouts?',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts',
    },
  ],
  samples: [
    {
      file: 'slow-path.log',
      origin: 'captured',
      from: 'Envoy 1.40, route timeout 1 s, one slow path',
    },
    {
      file: 'client-and-server.log',
      origin: 'captured',
      from: 'both sidecars, Envoy 1.40: UT at the caller, DC at the server',
    },
    {
      file: 'grpc-15-s.log',
      origin: 'quoted',
      from: 'envoyproxy/envoy#9242: gRPC, default timeout of 15 s, code 200',
    },
    {
      file: 'relayed.log',
      origin: 'composed',
      from: 'local-reply.ts: the length of the text that Envoy 1.40 answers with, as a gateway relays it',
    },
  ],
});
