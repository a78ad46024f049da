import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { connecting } from '../behaviours/connecting.ts';
import { endpoints } from '../behaviours/endpoints.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { mesh } from '../behaviours/mesh.ts';
import { answersNoMore } from '../claims/endpoints.ts';

/** Failures that say nothing but "this address is of no use": no TLS error, no local trouble of the proxy. */
const GONE = ['refused', 'timedOut', 'unreachable', 'other'];
const GAVE_UP_FLAGS = ['UT', 'DC', 'DR'];
const AT_ONCE_MS = 20;

export const headlessStalePodIp = defineDiagnosis({
  id: 'headless-stale-pod-ip',
  family: 'connection',
  title: 'Client keeps calling the old IP of a rebuilt headless pod',
  prior: 'uncommon',
  flags: ['UF', 'URX'],
  reads: [
    'responseFlags',
    'resetReason',
    'transportFailure',
    'clusterDirection',
    'isExternalHost',
    'upstreamIsDownstreamLocal',
    'hasUpstreamLocalAddress',
  ],
  // A headless service is an ORIGINAL_DST cluster: the endpoint is whatever address the client dialled.
  applies: (s) =>
    ((s.responseFlags.includes('UF') && (s.transportFailure == null || GONE.includes(s.transportFailure))) ||
      (GAVE_UP_FLAGS.some((flag) => s.responseFlags.includes(flag)) &&
        s.upstreamIsDownstreamLocal === true &&
        s.hasUpstreamLocalAddress === false)) &&
    s.upstreamIsDownstreamLocal !== false &&
    (s.clusterDirection === undefined || s.clusterDirection === 'outbound') &&
    s.isExternalHost !== true,
  // The connections that were open when the pod died end first.
  echoes: (s) =>
    s.upstreamIsDownstreamLocal === true &&
    s.clusterDirection === 'outbound' &&
    (s.responseFlags.includes('UC') || s.responseFlags.includes('UT') || s.responseFlags.includes('DC')),
  cause:
    '{host} is a headless service, so the proxy sends to the very address that the client dialled. That pod was rebuilt under another address, but the client holds on to {upstreamIp}: it keeps its connection to the sidecar open, or caches the DNS or registry answer.',
  evidence: [
    {
      for: 'decisive',
      about: 'address',
      claim: 'the endpoint is the address that the client dialled itself, in the cluster of a mesh service',
      restsOn: [endpoints.originalDestination, mesh.clusterNamesHost],
      when: (s) =>
        s.upstreamIsDownstreamLocal === true &&
        s.clusterDirection === 'outbound' &&
        s.isExternalHost !== true,
    },
    {
      for: 'strong',
      about: 'transport',
      claim: 'the address does not answer, has no route or refuses the port',
      restsOn: connecting.goneAddress,
      when: (s) =>
        s.resetReason === 'connection_timeout' ||
        s.transportFailure === 'timedOut' ||
        s.transportFailure === 'unreachable' ||
        s.transportFailure === 'refused',
    },
    {
      for: 'strong',
      about: 'endpoint',
      claim: 'all failures are on one endpoint',
      restsOn: connecting.oneAddressAlone,
      otherwise: 'strong',
      group: (g) => g.onOneEndpoint,
    },
    {
      for: 'moderate',
      about: 'history',
      claim: 'no request to the endpoint succeeded after its first failure',
      restsOn: [connecting.downStaysDown, kubernetes.podsDoNotReturn],
      otherwise: 'strong',
      group: answersNoMore,
    },
    {
      for: 'weak',
      about: 'cluster',
      claim: 'other endpoints of the service answer',
      restsOn: connecting.oneAddressAlone,
      group: (g) => (g.otherHealthyEndpoints === null ? null : g.otherHealthyEndpoints > 0),
    },
    {
      // Mutual TLS to a headless pod without sidecar looks alike in Istio 1.5 and 1.6, and fails within milliseconds.
      against: 'strong',
      about: 'duration',
      claim: 'the connection fails at once and no reason is logged: something lives at the address',
      restsOn: connecting.goneAddress,
      group: (g, s) =>
        typeof s.transportFailure === 'string' ? false : g.durations && g.durations.medianMs <= AT_ONCE_MS,
    },
  ],
  confusedWith: [
    {
      id: 'connect-timeout',
      tellApart:
        'Does a pod still have the address {upstreamIp}? Then it lives and the network blocks it. If no pod has it, the client is behind the times.',
    },
    {
      id: 'headless-mtls-without-sidecar',
      tellApart:
        'Do all pods of {service} fail, at once and from the start? Then mutual TLS meets pods without sidecar.',
    },
    {
      id: 'connection-refused',
      tellApart: 'Is {upstreamIp} a living pod of {service}? Then its process is down.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={upstreamIp}',
      expect: 'no pod, or a pod of another workload that has inherited the address',
    },
    {
      run: "kubectl get service {service} -n {namespace} -o jsonpath='{.spec.clusterIP}'",
      expect: 'None: the service is headless',
    },
    {
      run: 'kubectl get endpointslices -n {namespace} -l kubernetes.io/service-name={service}',
      expect: 'the new addresses, without {upstreamIp}',
    },
  ],
  fixes: [
    {
      text: 'At once: restart the client, or close its connections, so that it resolves the name again.',
    },
    {
      text: "For good: limit the age of its keep-alive connections, cap its DNS cache (Java: networkaddress.cache.ttl=30), and let a registry drop dead instances quickly. Istio 1.5 never closed the client's connection when the pod went away; upgrade it.",
    },
    {
      text: 'Where the client needs no particular pod, call a normal service: the proxy then picks a living endpoint. Wrong for stateful sets whose members are called by name.',
      yaml: `apiVersion: v1
kind: Service
metadata:
  name: {service}-balanced
  namespace: {namespace}
spec:
  selector:
    app: {service}
  ports:
    - name: http
      port: {port}`,
    },
  ],
  versions:
    "Worst in Istio 1.5, which kept the client's connection open for ever; since 1.6 it is closed with the upstream one, and clients that cache addresses remain.",
  sources: [
    {
      title: 'Zhao Huabing: Istio operations, troublesome headless service, part 2',
      url: 'https://zhaohuabing.com/post/2020-09-19-headless-mtls/',
    },
    {
      title: 'Istio: traffic routing, headless services',
      url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/traffic-routing/#headless-services',
    },
  ],
  samples: [
    {
      file: 'no-answer.log',
      origin: 'captured',
      from: 'Envoy 1.40, ORIGINAL_DST cluster: one pod is rebuilt under another address, packets to the old one vanish',
    },
    {
      file: 'no-route.log',
      origin: 'captured',
      from: 'Envoy 1.40, ORIGINAL_DST cluster: one pod is rebuilt under another address, the old one has no route',
    },
  ],
});
