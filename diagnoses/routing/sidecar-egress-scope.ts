import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { mesh } from '../behaviours/mesh.ts';
import { replies } from '../behaviours/replies.ts';
import { routing } from '../behaviours/routing.ts';

/** A Kubernetes service: a single label, or a name with `.svc`. */
const SERVICE_NAME = /\.svc(?:\.|$)|^[a-z0-9-]+$/;
/** Addresses that Istio makes up for the hosts of ServiceEntries (240.240.0.0/16, 2001:2::/48): the name is known somewhere. */
const AUTO_ALLOCATED = /^(?:240\.240\.|\[2001:0{0,3}2:)/;

export const sidecarEgressScope = defineDiagnosis({
  id: 'sidecar-egress-scope',
  family: 'routing',
  title: 'A Sidecar or exportTo scope hides the destination from the caller',
  prior: 'uncommon',
  flags: ['NR', 'UH'],
  reads: [
    'responseFlags',
    'responseCode',
    'detailsName',
    'layer',
    'clusterDirection',
    'upstreamCluster',
    'upstreamHost',
    'routeName',
    'bytesSent',
    'authorityKind',
    'authorityName',
    'downstreamLocalAddress',
    'localIsPublic',
  ],
  applies: (s) =>
    s.clusterDirection === 'blackHole' ||
    s.routeName === 'block_all' ||
    // With ALLOW_ANY a hidden service is reached like a foreign one: in plaintext, which STRICT servers refuse.
    (s.clusterDirection === 'passthrough' &&
      s.authorityKind === 'name' &&
      SERVICE_NAME.test(s.authorityName ?? '')) ||
    (s.layer === 'tcp' && s.responseFlags.includes('UH') && s.upstreamCluster == null) ||
    (s.layer === 'http' &&
      s.responseCode === 502 &&
      s.responseFlags.length === 0 &&
      s.upstreamHost == null &&
      s.routeName == null &&
      (s.detailsName == null || s.detailsName === 'direct_response')),
  cause:
    'The destination {localAddress} belongs to a service of the registry, but not in the part of it that this caller gets: a Sidecar resource does not list its host under egress, or its Service, ServiceEntry or VirtualService is exported to other namespaces only (exportTo). To this proxy it is an unknown destination.',
  evidence: [
    {
      for: 'decisive',
      about: 'cluster',
      claim: 'the connection was sent to BlackHoleCluster',
      restsOn: [routing.blackHole, routing.egressScope],
      when: (s) => s.clusterDirection === 'blackHole',
    },
    {
      for: 'decisive',
      about: 'route',
      claim: 'the route is block_all, the catch-all for unknown hosts',
      restsOn: [routing.catchAllRoute, routing.egressScope],
      when: (s) => s.routeName === 'block_all',
    },
    {
      for: 'moderate',
      about: 'route',
      claim: 'the route for a Kubernetes service is allow_any, the catch-all for unknown hosts',
      restsOn: [routing.catchAllRoute, routing.egressScope],
      when: (s) =>
        s.routeName === 'allow_any' && s.authorityKind === 'name' && SERVICE_NAME.test(s.authorityName ?? ''),
    },
    {
      for: 'strong',
      about: 'cluster',
      claim:
        'a request for a Kubernetes service left by PassthroughCluster, as for a host that the proxy does not know',
      restsOn: [mesh.passthrough, routing.egressScope],
      when: (s) =>
        s.clusterDirection === 'passthrough' &&
        s.authorityKind === 'name' &&
        SERVICE_NAME.test(s.authorityName ?? ''),
    },
    {
      for: 'strong',
      about: 'flags',
      claim: 'a TCP connection ended with UH and no cluster is logged',
      restsOn: routing.blackHoleUnnamed,
      when: (s) => s.layer === 'tcp' && s.responseFlags.includes('UH') && s.upstreamCluster == null,
    },
    {
      for: 'moderate',
      about: 'code',
      claim: 'the answer is an empty 502 without a flag, which no upstream gave',
      restsOn: [routing.catchAllRoute, replies.ownReplyHasNoHost],
      when: (s) =>
        s.responseCode === 502 &&
        s.responseFlags.length === 0 &&
        s.upstreamHost === null &&
        s.bytesSent === 0,
    },
    {
      for: 'strong',
      about: 'authority',
      claim: 'the authority is a Kubernetes service name',
      restsOn: [routing.egressScope, routing.registryHasServices, kubernetes.serviceNames],
      when: (s) => s.authorityKind === 'name' && SERVICE_NAME.test(s.authorityName ?? ''),
    },
    {
      for: 'strong',
      about: 'address',
      claim:
        'the destination is an address that Istio allocates for ServiceEntry hosts, so the name is registered',
      restsOn: routing.allocatedAddresses,
      when: (s) => AUTO_ALLOCATED.test(s.downstreamLocalAddress ?? ''),
    },
    {
      against: 'strong',
      about: 'address',
      claim: 'the destination address is public',
      restsOn: [routing.registryHasServices, kubernetes.privateAddresses],
      when: (s) => s.localIsPublic === true,
    },
    {
      against: 'moderate',
      about: 'authority',
      claim: 'the authority is an IP address, not a service',
      restsOn: kubernetes.serviceNames,
      when: (s) => s.authorityKind !== 'name' && s.authorityKind != null,
    },
  ],
  confusedWith: [
    {
      id: 'registry-only-blocked',
      tellApart:
        'Does istioctl proxy-config clusters of a pod in another namespace list {authorityName}? If no pod has it, it is not registered at all.',
    },
    {
      id: 'headless-pod-ip-strict-mtls',
      tellApart: 'Is the authority a pod IP? Then the name is not hidden; the caller goes around it.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get sidecar -A -o yaml',
      expect:
        'a Sidecar for the namespace (or the workload) of the caller whose egress hosts do not cover {authorityName}',
    },
    {
      run: 'istioctl proxy-config clusters {pod} -n POD_NAMESPACE --fqdn {host}',
      expect: 'no rows, while a pod of another namespace has them',
    },
    {
      run: 'kubectl get service,serviceentry,virtualservice -n {namespace} -o yaml',
      expect:
        'exportTo (or the annotation networking.istio.io/exportTo) without "*" and without the namespace of the caller',
    },
  ],
  fixes: [
    {
      text: 'Add the destination to the egress hosts of the Sidecar that governs the caller.',
      yaml: `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: default
  namespace: CALLER_NAMESPACE
spec:
  egress:
    - hosts:
        - ./*
        - istio-system/*
        - {namespace}/{host}`,
    },
    {
      text: 'Or export the Service, ServiceEntry or VirtualService to the namespace of the caller (exportTo). Check the port too: a ServiceEntry without port {localPort} is unknown on that port.',
    },
    {
      text: 'Wrong where the scope is meant as a guard, so that this caller must not reach {authority}: then correct the caller. Sidecar egress is no security boundary by itself.',
    },
  ],
  sources: [
    {
      title: 'Istio: Sidecar, egress hosts',
      url: 'https://istio.io/latest/docs/reference/config/networking/sidecar/',
    },
    {
      title: 'istio/istio#21385: a host outside the Sidecar egress gets 502',
      url: 'https://github.com/istio/istio/issues/21385',
    },
  ],
  samples: [
    {
      file: 'service-outside-egress-hosts.log',
      origin: 'composed',
      from: '502 by route block_all as Istio 1.31 logs it, for the service of another namespace as in istio/istio#21385',
    },
    {
      file: 'allocated-address.log',
      origin: 'quoted',
      from: 'runbook for Istio on IPv6 (published access log, 2024), addresses replaced',
    },
    {
      file: 'allocated-address-istio-1.9.log',
      origin: 'composed',
      from: 'the same before Istio 1.10, where the black hole is logged as "-" (form of istio/istio#31748)',
    },
    {
      file: 'passthrough-to-strict.log',
      origin: 'composed',
      from: 'UC by PassthroughCluster as Envoy 1.40 logs it for plaintext to a STRICT server, with a service name as authority',
    },
  ],
});
