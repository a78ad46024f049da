import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isLocalReply } from '../../src/model/local-reply.ts';
import { replies } from '../behaviours/replies.ts';
import { timeouts } from '../behaviours/timeouts.ts';
import { endedByTimer } from '../claims/durations.ts';

export const streamIdleTimeout = defineDiagnosis({
  id: 'stream-idle-timeout',
  family: 'stream',
  title: 'Stream idle timeout',
  prior: 'common',
  flags: ['SI'],
  reads: ['responseFlags', 'detailsName', 'layer', 'bytesSent', 'responseCode', 'hasUpstreamServiceTime'],
  // Other limits of the proxy answer 504 or 408 as well, without a flag.
  applies: (s) =>
    s.layer === 'http' &&
    (s.responseFlags.includes('SI') ||
      s.detailsName === 'stream_idle_timeout' ||
      ((s.responseCode === 408 || s.responseCode === 504) &&
        s.responseFlags.length === 0 &&
        s.hasUpstreamServiceTime === false)),
  cause:
    'For the stream idle timeout of the proxy no byte went either way on the request to {authority}: the application was silent (or the client sent its body too slowly), and the proxy ended the stream.',
  evidence: [
    {
      for: 'decisive',
      about: 'flags',
      claim: 'the flag is SI (stream idle timeout)',
      restsOn: timeouts.streamIdle,
      when: (s) => s.responseFlags.includes('SI'),
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'details are stream_idle_timeout',
      restsOn: timeouts.streamIdle,
      when: (s) => s.detailsName === 'stream_idle_timeout',
    },
    {
      for: 'moderate',
      about: 'size',
      claim: 'the reply is the 14 bytes "stream timeout" of the proxy',
      restsOn: [timeouts.streamIdle, replies.fixedTexts],
      when: (s) =>
        isLocalReply(s.bytesSent, 'streamTimeout') && (s.responseCode === 408 || s.responseCode === 504),
    },
    {
      for: 'weak',
      about: 'duration',
      claim: 'the requests ended after the same round time: that is the idle timeout',
      restsOn: timeouts.limitsAreRound,
      group: endedByTimer,
    },
    {
      against: 'strong',
      about: 'details',
      claim: 'the details name another reason',
      restsOn: replies.reasonIsLogged,
      when: (s) => typeof s.detailsName === 'string' && s.detailsName !== 'stream_idle_timeout',
    },
  ],
  confusedWith: [
    {
      id: 'upstream-response-timeout',
      tellApart:
        'UT counts from the end of the request to the answer, SI since the last byte; the flag decides.',
    },
    {
      id: 'max-duration-reached',
      tellApart:
        'Did data still flow when the stream ended? Then its whole duration was limited, not its silence.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config routes {pod} -n POD_NAMESPACE -o json',
      expect:
        'an idleTimeout on the route {route} that equals the duration of the silence; if there is none, see streamIdleTimeout of the listener',
    },
    {
      run: 'istioctl proxy-config listener {pod} -n POD_NAMESPACE --port {localPort} -o json',
      expect: 'streamIdleTimeout above 0s (Istio sets 0s, off; Envoy alone has 5 minutes)',
    },
  ],
  fixes: [
    {
      text: 'For WebSockets, server-sent events, gRPC streams and long polls: have the application or the client send a ping more often than the timeout. That also keeps load balancers on the way from cutting the connection.',
    },
    {
      text: 'Or raise it where it is set: in Istio an EnvoyFilter (look for idle_timeout), in Envoy idle_timeout of the route or stream_idle_timeout of the connection manager.',
      yaml: `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata:
  name: longer-stream-idle-timeout
  namespace: POD_NAMESPACE
spec:
  workloadSelector:
    labels:
      app: APP # a label of the pods whose proxies end the streams: of a gateway, istio: ingressgateway as a rule
  configPatches:
    - applyTo: NETWORK_FILTER
      match:
        listener:
          filterChain:
            filter:
              name: envoy.filters.network.http_connection_manager
      patch:
        operation: MERGE
        value:
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
            stream_idle_timeout: 3600s`,
    },
    {
      text: 'Wrong for plain requests that are slow: there the silence is the fault, so mend {path}.',
    },
  ],
  versions:
    'The code is 504 while the proxy waits for the upstream, 408 while it waits for the client (always 408 in old Envoy), 101 for an open WebSocket.',
  sources: [
    {
      title: 'Envoy: stream timeouts',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts#stream-timeouts',
    },
  ],
  samples: [
    {
      file: 'silent-path.log',
      origin: 'captured',
      from: 'Envoy 1.40, stream idle timeout 1.5 s, one silent path',
    },
  ],
});
