import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isInbound } from '../../src/model/upstream-cluster.ts';
import { connecting } from '../behaviours/connecting.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { mesh } from '../behaviours/mesh.ts';
import { answersBetween, answersElsewhere, answersOnlyElsewhere } from '../claims/endpoints.ts';

export const externalAddressChanged = defineDiagnosis({
  id: 'external-address-changed',
  family: 'connection',
  title: 'External host moved to new addresses while connections to the old one are kept',
  prior: 'uncommon',
  flags: ['UC', 'UF', 'URX'],
  reads: [
    'responseFlags',
    'clusterDirection',
    'clusterHost',
    'isExternalHost',
    'upstreamIsPublic',
    'upstreamHost',
    'transportFailure',
    'resetReason',
    'authorityKind',
  ],
  applies: (s) =>
    (s.responseFlags.includes('UC') || s.responseFlags.includes('UF')) &&
    s.upstreamHost !== null &&
    s.authorityKind !== 'ip' &&
    s.authorityKind !== 'ipPort' &&
    !isInbound(s.clusterDirection) &&
    (s.isExternalHost === true || (s.isExternalHost == null && s.upstreamIsPublic !== false)) &&
    (s.transportFailure == null ||
      ['refused', 'timedOut', 'unreachable', 'reset', 'other'].includes(s.transportFailure)),
  echoes: (s) =>
    (s.responseFlags.includes('UC') || s.responseFlags.includes('UF')) &&
    (s.isExternalHost === true || s.upstreamIsPublic === true),
  cause:
    'The host {host} now lives at other addresses. The application keeps its connection, and with it the address {upstreamIp} that it once looked up, so the proxy goes on sending there: first the old address closes its connections (UC), then it takes no new ones (UF).',
  evidence: [
    {
      for: 'moderate',
      about: 'cluster',
      claim: 'the destination is a host outside the mesh',
      restsOn: [mesh.clusterNamesHost, kubernetes.privateAddresses],
      when: (s) => s.isExternalHost === true || s.upstreamIsPublic === true,
    },
    {
      for: 'decisive',
      about: 'endpoint',
      claim:
        'the address answered until the first failure and never since, while the same host is answered from another address',
      restsOn: [connecting.movedHost, connecting.oneAddressAlone, mesh.clusterNamesHost],
      group: (g, s) => {
        const elsewhere = answersElsewhere(g, s);
        return g.endpointHistory === null || elsewhere === null
          ? null
          : g.endpointHistory === 'onlyBefore' && g.requests >= 3 && elsewhere;
      },
    },
    {
      for: 'moderate',
      about: 'endpoint',
      claim: 'the address answered until the first failure and never since',
      restsOn: connecting.movedHost,
      group: (g) => (g.endpointHistory === null ? null : g.endpointHistory === 'onlyBefore'),
    },
    {
      for: 'strong',
      about: 'authority',
      claim: 'the same host is answered from another address, and never from this one',
      restsOn: [connecting.movedHost, connecting.oneAddressAlone, mesh.clusterNamesHost],
      group: answersOnlyElsewhere,
    },
    {
      for: 'moderate',
      about: 'history',
      claim: 'at the same address kept connections are closed (UC) and new ones fail (UF)',
      restsOn: connecting.movedHost,
      group: (g, s) => {
        const other = s.responseFlags.includes('UC') ? 'UF' : 'UC';
        return g.sameEndpoint(({ shape }) => shape.responseFlags.includes(other)) > 0 || null;
      },
    },
    {
      // Nobody has the address now, or somebody who does not listen: as rare for other causes as for one that is down.
      for: 'strong',
      about: 'transport',
      claim:
        'new connections to the address are refused or get no answer: whoever has it now does not listen',
      restsOn: [connecting.movedHost, connecting.refused, connecting.unanswered],
      when: (s) =>
        s.transportFailure === 'refused' ||
        s.transportFailure === 'timedOut' ||
        s.transportFailure === 'unreachable' ||
        s.resetReason === 'connection_timeout',
    },
    {
      against: 'strong',
      about: 'endpoint',
      claim: 'the same address goes on answering other requests',
      restsOn: connecting.movedHost,
      group: answersBetween,
    },
    {
      against: 'moderate',
      about: 'endpoint',
      claim: 'neither the address nor another one of the host ever answered in this log',
      restsOn: connecting.movedHost,
      group: (g, s) => {
        const elsewhere = answersElsewhere(g, s);
        return elsewhere === null ? null : g.healthyOnEndpoint === 0 && !elsewhere;
      },
    },
  ],
  confusedWith: [
    {
      id: 'firewall-dns-expiry',
      tellApart:
        'Does a look-up of {host} still give {upstreamIp}? Then the host has not moved, and something on the way drops the flow.',
    },
    {
      id: 'connection-refused',
      tellApart:
        'Does a look-up of {host} give other addresses, which answer? Then only the old one refuses.',
    },
    {
      id: 'connect-timeout',
      tellApart:
        'Does a look-up of {host} still give {upstreamIp}? Then the host has not moved: that address is dead, or the way to it is blocked.',
    },
    {
      id: 'keepalive-race',
      tellApart:
        'Does {upstreamIp} answer again at once? A race loses single requests; an address that has moved loses all from one moment on.',
    },
    {
      id: 'plaintext-to-tls-port',
      tellApart: 'Did {upstreamHost} ever answer? A port that expects TLS never answered plain HTTP.',
    },
  ],
  confirm: [
    {
      run: 'dig +short {host}',
      expect: '{upstreamIp} is not among the addresses any more; look at the TTL too (dig {host})',
    },
    {
      run: 'kubectl exec POD -n NAMESPACE -c istio-proxy -- pilot-agent request GET clusters | grep {upstreamIp}',
      expect:
        "in the caller's pod, for a ServiceEntry: the proxy itself still holds the old address; for PassthroughCluster there is no line: the application chose it",
    },
  ],
  fixes: [
    {
      text: 'Let the proxy resolve the name instead of following the address that the application chose. Wrong for a host whose certificate or firewall rule is bound to one address.',
      yaml: `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: external-host
  namespace: NAMESPACE
spec:
  hosts:
    - {host}
  location: MESH_EXTERNAL
  resolution: DNS
  ports:
    - number: 80
      name: http
      protocol: HTTP
    - number: 443
      name: https
      protocol: HTTPS`,
    },
    {
      text: 'Let a retry take the next address. Wrong for requests that must not be sent twice, unless retryOn names connect-failure and refused-stream only, and without effect on https that the application begins: the proxy cannot retry what it cannot read.',
      yaml: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: external-host-retries
  namespace: NAMESPACE
spec:
  hosts:
    - {host}
  http:
    - route:
        - destination:
            host: {host}
      retries:
        attempts: 3
        perTryTimeout: 2s
        retryOn: connect-failure,refused-stream,reset-before-request`,
    },
    {
      text: 'In the application: look names up again (JVM: networkaddress.cache.ttl) and limit the age of pooled connections to less than the overlap that the host grants. Without a pool (a connection for each request) every request has a fresh address, at the price of a handshake.',
    },
  ],
  versions: 'All.',
  sources: [
    {
      title: 'Istio: ServiceEntry, resolution',
      url: 'https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Resolution',
    },
    {
      title: 'Envoy: response flags',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/advanced/substitution_formatter#config-access-log-format-response-flags',
    },
  ],
  samples: [
    {
      file: 'passthrough-kept-address.log',
      origin: 'captured',
      from: 'Envoy 1.40, PassthroughCluster: the host moves while callers keep their connections',
    },
    {
      file: 'after-the-move.log',
      origin: 'captured',
      from: 'the same, from after the move on',
    },
    {
      file: 'old-address-silent.log',
      origin: 'composed',
      from: 'facts external-stale-ip: connection_timeout to the address that one caller keeps in PassthroughCluster, from a moment on, while others are answered from the new one',
    },
    {
      file: 'tcp-service-entry.log',
      origin: 'composed',
      from: 'causes.json external-stale-ip: connections to a ServiceEntry with resolution NONE, refused as Envoy 1.40 logs it for TCP',
    },
  ],
});
