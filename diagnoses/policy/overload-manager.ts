import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isLocalReply } from '../../src/model/local-reply.ts';
import { policy } from '../behaviours/policy.ts';
import { replies } from '../behaviours/replies.ts';

export const overloadManager = defineDiagnosis({
  id: 'overload-manager',
  family: 'policy',
  title: 'Overload manager sheds load',
  prior: 'uncommon',
  flags: ['OM'],
  reads: [
    'responseFlags',
    'responseCode',
    'detailsName',
    'resetReason',
    'layer',
    'upstreamHost',
    'upstreamCluster',
    'routeName',
    'bytesSent',
  ],
  // stop_accepting_requests and the load shed points set no flag (seen with Envoy 1.40); OM is for streams that are reset.
  applies: (s) =>
    s.responseFlags.includes('OM') ||
    s.detailsName === 'overload' ||
    s.resetReason === 'overload_manager_reset' ||
    (s.layer === 'http' &&
      s.responseCode === 503 &&
      s.responseFlags.length === 0 &&
      s.detailsName == null &&
      s.upstreamHost === null),
  cause:
    'This proxy has used up a resource that its overload manager watches (most often its heap), and it refuses new requests or resets running ones until the pressure falls. No upstream is at fault.',
  evidence: [
    {
      for: 'decisive',
      about: 'details',
      claim: 'the details are overload',
      restsOn: policy.overloadRefuses,
      when: (s) => s.detailsName === 'overload',
    },
    {
      for: 'decisive',
      about: 'flags',
      claim: 'the flag OM is set: the overload manager ended the request',
      restsOn: policy.overloadResets,
      when: (s) => s.responseFlags.includes('OM'),
    },
    {
      for: 'strong',
      about: 'size',
      claim: 'the reply is the 16 bytes of "envoy overloaded"',
      restsOn: [policy.overloadRefuses, replies.fixedTexts],
      when: (s) => isLocalReply(s.bytesSent, 'envoyOverloaded'),
    },
    {
      for: 'moderate',
      about: 'code',
      claim: 'the proxy itself answered 503, without a flag',
      restsOn: [policy.overloadRefuses, replies.ownReplyHasNoHost],
      when: (s) => s.responseCode === 503 && s.responseFlags.length === 0 && s.upstreamHost === null,
    },
    {
      for: 'moderate',
      about: 'route',
      claim: 'the requests were refused before a route or a cluster was looked up',
      restsOn: policy.overloadRefuses,
      when: (s) => s.upstreamCluster === null && s.routeName === null,
    },
    {
      for: 'weak',
      about: 'path',
      claim: 'the failures lie on several paths',
      restsOn: policy.overloadSparesNoPath,
      group: (g) => g.distinctPaths > 2,
    },
    {
      for: 'weak',
      about: 'history',
      claim: 'the same authority is served at other times',
      restsOn: policy.overloadSparesNoPath,
      group: (g) => (g.healthyForAuthority === null ? null : g.healthyForAuthority > 0),
    },
    {
      against: 'strong',
      about: 'size',
      claim: 'the reply is not the 16 bytes of "envoy overloaded"',
      restsOn: [policy.overloadRefuses, replies.fixedTexts],
      when: (s) =>
        typeof s.bytesSent === 'number' &&
        !isLocalReply(s.bytesSent, 'envoyOverloaded') &&
        !s.responseFlags.includes('OM'),
    },
  ],
  confusedWith: [
    {
      id: 'circuit-breaker-overflow',
      tellApart: 'UO and 81 bytes are a limit of one cluster. 16 bytes without a flag are the whole proxy.',
    },
    {
      id: 'mixer-unavailable',
      tellApart: 'The size of the reply: 69 bytes or more without a flag is Mixer on Istio 1.0.',
    },
    {
      id: 'local-health-check-failed',
      tellApart: 'LH comes on the health check path alone; overload refuses every path.',
    },
  ],
  confirm: [
    {
      run: "kubectl exec {pod} -n POD_NAMESPACE -c istio-proxy -- pilot-agent request GET 'stats?filter=overload'",
      expect:
        'overload.*.active is 1 or was, and pressure stands near its threshold; downstream_rq_overload_close grows',
    },
    {
      run: 'kubectl top pod {pod} -n POD_NAMESPACE --containers',
      expect: 'the memory of istio-proxy is close to its limit',
    },
  ],
  fixes: [
    {
      text: 'Give the proxy more memory, or more replicas to share the load. Then look what fills it: large bodies that a filter buffers, very many connections or streams, a configuration for the whole mesh where a Sidecar resource would cut it down. For sidecars the limit is the pod annotation sidecar.istio.io/proxyMemoryLimit, for a gateway the resources of its Deployment.',
    },
    {
      text: 'A max_heap_size in the bootstrap that is lower than the memory limit of the container sheds load too early: raise it with the limit.',
    },
    {
      text: 'Wrong to switch the overload manager off: without it the kernel kills the proxy at the limit, and every connection with it.',
    },
  ],
  versions:
    'The flag OM since Envoy 1.19. Refused requests are logged as 503 with the details overload and no flag.',
  sources: [
    {
      title: 'Envoy: overload manager',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/operations/overload_manager/overload_manager',
    },
    {
      title: 'envoyproxy/envoy#15106: the reply of an overloaded Envoy',
      url: 'https://github.com/envoyproxy/envoy/issues/15106',
    },
  ],
  samples: [
    {
      file: 'stop-accepting-requests.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway with the action stop_accepting_requests active',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway, default format of Envoy',
    },
    {
      file: 'streams-reset.log',
      origin: 'composed',
      from: 'response-flags.json OM: upstream_reset_before_response_started{overload_manager_reset}',
    },
  ],
});
