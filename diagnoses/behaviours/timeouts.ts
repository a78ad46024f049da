import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import * as pages from './sources.ts';

export const timeouts = defineBehaviours('timeouts', {
  routeTimeout: {
    text: 'A request whose upstream has not answered when the timeout of the route is over is answered 504, with UT and response_timeout; the duration is the timeout.',
    documented: [pages.ENVOY_TIMEOUTS, pages.ENVOY_FLAGS],
    observed: 'Envoy 1.40: a route timeout of 1 s and a slow application',
  },
  fifteenSeconds: {
    text: 'A route of Envoy that sets no timeout has one of 15 s. Istio sets none for its own routes, but PassthroughCluster had it for long.',
    documented: [pages.ENVOY_TIMEOUTS],
  },
  perTryTimeout: {
    text: 'With perTryTimeout each try is given up by itself. The last one leaves 504, UT and upstream_per_try_timeout, with URX where retries were used up.',
    documented: [pages.ENVOY_TIMEOUTS, pages.ENVOY_DETAILS],
    observed: 'Envoy 1.40: perTryTimeout 0.6 s and two retries',
  },
  streamIdle: {
    text: 'A stream on which no byte goes either way for the idle timeout (5 minutes unless set) is ended with 408 or 504, SI, stream_idle_timeout and the reply "stream timeout".',
    documented: [pages.ENVOY_TIMEOUTS, pages.ENVOY_FLAGS, pages.ENVOY_DETAILS],
    observed: 'Envoy 1.40: a stream idle timeout of 1.5 s',
  },
  maxDuration: {
    text: 'A maximum duration ends a stream or connection that still runs, whether data flows or not. Set on a cluster it leaves UMSDR, on a connection DT, on a listener or route no flag but max_duration_timeout.',
    documented: [pages.ENVOY_TIMEOUTS, pages.ENVOY_FLAGS, pages.ENVOY_DETAILS],
    observed: 'Envoy 1.40: each of them set to about a second',
  },
  callerTimesOutFirst: {
    text: 'When the calling proxy gives up, it closes the stream, and the proxy of the server logs that its client left (DC, DR). The cause stands in the line of the caller.',
    observed: 'Envoy 1.40, two sidecars: 504 UT at the caller, 0 DC at the server, same request and duration',
  },
  limitsAreRound: {
    text: 'People set limits to round numbers. Failures that end together at one were ended by a timer; work, crashes and drains end at odd times.',
    reasoned:
      'that many durations do not meet a round number by chance; a limit of an odd length is not seen by this',
  },
  serversHaveLimits: {
    text: 'Servers and frameworks have a time limit for one request too, and many close the connection when it is over. The proxy, still waiting, logs UC after just that time.',
    documented: [
      {
        title: 'istio/istio#51619: 503 UC after two minutes',
        url: 'https://github.com/istio/istio/issues/51619',
      },
    ],
  },
  workersAreLookedAfter: {
    text: 'Servers with worker processes have a master that looks now and then which worker is over its limit, and kills it: the request ends some time after the limit, but not before (gunicorn: within a second).',
    documented: [
      {
        title: 'gunicorn: the timeout of workers',
        url: 'https://docs.gunicorn.org/en/stable/settings.html#timeout',
      },
    ],
    reasoned: 'the master of gunicorn wakes once a second',
  },
  clientsHavePatience: {
    text: 'Callers and load balancers have timeouts of their own. Requests that they give up end after the same time, whatever is asked.',
    documented: [
      {
        title: 'istio/istio#32727: 30 s timeout of a load balancer',
        url: 'https://github.com/istio/istio/issues/32727',
      },
    ],
  },
});
