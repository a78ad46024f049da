import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { listeners } from '../behaviours/listeners.ts';
import { routing } from '../behaviours/routing.ts';
import { arrivesWhereOthersDo } from '../claims/listeners.ts';
import { scannersAskForIt } from '../claims/scanners.ts';

/** Ports that Kubernetes opens on nodes: who names one calls from outside, by an address of his own choice. */
const NODE_PORT = /:3[0-2]\d{3}$/;

export const noRouteForAuthority = defineDiagnosis({
  id: 'no-route-for-authority',
  family: 'routing',
  title: 'No virtual host matches the request authority',
  prior: 'common',
  flags: ['NR'],
  reads: [
    'responseFlags',
    'responseCode',
    'detailsName',
    'authority',
    'authorityKind',
    'upstreamCluster',
    'layer',
    'sniRelation',
    'protocol',
    'localPort',
    'downstreamLocalAddress',
  ],
  // NR with 503 is a missing cluster, before Envoy 1.18.
  applies: (s) =>
    s.layer === 'http' &&
    s.responseCode !== 503 &&
    s.upstreamCluster == null &&
    (s.detailsName === 'route_not_found' || s.responseFlags.includes('NR')),
  cause:
    'The listener took the request, but no virtual host of its route configuration lists the authority {authority}, so no route was ever looked for: every path of that host fails.',
  evidence: [
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
      about: 'authority',
      claim: 'no request to this authority succeeds anywhere in the log',
      restsOn: routing.hostKnownOrNot,
      group: (g) => (g.healthyForAuthority === null ? null : g.healthyForAuthority === 0),
    },
    {
      // Domains with a port match that port only, and old proxies compared the port too (istio/istio#6469).
      for: 'weak',
      about: 'address',
      claim: 'the authority carries a port that is not the port of the listener',
      restsOn: routing.domainsCarryPorts,
      when: (s) => {
        const port = /:(\d+)$/.exec(s.authority ?? '')?.[1];
        return s.localPort != null && port !== undefined && s.localPort !== Number(port);
      },
    },
    {
      against: 'decisive',
      about: 'authority',
      claim: 'other requests to this authority are routed and succeed',
      restsOn: routing.hostKnownOrNot,
      group: (g) => (g.healthyForAuthority === null ? null : g.healthyForAuthority > 0),
    },
    {
      against: 'strong',
      about: 'address',
      claim: 'the authority is the very IP address that the connection went to, not a host name',
      restsOn: routing.routedByHostHeader,
      group: (g, s) =>
        s.authorityKind !== 'name' &&
        typeof s.authority === 'string' &&
        (s.authority === s.downstreamLocalAddress || `${s.authority}:80` === s.downstreamLocalAddress) &&
        !arrivesWhereOthersDo(g, s),
    },
    {
      against: 'moderate',
      about: 'address',
      claim: 'the authority is an IP address with a port, as service registries hand them out',
      restsOn: kubernetes.registriesKnowPods,
      group: (g, s) =>
        s.authorityKind === 'ipPort' && !NODE_PORT.test(s.authority ?? '') && !arrivesWhereOthersDo(g, s),
    },
    {
      against: 'strong',
      about: 'traffic',
      claim:
        'nothing of this address is served, and a third or more of what is asked of it are paths of scanners',
      restsOn: routing.scannersTryPaths,
      group: scannersAskForIt,
    },
    {
      against: 'strong',
      about: 'sni',
      claim: 'the request came over an HTTP/2 connection that was opened for another host',
      restsOn: routing.sharedHttp2Connection,
      when: (s) => s.sniRelation === 'differs' && s.protocol !== 'HTTP/1.1',
    },
    {
      against: 'weak',
      about: 'sni',
      claim: 'the TLS handshake named the same host and was accepted, so the Gateway lists it',
      restsOn: [listeners.requestsFollowHandshake, listeners.chainsByServerName],
      when: (s) => s.sniRelation === 'equalsAuthority',
    },
  ],
  confusedWith: [
    {
      id: 'no-route-for-path',
      tellApart:
        'Does any other path of {authority} succeed? Then the host is known and only the path is not.',
    },
    {
      id: 'gateway-tls-route-on-terminating-port',
      tellApart:
        'Is the VirtualService of {authorityName} there, with tls routes only, on a Gateway that terminates TLS?',
    },
    {
      id: 'registry-pod-ip-authority',
      tellApart: 'Is the authority the address of a pod, taken from a service registry?',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config routes {pod} -n POD_NAMESPACE -o json',
      expect: 'no virtual host has {authority}, or a wildcard that covers it, among its domains',
    },
    {
      run: 'kubectl get virtualservice,gateway -A',
      expect:
        'no VirtualService lists {authorityName} as a host, or it is bound to another gateway than the one that logged this',
    },
  ],
  fixes: [
    {
      text: 'If callers should reach {authorityName}: list it in the hosts of a VirtualService that is bound to the gateway in use (the Gateway must allow the host too). Without `gateways` a VirtualService applies to sidecars only.',
      yaml: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {service}
spec:
  hosts:
    - {authorityName}
  gateways:
    - GATEWAY_NAMESPACE/GATEWAY # leave out for calls between sidecars
  http:
    - route:
        - destination:
            host: SERVICE.NAMESPACE.svc.cluster.local
            port:
              number: 80`,
    },
    {
      text: 'If the name is misspelled, outdated or an IP address: correct the caller (its URL, its Host header, the DNS entry). Adding hosts for it would only keep the mistake alive.',
    },
    {
      text: 'If the caller adds a port to the name, send the name without it, or list the name with that port as well.',
    },
  ],
  sources: [
    {
      title: 'Istio: requests are rejected by Envoy',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#requests-are-rejected-by-envoy',
    },
    {
      title: 'Envoy: response flags',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/advanced/substitution_formatter#config-access-log-format-response-flags',
    },
    {
      title: 'istio/istio#6469: a port in the Host header',
      url: 'https://github.com/istio/istio/issues/6469',
    },
  ],
  samples: [
    {
      file: 'unknown-host.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway without a virtual host for one name',
    },
    {
      file: 'misspelled-service.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a sidecar whose application misspells a service',
    },
    {
      file: 'host-with-node-port.log',
      origin: 'composed',
      from: 'istio/istio#6469: calls by node port carry the port in the Host header; lines as Envoy 1.40 logs them',
    },
    {
      file: 'wrong-host-header-over-tls.log',
      origin: 'composed',
      from: 'NR as Envoy 1.40 logs it for HTTP/1.1 clients that send another Host header than their SNI, among captured lines',
    },
    {
      file: 'health-check-by-address.log',
      origin: 'composed',
      from: 'NR as Envoy 1.40 logs it, for a load balancer that checks a gateway by the address of its pod',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'quoted',
      from: 'istio/old_issues_repo#35',
    },
  ],
});
