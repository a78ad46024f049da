import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { connecting } from '../behaviours/connecting.ts';
import { tookAtMost } from '../claims/durations.ts';
import { answerOthers } from '../claims/endpoints.ts';

export const ephemeralPortExhaustion = defineDiagnosis({
  id: 'ephemeral-port-exhaustion',
  family: 'connection',
  title: 'No ephemeral port or conntrack entry left for upstream connections',
  prior: 'uncommon',
  flags: ['UF'],
  reads: ['responseFlags', 'transportFailure'],
  applies: (s) =>
    s.responseFlags.includes('UF') &&
    (s.transportFailure == null ||
      s.transportFailure === 'addressUnavailable' ||
      s.transportFailure === 'other'),
  cause:
    'Each connection to {upstreamHost} needs a local port of its own, and closed ones keep theirs for a minute: with a new connection per request the range of about 28,000 ports (or the conntrack table of the node) runs out, and the kernel refuses the next one.',
  evidence: [
    {
      for: 'decisive',
      about: 'transport',
      claim: 'the kernel had no local address left (Cannot assign requested address, errno 99, or errno 98)',
      restsOn: connecting.noLocalPort,
      when: (s) => s.transportFailure === 'addressUnavailable',
    },
    {
      for: 'moderate',
      about: 'duration',
      claim: 'the failures end at once: nothing was sent',
      restsOn: connecting.nothingSentTakesNoTime,
      group: tookAtMost(5),
    },
    {
      for: 'weak',
      about: 'endpoint',
      claim: 'the same endpoints answer other requests in between',
      restsOn: connecting.portsComeBack,
      group: answerOthers,
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the failures last: a missing port is noticed at once',
      restsOn: connecting.nothingSentTakesNoTime,
      group: (g) => g.durations && g.durations.medianMs > 500,
    },
  ],
  confusedWith: [
    {
      id: 'file-descriptor-exhaustion',
      tellApart:
        'errno 24 and socket_creation_failure mean that the process may open no more files; errno 99 means that no local port is free.',
    },
    {
      id: 'connect-timeout',
      tellApart:
        'A full conntrack table drops packets instead: then attempts time out on all endpoints of a node, and its kernel log says so.',
    },
    {
      id: 'circuit-breaker-overflow',
      tellApart: 'UO is the limit of connectionPool; it needs no new port and strikes one cluster only.',
    },
  ],
  confirm: [
    {
      run: 'kubectl debug -it {pod} -n CALLER_NAMESPACE --image=nicolaka/netshoot -- sh -c "ss -s; sysctl net.ipv4.ip_local_port_range"',
      expect: 'as many timewait and established connections as the range has ports',
    },
    {
      run: 'kubectl debug -it node/NODE --image=nicolaka/netshoot --profile=sysadmin -- sh -c "sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max; dmesg | grep conntrack"',
      expect: 'count at max, or "nf_conntrack: table full, dropping packet"',
    },
  ],
  fixes: [
    {
      text: 'Reuse connections: no maxRequestsPerConnection 1, no "Connection: close", HTTP/2 to the upstream where it speaks it.',
      yaml: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {service}-reuse
  namespace: {namespace}
spec:
  host: {host}
  trafficPolicy:
    connectionPool:
      http:
        maxRequestsPerConnection: 0 # no limit
        h2UpgradePolicy: UPGRADE`,
    },
    {
      text: 'Spread the load over more callers or more upstream addresses (a port is taken per pair of addresses), widen net.ipv4.ip_local_port_range, raise nf_conntrack_max. Wrong when connections leak: then find who does not close them.',
    },
  ],
  versions:
    'Named in words since Envoy 1.32 (Istio 1.24), as errno 99 before; Istio 1.8 and older log no reason.',
  sources: [
    {
      title: 'cilium/cilium#36427: Envoy answers 503, Cannot assign requested address',
      url: 'https://github.com/cilium/cilium/issues/36427',
    },
    {
      title: 'envoyproxy/envoy#44747: ephemeral port exhaustion',
      url: 'https://github.com/envoyproxy/envoy/issues/44747',
    },
  ],
  samples: [
    {
      file: 'cannot-assign-requested-address.log',
      origin: 'composed',
      from: 'details as reported in cilium/cilium#36427, in the text format of Istio 1.24 and later',
    },
  ],
});
