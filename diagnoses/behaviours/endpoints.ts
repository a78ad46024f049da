import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import * as pages from './sources.ts';

export const endpoints = defineBehaviours('endpoints', {
  noneToChoose: {
    text: 'If the cluster has no endpoint that may be used, Envoy answers 503 itself, with UH and no_healthy_upstream and without an upstream host. The log says not why there is none.',
    documented: [pages.ENVOY_FLAGS, pages.ENVOY_ROUTER_CODE],
    observed:
      'Envoy 1.40: an empty cluster, failed health checks, ejected endpoints, a name without address: one line',
  },
  readyPodsOnly: {
    text: 'The endpoints of a Service are its ready pods whose labels match. With none, every request fails until a pod is ready.',
    documented: [
      {
        title: 'Kubernetes: EndpointSlices',
        url: 'https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/',
      },
      {
        title: 'Istio: analyzer message IST0173',
        url: 'https://istio.io/latest/docs/reference/config/analysis/ist0173/',
      },
    ],
  },
  ejection: {
    text: 'Outlier detection takes an endpoint out for a time after failures in a row, answers with 5xx or connections that failed. Istio lets it take out the last one, and then requests fail with UH until the time is over.',
    documented: [
      pages.ENVOY_OUTLIER_DETECTION,
      {
        title: 'Istio: DestinationRule, OutlierDetection',
        url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection',
      },
    ],
    observed: 'Envoy 1.40: all pods of a service answer 500 and are ejected: UH after 500 via_upstream',
  },
  ejectedBetweenTries: {
    text: 'An endpoint can be ejected between two tries of one request. The line then has UH and still names the endpoint of the last try, or counts several.',
    reasoned:
      'a request without any endpoint would not have been tried; seen in published logs of a gRPC server',
  },
  namedHostWasThere: {
    text: 'A line that names an endpoint shows that the cluster had one to choose at that time.',
    documented: [pages.ENVOY_ROUTER_CODE],
    reasoned: 'the host is logged once the load balancer has chosen it',
  },
  dnsFails: {
    text: 'The dynamic forward proxy looks a name up for each request. If it does not resolve, the request fails with DF and dns_resolution_failure.',
    documented: [pages.ENVOY_FLAGS],
    observed: 'Envoy 1.40: a dynamic forward proxy asked for a name that does not exist',
  },
  dnsGivesEndpoints: {
    text: 'A cluster that gets its endpoints from DNS has none while the name resolves to no address: UH, as for any empty cluster.',
    documented: [pages.ENVOY_SERVICE_DISCOVERY, pages.ISTIO_SERVICE_ENTRY_RESOLUTION],
    observed: 'Istio 1.31: a ServiceEntry with resolution DNS for a name that does not exist',
  },
  dnsOfOutside: {
    text: 'Hosts outside the cluster are registered by a ServiceEntry, most of them with resolution DNS. Names under a private suffix (.internal, .local) may as well list their endpoints.',
    documented: [pages.ISTIO_SERVICE_ENTRY_RESOLUTION],
    reasoned: 'a public name has no other source of addresses than DNS, unless they are written down',
  },
  originalDestination: {
    text: 'For a headless service, and for what it passes through, a sidecar connects to the very address that the caller dialled: it chooses no endpoint, so that of a pod which is gone is dialled too.',
    documented: [
      pages.ENVOY_SERVICE_DISCOVERY,
      {
        title: 'Envoy: original destination load balancing',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/original_dst',
      },
      pages.ISTIO_TRAFFIC_ROUTING,
    ],
    observed: 'Envoy 1.40: the upstream host equals the local address of the downstream connection',
  },
  balancerChooses: {
    text: 'For a service with an address of its own the caller dials that address, and the proxy chooses the endpoint: the two differ.',
    documented: [pages.ISTIO_TRAFFIC_ROUTING],
  },
  oneEndpointNoChoice: {
    text: 'With a single endpoint every load balancing policy chooses the same.',
    reasoned: 'there is nothing to choose from',
  },
  headlessSubsetsAreRare: {
    text: 'Subsets are for traffic that the proxy directs. A headless service seldom has any, and they would change nothing: the cluster of a subset forwards to the original destination like that of the service.',
    documented: [pages.ISTIO_CLUSTERS_CODE],
    reasoned: 'whoever calls pods by their addresses has no use for subsets',
  },
});
