import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { chance } from '../behaviours/chance.ts';
import { connecting } from '../behaviours/connecting.ts';
import { http } from '../behaviours/http.ts';
import { logging } from '../behaviours/logging.ts';
import { mesh } from '../behaviours/mesh.ts';
import { policy } from '../behaviours/policy.ts';
import { timeouts } from '../behaviours/timeouts.ts';
import { endedByTimer } from '../claims/durations.ts';
import { onTheOneThatDied } from '../claims/endpoints.ts';
import { callerLostConnection } from '../claims/peers.ts';

/** A request that is given up sooner was cancelled, not waited for. */
const PATIENCE_MS = 200;

export const clientDisconnected = defineDiagnosis({
  id: 'client-disconnected',
  family: 'stream',
  title: 'The client gave up before the response',
  prior: 'common',
  flags: ['DC', 'DR'],
  reads: [
    'responseFlags',
    'responseCode',
    'layer',
    'method',
    'detailsName',
    'hasUpstreamLocalAddress',
    'upstreamHost',
    'durationMs',
  ],
  // Envoy before DC was set for HTTP prints code 0 without a flag.
  applies: (s) =>
    s.layer === 'http' &&
    (s.responseFlags.includes('DC') ||
      s.responseFlags.includes('DR') ||
      (s.responseFlags.length === 0 && s.responseCode === 0 && typeof s.method === 'string')),
  benign: (s) => (s.durationMs ?? 0) < PATIENCE_MS,
  cause:
    'The client of this proxy ({caller}) closed its connection or reset its stream before {authority} had answered: it ran into a timeout of its own, was cancelled, or went away.',
  evidence: [
    {
      for: 'strong',
      about: 'details',
      claim: 'the proxy says that the client closed the connection or reset the stream',
      restsOn: http.clientLeft,
      when: (s) =>
        s.detailsName === 'downstream_remote_disconnect' ||
        (typeof s.detailsName === 'string' && /^http[23]\.remote_(?:reset|refuse)$/.test(s.detailsName)),
    },
    {
      for: 'moderate',
      about: 'details',
      claim: 'the client connection ended (DC) or its stream was reset (DR) before an answer began',
      restsOn: http.clientLeft,
      when: (s) => s.responseFlags.length > 0 && s.responseCode === 0,
    },
    {
      for: 'moderate',
      about: 'duration',
      claim: 'the requests ended after the same round time: that is the patience of the client',
      restsOn: [timeouts.clientsHavePatience, timeouts.limitsAreRound],
      group: endedByTimer,
    },
    {
      for: 'weak',
      about: 'caller',
      claim: 'all of them come from one caller',
      restsOn: chance.oneCaller,
      group: (g) => g.fromOneCaller,
    },
    {
      for: 'moderate',
      about: 'path',
      claim: 'all failures are on one path',
      restsOn: chance.onePath,
      group: (g) => g.onOnePath,
    },
    {
      against: 'strong',
      about: 'flags',
      claim:
        'the proxy held the requests back as it was told to (DI): without that delay they may have been answered',
      restsOn: policy.faultDelays,
      when: (s) => s.responseFlags.includes('DI'),
    },
    {
      against: 'decisive',
      about: 'details',
      claim: 'the proxy itself closed the connection (downstream_local_disconnect)',
      restsOn: http.proxyClosed,
      when: (s) => s.detailsName === 'downstream_local_disconnect',
    },
    {
      against: 'decisive',
      about: 'peer',
      claim: 'the calling proxy gave up because of its own timeout (UT) at the same endpoint',
      restsOn: timeouts.callerTimesOutFirst,
      group: (g) => g.sameEndpoint((other) => other.shape.responseFlags.includes('UT')) > 0 || null,
    },
    {
      against: 'decisive',
      about: 'peer',
      claim:
        'the calling proxy logged of the same requests that its connection was cut (UC) or reset (UR), so it did not leave',
      restsOn: [mesh.bothSidesLog, http.clientLeft],
      group: callerLostConnection,
    },
    {
      // Proxies before details were logged print `-` there even for requests that were sent.
      against: 'strong',
      about: 'address',
      claim: 'the proxy had no connection to the upstream yet when the client left',
      restsOn: [connecting.impatienceHidesIt, logging.localAddressMeansConnected],
      when: (s) =>
        s.detailsName !== undefined &&
        typeof s.upstreamHost === 'string' &&
        s.hasUpstreamLocalAddress === false,
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
      id: 'upstream-response-timeout',
      tellApart:
        "On inbound the client is the calling proxy: if that proxy logs UT for the same request id, its route's timeout is the cause.",
    },
    {
      id: 'connect-timeout',
      tellApart:
        'Do they all lie on one endpoint, with no upstream local address? Then that address is dead and the client waited for a connection.',
    },
    {
      id: 'listener-drain-on-config-push',
      tellApart: 'downstream_local_disconnect in the details: not the client but the proxy closed.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={caller}',
      expect:
        'the workload that left (none: a load balancer or a client outside); its HTTP client has a timeout equal to the duration of the failures',
    },
    {
      run: 'istioctl proxy-config log {pod} -n POD_NAMESPACE --level http:debug',
      expect:
        '"stream reset" or "remote close" on the downstream connection at that moment (set the level back to warning)',
    },
  ],
  fixes: [
    {
      text: 'Compare the duration with the timeouts in front: the HTTP client of the caller, the load balancer (30 or 60 s), the browser. Raise the one that is too short, or make {path} faster.',
    },
    {
      text: 'Short, scattered ones are people who close a page, probes and cancelled searches: nothing to mend.',
    },
    {
      text: 'Give the route a timeout below the patience of the client: the caller then gets a clear 504 and the application can stop working.',
      yaml: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {service}-timeout
  namespace: {namespace}
spec:
  hosts:
    - {host}
  http:
    - timeout: 10s # below the timeout of the client
      route:
        - destination:
            host: {host}`,
    },
  ],
  versions:
    'DR (http2.remote_reset) since Envoy 1.30; before, a reset stream is DC. Old versions print code 0 without a flag. A client that leaves after the answer began has its code (101, 200, 206) and DC: no failure.',
  sources: [
    {
      title: 'istio/istio#39037: DC downstream_remote_disconnect',
      url: 'https://github.com/istio/istio/issues/39037',
    },
    {
      title: 'istio/istio#32727: 30 s timeout of a load balancer',
      url: 'https://github.com/istio/istio/issues/32727',
    },
  ],
  samples: [
    {
      file: 'patience-800-ms.log',
      origin: 'captured',
      from: 'Envoy 1.40; clients give up after 0.8 s',
    },
  ],
});
