import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isInbound } from '../../src/model/upstream-cluster.ts';
import { chance } from '../behaviours/chance.ts';
import { connecting } from '../behaviours/connecting.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { mesh } from '../behaviours/mesh.ts';
import { tls } from '../behaviours/tls.ts';
import { tookAtLeast, tookAtMost, tookNoTimeAtAll } from '../claims/durations.ts';
import { answersBetween, neverAnswer } from '../claims/endpoints.ts';
import { answeredInPlaintext, repliedWithoutReason } from '../claims/transport.ts';

/** Ports that speak plaintext HTTP by custom. */
const PLAINTEXT_PORTS: ReadonlySet<number> = new Set([80, 8080, 8000]);

export const tlsOriginationToPlaintextPort = defineDiagnosis({
  id: 'tls-origination-to-plaintext-port',
  family: 'connection',
  title: 'TLS is originated to an external port that speaks plaintext',
  prior: 'usual',
  flags: ['UF', 'URX'],
  reads: [
    'responseFlags',
    'layer',
    'clusterDirection',
    'isExternalHost',
    'transportFailure',
    'upstreamIsPublic',
    'upstreamPort',
    'bytesSent',
  ],
  applies: (s) =>
    s.responseFlags.includes('UF') &&
    s.isExternalHost !== false &&
    !isInbound(s.clusterDirection) &&
    s.clusterDirection !== 'passthrough' &&
    (s.transportFailure === 'tlsWrongVersion' ||
      s.transportFailure === undefined ||
      (s.transportFailure === null && s.layer === 'tcp')),
  cause:
    'A DestinationRule makes the proxy originate TLS to {host}, a host outside the mesh, but the port {upstreamPort} at {upstreamIp} speaks plaintext: its answer to the handshake is no TLS record.',
  evidence: [
    {
      for: 'decisive',
      about: 'transport',
      claim: 'the endpoint answered the TLS handshake with plaintext (WRONG_VERSION_NUMBER)',
      restsOn: tls.wrongVersion,
      when: answeredInPlaintext,
    },
    {
      for: 'moderate',
      about: 'transport',
      claim: 'the reply is as long as "remote connection failure" without a reason',
      restsOn: connecting.newReplyHidesReason,
      when: repliedWithoutReason,
    },
    {
      for: 'strong',
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
      against: 'moderate',
      about: 'cluster',
      claim: 'the endpoint has a private address, and the cluster does not name a host outside the mesh',
      restsOn: [kubernetes.privateAddresses, mesh.clusterNamesHost],
      when: (s) => s.upstreamIsPublic === false && s.isExternalHost !== true,
    },
    {
      for: 'moderate',
      about: 'address',
      claim: 'the port of the endpoint is one that speaks plaintext by custom (80, 8080, 8000)',
      restsOn: tls.plaintextPorts,
      when: (s) => PLAINTEXT_PORTS.has(s.upstreamPort ?? 0),
    },
    {
      for: 'moderate',
      about: 'endpoint',
      claim: 'no request to the failing endpoints ever succeeded',
      restsOn: [tls.rulesHoldForAll, chance.successShowsItWorks],
      group: neverAnswer,
    },
    {
      for: 'weak',
      about: 'duration',
      claim: 'the attempts fail at once, retries included',
      restsOn: tls.handshakeFailsFast,
      group: tookAtMost(150),
    },
    {
      against: 'moderate',
      about: 'endpoint',
      claim: 'requests to the same endpoint succeed between the failures',
      restsOn: tls.rulesHoldForAll,
      group: answersBetween,
    },
    {
      against: 'moderate',
      about: 'duration',
      claim: 'not one of ten or more attempts took a millisecond: a handshake does',
      restsOn: tls.handshakeTakesTime,
      group: tookNoTimeAtAll,
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the attempts last for a second or more, as packets that are dropped do',
      restsOn: [tls.handshakeFailsFast, connecting.unanswered],
      group: tookAtLeast(1000),
    },
  ],
  confusedWith: [
    {
      id: 'tls-conflict-mtls-to-plaintext',
      tellApart: 'Is {host} a service of the mesh? Then its pods lack a sidecar.',
    },
    {
      id: 'double-tls',
      tellApart:
        'Does the application speak TLS itself? With double TLS the handshake of the proxy succeeds and no flag is set; here it is the handshake of the proxy that fails.',
    },
    {
      id: 'tls-handshake-rejected',
      tellApart:
        'WRONG_VERSION_NUMBER means an answer that is not TLS; an alert means that a TLS server refused.',
    },
  ],
  confirm: [
    {
      run: 'kubectl exec POD -n NAMESPACE -- openssl s_client -connect {upstreamHost} -servername {host} </dev/null',
      expect: 'from a pod without sidecar: wrong version number, no certificate',
    },
    {
      run: 'kubectl get serviceentry,destinationrule -A -o yaml',
      expect:
        'a DestinationRule with tls mode SIMPLE or MUTUAL for {host}, and a ServiceEntry whose port (or targetPort) leads to {upstreamPort}',
    },
  ],
  fixes: [
    {
      text: 'Originate TLS to the port that speaks it: the application calls http on port 80, and the proxy goes on to 443. Wrong when the host has no TLS port at all: then take the tls block out of the DestinationRule.',
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
      targetPort: 443
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: external-host
  namespace: NAMESPACE
spec:
  host: {host}
  trafficPolicy:
    portLevelSettings:
      - port:
          number: 80
        tls:
          mode: SIMPLE
          sni: {host}`,
    },
    {
      text: 'Where one DestinationRule covers several ports, put tls under portLevelSettings, so that the plaintext port keeps none.',
    },
  ],
  versions:
    'All; targetPort of a ServiceEntry since Istio 1.8. TCP lines carry the failure reason in recent Envoy only.',
  sources: [
    {
      title: 'Istio: TLS origination for egress traffic',
      url: 'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-tls-origination/',
    },
  ],
  samples: [
    {
      file: 'tcp-external.log',
      origin: 'captured',
      from: 'Envoy 1.40: TLS originated for a TCP service outside the mesh whose port speaks plaintext',
    },
    {
      file: 'http-port-80.log',
      origin: 'composed',
      from: 'facts on WRONG_VERSION_NUMBER: TLS originated for an external host on its plaintext port 80',
    },
  ],
});
