import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { http } from '../behaviours/http.ts';
import { policy } from '../behaviours/policy.ts';
import { timeouts } from '../behaviours/timeouts.ts';
import { endedByTimer } from '../claims/durations.ts';

/** Codes that only an authorization service chooses: a login page to go to, or credentials to send. */
const CHOSEN_CODES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308, 401]);

export const extAuthzDenied = defineDiagnosis({
  id: 'ext-authz-denied',
  family: 'policy',
  title: 'External authorization service denies the request',
  prior: 'common',
  flags: ['UAEX'],
  reads: [
    'responseFlags',
    'responseCode',
    'detailsName',
    'mixerStatus',
    'hasUpstreamServiceTime',
    'bytesSent',
  ],
  // Envoy 1.15 to 1.20 lost the flag (envoyproxy/envoy#18964): details count too. A Mixer status means Mixer instead.
  applies: (s) =>
    typeof s.mixerStatus !== 'string' &&
    (s.responseFlags.includes('UAEX') || s.detailsName?.startsWith('ext_authz') === true),
  echoes: (s) => s.detailsName === 'via_upstream' && (s.responseCode === 401 || s.responseCode === 403),
  cause:
    'The proxy asked an external authorization service (an AuthorizationPolicy with action CUSTOM, or an ext_authz filter) about the request to {authority}, and the service said no. The application was never asked.',
  evidence: [
    {
      for: 'decisive',
      about: 'details',
      claim: 'the details are ext_authz_denied: the service answered, and said no',
      restsOn: policy.authzDenies,
      when: (s) => s.detailsName === 'ext_authz_denied',
      otherwise: 'strong',
    },
    {
      // A refusal over HTTP carries the headers of the service's answer, its service time among them.
      for: 'strong',
      about: 'policy',
      claim: 'the refusal carries the service time of an answer',
      restsOn: [policy.authzDenialIsTheServices, http.serviceTimeMeansAnswer],
      when: (s) => s.hasUpstreamServiceTime === true,
    },
    {
      for: 'moderate',
      about: 'size',
      claim: 'the reply has a body, which the proxy does not give when the service fails',
      restsOn: policy.authzDenialIsTheServices,
      when: (s) => (s.bytesSent ?? 0) > 0,
    },
    {
      for: 'moderate',
      about: 'code',
      claim: 'the code is one that an authorization service chooses: a redirect or 401',
      restsOn: policy.authzDenialIsTheServices,
      when: (s) => s.responseCode != null && CHOSEN_CODES.has(s.responseCode),
    },
    {
      against: 'moderate',
      about: 'code',
      claim: 'the code is 5xx: the proxy gives it where the service fails',
      restsOn: policy.authzFails,
      when: (s) => (s.responseCode ?? 0) >= 500,
    },
    {
      against: 'strong',
      about: 'duration',
      claim: 'the refusals take as long as a timeout',
      restsOn: [policy.authzTakesTime, timeouts.limitsAreRound],
      group: endedByTimer,
    },
    {
      against: 'moderate',
      about: 'duration',
      claim: 'the refusals take no time, less than it takes to ask a service',
      restsOn: policy.authzTakesTime,
      group: (g) => g.durations && g.durations.medianMs < 1,
    },
  ],
  confusedWith: [
    {
      id: 'ext-authz-unreachable',
      tellApart:
        'Details: ext_authz_denied is a decision, ext_authz_error is no answer. Without details: does the log of the authorization service show a check for this request?',
    },
    {
      id: 'rbac-denied',
      tellApart: 'Do the details say rbac_access_denied? Then the rules of the proxy itself refuse.',
    },
    {
      id: 'mixer-permission-denied',
      tellApart: 'On Istio before 1.8: is the Mixer status something else than "-"? Then Mixer refuses.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get authorizationpolicies.security.istio.io -A -o yaml',
      expect: 'a policy with action CUSTOM whose provider serves this workload and whose rules cover {path}',
    },
    {
      run: 'kubectl -n istio-system get configmap istio -o yaml',
      expect:
        'extensionProviders name the service and port of that provider; its own log shows a denial at the time of the failures',
    },
  ],
  fixes: [
    {
      text: 'Ask the authorization service why: its log has the reason. Most often a token is missing or expired, or a header that it needs is not among includeRequestHeadersInCheck.',
    },
    {
      text: 'Should this path not be checked at all? Take it out of the rules of the CUSTOM policy.',
      yaml: `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: {service}-ext-authz
  namespace: {namespace}
spec:
  selector:
    matchLabels:
      app: {service}
  action: CUSTOM
  provider:
    name: PROVIDER # as in extensionProviders of the mesh configuration
  rules:
  - to:
    - operation:
        notPaths: ["{path}"]`,
    },
    {
      text: 'A redirect with UAEX is the login flow at work and needs no repair. Wrong, too, to open a path that the service denies on purpose.',
    },
  ],
  versions:
    'The CUSTOM action since Istio 1.9. Envoy 1.15 to 1.20 may leave out the flag UAEX on refusals; the details are there.',
  sources: [
    {
      title: 'Istio: external authorization',
      url: 'https://istio.io/latest/docs/tasks/security/authorization/authz-custom/',
    },
    {
      title: 'envoyproxy/envoy#18964: no UAEX flag on refused requests',
      url: 'https://github.com/envoyproxy/envoy/issues/18964',
    },
  ],
  samples: [
    {
      file: 'denied-path.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway that asks an HTTP authorization service',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway, default format of Envoy',
    },
    {
      file: 'login-and-token.log',
      origin: 'composed',
      from: 'causes.json ext-authz: 401 and 302 chosen by the service, as envoyproxy/envoy#18964 prints the former',
    },
  ],
});
