import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isResetReply } from '../../src/model/local-reply.ts';
import { connecting } from '../behaviours/connecting.ts';
import { logging } from '../behaviours/logging.ts';
import { reportedBefore } from '../claims/proxy-log.ts';

export const fileDescriptorExhaustion = defineDiagnosis({
  id: 'file-descriptor-exhaustion',
  family: 'connection',
  title: 'Proxy out of file descriptors',
  prior: 'uncommon',
  flags: ['UF'],
  reads: ['responseFlags', 'resetReason', 'transportFailure', 'bytesSent'],
  applies: (s) =>
    s.responseFlags.includes('UF') &&
    (s.transportFailure == null || s.transportFailure === 'noSocket' || s.transportFailure === 'other') &&
    s.resetReason !== 'connection_timeout',
  cause:
    'The proxy may open no further file: every connection takes a descriptor, the limit of its process (ulimit -n, often 1024) is reached, and it cannot create a socket for the next upstream connection. Envoy may then stop with an assertion and restart.',
  evidence: [
    {
      for: 'decisive',
      about: 'transport',
      claim: 'the proxy could not create a socket (socket_creation_failure, Too many open files)',
      restsOn: connecting.noDescriptor,
      when: (s) => s.transportFailure === 'noSocket',
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the connection failed on the side of the proxy itself (local_connection_failure)',
      restsOn: connecting.noDescriptor,
      when: (s) =>
        s.resetReason === 'local_connection_failure' || isResetReply(s.bytesSent, 'local connection failure'),
    },
    {
      for: 'decisive',
      about: 'proxyLog',
      claim: "the proxy's own log says Too many open files",
      restsOn: [connecting.noDescriptor, logging.proxyTellsItsState],
      group: reportedBefore('fileDescriptors'),
    },
    {
      for: 'weak',
      about: 'endpoint',
      claim: 'several endpoints fail alike',
      restsOn: connecting.descriptorsAreShared,
      group: (g) => g.failingEndpoints > 1,
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the failures last: a missing descriptor is noticed at once',
      restsOn: connecting.nothingSentTakesNoTime,
      group: (g) => g.durations && g.durations.medianMs > 500,
    },
    {
      // The limit belongs to the process: it strikes whichever endpoint is next.
      against: 'moderate',
      about: 'endpoint',
      claim: 'all failures are on one endpoint',
      restsOn: connecting.descriptorsAreShared,
      group: (g) => g.onOneEndpoint,
    },
  ],
  confusedWith: [
    {
      id: 'ephemeral-port-exhaustion',
      tellApart:
        'errno 24 (Too many open files) is the limit of the process; errno 99 (Cannot assign requested address) means that no local port is free.',
    },
    {
      id: 'connection-refused',
      tellApart: 'remote_connection_failure blames the endpoint, local_connection_failure the proxy.',
    },
    {
      id: 'circuit-breaker-overflow',
      tellApart:
        'UO is a limit that was configured for one cluster; this one strikes all clusters of the proxy at once.',
    },
  ],
  confirm: [
    {
      run: `kubectl exec {pod} -n CALLER_NAMESPACE -c istio-proxy -- sh -c 'for p in /proc/[0-9]*; do echo $(cat $p/comm) $(ls $p/fd | wc -l) of $(grep "open files" $p/limits); done'`,
      expect: 'for envoy a number of open descriptors near its limit (Max open files)',
    },
    {
      run: 'kubectl logs {pod} -n CALLER_NAMESPACE -c istio-proxy --previous',
      expect: 'Too many open files, or a failed assertion on fd_ or isOpen, followed by a new start',
    },
  ],
  fixes: [
    {
      text: 'Raise the limit for the proxy: 65536 is usual. In Kubernetes it comes from the container runtime of the node (containerd: LimitNOFILE of the systemd unit); on a VM or with plain Envoy from the unit or shell that starts it (ulimit -n 65536).',
    },
    {
      text: 'Cap the connections, so that one slow cluster cannot take all descriptors. Wrong as the only step when the limit is 1024: that is too low for any gateway.',
      yaml: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {service}-pool
  namespace: {namespace}
spec:
  host: {host}
  trafficPolicy:
    connectionPool:
      tcp:
        maxConnections: 256`,
    },
  ],
  versions:
    'All. Details name socket_creation_failure in current Envoy; older ones stop with "assert failure: fd_ != -1".',
  sources: [
    {
      title: 'Istio: Envoy is crashing under load',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#envoy-is-crashing-under-load',
    },
    {
      title: 'envoyproxy/envoy#18038: socket(2) failed, Too many open files',
      url: 'https://github.com/envoyproxy/envoy/issues/18038',
    },
  ],
  samples: [
    {
      file: 'socket-creation-failure.log',
      origin: 'composed',
      from: 'details as Envoy 1.40 gives them under ulimit -n 130, proxy log wording of envoyproxy/envoy#36804',
    },
  ],
});
