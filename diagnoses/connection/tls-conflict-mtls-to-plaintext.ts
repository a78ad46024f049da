import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { failedConnectionBytesWithRetries, tlsErrors } from '../../src/model/local-reply.ts';
import { isInbound } from '../../src/model/upstream-cluster.ts';
import { chance } from '../behaviours/chance.ts';
import { connecting } from '../behaviours/connecting.ts';
import { endpoints } from '../behaviours/endpoints.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { logging } from '../behaviours/logging.ts';
import { mesh } from '../behaviours/mesh.ts';
import { replies } from '../behaviours/replies.ts';
import { tls } from '../behaviours/tls.ts';
import { tookAtLeast, tookAtMost, tookNoTimeAtAll } from '../claims/durations.ts';
import { answersBetween, neverAnswer, severalNeverAnswer } from '../claims/endpoints.ts';
import { serverSawGarbage, serverSawNoGarbage } from '../claims/peers.ts';
import { answeredInPlaintext, repliedWithoutReason } from '../claims/transport.ts';

/** Lengths of Envoy's reply with this failure in it. */
const WRONG_VERSION_REPLY_BYTES = failedConnectionBytesWithRetries(
  tlsErrors(268435703, 'WRONG_VERSION_NUMBER'),
);

export const tlsConflictMtlsToPlaintext = defineDiagnosis({
  id: 'tls-conflict-mtls-to-plaintext',
  family: 'connection',
  title: 'TLS conflict: client originates TLS, server speaks plaintext',
  prior: 'usual',
  flags: ['UF', 'URX'],
  reads: [
    'responseFlags',
    'layer',
    'clusterDirection',
    'isExternalHost',
    'transportFailure',
    'upstreamIsPublic',
    'upstreamIsDownstreamLocal',
    'bytesSent',
    'detailsName',
  ],
  // TCP lines had no failure reason before Envoy filled it there too; old Istio and Envoy's default format have none at all.
  applies: (s) =>
    s.responseFlags.includes('UF') &&
    !isInbound(s.clusterDirection) &&
    s.clusterDirection !== 'passthrough' &&
    (s.transportFailure === 'tlsWrongVersion' ||
      s.transportFailure === undefined ||
      (s.transportFailure === null && s.layer === 'tcp')),
  // A plaintext listener behind answers the handshake with 400; outlier detection takes the endpoints out.
  echoes: (s) =>
    (s.responseFlags.includes('DPE') && (s.detailsName ?? 'http1.codec_error') === 'http1.codec_error') ||
    (s.responseFlags.includes('UH') && s.clusterDirection === 'outbound'),
  cause:
    'The calling proxy opens a TLS handshake with {upstreamHost}, because a DestinationRule for {host} asks for TLS or because the mesh takes the pod for one with a sidecar. The port behind speaks plaintext, and its answer is no TLS record.',
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
      for: 'decisive',
      about: 'transport',
      claim: 'the reply has the length of the text with WRONG_VERSION_NUMBER',
      restsOn: [tls.wrongVersion, replies.resetReplyNamesReason],
      when: (s) =>
        s.transportFailure === undefined &&
        s.layer === 'http' &&
        WRONG_VERSION_REPLY_BYTES.has(s.bytesSent ?? 0),
    },
    {
      for: 'moderate',
      about: 'cluster',
      claim: 'the destination is a service of the mesh',
      restsOn: [mesh.clusterNamesHost, tls.meshUsesMutualTls],
      when: (s) => s.isExternalHost === false,
    },
    {
      // Meshes that name clusters in another way leave only the address to go by.
      for: 'weak',
      about: 'cluster',
      claim: 'the endpoint has a private address',
      restsOn: [kubernetes.privateAddresses, tls.meshUsesMutualTls],
      when: (s) => s.upstreamIsPublic === false && s.isExternalHost !== true,
    },
    {
      for: 'moderate',
      about: 'endpoint',
      claim: 'no request to the failing endpoints ever succeeded',
      restsOn: [tls.rulesHoldForAll, chance.successShowsItWorks],
      group: neverAnswer,
    },
    {
      for: 'strong',
      about: 'endpoint',
      claim: 'the destination has several endpoints, and not one of four or more requests ever succeeded',
      restsOn: [tls.rulesHoldForAll, chance.enoughInARow],
      group: severalNeverAnswer,
    },
    {
      for: 'strong',
      about: 'peer',
      claim:
        'the proxy at the endpoint logged bytes that are no HTTP (400 DPE http1.codec_error) at the same time',
      restsOn: tls.tlsBytesAtPlaintextProxy,
      group: serverSawGarbage,
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
      about: 'peer',
      claim: 'the log of the proxy at the endpoint covers the time and shows no bytes that are no HTTP',
      restsOn: [tls.tlsBytesAtPlaintextProxy, logging.ownRequestsTellWhose],
      group: serverSawNoGarbage,
    },
    {
      against: 'moderate',
      about: 'endpoint',
      claim: 'requests to the same endpoint succeed between the failures',
      restsOn: tls.rulesHoldForAll,
      group: answersBetween,
    },
    {
      against: 'strong',
      about: 'cluster',
      claim: 'the destination lies outside the mesh',
      restsOn: mesh.clusterNamesHost,
      when: (s) => s.isExternalHost === true,
    },
    {
      against: 'moderate',
      about: 'address',
      claim: 'the caller aimed at the pod itself, as callers of a headless service do',
      restsOn: endpoints.originalDestination,
      when: (s) => s.upstreamIsDownstreamLocal === true,
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
      id: 'headless-mtls-without-sidecar',
      tellApart:
        'Is {service} headless (kubectl get service {service} -n {namespace}: CLUSTER-IP None)? Then the proxy connects to the address that the caller chose.',
    },
    {
      id: 'tls-origination-to-plaintext-port',
      tellApart: 'Is {host} a host outside the mesh? Then its port, not a missing sidecar, is in question.',
    },
    {
      id: 'tls-handshake-rejected',
      tellApart:
        'WRONG_VERSION_NUMBER means an answer that is not TLS; an alert means that a TLS server refused the handshake.',
    },
  ],
  confirm: [
    {
      run: "kubectl get pods -A --field-selector status.podIP={upstreamIp} -o jsonpath='{.items[*].spec.containers[*].name} {.items[*].spec.initContainers[*].name}'",
      expect:
        'no container called istio-proxy: the pod has no sidecar (or its PeerAuthentication is DISABLE)',
    },
    {
      run: 'kubectl get destinationrule -A -o yaml',
      expect: 'a rule that matches {host} with trafficPolicy.tls.mode ISTIO_MUTUAL, MUTUAL or SIMPLE',
    },
  ],
  fixes: [
    {
      text: 'Turn TLS off towards this host for as long as it speaks plaintext. Wrong when the server is meant to be in the mesh: then inject its sidecar.',
      yaml: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {service}
  namespace: {namespace}
spec:
  host: {host}
  trafficPolicy:
    tls:
      mode: DISABLE`,
    },
    {
      text: 'Or put the pods into the mesh: label the namespace for injection and restart the workload; then ISTIO_MUTUAL is right.',
    },
    {
      text: 'Where automatic mutual TLS is on, drop the tls block of the DestinationRule: the proxies find out by themselves which pods speak TLS.',
    },
  ],
  versions:
    'All. HTTP prints URX,UF (old: UF,URX). Istio 1.0 to 1.2, and Envoy before it logged the reason for TCP, show the flags only. A server that never answers the handshake gives connection_timeout instead.',
  sources: [
    {
      title: 'Istio: 503 errors after setting destination rule',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule',
    },
    {
      title: 'openservicemesh/osm#4820: WRONG_VERSION_NUMBER towards pods that the mesh does not handle',
      url: 'https://github.com/openservicemesh/osm/issues/4820',
    },
  ],
  samples: [
    {
      file: 'no-sidecar.log',
      origin: 'captured',
      from: 'Envoy 1.40, mutual TLS to pods without a sidecar, two retries',
    },
    {
      file: 'client-and-server.log',
      origin: 'captured',
      from: 'both sidecars, Envoy 1.40: the server has mutual TLS switched off',
    },
    { file: 'osm-grpc.log', origin: 'quoted', from: 'openservicemesh/osm#4820' },
    {
      file: 'envoy-default-format.log',
      origin: 'composed',
      from: "Envoy's default format, reply of 213 bytes as older Envoy gives it after retries",
    },
    {
      file: 'both-proxies-envoy-default-format.log',
      origin: 'captured',
      from: 'both sidecars in one log, Envoy’s default format: three tries of the caller are three broken requests of the server; most healthy lines left out',
    },
  ],
});
