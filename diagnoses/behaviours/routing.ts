import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import * as pages from './sources.ts';

export const routing = defineBehaviours('routing', {
  noRoute: {
    text: 'A request that no route of the virtual host matches, or that no virtual host takes, is answered with 404, the flag NR and the details route_not_found; the log says not which of the two it was.',
    documented: [pages.ENVOY_ROUTER_CODE, pages.ENVOY_FLAGS, pages.ENVOY_DETAILS],
    observed: 'Envoy 1.40: an authority and a path without a route',
  },
  virtualHostThenRoute: {
    text: 'Envoy first chooses a virtual host by the authority, then the first of its routes that matches path, method and headers.',
    documented: [
      pages.ENVOY_ROUTE_MATCHING,
      {
        title: 'Envoy: HTTP routing',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/http/http_routing',
      },
    ],
  },
  hostKnownOrNot: {
    text: 'All requests for one authority are looked up in one virtual host. If some are routed, the host is known and only the rest of the match can be missing.',
    documented: [pages.ENVOY_ROUTE_MATCHING],
    reasoned: 'a log that shows no success may only be too short',
  },
  routedByHostHeader: {
    text: 'HTTP is routed by port and authority; the address that was dialled does not count. A caller that sends an address as the authority names no service.',
    documented: [pages.ISTIO_TRAFFIC_ROUTING],
    observed:
      'Envoy 1.40 with the routes of an older Istio: the address of a pod as the authority gives 404 NR; the catch-all routes of Istio 1.31 take it',
  },
  domainsCarryPorts: {
    text: 'A domain of a virtual host is compared with the whole authority. A port that is not listed with the name can keep it from matching.',
    documented: [
      {
        title: 'istio/istio#6469: a port in the Host header',
        url: 'https://github.com/istio/istio/issues/6469',
      },
    ],
  },
  noCluster: {
    text: 'A route can name a cluster that this proxy does not have, such as a subset that is not defined. Envoy answers 503 itself, with NC and cluster_not_found; the route is logged, the cluster is not.',
    documented: [pages.ENVOY_FLAGS, pages.ENVOY_DETAILS],
    observed: 'Istio 1.31: an undefined subset, and a host that nothing registers',
  },
  noClusterWasNr: {
    text: 'Before Envoy 1.18 (Istio 1.10) a missing cluster was 503 NR: a code that no missing route gives.',
    documented: [
      {
        title: 'envoyproxy/envoy#9644: NR with a route name',
        url: 'https://github.com/envoyproxy/envoy/issues/9644',
      },
      { title: 'istio/istio#25882: 503 NR', url: 'https://github.com/istio/istio/issues/25882' },
    ],
  },
  noRouteTableYet: {
    text: 'A listener can be there before the route configuration that it refers to. Until that arrives, requests fail with route_configuration_not_found.',
    documented: [pages.ENVOY_DETAILS],
  },
  configurationInPieces: {
    text: 'Listeners, routes, clusters and endpoints reach a proxy one after the other. A request in between can meet a route that is not there, then a route without its cluster, then a cluster without endpoints.',
    documented: [
      pages.ENVOY_XDS,
      {
        title: 'Istio: avoid 503 errors while reconfiguring service routes',
        url: 'https://istio.io/latest/docs/ops/best-practices/traffic-management/#avoid-503-errors-while-reconfiguring-service-routes',
      },
      {
        title: 'istio/istio#39837: NC until the cluster was added',
        url: 'https://github.com/istio/istio/issues/39837',
      },
    ],
  },
  delayEndsByItself: {
    text: 'Configuration takes some seconds to arrive, and then it stays: failures for want of it come before all successes and end by themselves.',
    documented: [pages.ISTIO_RULES_SLOW],
    reasoned: 'a minute is what a loaded control plane needs; what never ends was never sent',
  },
  delayAmidTraffic: {
    text: 'A route that names a new subset or host may reach a proxy before the cluster that it leads to: for some seconds all requests of the host fail, between successes under the old and under the new configuration.',
    documented: [
      {
        title: 'Istio: avoid 503 errors while reconfiguring service routes',
        url: 'https://istio.io/latest/docs/ops/best-practices/traffic-management/#avoid-503-errors-while-reconfiguring-service-routes',
      },
    ],
  },
  rejectedConfiguration: {
    text: 'Envoy takes a resource whole or not at all. A route configuration, listener or cluster with one invalid part is refused (NACK), the last good one stays in use, and the proxy logs the rejection.',
    documented: [
      pages.ENVOY_XDS,
      {
        title: 'istio/istio#33632: 404 NR for calls by pod address, and a rejected RouteConfiguration',
        url: 'https://github.com/istio/istio/issues/33632',
      },
      {
        title: 'istio/istio#24455: Envoy rejects a route configuration with duplicate domains',
        url: 'https://github.com/istio/istio/pull/24455',
      },
    ],
  },
  silentWithoutControlPlane: {
    text: 'A proxy that loses the control plane goes on with the configuration that it has and learns nothing new. istio-proxy logs the lost connection.',
    documented: [
      {
        title: 'Envoy: management server',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/overview/mgmt_server',
      },
    ],
  },
  catchAllRoute: {
    text: 'What no virtual host of a sidecar has falls to a catch-all: under REGISTRY_ONLY the route block_all answers an empty 502 without a flag, under ALLOW_ANY the route allow_any sends it on by PassthroughCluster.',
    documented: [pages.ISTIO_TRAFFIC_ROUTING, pages.ISTIO_EGRESS],
    observed: 'Istio 1.31: an unknown host, and the address of a pod, under both policies',
  },
  blackHole: {
    text: 'Under REGISTRY_ONLY a TCP connection to a destination that the proxy does not know is sent to BlackHoleCluster, which has no endpoint: code 0 and UH.',
    documented: [
      {
        title: 'Istio: monitoring blocked and passthrough external service traffic',
        url: 'https://istio.io/latest/blog/2019/monitoring-external-service-traffic/',
      },
    ],
    observed: 'Istio 1.31: a connection to an unknown address under REGISTRY_ONLY',
  },
  blackHoleUnnamed: {
    text: 'Istio before 1.10 and the default format of Envoy log no cluster where no host was found: a TCP connection into the black hole shows UH alone.',
    documented: [
      {
        title: 'istio/istio#31748: a database outside the registry',
        url: 'https://github.com/istio/istio/issues/31748',
      },
    ],
    observed: 'Istio 1.9, the lines of that issue',
  },
  registryHasServices: {
    text: 'The registry of the mesh has every Service of the cluster. What is outside the cluster is in it only by a ServiceEntry.',
    documented: [
      {
        title: 'Istio: traffic management',
        url: 'https://istio.io/latest/docs/concepts/traffic-management/',
      },
      pages.ISTIO_EGRESS,
    ],
  },
  egressScope: {
    text: 'A Sidecar resource limits what a proxy is told, and exportTo whom a service is told to. What is left out does not exist for that proxy, though the registry has it.',
    documented: [
      {
        title: 'Istio: Sidecar, egress hosts',
        url: 'https://istio.io/latest/docs/reference/config/networking/sidecar/',
      },
      {
        title: 'Istio: ServiceEntry, exportTo',
        url: 'https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry',
      },
      {
        title: 'istio/istio#21385: a host outside the Sidecar egress gets 502',
        url: 'https://github.com/istio/istio/issues/21385',
      },
      {
        title: 'istio/istio#34663: REGISTRY_ONLY and Sidecar egress deny alike',
        url: 'https://github.com/istio/istio/issues/34663',
      },
    ],
  },
  allocatedAddresses: {
    text: 'Istio gives hosts of ServiceEntries addresses of its own (240.240.0.0/16, 2001:2::/48). Who dials one got it from the DNS proxy of Istio, so the name is registered.',
    documented: [
      {
        title: 'Istio: DNS proxying, address auto allocation',
        url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/dns-proxy/',
      },
    ],
  },
  destinationFromRegistry: {
    text: 'The destination host of a route is looked up in the registry. VirtualServices are not applied to it again, and a host that only they have leads nowhere: NC if nothing registers it, UH if it is registered without endpoints.',
    documented: [
      {
        title: 'Istio: VirtualService, Destination',
        url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination',
      },
    ],
    observed:
      'Istio 1.31: a VirtualService that routes to the host of another, with and without a ServiceEntry',
  },
  subsetInClusterName: {
    text: 'Istio names a cluster outbound|port|subset|host. The third part is the subset that the route chose, empty where it chose none.',
    documented: [
      {
        title: 'Istio: debugging Envoy and istiod',
        url: 'https://istio.io/latest/docs/ops/diagnostic-tools/proxy-cmd/',
      },
    ],
  },
  rulesPerGateway: {
    text: 'Requests that enter by a gateway follow the VirtualService of the public host alone. The one of the service behind it, and its subsets, are for calls inside the mesh.',
    documented: [
      {
        title: 'Istio: route rules have no effect on ingress gateway requests',
        url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#route-rules-have-no-effect-on-ingress-gateway-requests',
      },
    ],
  },
  weightsNeedNumbers: {
    text: 'Weights are kept over many requests, by chance for each: up to a hundred may be needed before the shares show.',
    documented: [pages.ISTIO_RULES_SLOW],
  },
  sharedHttp2Connection: {
    text: 'A client may send requests for another host on an HTTP/2 connection if the certificate covers both. The routes are those of the host that the connection was opened for, so the other is answered 404.',
    documented: [
      {
        title: 'RFC 9113, section 9.1.1: connection reuse',
        url: 'https://www.rfc-editor.org/rfc/rfc9113#section-9.1.1',
      },
      {
        title: 'Istio: 404 errors occur when multiple gateways configured with same TLS certificate',
        url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#404-errors-occur-when-multiple-gateways-configured-with-same-tls-certificate',
      },
    ],
    observed: 'Envoy 1.40 as a gateway: two hosts, one certificate, one HTTP/2 connection',
  },
  http1PerHost: {
    text: 'Browsers share connections between hosts over HTTP/2 only. Over HTTP/1.1 a server name that is not the authority is a client that was set up so.',
    reasoned: 'the rule for sharing is one of HTTP/2, and browsers keep HTTP/1.1 connections by host',
  },
  scannersTryPaths: {
    text: 'Machines try the paths of known weak spots on every public address, by the address and without knowing its hosts.',
    documented: [
      {
        title: 'envoyproxy/envoy#15698: NR lines for /.env on a public gateway',
        url: 'https://github.com/envoyproxy/envoy/issues/15698',
      },
    ],
  },
  scannersStayOutside: {
    text: 'Names and addresses of a cluster mean nothing outside it: who asks for them is inside.',
    reasoned: 'cluster DNS and private addresses are not reachable from the internet',
  },
});
