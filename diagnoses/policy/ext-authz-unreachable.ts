import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { http } from '../behaviours/http.ts';
import { policy } from '../behaviours/policy.ts';
import { timeouts } from '../behaviours/timeouts.ts';
import { endedByTimer } from '../claims/durations.ts';

export const extAuthzUnreachable = defineDiagnosis({
  id: 'ext-authz-unreachable',
  family: 'policy',
  title: 'External authorization service is down or too slow',
  prior: 'usual',
  flags: ['UAEX'],
  reads: [
    'responseFlags',
    'responseCode',
    'detailsName',
    'mixerStatus',
    'hasUpstreamServiceTime',
    'bytesSent',
  ],
  applies: (s) =>
    typeof s.mixerStatus !== 'string' &&
    (s.responseFlags.includes('UAEX') || s.detailsName?.startsWith('ext_authz') === true),
  cause:
    'The proxy must ask an external authorization service about each request to {authority}, got no usable answer from it (connection refused, timeout, or a 5xx), and refuses the request because the check fails closed.',
  evidence: [
    {
      for: 'decisive',
      about: 'details',
      claim: 'the details are ext_authz_error: the service gave no usable answer',
      restsOn: policy.authzFails,
      when: (s) => s.detailsName === 'ext_authz_error' || s.detailsName === 'ext_authz_invalid',
      otherwise: 'strong',
    },
    {
      for: 'strong',
      about: 'duration',
      claim: 'the refusals take as long as a timeout',
      restsOn: [policy.authzTakesTime, timeouts.limitsAreRound],
      group: endedByTimer,
    },
    {
      for: 'moderate',
      about: 'duration',
      claim: 'the refusals take no time: nothing answered the connection',
      restsOn: policy.authzTakesTime,
      group: (g) => g.durations && g.durations.medianMs < 1,
    },
    {
      // status_on_error is 403 unless configured; Istio lets a provider say statusOnError.
      for: 'strong',
      about: 'code',
      claim: 'the code is 5xx, which stands for a failed check',
      restsOn: policy.authzFails,
      when: (s) => (s.responseCode ?? 0) >= 500,
    },
    {
      for: 'weak',
      about: 'size',
      claim: 'the reply is empty, as the proxy makes it when the check fails',
      restsOn: policy.authzFails,
      when: (s) => s.bytesSent === 0,
    },
    {
      against: 'strong',
      about: 'policy',
      claim: 'the refusal carries the service time of an answer',
      restsOn: [policy.authzDenialIsTheServices, http.serviceTimeMeansAnswer],
      when: (s) => s.hasUpstreamServiceTime === true,
    },
    {
      against: 'moderate',
      about: 'size',
      claim: 'the reply has a body, so somebody wrote a refusal',
      restsOn: policy.authzDenialIsTheServices,
      when: (s) => (s.bytesSent ?? 0) > 0,
    },
    {
      against: 'weak',
      about: 'duration',
      claim: 'the refusals take neither no time nor as long as a timeout',
      restsOn: policy.authzTakesTime,
      group: (g) => g.durations && g.durations.medianMs >= 1 && g.durations.roundMs === null,
    },
  ],
  confusedWith: [
    {
      id: 'ext-authz-denied',
      tellApart:
        'Details: ext_authz_error is no answer, ext_authz_denied is a decision. Without details: does the log of the authorization service show a check for this request?',
    },
    {
      id: 'mixer-unavailable',
      tellApart:
        'On Istio before 1.8: is istio-policy installed and disablePolicyChecks false? Then Mixer was asked.',
    },
  ],
  confirm: [
    {
      run: 'kubectl -n istio-system get configmap istio -o yaml',
      expect:
        'extensionProviders name the service, port and timeout of the authorization service, and failOpen is not true',
    },
    {
      run: 'kubectl get pods -A -o wide',
      expect: 'the pods of that service are not ready, restart, or are missing',
    },
    {
      run: "kubectl exec {pod} -n POD_NAMESPACE -c istio-proxy -- pilot-agent request GET 'stats?filter=ext_authz'",
      expect: 'ext_authz.error (and timeout) grow with each failure, denied does not',
    },
  ],
  fixes: [
    {
      text: 'Bring the authorization service back, give it replicas and memory for the load. It must be in the service registry of every proxy that asks it: a Sidecar resource that hides its namespace makes it unreachable too.',
    },
    {
      text: 'Too slow? Raise the timeout of the provider, or make the check cheaper: it is paid on every request.',
    },
    {
      text: 'Let requests pass while it is down: failOpen on the provider. Wrong wherever the check protects data, because then nobody is checked.',
      yaml: `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  meshConfig:
    extensionProviders:
    - name: PROVIDER
      envoyExtAuthzGrpc:
        service: AUTHZ_SERVICE.NAMESPACE.svc.cluster.local
        port: 9000
        timeout: 1s
        failOpen: false # true: everybody passes while the service is down`,
    },
  ],
  versions: 'The CUSTOM action since Istio 1.9; with an EnvoyFilter before. Details since Istio 1.9.',
  sources: [
    {
      title: 'Envoy: external authorization filter',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/ext_authz_filter',
    },
    {
      title: 'istio/istio#29118: 503 UAEX where the policy agent is not injected',
      url: 'https://github.com/istio/istio/issues/29118',
    },
  ],
  samples: [
    {
      file: 'service-down.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway whose authorization service was stopped',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway, default format of Envoy',
    },
    {
      file: 'check-timeout.log',
      origin: 'quoted',
      from: 'istio/istio#35505: Istio 1.8.6, check given up after 5 s; the blank that the paste lost restored',
    },
    {
      file: 'agent-not-injected.log',
      origin: 'quoted',
      from: 'published OPA test notes, 6 April 2021: Istio 1.9 sidecar whose policy agent is missing, status 503 on error',
    },
  ],
});
