import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isInbound } from '../../src/model/upstream-cluster.ts';
import { http } from '../behaviours/http.ts';
import { mesh } from '../behaviours/mesh.ts';
import { retries } from '../behaviours/retries.ts';

export const retriesExhaustedOnUpstreamErrors = defineDiagnosis({
  id: 'retries-exhausted-on-upstream-errors',
  family: 'stream',
  title: 'Retries exhausted on error answers of the application',
  prior: 'common',
  flags: ['URX'],
  reads: ['responseFlags', 'layer', 'detailsName', 'hasUpstreamServiceTime', 'upstreamHost'],
  // URX beside UF, UC or UT only says that the retries did not help; then that flag is the cause.
  applies: (s) =>
    s.layer === 'http' &&
    s.responseFlags.includes('URX') &&
    s.responseFlags.length === 1 &&
    s.upstreamHost !== null &&
    (s.detailsName == null || s.detailsName === 'via_upstream'),
  cause:
    'The application behind {host} answered each try with an error that the route retries; after the last retry the proxy passed its answer on.',
  evidence: [
    {
      for: 'strong',
      about: 'details',
      claim: 'the last answer came from the upstream (via_upstream)',
      restsOn: [http.viaUpstream, retries.errorsAreRetried],
      when: (s) => s.detailsName === 'via_upstream',
    },
    {
      for: 'moderate',
      about: 'duration',
      claim: 'the upstream sent response headers (it has a service time)',
      restsOn: http.serviceTimeMeansAnswer,
      when: (s) => s.hasUpstreamServiceTime === true,
    },
    {
      for: 'strong',
      about: 'flags',
      claim: 'the limit of retries is the only flag: no connection failed and no timeout ran out',
      restsOn: [retries.limitReached, retries.errorsAreRetried],
      when: (s) => s.responseFlags.length === 1 && s.responseFlags.includes('URX'),
    },
    {
      against: 'decisive',
      about: 'peer',
      claim: 'the proxy of the server logged a failure of its own at the same endpoint',
      restsOn: mesh.bothSidesLog,
      group: (g) =>
        g.sameEndpoint(
          (other) =>
            other.failed && other.shape.responseFlags.length > 0 && isInbound(other.shape.clusterDirection),
        ) > 0 || null,
    },
  ],
  confusedWith: [
    {
      id: 'application-error',
      tellApart: 'Without URX the error was not retried; the application gave it all the same.',
    },
    {
      id: 'app-not-listening',
      tellApart:
        'Does the sidecar of {upstreamIp} log UF or UC on inbound for the same request id? Then the application never answered, its sidecar did.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={upstreamIp}',
      expect:
        "one of the pods that answered; the application logs the error once per try, under the request's x-request-id",
    },
    {
      run: 'istioctl proxy-config routes {pod} -n POD_NAMESPACE -o json',
      expect:
        'a retryPolicy on the route {route} whose retryOn names this kind of answer (5xx, gateway-error, retriable-status-codes)',
    },
  ],
  fixes: [
    {
      text: 'Mend the error in the application: the retries show that it does not pass by itself. While it lasts, they multiply the load (tries = attempts + 1).',
    },
    {
      text: 'If the application must shed load, do not retry its 503: name what may be retried.',
      yaml: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {service}-retry
  namespace: {namespace}
spec:
  hosts:
    - {host}
  http:
    - retries:
        attempts: 2
        retryOn: connect-failure,refused-stream
      route:
        - destination:
            host: {host}`,
    },
  ],
  versions:
    'Istio retries 503 by default only in some releases (retriable-status-codes 503); others need retryOn in a VirtualService.',
  sources: [
    {
      title: 'Envoy: x-envoy-retry-on',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on',
    },
    {
      title: 'Istio: VirtualService, HTTPRetry',
      url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry',
    },
  ],
  samples: [
    {
      file: 'application-503.log',
      origin: 'captured',
      from: 'Envoy 1.40; the application answers 503 to half of the requests, the route retries twice',
    },
  ],
});
