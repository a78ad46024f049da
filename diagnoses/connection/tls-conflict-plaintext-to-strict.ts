import { defineDiagnosis } from '../../src/diagnose/define.ts';

export const tlsConflictPlaintextToStrict = defineDiagnosis({
  id: 'tls-conflict-plaintext-to-strict',
  family: 'connection',
  title: 'TLS conflict: client sends plaintext, server requires mutual TLS',
  prior: 'usual',
  flags: ['UC', 'UR'],
  reads: [
    'responseFlags',
    'responseCode',
    'layer',
    'clusterDirection',
    'isExternalHost',
    'resetReason',
    'bytesSent',
    'requestedServerName',
    'detailsName',
    'authorityKind',
  ],
  // A TCP service shows the same conflict as UR (Envoy with TCP reset detection).
  applies: (s) =>
    (s.responseFlags.includes('UC') || (s.responseFlags.includes('UR') && s.layer === 'tcp')) &&
    s.clusterDirection !== 'inbound' &&
    s.clusterDirection !== 'inboundPassthrough',
  // The server's sidecar finds no filter chain for plaintext and logs only that.
  echoes: (s) => s.responseFlags.includes('NR') && s.layer === 'tcp' && (s.requestedServerName ?? null) === null,
  cause:
    'The calling proxy sends plain HTTP to {host} (a DestinationRule says tls mode DISABLE, or sets a traffic policy without tls while automatic mutual TLS is off), but the server accepts mutual TLS only (PeerAuthentication STRICT) and closes the connection.',
  evidence: [
    {
      for: 'weak',
      about: 'duration',
      claim: 'the failures take next to no time',
      group: (g) => g.durations && g.durations.medianMs <= 5,
    },
    {
      for: 'strong',
      about: 'endpoint',
      claim: 'no request to the failing endpoints ever succeeded',
      group: (g) => g.healthyOnFailingEndpoints === null ? null : g.healthyOnFailingEndpoints === 0,
    },
    {
      for: 'decisive',
      about: 'peer',
      claim: 'the server logged NR filter_chain_not_found for the same connections',
      group: (g) => {
        const paired = g.pairedWith((other) => other.shape.responseFlags.includes('NR') && other.shape.layer === 'tcp');
        return paired > 0 ? true : null;
      },
    },
    {
      against: 'decisive',
      about: 'endpoint',
      claim: 'some requests to the failing endpoints succeed',
      group: (g) => g.healthyOnFailingEndpoints === null ? null : g.healthyOnFailingEndpoints > 0,
    },
    {
      against: 'decisive',
      about: 'reuse',
      claim: 'the same upstream connection had answered before it failed',
      group: (g) => g.reuse && g.reuse.reused > 0,
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the failures take long: a refused handshake ends in milliseconds',
      group: (g) => g.durations && g.durations.medianMs > 50,
    },
    {
      against: 'strong',
      about: 'cluster',
      claim: 'the destination lies outside the mesh',
      when: (s) => s.isExternalHost === true || s.clusterDirection === 'passthrough',
    },
  ],
  confusedWith: [
    {
      id: 'keepalive-race',
      tellApart: 'Does any request to {upstreamHost} succeed in the same minute? A TLS conflict fails every one of them.',
    },
    {
      id: 'certificate-verification-failed',
      tellApart: "Look at the server's sidecar log: NR filter_chain_not_found from the caller's address means plaintext; no line at all means that the server refused the client's certificate.",
    },
  ],
  confirm: [
    {
      run: 'istioctl experimental describe service {service} -n {namespace}',
      expect: 'the effective PeerAuthentication is STRICT while a DestinationRule for {host} sets tls mode DISABLE or none',
    },
    {
      run: "kubectl get destinationrule -A -o yaml",
      expect: 'a rule whose host matches {host} with trafficPolicy.tls.mode DISABLE, or with a trafficPolicy that has no tls block',
    },
  ],
  fixes: [
    {
      text: 'Let the DestinationRule use mutual TLS (or take its tls block out where automatic mutual TLS is on).',
      yaml: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {service}
  namespace: {namespace}
spec:
  host: {host}
  trafficPolicy:
    tls:
      mode: ISTIO_MUTUAL`,
    },
    { text: 'Wrong when the caller has no sidecar: then allow plaintext on that port with a PERMISSIVE PeerAuthentication, or inject the caller.' },
  ],
  sources: [
    { title: 'Istio: 503 errors after setting destination rule', url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule' },
  ],
  samples: [{ file: 'client-and-server.log', origin: 'captured', from: 'both sidecars, Envoy 1.40, DestinationRule DISABLE against PeerAuthentication STRICT' }],
});
