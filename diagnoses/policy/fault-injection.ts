import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isLocalReply } from '../../src/model/local-reply.ts';
import { policy } from '../behaviours/policy.ts';
import { replies } from '../behaviours/replies.ts';

export const faultInjection = defineDiagnosis({
  id: 'fault-injection',
  family: 'policy',
  title: 'Injected fault (abort or delay)',
  prior: 'usual',
  flags: ['FI', 'DI'],
  reads: ['responseFlags', 'detailsName', 'upstreamHost', 'bytesSent'],
  // A delay alone fails nothing: what follows it has its own flag, unless the caller's patience ends first.
  applies: (s) =>
    s.responseFlags.includes('FI') ||
    (s.responseFlags.includes('DI') && (s.responseFlags.includes('DC') || s.responseFlags.includes('DR'))) ||
    s.detailsName === 'fault_filter_abort' ||
    (s.detailsName == null && s.upstreamHost === null && isLocalReply(s.bytesSent, 'faultAbort')),
  cause:
    'A VirtualService for {host} has a fault section: this proxy answers a share of the requests itself with the configured code (FI) or holds them back first (DI). Nothing is wrong with the service.',
  evidence: [
    {
      for: 'decisive',
      about: 'flags',
      claim: 'the flag FI is set: the proxy aborted the request as configured',
      restsOn: policy.faultAborts,
      when: (s) => s.responseFlags.includes('FI'),
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the details are fault_filter_abort',
      restsOn: policy.faultAborts,
      when: (s) => s.detailsName === 'fault_filter_abort',
    },
    {
      for: 'moderate',
      about: 'size',
      claim: 'the reply is the 18 bytes of "fault filter abort"',
      restsOn: [policy.faultAborts, replies.fixedTexts],
      when: (s) => isLocalReply(s.bytesSent, 'faultAbort'),
    },
    {
      for: 'decisive',
      about: 'flags',
      claim: 'the caller left while the proxy held the request back (DI), before any upstream was asked',
      restsOn: policy.faultDelays,
      when: (s) =>
        s.responseFlags.includes('DI') && !s.responseFlags.includes('FI') && s.upstreamHost === null,
    },
    {
      against: 'decisive',
      about: 'policy',
      claim: 'the flag is RL: a rate limit refused, with a reply of the same length',
      restsOn: [policy.rateLimits, replies.fixedTexts],
      when: (s) => s.responseFlags.includes('RL'),
    },
  ],
  confusedWith: [
    {
      id: 'application-error',
      tellApart:
        'FI never reaches the application. An error with an upstream host and the details via_upstream does.',
    },
    {
      id: 'rate-limited',
      tellApart: 'Both replies are 18 bytes long: the flag decides, FI or RL.',
    },
    {
      id: 'client-disconnected',
      tellApart: 'Is DI set beside DC? Then the caller gave up during an injected delay.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get virtualservices.networking.istio.io -A -o yaml',
      expect:
        'one for {host} with a fault section (abort or delay); its percentage is near the share of failing requests',
    },
    {
      run: 'istioctl proxy-config routes {pod} -n POD_NAMESPACE -o json',
      expect: 'typedPerFilterConfig of the route has envoy.filters.http.fault with an abort or a delay',
    },
  ],
  fixes: [
    {
      text: 'The experiment is over: take the fault section out of the VirtualService.',
      yaml: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {service}
  namespace: {namespace}
spec:
  hosts:
  - {host}
  http:
  - route: # no fault section
    - destination:
        host: {host}`,
    },
    {
      text: 'Keep it to the testers: match on a header, so that other callers are spared. Retries of the same VirtualService do not repair injected faults, for the fault comes first.',
    },
    { text: 'Wrong while a chaos test runs on purpose: ask its owner before you remove it.' },
  ],
  sources: [
    {
      title: 'Istio: fault injection',
      url: 'https://istio.io/latest/docs/tasks/traffic-management/fault-injection/',
    },
    {
      title: 'Envoy: fault injection filter',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/fault_filter',
    },
  ],
  samples: [
    {
      file: 'aborts-and-delays.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a sidecar: a quarter of the requests aborted, a quarter delayed by 0.9 s',
    },
    {
      file: 'caller-left-during-delay.log',
      origin: 'composed',
      from: 'causes.json fault-injection: DI with a delay longer than the patience of the caller',
    },
  ],
});
