import { defineDiagnosis } from '../../src/diagnose/define.ts';

export const keepaliveRace = defineDiagnosis({
  id: 'keepalive-race',
  family: 'stream',
  title: 'Upstream closes an idle keep-alive connection as it is reused',
  prior: 'common',
  flags: ['UC'],
  reads: ['responseFlags', 'layer', 'hasUpstreamLocalAddress', 'detailsName', 'resetReason', 'bytesSent'],
  applies: (s) => s.responseFlags.includes('UC') && s.layer === 'http',
  cause:
    'The server closes connections that were idle for its keep-alive limit, and the proxy sends a request on one of them in that very moment: the request is lost before the server reads it.',
  evidence: [
    {
      for: 'moderate',
      about: 'details',
      claim: 'the connection ended before a response began (connection_termination)',
      when: (s) => s.resetReason === 'connection_termination',
    },
    {
      for: 'moderate',
      about: 'size',
      claim: 'the reply is the 95 bytes of "reset reason: connection termination"',
      when: (s) => s.bytesSent === 95,
    },
    {
      // Proof rests on repetition: a crash too can follow an answer on the same connection, but not after a constant gap.
      for: 'decisive',
      about: 'reuse',
      claim: 'the failed requests reused connections that had answered before, after a nearly constant idle time',
      group: (g) => g.reuse && g.reuse.isConstant && g.reuse.reused >= 0.5 * g.reuse.judged,
    },
    {
      for: 'strong',
      about: 'reuse',
      claim: 'the same upstream connection had answered before it failed',
      group: (g) => g.reuse && g.reuse.reused > 0,
    },
    {
      for: 'weak',
      about: 'endpoint',
      claim: 'the failing endpoints answer other requests',
      group: (g) => g.healthyOnFailingEndpoints === null ? null : g.healthyOnFailingEndpoints > 0,
    },
    {
      for: 'weak',
      about: 'duration',
      claim: 'the failures take next to no time',
      group: (g) => g.durations && g.durations.medianMs <= 5,
    },
    {
      against: 'decisive',
      about: 'endpoint',
      claim: 'no request to the failing endpoints ever succeeded',
      group: (g) => g.healthyOnFailingEndpoints === null ? null : g.healthyOnFailingEndpoints === 0,
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the failures last as long as a configured limit',
      group: (g) => g.durations && g.durations.roundMs !== null,
    },
    {
      against: 'strong',
      about: 'path',
      claim: 'all failures are on one path',
      group: (g) => g.onOnePath,
    },
  ],
  confusedWith: [
    {
      id: 'upstream-crash-or-restart',
      tellApart: 'Did the container of {upstreamIp} restart, or do failures lie on one path? Then it crashes. Constant idle gaps before each failure mean a keep-alive limit.',
    },
    {
      id: 'tls-conflict-plaintext-to-strict',
      tellApart: 'Does any request to {upstreamHost} succeed in the same minute? A TLS conflict fails every one of them.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={upstreamIp}',
      expect: 'the pod is older than the failures and has not restarted; then look up the keep-alive (idle) timeout of its server: it equals the idle gap shown above',
    },
  ],
  fixes: [
    { text: 'Let the server keep idle connections longer than the proxy does (Node.js: server.keepAliveTimeout, gunicorn: --keep-alive, Tomcat: keepAliveTimeout).' },
    {
      text: 'Or let the proxy give them up first: an idle timeout below the limit of the server.',
      yaml: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {service}-idle
spec:
  host: {host}
  trafficPolicy:
    connectionPool:
      http:
        idleTimeout: 1s # below the keep-alive limit of the server`,
    },
    { text: 'Retries on reset-before-request repair what remains; retry on "reset" only where a request may safely be sent twice.' },
  ],
  sources: [
    { title: 'istio/istio#55138: 503 UC on reused connections', url: 'https://github.com/istio/istio/issues/55138' },
    { title: 'Istio: DestinationRule, ConnectionPoolSettings', url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/' },
  ],
  samples: [{ file: 'constant-idle-gap.log', origin: 'captured', from: 'Envoy 1.40 in front of a server that closes connections idle for 2 s' }],
});
