import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import * as pages from './sources.ts';

export const listeners = defineBehaviours('listeners', {
  gatewayTakesAllHosts: {
    text: 'A gateway takes the requests for all hosts at its own address. Health checks of load balancers name it by that address, and no virtual host has it.',
    reasoned: 'the address of a called pod or service takes requests for that service only',
  },
  noFilterChain: {
    text: 'Envoy closes a connection that fits no filter chain of its listener before it reads a request: a line without a method, with code 0, NR and filter_chain_not_found.',
    documented: [
      pages.ENVOY_FLAGS,
      pages.ENVOY_DETAILS,
      {
        title: 'Envoy: FilterChainMatch',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/listener/v3/listener_components.proto',
      },
    ],
    observed:
      'Envoy 1.40: a server name that no chain has, none at all, and plaintext to a chain that takes TLS',
  },
  chainsByServerName: {
    text: 'The TLS servers of a Gateway become filter chains that are chosen by the server name (SNI) of the handshake. A connection without one finds a chain only if the host is "*".',
    documented: [
      {
        title: 'Istio: configuring SNI routing when not sending SNI',
        url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#configuring-sni-routing-when-not-sending-sni',
      },
    ],
    observed: 'Istio 1.31: a Gateway with one host, asked for another name and for none',
  },
  passthroughNeedsTlsRoutes: {
    text: 'A Gateway that passes TLS through cannot read requests. Only tls routes give a host a filter chain; with http routes alone it has none, and a port without any chain is not opened.',
    documented: [pages.ISTIO_TLS_MISMATCH],
    observed:
      'Istio 1.31: PASSTHROUGH with http routes, alone on its port (no line) and beside another server (NR)',
  },
  terminationNeedsHttpRoutes: {
    text: 'A Gateway that ends TLS routes what comes out as HTTP. tls routes do not apply there: a host that has no others is answered 404 NR.',
    documented: [pages.ISTIO_TLS_MISMATCH],
    observed: 'Envoy 1.40 as a gateway with a certificate for a host that has no http route',
  },
  requestsFollowHandshake: {
    text: 'A request is read only after the handshake. A line with a method and a server name shows that a filter chain took this name.',
    reasoned: 'the chain is chosen, and ends TLS, before there is a byte of HTTP',
  },
  oneListenerManyChains: {
    text: 'All server names of a port share one listener. Where one is served the listener is up and TLS works; where none is, what is wrong concerns the whole port.',
    reasoned: 'each chain is matched by itself, and the listener is the same for all',
  },
  tlsPorts: {
    text: 'Gateways of Istio take TLS on 443 (8443 in the pods of older ones) and, between networks, on 15443. Connections to a sidecar come in on the port of its workload.',
    documented: [
      {
        title: 'Istio, manifests/charts/gateway/values.yaml',
        url: 'https://github.com/istio/istio/blob/master/manifests/charts/gateway/values.yaml',
      },
      {
        title: 'Istio, samples/multicluster/expose-services.yaml',
        url: 'https://github.com/istio/istio/blob/master/samples/multicluster/expose-services.yaml',
      },
    ],
    reasoned: 'any port can be configured, so a number is never proof',
  },
  drainedConnections: {
    text: 'A listener or filter chain that changes is replaced. Its connections are drained for a time (45 s in Istio) and then closed, whatever still runs on them: downstream_local_disconnect with the reason.',
    documented: [
      {
        title: 'Envoy: draining',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/operations/draining',
      },
      {
        title: 'istio/istio#18089: listener reload can cause 503 UC',
        url: 'https://github.com/istio/istio/issues/18089',
      },
      {
        title: 'istio/istio#34855: the durations that control termination of a sidecar',
        url: 'https://github.com/istio/istio/issues/34855',
      },
    ],
    observed:
      'istio-proxy of 2026 (a published reproduction): a RequestAuthentication made anew under a request of 75 s',
  },
  drainSparesShortRequests: {
    text: 'A request that ends within the drain time is not hurt by a drain: a quick failure has another reason, and so has one on a single path.',
    reasoned: 'the drain leaves requests the whole of its time, and does not look at what they ask',
  },
});
