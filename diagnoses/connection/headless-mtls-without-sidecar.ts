import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { chance } from '../behaviours/chance.ts';
import { connecting } from '../behaviours/connecting.ts';
import { endpoints } from '../behaviours/endpoints.ts';
import { mesh } from '../behaviours/mesh.ts';
import { tls } from '../behaviours/tls.ts';
import { tookAtLeast, tookAtMost } from '../claims/durations.ts';
import { answersBeforeOrBetween, neverAnswer } from '../claims/endpoints.ts';
import { answeredInPlaintext } from '../claims/transport.ts';

export const headlessMtlsWithoutSidecar = defineDiagnosis({
  id: 'headless-mtls-without-sidecar',
  family: 'connection',
  title: 'mTLS is forced on a headless service whose pods have no sidecar',
  prior: 'uncommon',
  flags: ['UF', 'URX'],
  reads: [
    'responseFlags',
    'layer',
    'clusterDirection',
    'isExternalHost',
    'transportFailure',
    'upstreamIsDownstreamLocal',
  ],
  applies: (s) =>
    s.responseFlags.includes('UF') &&
    (s.clusterDirection === undefined || s.clusterDirection === 'outbound') &&
    s.isExternalHost !== true &&
    (s.transportFailure === 'tlsWrongVersion' ||
      s.transportFailure === undefined ||
      (s.transportFailure === null && s.layer === 'tcp')),
  cause:
    'The service {host} is headless, so the proxy connects to the pod address {upstreamHost} that the caller chose, and it does so with mutual TLS. The pod has no sidecar and speaks plaintext: the handshake fails.',
  evidence: [
    {
      for: 'decisive',
      about: 'transport',
      claim: 'the endpoint answered the TLS handshake with plaintext (WRONG_VERSION_NUMBER)',
      restsOn: tls.wrongVersion,
      when: answeredInPlaintext,
    },
    {
      // ORIGINAL_DST clusters, which Istio makes for headless services, connect to where the caller was going.
      for: 'strong',
      about: 'address',
      claim: 'the proxy connected to the very address that the caller dialled',
      restsOn: endpoints.originalDestination,
      when: (s) => s.upstreamIsDownstreamLocal === true,
    },
    {
      against: 'decisive',
      about: 'address',
      claim: 'the caller dialled a service address, so the service is not headless',
      restsOn: endpoints.balancerChooses,
      when: (s) => s.upstreamIsDownstreamLocal === false,
    },
    {
      for: 'moderate',
      about: 'cluster',
      claim: 'the destination is a service of the mesh',
      restsOn: [mesh.clusterNamesHost, tls.meshUsesMutualTls],
      when: (s) => s.isExternalHost === false,
    },
    {
      for: 'moderate',
      about: 'endpoint',
      claim: 'no request to the failing endpoints ever succeeded',
      restsOn: [tls.rulesHoldForAll, chance.successShowsItWorks],
      group: neverAnswer,
    },
    {
      against: 'strong',
      about: 'endpoint',
      claim: 'requests to the same endpoint succeed before or between the failures',
      restsOn: tls.rulesHoldForAll,
      group: answersBeforeOrBetween,
    },
    {
      for: 'weak',
      about: 'duration',
      claim: 'the attempts fail at once, retries included',
      restsOn: tls.handshakeFailsFast,
      group: tookAtMost(150),
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
      tellApart:
        'Is {service} headless (kubectl get service {service} -n {namespace}: CLUSTER-IP None)? The lines are the same; only the service tells.',
    },
    {
      id: 'headless-stale-pod-ip',
      tellApart:
        'Does a pod with the address {upstreamIp} exist? If so it speaks no TLS; if not, the caller holds the address of a pod that is gone.',
    },
    {
      id: 'connection-refused',
      tellApart:
        'Does nc from another pod reach {upstreamHost}? Then the port is open and the handshake fails.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get service {service} -n {namespace}',
      expect: 'CLUSTER-IP is None',
    },
    {
      run: "kubectl get pods -A --field-selector status.podIP={upstreamIp} -o jsonpath='{.items[*].spec.containers[*].name} {.items[*].spec.initContainers[*].name}'",
      expect: 'no container called istio-proxy',
    },
    {
      run: 'istioctl version',
      expect:
        'Istio 1.5 or 1.6, which use mutual TLS for every endpoint of a headless service; on a newer one a DestinationRule for {host} asks for it',
    },
  ],
  fixes: [
    {
      text: 'Turn TLS off for the headless service. Wrong when some of its pods have sidecars that demand mutual TLS.',
      yaml: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {service}-disable-mtls
  namespace: {namespace}
spec:
  host: {host}
  trafficPolicy:
    tls:
      mode: DISABLE`,
    },
    {
      text: 'Upgrade to Istio 1.7 or later, where automatic mutual TLS looks at each endpoint of a headless service.',
    },
    { text: 'Or inject a sidecar into the pods of the service.' },
  ],
  versions:
    'Istio 1.5 and 1.6 without any rule (istio#21964); all versions when a DestinationRule asks for mutual TLS. TCP lines of those days have the flags only, no failure reason.',
  sources: [
    {
      title: 'istio/istio#21964: headless service and mutual TLS',
      url: 'https://github.com/istio/istio/issues/21964',
    },
    {
      title: 'Huabing Zhao: headless services and mTLS in Istio',
      url: 'https://zhaohuabing.com/post/2020-09-11-headless-mtls/',
    },
  ],
  samples: [
    {
      file: 'istio-1.31.log',
      origin: 'captured',
      from: 'Istio 1.31 configuration on Envoy 1.40, headless service, DestinationRule ISTIO_MUTUAL, pod without sidecar',
    },
    {
      file: 'istio-1.5-redis.log',
      origin: 'composed',
      from: 'facts headless-no-sidecar-mtls: TCP lines of Istio 1.5 have the flags only',
    },
  ],
});
