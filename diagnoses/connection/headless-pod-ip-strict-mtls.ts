import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { chance } from '../behaviours/chance.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { mesh } from '../behaviours/mesh.ts';
import { reuse } from '../behaviours/reuse.ts';
import { routing } from '../behaviours/routing.ts';
import { tls } from '../behaviours/tls.ts';
import { tookAtMost } from '../claims/durations.ts';
import {
  answersBeforeOrBetween,
  neverAnswer,
  neverAnswerMany,
  onConnectionsThatAnswered,
} from '../claims/endpoints.ts';
import { serverSawPlaintext, serverSawPlaintextInStep } from '../claims/peers.ts';

export const headlessPodIpStrictMtls = defineDiagnosis({
  id: 'headless-pod-ip-strict-mtls',
  family: 'connection',
  title: 'Pod IP call leaves by PassthroughCluster in plaintext and the STRICT server closes it',
  prior: 'usual',
  flags: ['UC'],
  reads: [
    'responseFlags',
    'layer',
    'clusterDirection',
    'authorityKind',
    'authorityIsUpstream',
    'upstreamIsPublic',
    'requestedServerName',
    'detailsName',
  ],
  applies: (s) =>
    s.detailsName !== 'upstream_reset_after_response_started' &&
    (s.responseFlags.includes('UC') || (s.responseFlags.includes('UR') && s.layer === 'tcp')) &&
    (s.clusterDirection === 'passthrough' ||
      (s.clusterDirection === undefined && s.authorityKind !== 'name' && s.layer === 'http')),
  echoes: (s) => s.responseFlags.includes('NR') && s.layer === 'tcp' && s.requestedServerName == null,
  cause:
    'The caller addresses the pod {upstreamHost} by its address. No service of the mesh matches that, so the calling proxy passes the request on through PassthroughCluster as it is, in plaintext; the pod accepts mutual TLS only (PeerAuthentication STRICT) and closes the connection.',
  evidence: [
    {
      for: 'strong',
      about: 'authority',
      claim: 'the authority is the address of the endpoint itself',
      restsOn: [mesh.passthrough, routing.routedByHostHeader],
      when: (s) => s.authorityIsUpstream === true && s.authorityKind !== 'name',
    },
    {
      against: 'moderate',
      about: 'authority',
      claim: 'the authority is a name',
      restsOn: routing.routedByHostHeader,
      when: (s) => s.authorityKind === 'name',
    },
    {
      for: 'moderate',
      about: 'cluster',
      claim: 'the request left by PassthroughCluster to a private address',
      restsOn: [mesh.passthrough, kubernetes.privateAddresses],
      when: (s) => s.clusterDirection === 'passthrough' && s.upstreamIsPublic === false,
    },
    {
      against: 'decisive',
      about: 'address',
      claim: 'the endpoint has a public address, so it is no pod',
      restsOn: kubernetes.privateAddresses,
      when: (s) => s.upstreamIsPublic === true,
    },
    {
      for: 'strong',
      about: 'endpoint',
      claim: 'four or more requests went to the failing endpoints in this way, and not one succeeded',
      restsOn: [tls.rulesHoldForAll, chance.enoughInARow],
      group: neverAnswerMany,
    },
    {
      for: 'moderate',
      about: 'endpoint',
      claim: 'no request to the failing endpoints ever succeeded in this way',
      restsOn: [tls.rulesHoldForAll, chance.successShowsItWorks],
      group: neverAnswer,
    },
    {
      for: 'weak',
      about: 'duration',
      claim: 'the failures take next to no time',
      restsOn: tls.strictTakesNoPlaintext,
      group: tookAtMost(5),
    },
    {
      for: 'decisive',
      about: 'peer',
      claim: "the server's proxy logged NR filter_chain_not_found for the same connections",
      restsOn: [tls.strictTakesNoPlaintext, mesh.oneConnectionTwoLogs],
      group: serverSawPlaintext,
    },
    {
      for: 'strong',
      about: 'peer',
      claim: "NR lines of a server's proxy come and go with the failures, second by second",
      restsOn: [tls.strictTakesNoPlaintext, chance.inStep],
      group: serverSawPlaintextInStep,
    },
    {
      against: 'strong',
      about: 'endpoint',
      claim: 'requests to the same address succeed in this way before or between the failures',
      restsOn: tls.rulesHoldForAll,
      group: answersBeforeOrBetween,
    },
    {
      against: 'decisive',
      about: 'reuse',
      claim: 'the same upstream connection had answered before it failed',
      restsOn: [tls.settledAtStart, reuse.portNamesConnection],
      group: onConnectionsThatAnswered,
    },
  ],
  confusedWith: [
    {
      id: 'tls-conflict-plaintext-to-strict',
      tellApart:
        'Does the call go through the cluster of a service? Then a DestinationRule turned TLS off; a call by pod address leaves by PassthroughCluster, which has no TLS to turn off.',
    },
    {
      id: 'external-address-changed',
      tellApart:
        'Is {upstreamIp} the address of a pod (kubectl get pods -A -o wide)? Then nothing has moved.',
    },
    {
      id: 'keepalive-race',
      tellApart:
        'Does any request to {upstreamHost} through PassthroughCluster succeed? STRICT fails all of them.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={upstreamIp}',
      expect: 'a pod with a sidecar has this address',
    },
    {
      run: 'kubectl get peerauthentication -A',
      expect: "MODE is STRICT for the mesh, for the pod's namespace or for its workload",
    },
    {
      run: 'kubectl logs POD -c istio-proxy -n NAMESPACE | grep filter_chain_not_found',
      expect: "in the server's pod: NR lines whose remote address is the caller's, in the same seconds",
    },
  ],
  fixes: [
    {
      text: 'Call by name: the DNS name of the service, or of one pod of a headless service (POD.SERVICE.NAMESPACE). Then the mesh knows the destination and uses mutual TLS.',
    },
    {
      text: 'Where the address must stay in the URL, send the name of the service in the Host header: the listener of a headless service matches by it.',
    },
    {
      text: 'Or declare the port of the headless service as TCP (port name tcp-...): it is then matched by address, without any header. Wrong where HTTP routing or HTTP metrics are wanted.',
    },
    {
      text: 'A PERMISSIVE PeerAuthentication lets the calls in as they are. Wrong where plaintext must not be accepted.',
    },
  ],
  versions:
    'All with outboundTrafficPolicy ALLOW_ANY; with REGISTRY_ONLY the call ends at the caller (502, route block_all).',
  sources: [
    {
      title: 'Istio: 503 error while accessing headless services',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#503-error-while-accessing-headless-services',
    },
  ],
  samples: [
    {
      file: 'client-and-server.log',
      origin: 'captured',
      from: 'both sidecars, Envoy 1.40: call by pod address against a filter chain that demands mutual TLS',
    },
    { file: 'client-only.log', origin: 'captured', from: "the caller's sidecar of the same, Envoy 1.40" },
    {
      file: 'both-proxies-envoy-default-format.log',
      origin: 'captured',
      from: 'both sidecars in one log, Envoy’s default format: no address joins their lines, their rhythm does; most healthy lines left out',
    },
  ],
});
