import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { endpoints } from '../behaviours/endpoints.ts';
import { routing } from '../behaviours/routing.ts';
import { hasPrivateName } from '../claims/clusters.ts';

export const dnsResolutionFailed = defineDiagnosis({
  id: 'dns-resolution-failed',
  family: 'connection',
  title: 'The upstream host name does not resolve',
  prior: 'usual',
  flags: ['DF', 'UH'],
  reads: [
    'responseFlags',
    'detailsName',
    'clusterDirection',
    'clusterHost',
    'isExternalHost',
    'upstreamHost',
    'upstreamCluster',
  ],
  // DF comes from the dynamic forward proxy only; a DNS cluster whose name does not resolve is empty and logs UH.
  applies: (s) =>
    s.responseFlags.includes('DF') ||
    s.detailsName === 'dns_resolution_failure' ||
    (s.responseFlags.includes('UH') &&
      s.clusterDirection !== 'blackHole' &&
      s.clusterDirection !== 'passthrough' &&
      s.isExternalHost !== false),
  cause:
    'The proxy itself has to resolve the name of {authorityName} (dynamic forward proxy, or a ServiceEntry with resolution DNS) and gets no address for it: the name is wrong or gone, or the resolver of the proxy does not answer.',
  evidence: [
    {
      for: 'decisive',
      about: 'flags',
      claim: 'the proxy reports a failed DNS resolution (DF)',
      restsOn: endpoints.dnsFails,
      when: (s) => s.responseFlags.includes('DF') || s.detailsName === 'dns_resolution_failure',
    },
    {
      for: 'moderate',
      about: 'flags',
      claim: 'the cluster had no healthy upstream (UH)',
      restsOn: [endpoints.noneToChoose, endpoints.dnsGivesEndpoints],
      when: (s) => s.responseFlags.includes('UH'),
    },
    {
      for: 'strong',
      about: 'cluster',
      claim: 'the cluster without endpoints leads to a host outside the mesh, so its endpoints come from DNS',
      restsOn: [endpoints.dnsGivesEndpoints, endpoints.dnsOfOutside],
      when: (s) =>
        s.responseFlags.includes('UH') &&
        s.upstreamHost === null &&
        s.isExternalHost === true &&
        !hasPrivateName(s),
    },
    {
      for: 'moderate',
      about: 'cluster',
      claim: 'the cluster without endpoints leads to a private name that is no Kubernetes service',
      restsOn: endpoints.dnsOfOutside,
      when: (s) => s.responseFlags.includes('UH') && s.isExternalHost === true && hasPrivateName(s),
    },
    {
      for: 'moderate',
      about: 'history',
      claim: 'no request to this destination succeeded anywhere in the log',
      restsOn: endpoints.dnsGivesEndpoints,
      group: (g, s) =>
        g.healthyInScope === null || s.upstreamCluster === null ? null : g.healthyInScope === 0,
    },
    {
      against: 'strong',
      about: 'peer',
      claim: 'other requests to this destination reached endpoints and failed there, so it had addresses',
      restsOn: endpoints.namedHostWasThere,
      group: (g, s) =>
        s.responseFlags.includes('UH') &&
        g.neighbours.some((other) => typeof other.shape.upstreamHost === 'string'),
    },
    {
      against: 'moderate',
      about: 'cluster',
      claim: 'no cluster is named on the line',
      restsOn: routing.blackHoleUnnamed,
      when: (s) => s.upstreamCluster === null,
    },
  ],
  confusedWith: [
    {
      id: 'no-healthy-endpoints',
      tellApart:
        'Is {host} a Kubernetes service? Then its endpoints come from the API server, and UH means that none is ready.',
    },
    {
      id: 'outlier-ejection',
      tellApart:
        'Did requests to {host} fail with 5xx or UF before? Then it had addresses, and they were ejected.',
    },
    {
      id: 'registry-only-blocked',
      tellApart: 'BlackHoleCluster or route block_all: the proxy never tried to resolve the name.',
    },
  ],
  confirm: [
    {
      run: 'kubectl debug -it {pod} -n CALLER_NAMESPACE --image=nicolaka/netshoot -- dig +search {authorityName}',
      expect: 'NXDOMAIN, an empty answer or a timeout',
    },
    {
      run: 'istioctl proxy-config endpoints {pod} -n CALLER_NAMESPACE --cluster {cluster}',
      expect: 'for a ServiceEntry with resolution DNS: no endpoint',
    },
    {
      run: 'kubectl logs -n kube-system -l k8s-app=kube-dns --tail=100',
      expect: 'NXDOMAIN, SERVFAIL or i/o timeout for the name',
    },
  ],
  fixes: [
    {
      text: 'Correct the name, in the caller or in hosts and endpoints of the ServiceEntry; mind a missing or doubled domain. A host that is wildcarded (*.example.com) cannot be resolved by DNS at all: it needs resolution NONE or DYNAMIC_DNS.',
      yaml: `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: external-host
spec:
  hosts:
    - {authorityName}
  location: MESH_EXTERNAL
  ports:
    - number: 443
      name: tls
      protocol: TLS
  resolution: DNS
  endpoints:
    - address: NAME_THAT_RESOLVES # leave endpoints out when the host itself resolves`,
    },
    {
      text: 'If the name is right, repair DNS: CoreDNS and its upstream resolvers, the NetworkPolicy of the caller (UDP and TCP 53), a private zone that the cluster cannot see. Wrong when the name is meant to be unknown: scanners and typing errors cause DF too.',
    },
  ],
  versions:
    'DF since Envoy 1.22 (Istio 1.14); before, and for ServiceEntry resolution DNS in every version, it shows as UH.',
  sources: [
    {
      title: 'Envoy: response flags',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/advanced/substitution_formatter#config-access-log-format-response-flags',
    },
    {
      title: 'Istio: ServiceEntry, resolution',
      url: 'https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Resolution',
    },
  ],
  samples: [
    {
      file: 'dynamic-forward-proxy.log',
      origin: 'captured',
      from: 'Envoy 1.40 as an egress proxy: two names that do not exist',
    },
    {
      file: 'service-entry-dns.log',
      origin: 'captured',
      from: 'Istio 1.31 on Envoy 1.40: ServiceEntry with resolution DNS whose host does not exist',
    },
    {
      file: 'private-zone.log',
      origin: 'composed',
      from: 'causes.json dns-failure: names of a private zone that the resolver of the cluster does not know',
    },
  ],
});
