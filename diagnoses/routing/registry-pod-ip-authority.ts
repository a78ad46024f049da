import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { listeners } from '../behaviours/listeners.ts';
import { routing } from '../behaviours/routing.ts';
import { arrivesWhereOthersDo } from '../claims/listeners.ts';

/** Addresses that pods have: private, shared and unique-local ranges; an IPv6 authority stands in brackets. */
const POD_ADDRESS =
  /^\[?(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][0-9a-f]{2}:)/i;
/** Ports that Kubernetes opens on nodes: a caller that names one calls from outside, not by a registry. */
const NODE_PORT = /:3[0-2]\d{3}$/;

export const registryPodIpAuthority = defineDiagnosis({
  id: 'registry-pod-ip-authority',
  family: 'routing',
  title: 'Call by pod IP from a service registry: no virtual host for that authority',
  prior: 'usual',
  flags: ['NR'],
  reads: [
    'responseFlags',
    'responseCode',
    'detailsName',
    'layer',
    'authority',
    'authorityKind',
    'downstreamLocalAddress',
    'upstreamCluster',
    'upstreamHost',
    'routeName',
  ],
  // Today's catch-all for unknown hosts answers 502 (REGISTRY_ONLY) where older proxies had no route at all.
  applies: (s) =>
    s.layer === 'http' &&
    s.upstreamCluster == null &&
    s.authorityKind !== 'name' &&
    s.authorityKind !== null &&
    (s.responseFlags.includes('NR') ||
      s.detailsName === 'route_not_found' ||
      (s.responseCode === 502 &&
        s.responseFlags.length === 0 &&
        s.upstreamHost == null &&
        (s.routeName === 'block_all' || s.detailsName == null))),
  cause:
    'The caller took the address {authority} from a service registry (Eureka, Consul, Nacos, a client-side load balancer) and calls the pod directly. The sidecar routes by host name, and no virtual host of that port lists a pod address, so it answers itself.',
  evidence: [
    {
      for: 'strong',
      about: 'address',
      claim: 'the authority is the very IP address and port that the connection went to',
      restsOn: routing.routedByHostHeader,
      when: (s) =>
        typeof s.authority === 'string' &&
        (s.authority === s.downstreamLocalAddress || `${s.authority}:80` === s.downstreamLocalAddress),
    },
    {
      for: 'strong',
      about: 'authority',
      claim: 'the authority is a private IP address, as pods have, and no host name',
      restsOn: [kubernetes.registriesKnowPods, kubernetes.privateAddresses],
      when: (s) => POD_ADDRESS.test(s.authority ?? '') && !NODE_PORT.test(s.authority ?? ''),
    },
    {
      for: 'moderate',
      about: 'details',
      claim: 'the details are route_not_found',
      restsOn: routing.noRoute,
      when: (s) => s.detailsName === 'route_not_found',
    },
    {
      for: 'moderate',
      about: 'code',
      claim: 'the proxy itself answered 404 with the flag NR',
      restsOn: routing.noRoute,
      when: (s) => s.responseCode === 404 && s.responseFlags.includes('NR'),
    },
    {
      for: 'strong',
      about: 'route',
      claim: 'the catch-all route block_all took the request, so no virtual host has this authority',
      restsOn: routing.catchAllRoute,
      when: (s) => s.routeName === 'block_all',
    },
    {
      against: 'strong',
      about: 'address',
      claim: 'the connection went to another address than the authority names',
      restsOn: routing.routedByHostHeader,
      when: (s) =>
        typeof s.authority === 'string' &&
        typeof s.downstreamLocalAddress === 'string' &&
        s.authority !== s.downstreamLocalAddress &&
        `${s.authority}:80` !== s.downstreamLocalAddress,
    },
    {
      // Health checks of load balancers name a gateway by its address.
      against: 'decisive',
      about: 'traffic',
      claim:
        'requests for host names arrive at the same address: it is that of a gateway, not of a called pod',
      restsOn: listeners.gatewayTakesAllHosts,
      group: arrivesWhereOthersDo,
    },
    {
      against: 'strong',
      about: 'authority',
      claim: 'the authority is a public address or carries a node port',
      restsOn: [kubernetes.privateAddresses, kubernetes.nodePorts],
      when: (s) =>
        typeof s.authority === 'string' && (!POD_ADDRESS.test(s.authority) || NODE_PORT.test(s.authority)),
    },
  ],
  confusedWith: [
    {
      id: 'no-route-for-authority',
      tellApart: 'Does the caller name a host (even a wrong one), or the IP address of a pod?',
    },
    {
      id: 'registry-only-blocked',
      tellApart:
        'Does {authorityName} belong to a pod of this cluster? If it lies outside, egress is blocked.',
    },
    {
      id: 'config-rejected-by-proxy',
      tellApart:
        "Does istio-proxy's own log say that it rejected a RouteConfiguration? Then the routes on the port are old.",
    },
  ],
  confirm: [
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={authorityName}',
      expect: 'a pod of the service that was meant: the caller addresses the pod and not the service',
    },
    {
      run: 'istioctl proxy-config routes {pod} -n POD_NAMESPACE --name {localPort} -o json',
      expect: 'the domains are service names and cluster IPs; {authority} is not among them',
    },
  ],
  fixes: [
    {
      text: 'Let services register their Kubernetes name (service.namespace.svc.cluster.local) instead of the pod IP, so that callers get a name which the mesh routes. Spring Cloud: spring.cloud.*.discovery.hostname, or leave discovery to Kubernetes.',
    },
    {
      text: 'Or let the client keep the address but send the service name as the Host header.',
    },
    {
      text: 'ALLOW_ANY would let such calls pass by PassthroughCluster, but without mutual TLS, load balancing or routing rules; it fails where the server demands STRICT mutual TLS.',
    },
  ],
  versions:
    'Seen as 404 NR where the port belongs to a headless service or has no catch-all; with REGISTRY_ONLY and current Istio as 502 by route block_all, without a flag.',
  sources: [
    {
      title: 'istio/istio#33632: 404 NR for calls by pod address, and a rejected RouteConfiguration',
      url: 'https://github.com/istio/istio/issues/33632',
    },
    {
      title: 'Istio: understanding traffic routing',
      url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/traffic-routing/',
    },
  ],
  samples: [
    {
      file: 'pod-ip-from-registry.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a sidecar; the application calls pods by IP and port',
    },
    {
      file: 'registry-only.log',
      origin: 'captured',
      from: 'Istio 1.31 with REGISTRY_ONLY; the application calls a pod by IP and port',
    },
  ],
});
