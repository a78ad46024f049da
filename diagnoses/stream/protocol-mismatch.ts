import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { resetReplyBytes } from '../../src/model/local-reply.ts';
import { chance } from '../behaviours/chance.ts';
import { http } from '../behaviours/http.ts';
import { mesh } from '../behaviours/mesh.ts';
import { replies } from '../behaviours/replies.ts';
import { tls } from '../behaviours/tls.ts';
import { tookAtLeast, tookAtMost } from '../claims/durations.ts';
import { neverAnswer } from '../claims/endpoints.ts';
import { callerFailsInStep, callerSpokeTls } from '../claims/peers.ts';
import { relays } from '../claims/relayed.ts';

const relaysProtocolError = relays(502, resetReplyBytes('protocol error'));

export const protocolMismatch = defineDiagnosis({
  id: 'protocol-mismatch',
  family: 'stream',
  title: 'Caller and callee speak different HTTP versions (wrong protocol selected for the port)',
  prior: 'usual',
  flags: ['UPE', 'DPE'],
  reads: [
    'responseFlags',
    'responseCode',
    'layer',
    'detailsName',
    'resetReason',
    'sniRelation',
    'clusterDirection',
    'upstreamHost',
    'bytesSent',
    'method',
  ],
  applies: (s) =>
    s.layer === 'http' &&
    (relaysProtocolError(s) ||
      (s.responseFlags.includes('UPE') && s.detailsName !== 'upstream_reset_after_response_started') ||
      (s.responseFlags.includes('DPE') &&
        [0, 400].includes(s.responseCode ?? 400) &&
        (s.method ?? null) === null &&
        (s.detailsName == null ||
          s.detailsName === 'http1.codec_error' ||
          s.detailsName.startsWith('http2.')))),
  // The callee's proxy, where there is one, calls the same bytes a protocol error of its client.
  echoes: (s) => s.responseFlags.includes('DPE') && (s.method ?? null) === null,
  cause:
    'The proxy speaks one version of HTTP to {upstreamHost} and the server another (HTTP/2 to an HTTP/1 server because the port is named grpc or http2, HTTP/1 to a gRPC server, HTTP to something else): the port name or appProtocol does not say what the server speaks.',
  evidence: [
    {
      for: 'strong',
      about: 'size',
      claim: "the relayed 502 is as long as a proxy's own text for an unreadable answer",
      restsOn: [replies.relayedReplyKeepsItsSize, replies.resetReplyNamesReason],
      when: relaysProtocolError,
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the answer could not be parsed (protocol_error) before any of it was passed on',
      restsOn: http.unreadableAnswer,
      when: (s) =>
        s.resetReason === 'protocol_error' && s.detailsName === 'upstream_reset_before_response_started',
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the flag is UPE and the reply the 87 bytes of "reset reason: protocol error"',
      restsOn: [http.unreadableAnswer, replies.resetReplyNamesReason],
      when: (s) => s.responseFlags.includes('UPE') && s.bytesSent === resetReplyBytes('protocol error'),
    },
    {
      for: 'moderate',
      about: 'endpoint',
      claim: 'no request to the failing endpoints ever succeeded',
      restsOn: [http.versionsDisagreeAtOnce, chance.successShowsItWorks],
      group: neverAnswer,
    },
    {
      for: 'strong',
      about: 'peer',
      claim: 'the proxy of the server logged a protocol error of its client (DPE) at the same endpoint',
      restsOn: [mesh.bothSidesLog, http.noHttpInBytes],
      group: (g, s) =>
        (s.responseFlags.includes('UPE') &&
          g.sameEndpoint((other) => other.shape.responseFlags.includes('DPE')) > 0) ||
        null,
    },
    {
      for: 'strong',
      about: 'sni',
      claim: 'mutual TLS of the mesh carried bytes that this port does not take for HTTP',
      restsOn: [mesh.meshServerName, http.proxiesWriteHttp],
      when: (s) => s.responseFlags.includes('DPE') && s.sniRelation === 'mesh',
    },
    {
      for: 'weak',
      about: 'duration',
      claim: 'the failures take next to no time',
      restsOn: http.versionsDisagreeAtOnce,
      group: tookAtMost(10),
    },
    {
      against: 'decisive',
      about: 'endpoint',
      claim: 'some requests to the failing endpoints succeed, with the same protocol',
      restsOn: [http.versionsDisagreeAtOnce, chance.successShowsItWorks],
      group: (g, s) =>
        g.healthyOnFailingEndpoints === null || !s.responseFlags.includes('UPE')
          ? null
          : g.healthyOnFailingEndpoints > 0,
    },
    {
      // Two versions of HTTP fall out with the first bytes.
      against: 'strong',
      about: 'duration',
      claim: 'the server worked on the requests before it gave its unreadable answer',
      restsOn: http.versionsDisagreeAtOnce,
      group: tookAtLeast(50),
    },
    {
      against: 'strong',
      about: 'sni',
      claim: 'no proxy of the mesh sent it: there is no server name of the mesh',
      restsOn: mesh.meshServerName,
      when: (s) =>
        s.responseFlags.includes('DPE') && (s.sniRelation === 'none' || s.sniRelation === 'differs'),
    },
    {
      against: 'decisive',
      about: 'peer',
      claim: 'the calling proxy failed its TLS handshake with this very endpoint',
      restsOn: tls.tlsBytesAtPlaintextProxy,
      group: callerSpokeTls,
    },
    {
      against: 'decisive',
      about: 'peer',
      claim: 'connections of a calling proxy fail (UF) whenever such bytes arrive, second by second',
      restsOn: [tls.tlsBytesAtPlaintextProxy, chance.inStep],
      group: callerFailsInStep,
    },
  ],
  confusedWith: [
    {
      id: 'upstream-protocol-error',
      tellApart:
        'Does any request to {upstreamHost} succeed? A wrong protocol fails them all, an invalid answer only some.',
    },
    {
      id: 'https-to-http-port',
      tellApart: 'For DPE: without a server name of the form outbound_.PORT_._.HOST no sidecar sent it.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get service {service} -n {namespace} -o jsonpath={.spec.ports}',
      expect: 'the name or appProtocol of the port says another protocol than the server speaks',
    },
    {
      run: 'istioctl proxy-config cluster {pod} -n POD_NAMESPACE --fqdn {host} -o json',
      expect: 'http2ProtocolOptions for a server of HTTP/1 (or none of it for a gRPC server)',
    },
    {
      run: 'kubectl exec {pod} -n {namespace} -c istio-proxy -- curl -s -o /dev/null -w "%{http_version}\\n" --http2-prior-knowledge http://localhost:{upstreamPort}/',
      expect: 'in a pod of the server: 2 if it speaks HTTP/2, an error if it does not',
    },
  ],
  fixes: [
    {
      text: 'Say what the server speaks: appProtocol http, http2, grpc or tcp (or a port name that begins so). Two Services with different protocols on one targetPort conflict; give them one.',
      yaml: `apiVersion: v1
kind: Service
metadata:
  name: {service}
  namespace: {namespace}
spec:
  selector:
    app: {service}
  ports:
    - name: http
      port: {port}
      appProtocol: http`,
    },
    {
      text: 'A DestinationRule with h2UpgradePolicy: UPGRADE, or an EnvoyFilter with http2_protocol_options, does the same harm; take it off for this host.',
    },
  ],
  versions: '502 UPE since about Envoy 1.17; before, 503 UPE or 503 UC.',
  sources: [
    {
      title: 'Istio: protocol selection',
      url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/',
    },
    {
      title: 'istio/istio#36434: two protocols on one target port',
      url: 'https://github.com/istio/istio/issues/36434',
    },
  ],
  samples: [
    {
      file: 'http2-to-http1.log',
      origin: 'captured',
      from: 'Envoy 1.40 with a port declared HTTP/2 in front of an HTTP/1 server',
    },
    {
      file: 'http1-to-http2.log',
      origin: 'captured',
      from: 'Envoy 1.40 with a port declared HTTP in front of an HTTP/2 server',
    },
    {
      file: 'inbound-tcp-as-http.log',
      origin: 'quoted',
      from: 'istio/istio#36434: a tcp and a grpc port share one targetPort',
    },
    {
      file: 'client-and-server.log',
      origin: 'composed',
      from: 'facts/confusions.md, 502 UPE and 400 DPE pair: HTTP/2 from the caller to an HTTP/1 chain of the server',
    },
    {
      file: 'relayed-by-the-gateway.log',
      origin: 'composed',
      from: 'local-reply.ts: the length of the text that Envoy 1.40 answers with, as a gateway relays it',
    },
  ],
});
