import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isInbound } from '../../src/model/upstream-cluster.ts';
import { connecting } from '../behaviours/connecting.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { mesh } from '../behaviours/mesh.ts';
import { answersBetween, answersElsewhere } from '../claims/endpoints.ts';

export const firewallDnsExpiry = defineDiagnosis({
  id: 'firewall-dns-expiry',
  family: 'connection',
  title: 'A firewall drops flows after its DNS record for the external host expired',
  prior: 'rare',
  flags: ['UC', 'UF'],
  reads: [
    'responseFlags',
    'clusterDirection',
    'clusterHost',
    'isExternalHost',
    'upstreamIsPublic',
    'upstreamHost',
    'transportFailure',
    'resetReason',
  ],
  applies: (s) =>
    (s.responseFlags.includes('UC') || s.responseFlags.includes('UF')) &&
    s.upstreamHost !== null &&
    !isInbound(s.clusterDirection) &&
    (s.isExternalHost === true || (s.isExternalHost == null && s.upstreamIsPublic !== false)) &&
    (s.transportFailure == null ||
      ['timedOut', 'unreachable', 'reset', 'other'].includes(s.transportFailure)),
  echoes: (s) =>
    (s.responseFlags.includes('UC') || s.responseFlags.includes('UF')) &&
    (s.isExternalHost === true || s.upstreamIsPublic === true),
  cause:
    'A firewall on the way out lets flows pass by the names it saw being resolved. Its record for {host} has expired, while the proxy still uses {upstreamIp} on connections that it keeps: the firewall cuts those (UC) and drops the packets of new ones (UF, timed out), until somebody looks the name up again.',
  evidence: [
    {
      for: 'moderate',
      about: 'cluster',
      claim: 'the destination is a host outside the mesh',
      restsOn: [mesh.clusterNamesHost, kubernetes.privateAddresses],
      when: (s) => s.isExternalHost === true || s.upstreamIsPublic === true,
    },
    {
      for: 'strong',
      about: 'endpoint',
      claim: 'the same address answered before the failures and answers again after them',
      restsOn: connecting.firewallForgets,
      group: answersBetween,
    },
    {
      for: 'strong',
      about: 'history',
      claim:
        'at the same address and time kept connections are cut (UC) and attempts to connect get no answer (UF)',
      restsOn: connecting.firewallForgets,
      group: (g, s) => {
        const other = s.responseFlags.includes('UC') ? 'UF' : 'UC';
        return (
          g.sameEndpoint(
            ({ shape }) =>
              shape.responseFlags.includes(other) &&
              shape.transportFailure !== 'refused' &&
              shape.transportFailure !== 'tlsCertificate',
          ) > 0 || null
        );
      },
    },
    {
      for: 'moderate',
      about: 'transport',
      claim: 'attempts to connect get no answer at all',
      restsOn: [connecting.unanswered, connecting.firewallForgets],
      when: (s) => s.transportFailure === 'timedOut' || s.resetReason === 'connection_timeout',
    },
    {
      for: 'moderate',
      about: 'burst',
      claim: 'the failures come in separate bursts',
      restsOn: connecting.recordsOutlastPauses,
      group: (g) => g.bursts >= 2,
    },
    {
      for: 'moderate',
      about: 'reuse',
      claim: 'the failed requests reused connections that had been idle for a minute or more',
      restsOn: connecting.recordsOutlastPauses,
      group: (g) => g.reuse && g.reuse.reused >= 3 && g.reuse.medianIdleMs >= 60_000,
    },
    {
      against: 'strong',
      about: 'authority',
      claim: 'the address stops answering for good while the same host is answered from another one',
      restsOn: [connecting.movedHost, mesh.clusterNamesHost],
      group: (g, s) => {
        const elsewhere = answersElsewhere(g, s);
        return g.endpointHistory === null || elsewhere === null
          ? null
          : g.endpointHistory === 'onlyBefore' && elsewhere;
      },
    },
    {
      against: 'moderate',
      about: 'endpoint',
      claim: 'the address never answered in this log',
      restsOn: connecting.firewallForgets,
      group: (g) => (g.healthyOnEndpoint === null ? null : g.healthyOnEndpoint === 0),
    },
  ],
  confusedWith: [
    {
      id: 'external-address-changed',
      tellApart:
        'Does a look-up of {host} still give {upstreamIp}? Then the host has not moved, and something on the way drops the flow.',
    },
    {
      id: 'connect-timeout',
      tellApart:
        'Does the same address answer again by itself, after a look-up of the name? A rule that blocks it does not come and go.',
    },
    {
      id: 'keepalive-race',
      tellApart:
        'Do requests on new connections fail in the same seconds? A race hits only requests on connections that were idle.',
    },
  ],
  confirm: [
    {
      run: 'dig {host}',
      expect:
        '{upstreamIp} is still among the addresses, and the TTL is shorter than the connections live; after the look-up requests succeed again',
    },
    {
      run: 'kubectl exec POD -n NAMESPACE -c istio-proxy -- curl -sv --max-time 5 telnet://{upstreamHost}',
      expect:
        'while it fails: no answer until the time-out; and the log of the firewall shows drops from the address of the node or NAT gateway to {upstreamIp}',
    },
  ],
  fixes: [
    {
      text: 'Let the proxy look the name up regularly, by the same resolver that the firewall watches. Wrong when the firewall watches no DNS at all: then this changes nothing.',
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
    - number: 443
      name: https
      protocol: HTTPS
    - number: 80
      name: http
      protocol: HTTP`,
    },
    {
      text: 'Close idle connections before the record of the firewall expires: connectionPool.http.idleTimeout below the TTL of the name, and an idle timeout in the pool of the application. A connection for each request does it too, at the price of a handshake, for then the name is looked up anew.',
    },
    {
      text: 'Or let the firewall keep its record for as long as flows use it, or allow the addresses of the host outright.',
    },
  ],
  versions: 'All.',
  sources: [
    {
      title: 'Istio: ServiceEntry, resolution',
      url: 'https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Resolution',
    },
    {
      title: 'Istio: DestinationRule, ConnectionPoolSettings',
      url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings',
    },
  ],
  samples: [
    {
      file: 'record-expired.log',
      origin: 'composed',
      from: 'facts external-firewall-dns-ttl: UC on kept connections and connection_timeout on new ones, to one external address, for a while',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'composed',
      from: "the same in Envoy's default format",
    },
  ],
});
