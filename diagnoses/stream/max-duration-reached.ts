import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isLocalReply } from '../../src/model/local-reply.ts';
import { http } from '../behaviours/http.ts';
import { replies } from '../behaviours/replies.ts';
import { timeouts } from '../behaviours/timeouts.ts';
import { endedByTimer } from '../claims/durations.ts';

/** The last two: what request_headers_timeout and request_timeout of the connection manager allow for sending a request. */
const MAX_DURATION =
  /^(?:upstream_max_stream_duration_reached|max_duration_timeout|duration_timeout|request_header_timeout|request_overall_timeout)$/;
const CONNECTION_DURATION = /max_connection_duration/;

export const maxDurationReached = defineDiagnosis({
  id: 'max-duration-reached',
  family: 'stream',
  title: 'Maximum stream or connection duration reached',
  prior: 'usual',
  flags: ['UMSDR', 'DT'],
  reads: [
    'responseFlags',
    'responseCode',
    'responseCodeDetails',
    'detailsName',
    'connectionTerminationDetails',
    'hasUpstreamServiceTime',
    'bytesSent',
  ],
  // The limit of the listener or route sets no flag for HTTP: where details are not logged, the length of the reply tells.
  applies: (s) =>
    s.responseFlags.includes('UMSDR') ||
    s.responseFlags.includes('DT') ||
    s.responseFlags.includes('SI') ||
    MAX_DURATION.test(s.detailsName ?? '') ||
    CONNECTION_DURATION.test(s.responseCodeDetails ?? '') ||
    CONNECTION_DURATION.test(s.connectionTerminationDetails ?? '') ||
    (s.detailsName == null && s.responseCode === 504 && s.responseFlags.length === 0),
  cause:
    'The stream or connection to {authority} lasted as long as a configured maximum allows (max_stream_duration, or the maximum duration of a connection), and the proxy ended it, whether data flowed or not.',
  evidence: [
    {
      for: 'decisive',
      about: 'flags',
      claim: 'the flag says that the maximum duration was reached (UMSDR, DT)',
      restsOn: timeouts.maxDuration,
      when: (s) => s.responseFlags.includes('UMSDR') || s.responseFlags.includes('DT'),
    },
    {
      for: 'decisive',
      about: 'details',
      claim: 'the details say that the maximum duration was reached',
      restsOn: timeouts.maxDuration,
      when: (s) =>
        MAX_DURATION.test(s.detailsName ?? '') ||
        CONNECTION_DURATION.test(s.responseCodeDetails ?? '') ||
        CONNECTION_DURATION.test(s.connectionTerminationDetails ?? ''),
    },
    {
      for: 'strong',
      about: 'size',
      claim:
        "the reply has the length of the proxy's own text for it (27 or 36 bytes), and no upstream answered",
      restsOn: [timeouts.maxDuration, replies.fixedTexts],
      when: (s) =>
        s.responseCode === 504 &&
        (isLocalReply(s.bytesSent, 'maxDuration') || isLocalReply(s.bytesSent, 'maxStreamDuration')) &&
        s.hasUpstreamServiceTime === false,
    },
    {
      for: 'moderate',
      about: 'duration',
      claim: 'the requests ended after the same round time: that is the limit',
      restsOn: timeouts.limitsAreRound,
      group: endedByTimer,
    },
    {
      against: 'strong',
      about: 'details',
      claim: 'the details name another reason',
      restsOn: replies.reasonIsLogged,
      when: (s) =>
        typeof s.detailsName === 'string' &&
        /_timeout$|_disconnect$|^via_upstream$/.test(s.detailsName) &&
        !MAX_DURATION.test(s.detailsName) &&
        !CONNECTION_DURATION.test(s.responseCodeDetails ?? ''),
    },
    {
      against: 'strong',
      about: 'size',
      claim: 'an upstream answered with this code',
      restsOn: http.serviceTimeMeansAnswer,
      when: (s) => s.responseFlags.length === 0 && s.hasUpstreamServiceTime === true,
    },
  ],
  confusedWith: [
    {
      id: 'upstream-response-timeout',
      tellApart:
        'UT response_timeout: the route waited for the answer to begin. A maximum duration also cuts answers that flow.',
    },
    {
      id: 'stream-idle-timeout',
      tellApart: 'SI counts from the last byte, a maximum duration from the first.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config cluster {pod} -n POD_NAMESPACE --fqdn {host} -o json',
      expect: 'for UMSDR: maxStreamDuration in commonHttpProtocolOptions',
    },
    {
      run: 'kubectl get envoyfilters,destinationrules -A -o yaml',
      expect:
        'max_stream_duration, max_downstream_connection_duration or max_connection_duration (EnvoyFilter), or maxConnectionDuration (DestinationRule) equal to the duration of the failures',
    },
  ],
  fixes: [
    {
      text: 'Raise the maximum, or take it off for routes with streams, downloads and WebSockets. Istio sets none by itself: somebody configured it.',
    },
    {
      text: 'Where it protects the proxy on purpose, have clients reconnect before it: for TCP (DT) a limit on connections is normal, and a client that reconnects is not harmed.',
    },
  ],
  versions:
    'UMSDR since Envoy 1.15. The limit of a listener or route has no flag for HTTP, only max_duration_timeout and 504.',
  sources: [
    {
      title: 'Envoy: HttpProtocolOptions.max_stream_duration',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/protocol.proto',
    },
    {
      title: 'Envoy: how do I configure timeouts?',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts',
    },
  ],
  samples: [
    {
      file: 'upstream-stream.log',
      origin: 'captured',
      from: 'Envoy 1.40, max_stream_duration of the cluster 1 s',
    },
    {
      file: 'listener-and-tcp.log',
      origin: 'captured',
      from: 'Envoy 1.40, max_stream_duration of the listener 1.2 s, TCP connections of at most 1 s',
    },
    {
      file: 'default-format.log',
      origin: 'captured',
      from: "the same in Envoy's default format, without details",
    },
    {
      file: 'request-not-sent-in-time.log',
      origin: 'captured',
      from: 'Envoy 1.40: a client sends its headers, another its body, more slowly than the connection manager allows',
    },
  ],
});
