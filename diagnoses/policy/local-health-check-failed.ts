import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { policy } from '../behaviours/policy.ts';

export const localHealthCheckFailed = defineDiagnosis({
  id: 'local-health-check-failed',
  family: 'policy',
  title: 'Proxy told to fail health checks (draining)',
  prior: 'uncommon',
  flags: ['LH'],
  reads: ['responseFlags', 'responseCode', 'detailsName', 'layer', 'upstreamHost', 'bytesSent', 'path'],
  applies: (s) =>
    s.responseFlags.includes('LH') ||
    s.detailsName === 'health_check_failed' ||
    (s.layer === 'http' &&
      s.responseCode === 503 &&
      s.responseFlags.length === 0 &&
      s.detailsName == null &&
      s.upstreamHost === null),
  cause:
    'The health check filter of this proxy answers {path} itself, and it answers 503 because the proxy was told to fail its health checks: somebody called /healthcheck/fail, the proxy is being drained, or the application sent x-envoy-immediate-health-check-fail.',
  evidence: [
    {
      for: 'decisive',
      about: 'flags',
      claim: 'the flag LH is set: the proxy fails its own health check',
      restsOn: policy.healthCheckFails,
      when: (s) => s.responseFlags.includes('LH'),
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the details are health_check_failed',
      restsOn: policy.healthCheckFails,
      when: (s) => s.detailsName === 'health_check_failed',
    },
    {
      for: 'moderate',
      about: 'path',
      claim: 'all failures are on one path',
      restsOn: policy.oneHealthCheckPath,
      group: (g) => g.onOnePath,
    },
    {
      for: 'weak',
      about: 'history',
      claim: 'the same path answered well at other times',
      restsOn: policy.healthCheckFails,
      group: (g) => (g.healthyOnPath === null ? null : g.healthyOnPath > 0),
    },
    {
      against: 'moderate',
      about: 'path',
      claim: 'the failures lie on several paths: a health check has one',
      restsOn: policy.oneHealthCheckPath,
      group: (g, s) => (typeof s.path === 'string' ? g.distinctPaths > 2 : null),
    },
    {
      against: 'strong',
      about: 'size',
      claim: 'the reply has a body: a failed health check is answered without one',
      restsOn: policy.healthCheckFails,
      when: (s) => (s.bytesSent ?? 0) > 0,
    },
  ],
  confusedWith: [
    {
      id: 'overload-manager',
      tellApart:
        'Overload refuses every path with 16 bytes; a failed health check is one path with an empty reply.',
    },
    {
      id: 'application-error',
      tellApart: 'Is there an upstream host? Then the application itself answered the health check.',
    },
  ],
  confirm: [
    {
      run: 'kubectl exec {pod} -n POD_NAMESPACE -c istio-proxy -- pilot-agent request GET server_info',
      expect: '"state": "DRAINING"',
    },
    {
      run: 'kubectl get pod {pod} -n POD_NAMESPACE -o yaml',
      expect: 'deletionTimestamp is set when the pod is going away: then this is as it should be',
    },
  ],
  fixes: [
    {
      text: 'While the pod drains nothing is wrong: the load balancer shall see the failure and stop sending. Make the drain long enough that it does.',
    },
    {
      text: 'A pod that stays: let it pass again with "pilot-agent request POST healthcheck/ok" in its istio-proxy container, and find out who called healthcheck/fail (often a preStop hook of a pod that was then not deleted).',
    },
    {
      text: 'No drain anywhere? Look for the response header x-envoy-immediate-health-check-fail in the application.',
    },
  ],
  sources: [
    {
      title: 'Envoy: health check filter',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/health_check_filter',
    },
    {
      title: 'Envoy: draining',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/operations/draining',
    },
  ],
  samples: [
    {
      file: 'drained-gateway.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway after POST /healthcheck/fail',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway, default format of Envoy',
    },
  ],
});
