import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { chance } from '../behaviours/chance.ts';
import { connecting } from '../behaviours/connecting.ts';
import { logging } from '../behaviours/logging.ts';
import { retries } from '../behaviours/retries.ts';
import { timeouts } from '../behaviours/timeouts.ts';

const PER_TRY = /^upstream_per_try_(?:idle_)?timeout$/;

export const perTryTimeout = defineDiagnosis({
  id: 'per-try-timeout',
  family: 'stream',
  title: 'Every try is cut by perTryTimeout',
  prior: 'usual',
  flags: ['UT', 'URX'],
  reads: ['responseFlags', 'layer', 'detailsName', 'clusterDirection', 'hasUpstreamLocalAddress'],
  applies: (s) => s.layer === 'http' && s.responseFlags.includes('UT'),
  echoes: (s) =>
    (s.responseFlags.includes('DC') || s.responseFlags.includes('DR')) && s.clusterDirection !== 'outbound',
  cause:
    'Each try of the request to {host} was given up after perTryTimeout, before the application answered; the retries only repeated the slow work, and the caller got 504 after the last one.',
  evidence: [
    {
      for: 'decisive',
      about: 'details',
      claim: 'details are upstream_per_try_timeout',
      restsOn: timeouts.perTryTimeout,
      otherwise: 'decisive',
      when: (s) => PER_TRY.test(s.detailsName ?? ''),
    },
    {
      for: 'strong',
      about: 'flags',
      claim: 'the last of all retries ran out of time (URX with UT)',
      restsOn: [timeouts.perTryTimeout, retries.limitReached],
      when: (s) => s.responseFlags.includes('URX') && s.responseFlags.includes('UT'),
    },
    {
      for: 'moderate',
      about: 'path',
      claim: 'all failures are on one path',
      restsOn: chance.onePath,
      group: (g) => g.onOnePath,
    },
    {
      against: 'strong',
      about: 'address',
      claim: 'the proxy had no connection to the upstream yet: nothing was slow, nothing was reached',
      restsOn: [connecting.impatienceHidesIt, logging.localAddressMeansConnected],
      when: (s) => s.detailsName !== undefined && s.hasUpstreamLocalAddress === false,
    },
  ],
  confusedWith: [
    {
      id: 'upstream-response-timeout',
      tellApart: 'Details response_timeout and no URX: the timeout of the whole request ended it.',
    },
    {
      id: 'connect-timeout',
      tellApart:
        'Is the upstream local address absent, and all on one endpoint? Then the tries died before a connection.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config routes {pod} -n POD_NAMESPACE -o json',
      expect:
        'a retryPolicy with perTryTimeout on the route {route}; duration of the failures = (numRetries + 1) × perTryTimeout and some back-off',
    },
  ],
  fixes: [
    {
      text: 'Set perTryTimeout above what the slowest good answer takes, and the timeout of the route above all tries together.',
      yaml: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {service}-retries
  namespace: {namespace}
spec:
  hosts:
    - {host}
  http:
    - timeout: 35s
      retries:
        attempts: 2
        perTryTimeout: 10s
        retryOn: connect-failure,refused-stream,unavailable,cancelled
      route:
        - destination:
            host: {host}`,
    },
    {
      text: 'Where {path} is slow for every caller, retries make it slower still: each try is a new request for the application. Take them off and mend the application.',
    },
  ],
  sources: [
    {
      title: 'Envoy: how do I configure timeouts?',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts',
    },
    {
      title: 'Istio: VirtualService, HTTPRetry',
      url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry',
    },
  ],
  samples: [
    {
      file: 'three-tries.log',
      origin: 'captured',
      from: 'Envoy 1.40, two retries with a per-try timeout on a slow path',
    },
    {
      file: 'default-format.log',
      origin: 'captured',
      from: "the same in Envoy's default format, without details",
    },
  ],
});
