import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { chance } from '../behaviours/chance.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { mesh } from '../behaviours/mesh.ts';
import { tls } from '../behaviours/tls.ts';

/**
 * What only a TLS client sends, and then no more: a client hello that its library padded to 512 bytes (RFC 7685, behind
 * a record header of 5), alone or followed by the alert (7 bytes) with which it gives up.
 */
const PADDED_CLIENT_HELLO_BYTES: ReadonlySet<number> = new Set([517, 524]);
/** A reply of one TLS alert: the server did understand the application's handshake, and refused it. */
const ALERT_BYTES = 7;
/** A server's half of a TLS handshake, certificates or session tickets with it, is longer than this. */
const LEAST_HANDSHAKE_BYTES = 512;

/** 443, 8443, 9443, 6443 …: numbers under which servers offer TLS by custom. */
const isTlsPort = (port: string | number | null | undefined): boolean => Number(port ?? 0) % 1000 === 443;

export const doubleTls = defineDiagnosis({
  id: 'double-tls',
  family: 'connection',
  title: 'TLS origination is applied to requests that are TLS already',
  prior: 'rare',
  flags: ['UF', 'UC'],
  claimsHealthy: true,
  reads: [
    'layer',
    'responseFlags',
    'connectionTerminationDetails',
    'clusterDirection',
    'clusterPort',
    'isExternalHost',
    'upstreamHost',
    'upstreamPort',
    'upstreamIsPublic',
    'bytesReceived',
    'bytesSent',
    'requestedServerName',
    'sniRelation',
  ],
  // Short replies are what pings of databases and caches leave too. So it must be sure that the application began a TLS
  // handshake, and that what came back was neither nothing, nor an alert, nor a handshake.
  applies: (s) =>
    s.layer === 'tcp' &&
    s.responseFlags.length === 0 &&
    s.connectionTerminationDetails == null &&
    typeof s.upstreamHost === 'string' &&
    (s.clusterDirection === undefined ||
      s.clusterDirection === 'outbound' ||
      s.clusterDirection === 'other') &&
    s.isExternalHost !== false &&
    (s.bytesSent ?? 0) > 0 &&
    (s.bytesSent ?? 0) <= LEAST_HANDSHAKE_BYTES &&
    s.bytesSent !== ALERT_BYTES &&
    (PADDED_CLIENT_HELLO_BYTES.has(s.bytesReceived ?? 0) ||
      (typeof s.requestedServerName === 'string' && s.sniRelation !== 'mesh')),
  cause:
    'The application speaks TLS to {host} itself, and a DestinationRule makes the proxy wrap that in TLS once more. The server opens the outer layer, finds a client hello where a request should be, and answers with an error in plain text. The proxy sees a healthy TCP connection; the application reports "wrong version number".',
  evidence: [
    {
      for: 'strong',
      about: 'size',
      claim: 'the client sent a padded TLS client hello (517 bytes) and nothing that belongs to a session',
      restsOn: tls.paddedHello,
      when: (s) => PADDED_CLIENT_HELLO_BYTES.has(s.bytesReceived ?? 0),
    },
    {
      for: 'weak',
      about: 'sni',
      claim: 'the proxy read a server name from what the application sent, so the application began TLS',
      restsOn: tls.serverNameIsTls,
      when: (s) => typeof s.requestedServerName === 'string' && s.sniRelation !== 'mesh',
    },
    {
      for: 'strong',
      about: 'traffic',
      claim:
        'in four connections or more these endpoints never sent more than 512 bytes, too little for a TLS handshake',
      restsOn: [tls.serverHalfIsLong, chance.enoughInARow],
      group: (g) =>
        g.healthyOnFailingEndpoints === null
          ? null
          : g.healthyOnFailingEndpoints <= g.requests && g.requests >= 4,
    },
    {
      for: 'weak',
      about: 'traffic',
      claim: 'these endpoints never sent more than 512 bytes, too little for a TLS handshake',
      restsOn: tls.serverHalfIsLong,
      group: (g) => (g.healthyOnFailingEndpoints === null ? null : g.healthyOnFailingEndpoints <= g.requests),
    },
    {
      against: 'decisive',
      about: 'traffic',
      claim: 'other connections to these endpoints brought back more: their handshake succeeds',
      restsOn: tls.serverHalfIsLong,
      group: (g) => (g.healthyOnFailingEndpoints === null ? null : g.healthyOnFailingEndpoints > g.requests),
    },
    {
      for: 'moderate',
      about: 'cluster',
      claim: 'the destination is a host outside the mesh',
      restsOn: [mesh.clusterNamesHost, tls.outsideOnlyByRule],
      when: (s) => s.isExternalHost === true,
    },
    {
      for: 'moderate',
      about: 'cluster',
      claim: 'the endpoint has a public address',
      restsOn: [kubernetes.privateAddresses, tls.outsideOnlyByRule],
      when: (s) => s.upstreamIsPublic === true,
    },
    {
      for: 'moderate',
      about: 'address',
      claim: 'the port is one on which servers offer TLS by custom (443, 8443, 9443)',
      restsOn: [tls.tlsPorts, chance.healthyIsTheRule],
      otherwise: 'decisive',
      when: (s) => isTlsPort(s.clusterPort) || isTlsPort(s.upstreamPort),
    },
    {
      for: 'weak',
      about: 'duration',
      claim: 'the connections end within a second',
      restsOn: tls.doubleTlsLooksHealthy,
      group: (g) => g.durations && g.durations.medianMs < 1000,
    },
  ],
  confusedWith: [
    {
      id: 'tls-origination-to-plaintext-port',
      tellApart:
        'Does the proxy log UF with WRONG_VERSION_NUMBER? Then its own handshake fails; with double TLS only the application sees that error.',
    },
    {
      id: 'https-to-http-port',
      tellApart:
        "Does the proxy log 400 DPE? Then it took the application's TLS for HTTP itself; with double TLS it passes it on as TCP.",
    },
  ],
  confirm: [
    {
      run: 'kubectl get serviceentry,destinationrule -A -o yaml',
      expect:
        'a ServiceEntry with port {port} of protocol HTTPS or TLS for {host}, and a DestinationRule with tls mode SIMPLE or MUTUAL for the same host',
    },
    {
      run: 'kubectl exec POD -n NAMESPACE -- curl -sv https://{host}:{port}/',
      expect:
        "in the caller's pod: wrong version number. The same command from a pod without sidecar succeeds",
    },
  ],
  fixes: [
    {
      text: 'Let the application send plain HTTP and the proxy alone make the TLS: declare the port HTTP, and let it call http://{host}. Wrong when the traffic must be sealed inside the pod already.',
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
      targetPort: 443`,
    },
    {
      text: 'Or leave TLS to the application: take the tls block for {host} out of the DestinationRule and declare the port HTTPS or TLS, so that the proxy passes it through.',
    },
  ],
  versions:
    'All. Where the proxy reads no server name, only applications with a padded client hello can be told; another one looks like a small request. The targetPort of a ServiceEntry is there since Istio 1.8; before, declare port 443 itself HTTP and let the application call http://HOST:443.',
  sources: [
    {
      title: 'Istio: double TLS (TLS origination for a TLS request)',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#double-tls',
    },
    { title: 'RFC 7685: a TLS ClientHello padding extension', url: 'https://www.rfc-editor.org/rfc/rfc7685' },
  ],
  samples: [
    {
      file: 'external-https.log',
      origin: 'captured',
      from: 'Envoy 1.40: HTTPS application behind a cluster that originates TLS',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'captured',
      from: "the same in Envoy's default format, which names no cluster",
    },
    {
      file: 'server-name-read.log',
      origin: 'composed',
      from: 'the same with a longer client hello and a listener that reads the server name',
    },
  ],
});
