import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { replies } from '../behaviours/replies.ts';
import { routing } from '../behaviours/routing.ts';

/** A Kubernetes service: a single label, or a name with `.svc`. */
const SERVICE_NAME = /\.svc(?:\.|$)|^[a-z0-9-]+$/;

export const registryOnlyBlocked = defineDiagnosis({
  id: 'registry-only-blocked',
  family: 'routing',
  title: 'Destination outside the service registry while outbound policy is REGISTRY_ONLY',
  prior: 'usual',
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
    'localIsPublic',
  ],
  applies: (s) =>
    s.clusterDirection === 'blackHole' ||
    s.routeName === 'block_all' ||
    // Istio before 1.10 logs no cluster for the black hole; Envoy's default format never does.
    (s.layer === 'tcp' && s.responseFlags.includes('UH') && s.upstreamCluster == null) ||
    // Istio 1.0 and 1.1 had no catch-all route: an unknown host was 404 NR.
    (s.layer === 'http' && s.responseFlags.includes('NR') && s.localIsPublic === true) ||
    (s.layer === 'http' &&
      s.responseCode === 502 &&
      s.responseFlags.length === 0 &&
      s.upstreamHost == null &&
      s.routeName == null &&
      (s.detailsName == null || s.detailsName === 'direct_response')),
  cause:
    'The sidecar may only reach what the registry knows (outboundTrafficPolicy REGISTRY_ONLY), and no Service or ServiceEntry covers the destination {localAddress}: HTTP gets 502 from the route block_all, TCP and TLS end in BlackHoleCluster.',
  evidence: [
    {
      for: 'decisive',
      about: 'cluster',
      claim: 'the connection was sent to BlackHoleCluster',
      restsOn: routing.blackHole,
      when: (s) => s.clusterDirection === 'blackHole',
    },
    {
      for: 'decisive',
      about: 'route',
      claim: 'the route is block_all, the catch-all for unknown hosts',
      restsOn: routing.catchAllRoute,
      when: (s) => s.routeName === 'block_all',
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
      // What the route block_all answers HTTP with. Only one of its lines is needed to know the outbound policy.
      for: 'strong',
      about: 'traffic',
      claim:
        'elsewhere the log has empty 502 answers without a flag, as the catch-all for unknown hosts gives them',
      restsOn: routing.catchAllRoute,
      group: (g, s) =>
        s.layer === 'tcp' &&
        (g.elsewhere(
          ({ shape }) =>
            shape.responseCode === 502 &&
            shape.responseFlags.length === 0 &&
            shape.upstreamHost === null &&
            shape.bytesSent === 0,
        ) > 0 ||
          null),
    },
    {
      for: 'moderate',
      about: 'address',
      claim: 'the destination address is public',
      restsOn: [routing.registryHasServices, kubernetes.privateAddresses],
      when: (s) => s.localIsPublic === true,
    },
    {
      against: 'strong',
      about: 'authority',
      claim: 'the authority is a Kubernetes service name, which the registry knows',
      restsOn: [routing.registryHasServices, kubernetes.serviceNames],
      when: (s) => s.authorityKind === 'name' && SERVICE_NAME.test(s.authorityName ?? ''),
    },
    {
      against: 'moderate',
      about: 'authority',
      claim: 'the authority is an IP address of a private network',
      restsOn: kubernetes.privateAddresses,
      when: (s) => s.authorityKind !== 'name' && s.authorityKind != null && s.localIsPublic === false,
    },
  ],
  confusedWith: [
    {
      id: 'sidecar-egress-scope',
      tellApart:
        'Can a workload of another namespace reach {authority}? Then it is in the registry and only hidden from this caller.',
    },
    {
      id: 'registry-pod-ip-authority',
      tellApart: 'Does {localIp} belong to a pod of this cluster that is called by its address?',
    },
    {
      id: 'no-healthy-endpoints',
      tellApart:
        'Is a service cluster logged with the UH? Then the destination is known and has no endpoint.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get configmap istio -n istio-system -o yaml',
      expect:
        'outboundTrafficPolicy.mode is REGISTRY_ONLY (a Sidecar resource of the namespace can set it too)',
    },
    {
      run: 'kubectl get serviceentry -A',
      expect:
        'none lists {authorityName} (or {localIp}) with port {localPort} and is exported to the namespace of the caller',
    },
  ],
  fixes: [
    {
      text: 'If the destination is wanted: register it. The hosts must hold the name that the application uses; for TCP without a host name give addresses instead of DNS.',
      yaml: `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: external
spec:
  hosts:
    - {authorityName}
  location: MESH_EXTERNAL
  resolution: DNS
  ports:
    - number: {localPort}
      name: http # tls for HTTPS, tcp for anything else (then with addresses: [{localIp}])
      protocol: HTTP`,
    },
    {
      text: 'If all egress is to be open: set the mode to ALLOW_ANY, in the mesh or in a Sidecar resource for the namespace. Wrong where REGISTRY_ONLY is there to keep data in.',
    },
    { text: 'If nobody should call this destination: the proxy did its work; find the caller {caller}.' },
  ],
  versions:
    'HTTP: 502 with route block_all since Istio 1.3, 404 NR before. TCP: BlackHoleCluster is printed since about Istio 1.10, "-" before.',
  sources: [
    {
      title: 'Istio: accessing external services',
      url: 'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/',
    },
    {
      title: 'Istio: monitoring blocked and passthrough external service traffic',
      url: 'https://istio.io/latest/blog/2019/monitoring-external-service-traffic/',
    },
    {
      title: 'istio/istio#31748: a database outside the registry',
      url: 'https://github.com/istio/istio/issues/31748',
    },
  ],
  samples: [
    {
      file: 'http-and-tcp.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a sidecar with REGISTRY_ONLY; HTTP and TCP to an address outside',
    },
    {
      file: 'istio-1.9-database.log',
      origin: 'quoted',
      from: 'istio/istio#31748',
    },
  ],
});
