import { defineDiagnosis } from '../../src/diagnose/define.ts';
import type { GroupFacts } from '../../src/model/group-facts.ts';
import { isResetReply } from '../../src/model/local-reply.ts';
import { connecting } from '../behaviours/connecting.ts';
import { endpoints } from '../behaviours/endpoints.ts';
import { logging } from '../behaviours/logging.ts';
import { noneTookLonger } from '../claims/durations.ts';
import {
  answersBetween,
  answersNoMore,
  keptAddressAnsweredBefore,
  outsideAndAnsweredBefore,
} from '../claims/endpoints.ts';
import { dialledPodItself } from '../claims/transport.ts';

/** Refusals are over before this, retries included; attempts that nobody answers are not. */
const WAITING_MS = 300;
const AT_ONCE_MS = 20;

/** A request that somebody gave up while the proxy was still dialling: no flag of its own says so. */
const GAVE_UP_FLAGS = ['UT', 'DC', 'DR'];
function isGivenUp({ responseFlags }: { readonly responseFlags: readonly string[] }): boolean {
  return GAVE_UP_FLAGS.some((flag) => responseFlags.includes(flag));
}

/** The flags of an attempt that nobody answered: UF, and LR where the proxy is of Envoy 1.15 to 1.17. */
function isUnanswered({ responseFlags }: { readonly responseFlags: readonly string[] }): boolean {
  return responseFlags.includes('UF') || responseFlags.includes('LR');
}

/** Fewer than the records that are sampled of a large group. */
const FEW_CONNECTIONS = 32;

/** Whether most failures of the group name no upstream connection, though some do. */
function isMostlyUnconnected({ reuse, requests }: GroupFacts): boolean {
  return reuse !== null && reuse.judged < Math.min(requests / 2, FEW_CONNECTIONS);
}

export const connectTimeout = defineDiagnosis({
  id: 'connect-timeout',
  family: 'connection',
  title: 'Connections to the upstream address time out (unreachable, blocked or gone)',
  prior: 'common',
  flags: ['UF', 'URX'],
  reads: [
    'responseFlags',
    'detailsName',
    'resetReason',
    'transportFailure',
    'clusterDirection',
    'isExternalHost',
    'upstreamHost',
    'upstreamIsDownstreamLocal',
    'hasUpstreamLocalAddress',
    'bytesSent',
  ],
  applies: (s) =>
    (s.responseFlags.includes('UF') &&
      (s.transportFailure == null ||
        ['timedOut', 'unreachable', 'refused', 'other'].includes(s.transportFailure))) ||
    // Where callers or the route are less patient than connectTimeout, the attempt ends as their timeout, never as UF.
    (isGivenUp(s) && typeof s.upstreamHost === 'string') ||
    (s.responseFlags.includes('LR') &&
      typeof s.upstreamHost === 'string' &&
      s.hasUpstreamLocalAddress !== true),
  echoes: (s) => s.responseFlags.includes('UH') || (isGivenUp(s) && s.hasUpstreamLocalAddress === false),
  cause:
    'Nobody answers the connection attempts to {upstreamHost}: packets are dropped (NetworkPolicy, firewall, security group), there is no route, or the pod or node behind the address is gone. Each attempt lasts until connectTimeout, or until somebody in front loses patience.',
  evidence: [
    {
      for: 'decisive',
      about: 'transport',
      claim:
        'the attempt was never answered (connection_timeout, errno 110) or found no route (errno 113, 101)',
      restsOn: connecting.unanswered,
      when: (s) =>
        s.responseFlags.includes('UF') &&
        (s.resetReason === 'connection_timeout' ||
          s.transportFailure === 'timedOut' ||
          s.transportFailure === 'unreachable'),
    },
    {
      for: 'decisive',
      about: 'transport',
      claim: 'an endpoint was chosen, but the request ended before any connection to it existed',
      restsOn: [connecting.impatienceHidesIt, logging.localAddressMeansConnected],
      when: (s) =>
        isGivenUp(s) &&
        typeof s.upstreamHost === 'string' &&
        s.hasUpstreamLocalAddress === false &&
        // Proxies from before the details were logged print no local address for connections that do exist.
        s.detailsName !== undefined,
    },
    {
      // The last requests on connections that were open when the endpoint died.
      for: 'strong',
      about: 'transport',
      claim: 'a connection is named here, but most requests that failed alike never got one',
      restsOn: [logging.localAddressMeansConnected, connecting.movedHost],
      group: (g, s) => s.hasUpstreamLocalAddress === true && isMostlyUnconnected(g),
    },
    {
      for: 'moderate',
      about: 'transport',
      claim: 'the connection failed and neither an errno nor a TLS error is given',
      restsOn: connecting.reasonOfEra,
      when: (s) =>
        s.responseFlags.includes('UF') &&
        (s.resetReason === 'connection_failure' || isResetReply(s.bytesSent, 'connection timeout')) &&
        s.transportFailure == null,
    },
    {
      // Streams on a connection that exists are reset locally too, and name it.
      for: 'strong',
      about: 'transport',
      claim: 'the proxy itself ended an attempt that lasted, before any connection existed (LR)',
      restsOn: [connecting.timeoutAsLocalReset, logging.localAddressMeansConnected],
      group: (g, s) =>
        s.responseFlags.includes('LR') &&
        s.hasUpstreamLocalAddress === false &&
        g.durations &&
        g.durations.medianMs >= WAITING_MS,
    },
    {
      for: 'strong',
      about: 'duration',
      claim: 'the failed attempts last, as long as a connect timeout or a share of it',
      restsOn: connecting.timeoutIsShared,
      group: (g, s) => isUnanswered(s) && g.durations && g.durations.medianMs >= WAITING_MS,
    },
    {
      for: 'strong',
      about: 'endpoint',
      claim: 'all failures are on one endpoint',
      restsOn: connecting.oneAddressAlone,
      group: (g, s) => (s.hasUpstreamLocalAddress === undefined ? false : isGivenUp(s) && g.onOneEndpoint),
    },
    {
      // Without the local address a connected but hung endpoint looks alike.
      for: 'moderate',
      about: 'endpoint',
      claim: 'all failures are on one endpoint, whether connected or not',
      restsOn: connecting.oneAddressAlone,
      group: (g, s) => s.hasUpstreamLocalAddress === undefined && isGivenUp(s) && g.onOneEndpoint,
    },
    {
      for: 'moderate',
      about: 'history',
      claim: 'no request to the endpoint succeeded after its first failure',
      restsOn: connecting.downStaysDown,
      group: answersNoMore,
    },
    {
      against: 'decisive',
      about: 'transport',
      claim: 'the attempt was refused: somebody answered it',
      restsOn: connecting.refused,
      when: (s) => s.transportFailure === 'refused',
    },
    {
      against: 'decisive',
      about: 'reuse',
      claim: 'the failed requests name their upstream connection: it was made',
      restsOn: logging.localAddressMeansConnected,
      group: (g, s) => s.hasUpstreamLocalAddress === true && !isMostlyUnconnected(g),
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the failures end at once, and no missing route is reported: nobody waited for an answer',
      restsOn: connecting.timeoutIsShared,
      group: (g, s) =>
        s.transportFailure === 'unreachable' ? false : g.durations && g.durations.medianMs <= AT_ONCE_MS,
    },
    {
      against: 'strong',
      about: 'duration',
      claim:
        'of four or more failures not one lasted as long as connect timeouts usually are, which some request waits out',
      restsOn: connecting.timeoutIsShared,
      group: (g, s) =>
        s.responseFlags.includes('UF') &&
        s.transportFailure !== 'unreachable' &&
        // A connectTimeout may be as short as one likes; the proxy names it then.
        s.transportFailure !== 'timedOut' &&
        noneTookLonger(WAITING_MS)(g),
    },
    {
      against: 'strong',
      about: 'address',
      claim: 'the client dialled this pod itself, past the load balancing: it may aim at an old address',
      restsOn: endpoints.originalDestination,
      when: dialledPodItself,
    },
    {
      against: 'strong',
      about: 'history',
      claim: 'other requests to the same endpoint succeed between the failures',
      restsOn: connecting.downStaysDown,
      group: answersBetween,
    },
    {
      against: 'moderate',
      about: 'cluster',
      claim: 'the destination lies outside the mesh and answered before',
      restsOn: connecting.movedHost,
      group: (g, s) => s.upstreamIsDownstreamLocal !== true && outsideAndAnsweredBefore(g, s),
    },
    {
      against: 'strong',
      about: 'cluster',
      claim:
        'the client itself dialled this address outside the mesh, which answered before: it may be out of date',
      restsOn: [connecting.movedHost, endpoints.originalDestination],
      group: keptAddressAnsweredBefore,
    },
  ],
  confusedWith: [
    {
      id: 'headless-stale-pod-ip',
      tellApart:
        'Did the client dial {upstreamIp} itself (upstream host equals the downstream local address), and is that pod gone?',
    },
    {
      id: 'connection-refused',
      tellApart: 'A refusal ends at once and names errno 111; here the attempts wait.',
    },
    {
      id: 'external-address-changed',
      tellApart:
        'Is {host} outside the mesh, and does a look-up of it give other addresses? Then it has moved, and only the old one is silent.',
    },
    {
      id: 'firewall-dns-expiry',
      tellApart:
        'Is {host} outside the mesh, and does {upstreamIp} answer again by itself, after a look-up of the name? A rule that blocks it does not come and go.',
    },
    {
      id: 'upstream-response-timeout',
      tellApart:
        'UT with an upstream local address means a slow answer; without one, and on one endpoint only, the endpoint is dead.',
    },
    {
      id: 'client-disconnected',
      tellApart:
        'DC with an upstream local address means that the caller gave up a slow answer; without one the connection was never made.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={upstreamIp}',
      expect:
        'no pod, or one on a node that is NotReady; if the pod is well, something between drops the packets; no pod either if the address lies outside the cluster: then see what a look-up of {host} gives',
    },
    {
      run: 'kubectl exec {pod} -n CALLER_NAMESPACE -c istio-proxy -- curl -sv -m 5 telnet://{upstreamHost}',
      expect: 'no "Connected to" before the five seconds are over; the same from another node may connect',
    },
    {
      run: 'kubectl get networkpolicy -n {namespace} -o yaml',
      expect:
        'no ingress rule that lets the caller reach port {upstreamPort} (15008 with ambient); for an address outside the cluster look at the egress rules in the namespace of the caller',
    },
  ],
  fixes: [
    {
      text: 'Let the packets through: NetworkPolicy, firewall or security group must allow the caller on port {upstreamPort}.',
      yaml: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-{service}
  namespace: {namespace}
spec:
  podSelector:
    matchLabels:
      app: {service}
  policyTypes:
    - Ingress
  ingress:
    - from:
        - namespaceSelector: {} # narrow this to the callers
      ports:
        - port: {upstreamPort}`,
    },
    {
      text: 'For an address outside the cluster, let the packets out: the egress rules of NetworkPolicies for the caller or the egress gateway, and the firewall, NAT or security group on the way, must allow {upstreamIp} on port {upstreamPort}. If the host has moved, close the connections that the application keeps, or let a ServiceEntry with resolution DNS look the name up.',
    },
    {
      text: 'If the node or pod is gone, remove it from the endpoints (kubectl delete pod --force on a dead node, or wait for the node controller), and use outlier detection with a short connectTimeout, so that one dead endpoint costs little.',
      yaml: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {service}-dead-endpoints
  namespace: {namespace}
spec:
  host: {host}
  trafficPolicy:
    connectionPool:
      tcp:
        connectTimeout: 1s
    outlierDetection:
      splitExternalLocalOriginErrors: true
      consecutiveLocalOriginFailures: 3
      interval: 5s
      baseEjectionTime: 30s`,
    },
    {
      text: 'Wrong when the far side is only slow to accept, as over a long or busy path: then raise connectTimeout instead of lowering it.',
    },
  ],
  versions:
    'All. Details {connection_timeout} in current Envoy; {connection_failure} without an errno up to Istio 1.17 or so; LR and {local_reset} from Istio 1.7 to 1.9 (Envoy 1.15 to 1.17); no details before Istio 1.9, where the duration alone tells.',
  sources: [
    {
      title: 'Istio: DestinationRule, TCPSettings.connectTimeout',
      url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-TCPSettings',
    },
    {
      title: 'istio/istio#56356: UF,URX after ten seconds',
      url: 'https://github.com/istio/istio/issues/56356',
    },
    {
      title: 'istio/istio#35383: local reset on the way to pods of new nodes',
      url: 'https://github.com/istio/istio/issues/35383',
    },
  ],
  samples: [
    {
      file: 'packets-dropped.log',
      origin: 'captured',
      from: 'Envoy 1.40, connectTimeout 2 s: every packet to the pods is dropped',
    },
    {
      file: 'caller-gives-up-first.log',
      origin: 'captured',
      from: 'Envoy 1.40: the node of one pod dies, callers give up after 2.5 s (DC), connectTimeout 10 s',
    },
    {
      file: 'route-timeout-first.log',
      origin: 'captured',
      from: 'Envoy 1.40: the node of one pod dies, the route times out after 2 s (UT), connectTimeout 10 s',
    },
    {
      file: 'caller-gives-up-first-envoy-default.log',
      origin: 'captured',
      from: 'the same as caller-gives-up-first.log in the default format of Envoy',
    },
    {
      file: 'no-route-without-errno.log',
      origin: 'quoted',
      from: 'a published Istio VM workshop of 2022: the VM has no route to the pod network',
    },
    {
      file: 'outside-host-goes-silent.log',
      origin: 'composed',
      from: 'facts network-blocked: the way to the one address of a ServiceEntry is closed, which answered before; lines as Envoy 1.40 writes them',
    },
    {
      file: 'logged-as-local-reset.log',
      origin: 'composed',
      from: 'envoyproxy/envoy#14394: LR after just the connect timeout, in the format of Istio 1.9; one pod of two',
    },
    {
      file: 'egress-gateway-tcp.log',
      origin: 'quoted',
      from: 'istio/istio#56356: egress gateway, no answer within connectTimeout 10 s; address and name replaced',
    },
  ],
});
