import { defineDiagnosis } from '../../src/diagnose/define.ts';
import type { DurationFacts } from '../../src/model/group-facts.ts';
import { resetReplyBytes } from '../../src/model/local-reply.ts';
import { http } from '../behaviours/http.ts';
import { mesh } from '../behaviours/mesh.ts';
import { reuse } from '../behaviours/reuse.ts';
import { timeouts } from '../behaviours/timeouts.ts';
import { endWithinSecondAfterLimit } from '../claims/durations.ts';

/** Servers are configured in whole seconds; the proxy's clock adds a few milliseconds. */
const EXACT_MS = 20;
const SHORTEST_LIMIT_MS = 1000;

function isRound({ medianMs, roundMs }: DurationFacts, fromMs: number): boolean {
  return roundMs !== null && roundMs >= fromMs && Math.abs(medianMs - roundMs) <= EXACT_MS;
}

export const upstreamOwnTimeout = defineDiagnosis({
  id: 'upstream-own-timeout',
  family: 'stream',
  title: 'Upstream closes requests after its own time limit',
  prior: 'usual',
  flags: ['UC'],
  reads: ['responseFlags', 'layer', 'detailsName', 'responseCode', 'clusterDirection', 'bytesSent'],
  applies: (s) => s.layer === 'http' && s.responseFlags.includes('UC'),
  echoes: (s) =>
    s.clusterDirection !== 'inbound' &&
    (s.detailsName ?? 'via_upstream') === 'via_upstream' &&
    s.responseFlags.every((flag) => flag === 'URX') &&
    ((s.responseCode === 503 && s.bytesSent === resetReplyBytes('connection termination')) ||
      (s.responseCode === 200 && s.bytesSent === 0)),
  cause:
    'The server behind {upstreamHost} has a time limit for one request and closes the connection when it is reached, without an answer, while the proxy would still wait.',
  evidence: [
    {
      for: 'decisive',
      about: 'duration',
      claim: 'the failures, three or more, all end at the same round number of seconds',
      restsOn: [timeouts.serversHaveLimits, timeouts.limitsAreRound],
      group: (g) => (g.durations === null || g.requests < 3 ? null : isRound(g.durations, SHORTEST_LIMIT_MS)),
    },
    {
      for: 'strong',
      about: 'duration',
      claim: 'the failure lasts a round number of seconds, five or more',
      restsOn: [timeouts.serversHaveLimits, timeouts.limitsAreRound],
      group: (g) => g.durations && isRound(g.durations, 5000),
    },
    {
      for: 'decisive',
      about: 'duration',
      claim: 'the failures, four or more, all end within a second after the same round number of seconds',
      restsOn: [timeouts.serversHaveLimits, timeouts.workersAreLookedAfter],
      group: endWithinSecondAfterLimit,
    },
    {
      for: 'moderate',
      about: 'duration',
      claim: 'the failures last a round number of seconds, or up to a second more',
      restsOn: [timeouts.serversHaveLimits, timeouts.limitsAreRound, timeouts.workersAreLookedAfter],
      otherwise: 'strong',
      group: (g) =>
        g.durations && (isRound(g.durations, SHORTEST_LIMIT_MS) || endWithinSecondAfterLimit(g) === true),
    },
    {
      // The sidecar stands beside the application: no other network element could have cut the connection.
      for: 'weak',
      about: 'cluster',
      claim: 'the hop is the one from the sidecar to its own application',
      restsOn: mesh.lastHop,
      when: (s) => s.clusterDirection === 'inbound',
    },
    {
      against: 'strong',
      about: 'reuse',
      claim: 'an equal idle time lies before each failure: a keep-alive limit ended the connections',
      restsOn: reuse.keepAliveIsOneNumber,
      group: (g) => (g.reuse === null ? null : g.reuse.isConstant && g.reuse.medianIdleMs >= 900),
    },
    {
      against: 'strong',
      about: 'peer',
      claim: 'the proxy of the server closed the connection itself',
      restsOn: [http.proxyClosed, mesh.bothSidesLog],
      group: (g) =>
        g.sameEndpoint((other) => other.shape.detailsName === 'downstream_local_disconnect') > 0 || null,
    },
  ],
  confusedWith: [
    {
      id: 'upstream-response-timeout',
      tellApart: 'UT and code 504: the proxy ended the request. UC and code 503: the server did.',
    },
    {
      id: 'upstream-crash-or-restart',
      tellApart: 'A crash does not keep to round seconds, and the container restarts.',
    },
    {
      id: 'listener-drain-on-config-push',
      tellApart:
        "Look at the server's sidecar for the same request id: DC downstream_local_disconnect means that its proxy closed the connection.",
    },
  ],
  confirm: [
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={upstreamIp}',
      expect:
        'the pod did not restart; its server has a request, worker or script timeout of just the duration seen here (gunicorn --timeout, uWSGI harakiri, Jetty or Node.js requestTimeout)',
    },
  ],
  fixes: [
    {
      text: 'Raise the limit of the server where such requests are legitimate, or make {path} faster.',
    },
    {
      text: 'Put the limit into the route instead: the caller then gets a clear 504, and the server keeps its connection. The route timeout must be below the limit of the server.',
      yaml: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {service}-timeout
  namespace: {namespace}
spec:
  hosts:
    - {host}
  http:
    - timeout: 30s # below the limit of the server
      route:
        - destination:
            host: {host}`,
    },
    {
      text: 'Callers that retry on 503 start the slow work again each time: switch retries off for requests that must not be done twice.',
    },
  ],
  sources: [
    {
      title: 'istio/istio#51619: 503 UC after two minutes',
      url: 'https://github.com/istio/istio/issues/51619',
    },
  ],
  samples: [
    {
      file: 'worker-timeout.log',
      origin: 'composed',
      from: 'facts/causes.md, app-closes-slow, with the worker timeout of gunicorn, which looks once a second',
    },
    {
      file: 'two-minutes.log',
      origin: 'quoted',
      from: 'istio/istio#51619, Istio 1.21 sidecar, limit of 120 s in the application',
    },
    {
      file: 'client-and-server.log',
      origin: 'composed',
      from: 'facts/causes.md, app-closes-slow: three tries of the caller, each cut by the server after two minutes',
    },
  ],
});
