import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { chance } from '../behaviours/chance.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { mesh } from '../behaviours/mesh.ts';
import { reuse } from '../behaviours/reuse.ts';
import { tookAtLeast, tookAtMost } from '../claims/durations.ts';

/** Envoy's internal listener that wraps a connection into a HBONE tunnel; `inner_` on the way to another network. */
const TUNNEL = /^envoy:\/\/(?:inner_)?connect_originate\//;

export const staleHboneConnection = defineDiagnosis({
  id: 'stale-hbone-connection',
  family: 'stream',
  title: 'A pooled ambient (HBONE) tunnel leads to a pod that is gone',
  prior: 'usual',
  flags: ['UC'],
  reads: ['responseFlags', 'layer', 'upstreamHost', 'resetReason'],
  applies: (s) =>
    s.layer === 'http' &&
    s.responseFlags.includes('UC') &&
    typeof s.upstreamHost === 'string' &&
    s.upstreamHost.startsWith('envoy://'),
  cause:
    'The gateway or waypoint sent the request through a pooled HBONE tunnel (port 15008) towards {upstreamIp}, and ztunnel or the pod at its end was gone or had closed it: the tunnel looked alive until it was used.',
  evidence: [
    {
      for: 'strong',
      about: 'address',
      claim: 'the upstream is a HBONE tunnel (connect_originate)',
      restsOn: mesh.tunnels,
      when: (s) => typeof s.upstreamHost === 'string' && TUNNEL.test(s.upstreamHost),
    },
    {
      for: 'moderate',
      about: 'details',
      claim: 'the connection ended before the response began',
      restsOn: reuse.connectionEnds,
      when: (s) => s.resetReason === 'connection_termination',
    },
    {
      for: 'moderate',
      about: 'endpoint',
      claim: 'the endpoint answered before and not again',
      restsOn: [mesh.tunnels, kubernetes.podsDoNotReturn],
      group: (g) => (g.endpointHistory === null ? null : g.endpointHistory === 'onlyBefore'),
    },
    {
      for: 'weak',
      about: 'duration',
      claim: 'the failures take next to no time',
      restsOn: reuse.raceIsQuickAndRare,
      group: tookAtMost(5),
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the requests were worked on for a second or more before they failed',
      restsOn: chance.workTakesItsTime,
      group: tookAtLeast(1000),
    },
    {
      against: 'strong',
      about: 'path',
      claim: 'all failures are on one path',
      restsOn: chance.onePath,
      group: (g) => g.onOnePath,
    },
  ],
  confusedWith: [
    {
      id: 'keepalive-race',
      tellApart:
        'Does ztunnel on the node of {upstreamIp} log the connection? If it does, the tunnel works and the server itself closed an idle connection inside it.',
    },
    {
      id: 'pod-termination',
      tellApart:
        'Do failures come only in the seconds around a rollout? Stale tunnels fail minutes or hours later.',
    },
  ],
  confirm: [
    {
      run: 'istioctl ztunnel-config workloads',
      expect:
        'whether {upstreamIp} still is a workload, with protocol HBONE; if it is missing, the tunnel led to a pod that is gone',
    },
    {
      run: 'kubectl logs -n istio-system ds/ztunnel --since=1h',
      expect: 'no access line for the failed requests: they never got through the tunnel',
    },
  ],
  fixes: [
    {
      text: 'Restarting the gateway or waypoint empties its pool of tunnels; that stops the failures and confirms the cause.',
    },
    {
      text: 'Upgrade istiod, gateways and ztunnel together: the pooling and closing of tunnels has been changed in several releases of Istio 1.2x. Read the linked issue for the release that matches.',
    },
    {
      text: 'Until then let the route retry: nothing of the request has reached the application. Wrong for requests that must not be done twice, because the proxy cannot know that for sure.',
      yaml: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {service}-retry
  namespace: {namespace}
spec:
  hosts:
    - {host}
  http:
    - retries:
        attempts: 2
        retryOn: connect-failure,refused-stream,reset-before-request
      route:
        - destination:
            host: {host}`,
    },
  ],
  versions: 'Ambient mode only. Reported for Istio 1.27 and 1.28.',
  sources: [
    {
      title: 'istio/ztunnel#1662: 503 connection_termination between gateway and ztunnel',
      url: 'https://github.com/istio/ztunnel/issues/1662',
    },
  ],
  samples: [
    {
      file: 'gateway-to-ztunnel.log',
      origin: 'quoted',
      from: 'istio/ztunnel#1662 (names and addresses changed), Istio 1.27 ingress gateway, ambient mode',
    },
    {
      file: 'endpoint-gone.log',
      origin: 'composed',
      from: 'the lines of istio/ztunnel#1662 among successes: one endpoint answers no more',
    },
  ],
});
