import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isLocalReply } from '../../src/model/local-reply.ts';
import { chance } from '../behaviours/chance.ts';
import { http } from '../behaviours/http.ts';
import { mesh } from '../behaviours/mesh.ts';
import { replies } from '../behaviours/replies.ts';
import { tls } from '../behaviours/tls.ts';
import { callerFailsInStep, callerSpokeTls } from '../claims/peers.ts';

/** Ports that clients speak TLS to by custom. */
const TLS_PORTS: ReadonlySet<number> = new Set([443, 6443, 8443, 9443]);

export const httpsToHttpPort = defineDiagnosis({
  id: 'https-to-http-port',
  family: 'stream',
  title: 'HTTPS sent to a port declared HTTP',
  prior: 'common',
  flags: ['DPE'],
  reads: [
    'responseFlags',
    'responseCode',
    'layer',
    'detailsName',
    'method',
    'localPort',
    'sniRelation',
    'bytesSent',
  ],
  // TLS bytes are no request line: method, path and authority are absent.
  applies: (s) =>
    s.layer === 'http' &&
    s.responseFlags.includes('DPE') &&
    (s.responseCode ?? 400) === 400 &&
    (s.method ?? null) === null &&
    (s.detailsName ?? 'http1.codec_error') === 'http1.codec_error',
  cause:
    'Clients open TLS (https://) to {localAddress}, where the proxy was told to expect plain HTTP (Service, ServiceEntry or Gateway port with protocol HTTP): it cannot parse the handshake as a request and answers 400.',
  evidence: [
    {
      for: 'strong',
      about: 'details',
      claim: 'the HTTP/1 codec could not make a request of the bytes (http1.codec_error)',
      restsOn: http.noHttpInBytes,
      when: (s) => s.detailsName === 'http1.codec_error',
    },
    {
      for: 'moderate',
      about: 'details',
      claim: 'the reply is 400 with 11 bytes ("Bad Request") and there is no method',
      restsOn: [http.noHttpInBytes, replies.fixedTexts],
      when: (s) => s.responseCode === 400 && isLocalReply(s.bytesSent, 'badRequest') && s.method === null,
    },
    {
      for: 'strong',
      about: 'address',
      claim: 'the port is one that clients speak TLS to (443, 8443 and the like)',
      restsOn: tls.tlsPorts,
      when: (s) => s.localPort != null && TLS_PORTS.has(s.localPort),
    },
    {
      against: 'strong',
      about: 'sni',
      claim: 'mutual TLS of the mesh was taken off before: the bytes inside it are what is no HTTP',
      restsOn: [mesh.meshServerName, http.proxiesWriteHttp],
      when: (s) => s.sniRelation === 'mesh',
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
      id: 'malformed-request',
      tellApart:
        'The lines are the same. Ask the client: "wrong version number" or "SSL: record layer failure" means HTTPS to an HTTP port; a scanner or a broken client gets 400 Bad Request.',
    },
    {
      id: 'protocol-mismatch',
      tellApart:
        'Is a server name of the form outbound_.PORT_._.HOST logged? Then a sidecar sent it, under mutual TLS.',
    },
    {
      id: 'tls-conflict-mtls-to-plaintext',
      tellApart:
        "Does the caller's proxy log UF with WRONG_VERSION_NUMBER at the same second? Then it is that proxy that speaks TLS.",
    },
  ],
  confirm: [
    {
      run: 'curl -kvs -o /dev/null https://{localAddress}/',
      expect:
        '"wrong version number" (the same with http:// gets an HTTP answer); run it where {caller} runs',
    },
    {
      run: 'kubectl get serviceentries,gateways.networking.istio.io,services -A -o wide',
      expect: 'port {localPort} has protocol HTTP, or a name that begins with http, though clients use https',
    },
  ],
  fixes: [
    {
      text: 'Where clients are right to use https, declare the port HTTPS (name https-… or tls-…); on a Gateway it needs a tls block too.',
      yaml: `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: external-https
  namespace: {namespace}
spec:
  hosts:
    - EXTERNAL_HOST
  ports:
    - number: 443
      name: https
      protocol: HTTPS
  resolution: DNS`,
    },
    {
      text: 'Where the proxy originates TLS itself (DestinationRule with tls SIMPLE), the port must stay HTTP: then change the client to http://.',
    },
  ],
  versions:
    'DPE since Envoy 1.12 (Istio 1.4). Sidecars of recent Istio sniff the protocol, so TLS to an HTTP port there goes to PassthroughCluster; gateways answer 400.',
  sources: [
    {
      title: 'Istio: sending HTTPS to an HTTP port',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#sending-https-to-an-http-port',
    },
  ],
  samples: [
    {
      file: 'service-port.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a sidecar; callers open TLS to a plain HTTP port',
    },
    {
      file: 'gateway-443.log',
      origin: 'captured',
      from: 'Istio 1.31 gateway on Envoy 1.40: server on port 443 with protocol HTTP',
    },
  ],
});
