import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { connectErrors, failedConnectionBytes } from '../../src/model/local-reply.ts';
import { isInbound } from '../../src/model/upstream-cluster.ts';
import { connecting } from '../behaviours/connecting.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { mesh } from '../behaviours/mesh.ts';
import { replies } from '../behaviours/replies.ts';
import { tookAtMost } from '../claims/durations.ts';

/** Lengths of the sidecar's reply to a failed connection, as its caller relays it: a sidecar does not retry. */
const RELAYED_FAILURE_BYTES = failedConnectionBytes(['', ...connectErrors(111, 'Connection refused')]);
const QUICK_MS = 50;

export const appNotListening = defineDiagnosis({
  id: 'app-not-listening',
  family: 'connection',
  title: 'The application behind this sidecar is not listening on its port',
  prior: 'common',
  flags: ['UF'],
  reads: [
    'responseFlags',
    'responseCode',
    'detailsName',
    'transportFailure',
    'clusterDirection',
    'upstreamIsPublic',
    'bytesSent',
  ],
  // The line of the server's sidecar; or the caller's line, whose length gives the sidecar's reply away.
  applies: (s) =>
    s.responseFlags.includes('UF')
      ? isInbound(s.clusterDirection) ||
        (s.clusterDirection === undefined && (s.transportFailure == null || s.transportFailure === 'refused'))
      : s.responseCode === 503 &&
        s.responseFlags.length === 0 &&
        (s.detailsName === undefined || s.detailsName === 'via_upstream') &&
        s.clusterDirection !== 'inbound' &&
        RELAYED_FAILURE_BYTES.has(s.bytesSent ?? 0),
  // The caller's proxy relays the sidecar's 503: no flag, or URX when it had retried.
  echoes: (s) =>
    s.responseCode === 503 &&
    (s.responseFlags.length === 0 || (s.responseFlags.length === 1 && s.responseFlags.includes('URX'))) &&
    (s.detailsName === undefined || s.detailsName === 'via_upstream'),
  cause:
    'The request reached the sidecar of the pod, but the application in the same pod accepts no connection on {upstreamHost}: it is down, still starting, listens on another port, or only on an address that the sidecar does not use.',
  evidence: [
    {
      for: 'decisive',
      about: 'cluster',
      claim: 'the failed connection leads from the sidecar to the application in its own pod (inbound)',
      restsOn: mesh.lastHop,
      when: (s) => s.responseFlags.includes('UF') && isInbound(s.clusterDirection),
    },
    {
      for: 'strong',
      about: 'transport',
      claim: 'the connection attempt was refused (Connection refused, errno 111)',
      restsOn: connecting.refused,
      when: (s) => s.transportFailure === 'refused',
    },
    {
      for: 'decisive',
      about: 'peer',
      claim: 'a proxy in front relayed the reply of this failure: 503 without a flag, from the same endpoint',
      restsOn: [mesh.bothSidesLog, replies.relayedReplyKeepsItsSize],
      group: (g, s) =>
        s.responseFlags.includes('UF') &&
        (g.sameEndpoint(
          ({ shape }) =>
            shape.responseCode === 503 &&
            shape.responseFlags.length === 0 &&
            RELAYED_FAILURE_BYTES.has(shape.bytesSent ?? 0),
        ) > 0 ||
          null),
    },
    {
      for: 'strong',
      about: 'size',
      claim: "the relayed 503 is as long as a sidecar's own text for a failed connection",
      restsOn: [replies.relayedReplyKeepsItsSize, replies.resetReplyNamesReason],
      when: (s) => s.responseFlags.length === 0 && RELAYED_FAILURE_BYTES.has(s.bytesSent ?? 0),
    },
    {
      for: 'moderate',
      about: 'duration',
      claim: 'the failures end at once',
      restsOn: connecting.refusedAtOnce,
      group: tookAtMost(QUICK_MS),
    },
    {
      for: 'weak',
      about: 'endpoint',
      claim: 'no request to the application succeeds between the failures',
      restsOn: connecting.downStaysDown,
      otherwise: 'moderate',
      group: (g) => g.endpointHistory && g.endpointHistory !== 'interleaved',
    },
    {
      against: 'decisive',
      about: 'address',
      claim: 'the endpoint has a public address, so it is not the application in the pod',
      restsOn: [kubernetes.privateAddresses, mesh.lastHop],
      when: (s) => s.clusterDirection === 'inboundPassthrough' && s.upstreamIsPublic === true,
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the failures last longer than a second: a closed port answers at once',
      restsOn: connecting.refusedAtOnce,
      group: (g) => g.durations && g.durations.medianMs > 1000,
    },
    {
      against: 'strong',
      about: 'cluster',
      claim: 'the proxy sends to several endpoints of this destination: a sidecar has one application',
      restsOn: mesh.lastHop,
      group: (g, s) =>
        s.responseFlags.includes('UF') &&
        s.clusterDirection === undefined &&
        (g.failingEndpoints > 1 || (g.otherHealthyEndpoints ?? 0) > 0),
    },
  ],
  confusedWith: [
    {
      id: 'connection-refused',
      tellApart:
        "Which proxy wrote UF? On an inbound cluster it is the pod's own sidecar, and the application is missing; on outbound the pod or its sidecar cannot be reached.",
    },
    {
      id: 'upstream-crash-or-restart',
      tellApart:
        'Did the container restart, or do UC lines precede the first UF? Then it ran and died; otherwise it never listened there.',
    },
    {
      id: 'application-error',
      tellApart:
        "In the caller's log both are 503 via_upstream: the sidecar of {upstreamIp} tells, since it logs UF on inbound for the same request id.",
    },
  ],
  confirm: [
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={upstreamIp}',
      expect: 'the pod; its application container restarts, or is not ready',
    },
    {
      run: 'kubectl debug -it {pod} -n {namespace} --image=nicolaka/netshoot -- ss -ltn',
      expect: 'run on that pod: no listener on port {upstreamPort}, or one on 127.0.0.1 only',
    },
    {
      run: 'istioctl experimental precheck',
      expect: 'IST0143 when a port of a Service is bound to localhost',
    },
  ],
  fixes: [
    {
      text: 'Let the application listen on 0.0.0.0 (or ::) at the targetPort of the Service, and give it a readiness probe on that port, so that it gets no request before it listens.',
      yaml: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {service}
  namespace: {namespace}
spec:
  selector:
    matchLabels:
      app: {service}
  template:
    metadata:
      labels:
        app: {service}
    spec:
      containers:
        - name: app
          image: IMAGE
          ports:
            - containerPort: {upstreamPort}
          readinessProbe:
            httpGet:
              path: /healthz # a path of the application
              port: {upstreamPort}`,
    },
    {
      text: 'If it must stay on 127.0.0.1, name that in a Sidecar resource (ingress.defaultEndpoint 127.0.0.1:{upstreamPort}). Wrong when the process is simply down: then read why it does not start.',
    },
  ],
  versions:
    'All. Since Istio 1.10 the sidecar dials the pod address, so an application on 127.0.0.1 only is refused; before, it dialled 127.0.0.1 and refused those on the pod address only.',
  sources: [
    {
      title: 'Istio: upcoming networking changes in 1.10',
      url: 'https://istio.io/latest/blog/2021/upcoming-networking-changes/',
    },
    {
      title: 'istio/istio#51267: UF with errno 111 on inbound clusters',
      url: 'https://github.com/istio/istio/issues/51267',
    },
  ],
  samples: [
    {
      file: 'client-and-server.log',
      origin: 'captured',
      from: 'both sidecars, Envoy 1.40: the application of one pod stops listening',
    },
    {
      file: 'inbound-errno-111.log',
      origin: 'quoted',
      from: 'istio/istio#51267: an HTTP and a TCP port of two pods; service name as redacted there',
    },
  ],
});
