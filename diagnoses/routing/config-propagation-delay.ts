import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { logging } from '../behaviours/logging.ts';
import { routing } from '../behaviours/routing.ts';
import { interruptedFor, recoveredWithin } from '../claims/history.ts';
import { reportedAround } from '../claims/proxy-log.ts';

/** Configuration reaches a proxy within seconds; under load within a minute. */
const PROPAGATION_MS = 60_000;
const FLAGS = ['NR', 'NC', 'UH'];

export const configPropagationDelay = defineDiagnosis({
  id: 'config-propagation-delay',
  family: 'routing',
  title: 'Configuration had not reached the proxy yet',
  prior: 'uncommon',
  flags: ['NR', 'NC', 'UH'],
  reads: ['responseFlags', 'detailsName', 'layer', 'clusterDirection'],
  applies: (s) =>
    (FLAGS.some((flag) => s.responseFlags.includes(flag)) ||
      s.detailsName === 'route_configuration_not_found') &&
    // A TCP connection waits for no route; without a filter chain or a host it fails for other reasons.
    (s.layer === 'http' || s.responseFlags.includes('NC')) &&
    s.clusterDirection !== 'blackHole' &&
    s.clusterDirection !== 'passthrough',
  // The pieces arrive one after the other: no route (NR), then a route without its cluster (NC), then no endpoint (UH).
  echoes: (s) => s.layer === 'http' && FLAGS.some((flag) => s.responseFlags.includes(flag)),
  cause:
    'The proxy had not yet got the configuration for {authority}: after a change, or right after its start, istiod delivers listeners, routes, clusters and endpoints one by one, and requests in between meet a route or cluster that is not there yet.',
  evidence: [
    {
      for: 'decisive',
      about: 'details',
      claim: 'the details are route_configuration_not_found: the listener was there before its routes',
      restsOn: routing.noRouteTableYet,
      when: (s) => s.detailsName === 'route_configuration_not_found',
    },
    {
      for: 'decisive',
      about: 'history',
      claim: 'the failures ended within a minute, and all successes of the authority come after them',
      restsOn: routing.delayEndsByItself,
      group: (g, s) => !s.responseFlags.includes('UH') && recoveredWithin(PROPAGATION_MS)(g),
    },
    {
      for: 'decisive',
      about: 'history',
      claim:
        'for less than a minute about as many requests of the authority failed as it usually gets, between successes before and after',
      restsOn: [routing.delayAmidTraffic, routing.delayEndsByItself],
      group: (g, s) => !s.responseFlags.includes('UH') && interruptedFor(PROPAGATION_MS)(g),
    },
    {
      for: 'strong',
      about: 'route',
      claim: 'the same authority failed both for want of a route and for want of a cluster',
      restsOn: routing.configurationInPieces,
      group: (g, s) =>
        g.neighbours.some(
          ({ shape }) =>
            (s.responseFlags.includes('NR') && shape.responseFlags.includes('NC')) ||
            (s.responseFlags.includes('NC') && shape.responseFlags.includes('NR')),
        ),
    },
    {
      for: 'weak',
      about: 'burst',
      claim: 'all failures lie in one burst of less than a minute',
      restsOn: routing.delayEndsByItself,
      group: (g) =>
        g.requests < 2 || g.time === null
          ? null
          : g.bursts === 1 && g.time.last - g.time.first <= PROPAGATION_MS,
    },
    {
      for: 'strong',
      about: 'proxyLog',
      claim: 'the proxy had lost its connection to the control plane while the failures lasted',
      restsOn: routing.silentWithoutControlPlane,
      group: reportedAround('controlPlaneLost'),
    },
    {
      for: 'weak',
      about: 'proxyLog',
      claim: 'the proxy received configuration while the failures lasted',
      restsOn: [routing.configurationInPieces, logging.proxyTellsItsState],
      group: reportedAround('configReceived'),
    },
    {
      against: 'strong',
      about: 'history',
      claim: 'other requests of the authority succeed in the time of the failures, or before them',
      restsOn: routing.delayEndsByItself,
      group: (g) =>
        g.authorityHistory === null
          ? null
          : g.authorityHistory === 'interleaved' && interruptedFor(PROPAGATION_MS)(g) !== true,
    },
    {
      against: 'moderate',
      about: 'authority',
      claim: 'no request to this authority succeeds, before or after',
      restsOn: routing.delayEndsByItself,
      group: (g) => (g.healthyForAuthority === null ? null : g.healthyForAuthority === 0),
    },
  ],
  confusedWith: [
    {
      id: 'cluster-not-found',
      tellApart:
        'Do the failures end by themselves within seconds? A subset that is not defined fails until somebody defines it.',
    },
    {
      id: 'config-rejected-by-proxy',
      tellApart:
        'Does istioctl proxy-status stay at STALE or show NACK long after the change? Then the proxy did not accept it.',
    },
    {
      id: 'no-healthy-endpoints',
      tellApart:
        'Were the pods of {host} ready before the failures began? If they became ready only then, nothing was delayed.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-status',
      expect: 'SYNCED for this proxy now; STALE or NOT SENT while it fails',
    },
    {
      run: 'kubectl get virtualservice,destinationrule,gateway,serviceentry -A --sort-by=.metadata.creationTimestamp',
      expect:
        'a resource for {authority} was created or changed seconds before the first failure (kubectl get -o yaml: managedFields has the time of a change)',
    },
  ],
  fixes: [
    {
      text: 'Change in two steps: first what is referred to (Service, ServiceEntry, DestinationRule with its subsets), then, some seconds later, the VirtualService that refers to it; remove in the opposite order.',
    },
    {
      text: 'If it happens when pods start: let the application wait for the proxy.',
      yaml: `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  meshConfig:
    defaultConfig:
      holdApplicationUntilProxyStarts: true # or native sidecars`,
    },
    {
      text: 'If every change takes long: look at pilot_proxy_convergence_time and the load of istiod, and give proxies less configuration by Sidecar resources. Wrong if the failures stay: then the configuration itself is wrong.',
    },
  ],
  sources: [
    {
      title: "Istio: route rules don't seem to affect traffic flow",
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#route-rules-dont-seem-to-affect-traffic-flow',
    },
    {
      title: 'Istio: avoid 503 errors while reconfiguring service routes',
      url: 'https://istio.io/latest/docs/ops/best-practices/traffic-management/#avoid-503-errors-while-reconfiguring-service-routes',
    },
    {
      title: 'Envoy: response code details',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/response_code_details',
    },
    {
      title: 'istio/istio#39837: NC until the cluster was added',
      url: 'https://github.com/istio/istio/issues/39837',
    },
  ],
  samples: [
    {
      file: 'routes-after-listener.log',
      origin: 'composed',
      from: 'response code details route_configuration_not_found, then NC and UH of the same host, then successes, as a gateway gets its configuration piece by piece',
    },
    {
      file: 'new-host-envoy-default-format.log',
      origin: 'composed',
      from: 'NR and NC as Envoy 1.40 logs them in its default format, while the route and then the cluster of a host are on their way, then healthy lines of the same proxy',
    },
    {
      file: 'control-plane-lost.log',
      origin: 'composed',
      from: 'routes-after-listener.log with the lines of istio-proxy about its connection to istiod',
    },
    {
      file: 'subset-after-its-route.log',
      origin: 'composed',
      from: 'facts/causes.md, config-propagation-delay and subset-undefined: NC for seconds, then successes of the same authority',
    },
    {
      file: 'between-successes.log',
      origin: 'composed',
      from: 'Istio, avoid 503 errors while reconfiguring service routes: all requests of a host meet NC for seconds while its route is changed; lines as Envoy 1.40 logs them',
    },
    {
      file: 'route-replaced-json.log',
      origin: 'composed',
      from: 'the same at a gateway while its route is replaced: NR for seconds',
    },
  ],
});
