import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { chance } from '../behaviours/chance.ts';
import { listeners } from '../behaviours/listeners.ts';
import { mesh } from '../behaviours/mesh.ts';
import { tls } from '../behaviours/tls.ts';

/** Ports on which gateways terminate or pass TLS: there a missing server name is the client's omission, not plaintext. */
const GATEWAY_TLS_PORTS: ReadonlySet<number> = new Set([443, 8443, 15443]);

export const plaintextClientToStrict = defineDiagnosis({
  id: 'plaintext-client-to-strict',
  family: 'connection',
  title: 'A client without sidecar sends plaintext to a STRICT workload',
  prior: 'usual',
  flags: ['NR'],
  reads: ['responseFlags', 'layer', 'detailsName', 'requestedServerName', 'localPort'],
  applies: (s) =>
    s.responseFlags.includes('NR') &&
    s.layer === 'tcp' &&
    (s.detailsName ?? 'filter_chain_not_found') === 'filter_chain_not_found',
  cause:
    'The workload at {localAddress} accepts mutual TLS only (PeerAuthentication STRICT). {caller} has no sidecar (a pod outside the mesh, a scraper, the probe of a node) and sends plaintext, for which the sidecar has no filter chain: it closes the connection before any request is read.',
  evidence: [
    {
      for: 'moderate',
      about: 'details',
      claim: 'the listener had no filter chain for the connection (filter_chain_not_found)',
      restsOn: listeners.noFilterChain,
      when: (s) => s.detailsName === 'filter_chain_not_found',
    },
    {
      for: 'moderate',
      about: 'details',
      claim: 'the connection ended with NR before any request was read',
      restsOn: listeners.noFilterChain,
      when: (s) => s.responseFlags.includes('NR') && s.layer === 'tcp',
    },
    {
      for: 'strong',
      about: 'address',
      claim:
        'the connection came in on a port of the workload, not on one where gateways take TLS (443, 8443, 15443)',
      restsOn: listeners.tlsPorts,
      when: (s) => typeof s.localPort === 'number' && !GATEWAY_TLS_PORTS.has(s.localPort),
    },
    {
      against: 'strong',
      about: 'address',
      claim: 'the connection came in on a port where gateways take TLS (443, 8443, 15443)',
      restsOn: listeners.tlsPorts,
      when: (s) => typeof s.localPort === 'number' && GATEWAY_TLS_PORTS.has(s.localPort),
    },
    {
      // Sidecars always send one (outbound_.PORT_._.HOST), and so does nearly every TLS client.
      for: 'moderate',
      about: 'sni',
      claim: 'the connection brought no server name, as plaintext cannot',
      restsOn: tls.serverNameIsTls,
      when: (s) => s.requestedServerName === null,
    },
    {
      against: 'decisive',
      about: 'sni',
      claim: 'the connection brought a server name, so it was TLS',
      restsOn: tls.serverNameIsTls,
      when: (s) => typeof s.requestedServerName === 'string',
    },
    {
      for: 'moderate',
      about: 'caller',
      claim: 'nothing that these callers sent got through',
      restsOn: tls.strictTakesNoPlaintext,
      group: (g) => (g.healthyFromCaller === null ? null : g.healthyFromCaller === 0),
    },
    {
      against: 'moderate',
      about: 'caller',
      claim: 'other requests of these callers get through',
      restsOn: [tls.strictTakesNoPlaintext, chance.successShowsItWorks],
      group: (g) => (g.healthyFromCaller === null ? null : g.healthyFromCaller > 0),
    },
    {
      for: 'weak',
      about: 'traffic',
      claim: 'other connections to the same address bring a server name and are served',
      restsOn: [mesh.meshServerName, listeners.oneListenerManyChains],
      group: (g) => (g.healthyWithSniOnListener === null ? null : g.healthyWithSniOnListener > 0),
    },
    {
      against: 'decisive',
      about: 'peer',
      claim: "the caller's own proxy logged the same connections, so the caller has a sidecar",
      restsOn: [mesh.bothSidesLog, mesh.oneConnectionTwoLogs],
      group: (g) =>
        g.pairedWith(({ shape }) => shape.responseFlags.some((flag) => flag === 'UC' || flag === 'UR')) > 0 ||
        null,
    },
  ],
  confusedWith: [
    {
      id: 'tls-conflict-plaintext-to-strict',
      tellApart:
        'Does the pod with the address {caller} have a sidecar? Then its own log shows 503 UC at the same time, and a DestinationRule turned TLS off there.',
    },
    {
      id: 'sni-not-sent',
      tellApart:
        'Is {localAddress} a gateway? There TLS without a server name is the usual reason; at a workload it is plaintext.',
    },
    {
      id: 'headless-pod-ip-strict-mtls',
      tellApart:
        'Does the caller have a sidecar and call by pod address? Its log then shows 503 UC with PassthroughCluster.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={caller}',
      expect:
        'a pod without an istio-proxy container, or no pod at all (a node, or something outside the cluster)',
    },
    {
      run: 'kubectl get peerauthentication -A',
      expect: 'MODE is STRICT for the mesh, for the namespace of {localIp} or for its workload',
    },
  ],
  fixes: [
    { text: 'Put the caller into the mesh: inject its sidecar.' },
    {
      text: 'Probes of the kubelet: let Istio rewrite them to the agent of the sidecar (annotation sidecar.istio.io/rewriteAppHTTPProbers: "true", the default unless switched off).',
    },
    {
      text: 'Or accept plaintext on this port only. Wrong where the port must not be open to callers without an identity.',
      yaml: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: WORKLOAD-plaintext-port
  namespace: NAMESPACE
spec:
  selector:
    matchLabels:
      app: WORKLOAD
  mtls:
    mode: STRICT
  portLevelMtls:
    {localPort}:
      mode: PERMISSIVE`,
    },
  ],
  versions:
    'The line exists since Istio 1.8, its details since 1.9; before, the connection was closed without a word.',
  sources: [
    {
      title: 'istio/istio#27903: filter_chain_not_found in the access log',
      url: 'https://github.com/istio/istio/pull/27903',
    },
    {
      title: 'Istio: PeerAuthentication',
      url: 'https://istio.io/latest/docs/reference/config/security/peer_authentication/',
    },
  ],
  samples: [
    {
      file: 'pod-outside-the-mesh.log',
      origin: 'captured',
      from: "the server's sidecar, Envoy 1.40: callers outside the mesh among callers with sidecars",
    },
    { file: 'single-line.log', origin: 'quoted', from: 'istio/istio#27903' },
  ],
});
