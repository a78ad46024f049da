import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { chance } from '../behaviours/chance.ts';
import { http } from '../behaviours/http.ts';
import { listeners } from '../behaviours/listeners.ts';
import { logging } from '../behaviours/logging.ts';
import { mesh } from '../behaviours/mesh.ts';
import { timeouts } from '../behaviours/timeouts.ts';
import { endedByTimer } from '../claims/durations.ts';
import { reportedAround } from '../claims/proxy-log.ts';

/** Why Envoy closes connections of a listener that it replaced (source/common/listener_manager of Envoy). */
const DRAINED = /filter_chain_is_being_removed|purging_socket|listener_is_being_removed/;

export const listenerDrainOnConfigPush = defineDiagnosis({
  id: 'listener-drain-on-config-push',
  family: 'stream',
  title: 'A configuration push drained the listener under long requests',
  prior: 'uncommon',
  flags: ['UC', 'DC'],
  reads: ['responseFlags', 'layer', 'detailsName', 'responseCodeDetails'],
  applies: (s) =>
    s.layer === 'http' &&
    (s.detailsName === 'downstream_local_disconnect' ||
      (s.responseFlags.includes('UC') && s.detailsName !== 'upstream_reset_after_response_started')),
  cause:
    'A change of configuration (a policy, an EnvoyFilter, a gateway, rotated JWKS keys) made the proxy of {host} replace its listener; requests that still ran on old connections when the drain time was over (45 s by default) were cut off.',
  evidence: [
    {
      for: 'decisive',
      about: 'details',
      claim: 'the proxy says that it closed the connection because its filter chain or listener was removed',
      restsOn: [listeners.drainedConnections, http.proxyClosed],
      when: (s) => typeof s.responseCodeDetails === 'string' && DRAINED.test(s.responseCodeDetails),
    },
    {
      for: 'decisive',
      about: 'peer',
      claim: 'the proxy of the server logged DC because it removed its filter chain, at the same endpoint',
      restsOn: [listeners.drainedConnections, mesh.bothSidesLog],
      group: (g) =>
        g.sameEndpoint((other) => DRAINED.test(other.shape.responseCodeDetails ?? '')) > 0 || null,
    },
    {
      for: 'moderate',
      about: 'duration',
      claim: 'the requests had run for longer than the drain time of 45 s, and for no round time',
      restsOn: listeners.drainedConnections,
      group: (g) => g.durations && g.durations.medianMs >= 45_000 && g.durations.roundMs === null,
    },
    {
      for: 'weak',
      about: 'proxyLog',
      claim: 'the proxy received configuration while the failures lasted',
      restsOn: [listeners.drainedConnections, logging.proxyTellsItsState],
      group: reportedAround('configReceived'),
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the failures took less than five seconds: a drain spares such requests',
      restsOn: listeners.drainSparesShortRequests,
      group: (g) => g.durations && g.durations.medianMs < 5000,
    },
    {
      against: 'moderate',
      about: 'duration',
      claim: 'the failures last as long as a configured limit',
      restsOn: timeouts.limitsAreRound,
      group: endedByTimer,
    },
    {
      against: 'strong',
      about: 'path',
      claim: 'all failures are on one path',
      restsOn: [listeners.drainSparesShortRequests, chance.onePath],
      group: (g) => g.onOnePath,
    },
  ],
  confusedWith: [
    {
      id: 'upstream-own-timeout',
      tellApart:
        "Look at the server's sidecar for the same request id: DC downstream_local_disconnect means a drained listener, UC on inbound a limit in the application.",
    },
    {
      id: 'client-disconnected',
      tellApart:
        'downstream_local_disconnect: this proxy closed. downstream_remote_disconnect: the client did.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get envoyfilters,requestauthentications,authorizationpolicies,peerauthentications,gateways.networking.istio.io -A --sort-by=.metadata.creationTimestamp',
      expect:
        'one that was made or changed within a minute before the failures; a generation that rises all the time means a controller that rewrites it',
    },
    {
      run: "kubectl exec {pod} -n {namespace} -c istio-proxy -- pilot-agent request GET 'stats?filter=listener_manager'",
      expect:
        'at the proxy of the server (the DC line is its own): listener_in_place_updated or listener_modified above 0, and total_filter_chains_draining at times',
    },
  ],
  fixes: [
    {
      text: 'Find what changes the listener and change it less often; a controller that rewrites an EnvoyFilter or a policy without need is the usual culprit.',
    },
    {
      text: 'Let draining wait for the longest request; proxies take the value when they restart. Wrong as a first aid for minutes-long streams that are pushed over and over.',
      yaml: `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata:
  name: longer-drain
  namespace: istio-system
spec:
  meshConfig:
    defaultConfig:
      drainDuration: 300s # 45s unless set`,
    },
    {
      text: 'Requests that run for minutes are better made into jobs to be polled: any push may cut them.',
    },
  ],
  sources: [
    {
      title: 'istio/istio#18089: listener reload can cause 503 UC',
      url: 'https://github.com/istio/istio/issues/18089',
    },
    {
      title: 'Envoy: draining',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/operations/draining',
    },
  ],
  samples: [
    {
      file: 'client-and-server.log',
      origin: 'quoted',
      from: 'a published reproduction with istio-proxy of 2026: RequestAuthentication recreated under a request of 75 s',
    },
    {
      file: 'with-the-push.log',
      origin: 'composed',
      from: 'client-and-server.log with the line of the server’s Envoy about the listener that it got',
    },
  ],
});
