import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isInbound } from '../../src/model/upstream-cluster.ts';
import { chance } from '../behaviours/chance.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { mesh } from '../behaviours/mesh.ts';
import { reuse } from '../behaviours/reuse.ts';
import { tls } from '../behaviours/tls.ts';
import { tookAtMost } from '../claims/durations.ts';
import {
  answersBeforeOrBetween,
  neverAnswer,
  neverAnswerMany,
  onConnectionsThatAnswered,
} from '../claims/endpoints.ts';
import { failInQuickSuccession } from '../claims/peers.ts';

/** 443, 8443, 9443, 6443 …: numbers under which servers offer TLS by custom. */
const isTlsPort = (port: number | null | undefined): boolean => port != null && port % 1000 === 443;

export const plaintextToTlsPort = defineDiagnosis({
  id: 'plaintext-to-tls-port',
  family: 'connection',
  title: 'Plain HTTP is sent to an external or non-mesh port that expects TLS',
  prior: 'uncommon',
  flags: ['UC'],
  reads: [
    'responseFlags',
    'layer',
    'clusterDirection',
    'isExternalHost',
    'upstreamIsPublic',
    'upstreamPort',
    'detailsName',
  ],
  applies: (s) =>
    s.detailsName !== 'upstream_reset_after_response_started' &&
    s.responseFlags.includes('UC') &&
    s.layer === 'http' &&
    !isInbound(s.clusterDirection),
  cause:
    'The proxy sends HTTP in plaintext to {upstreamHost}, and the server on that port expects TLS: it takes the request for a broken handshake and closes the connection. Nothing in the mesh originates TLS for {host}.',
  evidence: [
    {
      for: 'strong',
      about: 'address',
      claim: 'the port of the endpoint is one on which servers offer TLS by custom (443, 8443, 9443)',
      restsOn: tls.tlsPorts,
      when: (s) => isTlsPort(s.upstreamPort),
    },
    {
      // Where nothing healthy is logged, pace is what is left: a race needs an idle connection before each failure.
      for: 'moderate',
      about: 'burst',
      claim: 'the log holds failures only, three or more of them less than a second apart',
      restsOn: reuse.busyIsNotIdle,
      group: failInQuickSuccession,
    },
    {
      against: 'moderate',
      about: 'address',
      claim: 'the port of the endpoint is not one of those on which servers offer TLS by custom',
      restsOn: tls.tlsPorts,
      when: (s) => typeof s.upstreamPort === 'number' && !isTlsPort(s.upstreamPort),
    },
    {
      for: 'moderate',
      about: 'cluster',
      claim: 'the destination is a host outside the mesh',
      restsOn: [mesh.clusterNamesHost, tls.outsideOnlyByRule],
      when: (s) => s.isExternalHost === true,
    },
    {
      for: 'weak',
      about: 'cluster',
      claim: 'the endpoint has a public address',
      restsOn: [kubernetes.privateAddresses, tls.outsideOnlyByRule],
      when: (s) => s.upstreamIsPublic === true,
    },
    {
      // To a service of the mesh the proxies use mutual TLS by themselves; there it is a conflict of rules.
      against: 'moderate',
      about: 'cluster',
      claim: 'the destination is a service of the mesh',
      restsOn: [mesh.clusterNamesHost, tls.meshUsesMutualTls],
      when: (s) => s.isExternalHost === false,
    },
    {
      for: 'strong',
      about: 'endpoint',
      claim: 'four or more requests went to the failing endpoints, and not one succeeded',
      restsOn: [tls.plaintextToTlsCloses, chance.enoughInARow],
      group: neverAnswerMany,
    },
    {
      for: 'moderate',
      about: 'endpoint',
      claim: 'no request to the failing endpoints ever succeeded',
      restsOn: [tls.plaintextToTlsCloses, chance.successShowsItWorks],
      group: neverAnswer,
    },
    {
      for: 'weak',
      about: 'duration',
      claim: 'the failures take little more than a round trip',
      restsOn: tls.plaintextToTlsCloses,
      group: tookAtMost(100),
    },
    {
      against: 'decisive',
      about: 'endpoint',
      claim: 'the endpoint answered requests before or between the failures',
      restsOn: [tls.plaintextToTlsCloses, chance.successShowsItWorks],
      group: answersBeforeOrBetween,
    },
    {
      against: 'decisive',
      about: 'reuse',
      claim: 'the same upstream connection had answered before it failed',
      restsOn: [tls.settledAtStart, reuse.portNamesConnection],
      group: onConnectionsThatAnswered,
    },
    {
      against: 'decisive',
      about: 'peer',
      claim: 'a proxy of the mesh at the endpoint logged NR for plaintext connections',
      restsOn: tls.strictTakesNoPlaintext,
      group: (g) =>
        g.sameEndpoint(({ shape }) => shape.responseFlags.includes('NR') && shape.layer === 'tcp') > 0 ||
        null,
    },
  ],
  confusedWith: [
    {
      id: 'tls-conflict-plaintext-to-strict',
      tellApart:
        'Does {upstreamIp} belong to a pod with a sidecar? Then PeerAuthentication STRICT refuses the plaintext.',
    },
    {
      id: 'external-address-changed',
      tellApart: 'Did {upstreamHost} ever answer? A port that expects TLS never answered plain HTTP.',
    },
    {
      id: 'keepalive-race',
      tellApart: 'Does any request to {upstreamHost} succeed? A race loses few of many.',
    },
  ],
  confirm: [
    {
      run: 'kubectl exec POD -n NAMESPACE -- openssl s_client -connect {upstreamHost} -servername {host} </dev/null',
      expect: 'from a pod without sidecar: the server shows a certificate, so the port speaks TLS',
    },
    {
      run: 'kubectl get serviceentry,destinationrule -A -o yaml',
      expect:
        'a ServiceEntry that leads {host} to port {upstreamPort} as HTTP, and no DestinationRule with tls for it',
    },
  ],
  fixes: [
    {
      text: 'Let the proxy originate TLS for the port. Wrong when the application should speak TLS itself: then call https and declare the port HTTPS.',
      yaml: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: originate-tls
  namespace: NAMESPACE
spec:
  host: {host}
  trafficPolicy:
    portLevelSettings:
      - port:
          number: {port}
        tls:
          mode: SIMPLE
          sni: {host}`,
    },
    {
      text: 'Or send plain HTTP to the plaintext port of the server, if it has one and the network may carry it.',
    },
  ],
  versions:
    'All. Servers that answer plain HTTP on their TLS port with 400 (nginx, Go) leave a 400 via_upstream without a flag instead.',
  sources: [
    {
      title: 'Istio: TLS origination for egress traffic',
      url: 'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-tls-origination/',
    },
  ],
  samples: [
    {
      file: 'service-entry-http-to-8443.log',
      origin: 'captured',
      from: 'Istio 1.31 configuration on Envoy 1.40: ServiceEntry port HTTP whose target port expects TLS',
    },
    {
      file: 'public-host-443.log',
      origin: 'composed',
      from: 'UC lines as above, to a public host on port 443, among healthy traffic',
    },
  ],
});
