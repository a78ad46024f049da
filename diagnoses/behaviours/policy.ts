import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import * as pages from './sources.ts';

const ENVOY_JWT_CODE = {
  title: 'Envoy, source/extensions/filters/http/jwt_authn/filter.cc',
  url: 'https://github.com/envoyproxy/envoy/blob/main/source/extensions/filters/http/jwt_authn/filter.cc',
};
const ENVOY_HEALTH_CHECK = {
  title: 'Envoy: health check filter',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/health_check_filter',
};
const ENVOY_OVERLOAD = {
  title: 'Envoy: overload manager',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/operations/overload_manager/overload_manager',
};
const ENVOY_RATE_LIMIT = {
  title: 'Envoy: rate limit filter',
  url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/rate_limit_filter',
};

export const policy = defineBehaviours('policy', {
  authzDenies: {
    text: 'The external authorization filter asks a service about each request. Where the service says no, the reply has the flag UAEX and the details ext_authz_denied.',
    documented: [pages.ENVOY_EXT_AUTHZ, pages.ENVOY_FLAGS],
    observed: 'Envoy 1.40: an HTTP authorization service that denies one path',
  },
  authzDenialIsTheServices: {
    text: 'A denial is what the authorization service made of it: it chooses the code (401, a redirect to a login page), the headers and the body. Over HTTP even the service time of its answer is passed on.',
    documented: [
      {
        title: 'Envoy: authorization service, DeniedHttpResponse',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/auth/v3/external_auth.proto',
      },
    ],
    observed: 'Envoy 1.40: refusals of an HTTP authorization service carry its body and its service time',
  },
  authzFails: {
    text: 'Where the authorization service does not answer, answers too late or with 5xx, and the check fails closed, Envoy refuses with an empty reply, the configured status (403 unless set) and ext_authz_error.',
    documented: [
      {
        title: 'Envoy: ExtAuthz, status_on_error and failure_mode_allow',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/ext_authz/v3/ext_authz.proto',
      },
    ],
    observed: 'Envoy 1.40: the authorization service stopped',
  },
  authzTakesTime: {
    text: 'A decision takes the time of a call to the service. A service that is too slow costs the whole timeout of the check, one that refuses the connection costs next to nothing.',
    observed:
      'Envoy 1.40: 3 ms for a denial, 0 ms where nothing listened; Istio 1.8 (istio/istio#35505): 5 s, the timeout',
  },
  faultAborts: {
    text: 'The fault filter answers a share of the requests itself, with the configured code, the flag FI and the text "fault filter abort". It stands before the router, so no upstream is asked and nothing is retried.',
    documented: [
      {
        title: 'Envoy: fault injection filter',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/fault_filter',
      },
      pages.ENVOY_FLAGS,
    ],
    observed: 'Envoy 1.40: a quarter of the requests aborted',
  },
  faultDelays: {
    text: 'The fault filter can hold a request back before any upstream is asked (DI). A caller whose patience is shorter than the delay leaves in that time.',
    documented: [
      {
        title: 'Istio: fault injection',
        url: 'https://istio.io/latest/docs/tasks/traffic-management/fault-injection/',
      },
      pages.ENVOY_FLAGS,
    ],
    observed: 'Envoy 1.40: a quarter of the requests delayed by 0.9 s',
  },
  filterConfigMissing: {
    text: 'A filter whose configuration comes by extension discovery, and has not come in time, answers 500 with an empty reply and NFCF rather than be skipped. Its details are empty, where all other replies have some.',
    documented: [
      {
        title: 'Envoy: extension config discovery service',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/overview/extension',
      },
      pages.ENVOY_FLAGS,
    ],
    observed: 'Envoy 1.40: an HTTP filter with config_discovery and no configuration',
  },
  strictHeaders: {
    text: 'A router with strict_check_headers refuses a request whose x-envoy header it cannot use: 400, IH, and details that name the header.',
    documented: [
      {
        title: 'Envoy: router filter, strict_check_headers',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/router/v3/router.proto',
      },
      pages.ENVOY_FLAGS,
      pages.ENVOY_DETAILS,
    ],
    observed: 'Envoy 1.40: x-envoy-max-retries: many',
  },
  jwtRefusals: {
    text: 'The JWT filter refuses with 401, without a flag, and with the reason both in the details jwt_authn_access_denied and as the whole reply. Only a wrong audience is 403.',
    documented: [
      {
        title: 'Envoy: JWT authentication filter',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/jwt_authn_filter',
      },
      ENVOY_JWT_CODE,
    ],
    observed: 'Envoy 1.40: tokens that are missing, malformed, or of an unknown issuer',
  },
  healthCheckFails: {
    text: 'The health check filter answers the path of the health check itself. A proxy that was told to fail (/healthcheck/fail, draining) answers 503 without a body, with LH and health_check_failed.',
    documented: [ENVOY_HEALTH_CHECK, pages.ENVOY_FLAGS],
    observed: 'Envoy 1.40: /healthcheck/fail called',
  },
  oneHealthCheckPath: {
    text: 'The health check filter takes the requests that its header match describes, one path as a rule, and leaves all others alone.',
    documented: [
      {
        title: 'Envoy: HealthCheck',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/health_check/v3/health_check.proto',
      },
    ],
  },
  overloadRefuses: {
    text: 'A proxy that has used up a watched resource answers new requests with 503 and "envoy overloaded" before it looks for a route. The details are overload, and there is no flag.',
    documented: [ENVOY_OVERLOAD, pages.ENVOY_DETAILS],
    observed: 'Envoy 1.40: stop_accepting_requests, and the load shed point for headers',
  },
  overloadResets: {
    text: 'The overload manager can also end streams that run; those have the flag OM.',
    documented: [pages.ENVOY_FLAGS, ENVOY_OVERLOAD],
  },
  overloadSparesNoPath: {
    text: 'An overloaded proxy refuses whatever comes, on every path, and serves the same again when the pressure falls.',
    documented: [ENVOY_OVERLOAD],
  },
  rateLimits: {
    text: 'A rate limit filter refuses with 429 and RL. The details say which: local_rate_limited (its own token bucket, the same words as the reply), request_rate_limited (the rate limit service) or rate_limited_by_quota.',
    documented: [
      {
        title: 'Envoy: local rate limit filter',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/local_rate_limit_filter',
      },
      ENVOY_RATE_LIMIT,
      pages.ENVOY_FLAGS,
    ],
    observed: 'Envoy 1.40: a token bucket of one request',
  },
  rateLimitServiceFails: {
    text: 'Where the rate limit service cannot be asked and failure_mode_deny is set, the filter answers 500 without a body, with RLSE and rate_limiter_error.',
    documented: [ENVOY_RATE_LIMIT, pages.ENVOY_FLAGS],
    observed: 'Envoy 1.40: the rate limit service down',
  },
  rbacDenies: {
    text: 'The RBAC filter refuses with 403 and "RBAC: access denied", without a flag. The details name the policy and rule that denied (DENY comes first), or none where there are ALLOW policies and no rule of them matched.',
    documented: [
      {
        title: 'Envoy: RBAC network filter',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/network_filters/rbac_filter',
      },
      {
        title: 'Istio: AuthorizationPolicy',
        url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
      },
    ],
    observed: 'Envoy 1.40: a DENY policy that matches, and ALLOW policies of which none does',
  },
  rbacJudgesFirstBytes: {
    text: 'On TCP the RBAC filter judges a connection when its first bytes arrive, and closes it without an answer.',
    documented: [
      {
        title: 'Envoy: network RBAC, EnforcementType',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/network/rbac/v3/rbac.proto',
      },
    ],
    observed: 'Envoy 1.40: a TCP connection that no ALLOW rule covers',
  },
  mixerStatus: {
    text: 'Istio 1.1 to 1.7 log after the flags what Mixer said of a request that it refused: the name of a gRPC status and a text. Each name stands for one kind of refusal.',
    documented: [pages.ISTIO_MIXER_STATUS],
  },
  mixerCodes: {
    text: 'Each gRPC status has its HTTP code, and the client of Mixer answers with that: UNAVAILABLE 503, UNAUTHENTICATED 401, PERMISSION_DENIED 403, RESOURCE_EXHAUSTED 429, INTERNAL 500.',
    documented: [
      {
        title: 'google.rpc.Code: HTTP mapping',
        url: 'https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto',
      },
    ],
    reasoned:
      'lines of that time show 503 for UNAVAILABLE and 429 for RESOURCE_EXHAUSTED; the other three follow the table',
  },
  mixerReply: {
    text: 'The reply to a request that Mixer refused is the status itself, name, colon and text, and so has its length. In that of UNAVAILABLE the text is the one that Envoy has for a service that it cannot reach.',
    documented: [
      {
        title: 'istio/istio#7959: Mixer not available is not in the response flags (Istio 1.0)',
        url: 'https://github.com/istio/istio/issues/7959',
      },
    ],
    observed:
      'Istio 1.0, the line of that issue: 69 bytes, which are "UNAVAILABLE:" and the text of a failed connection',
  },
  patchesInOrder: {
    text: 'EnvoyFilters are applied by priority and creation time. One that refers to a filter that is not there yet is left out without a word, and a new version of Istio can change what is there.',
    documented: [
      {
        title: 'Istio: EnvoyFilter, priority and order',
        url: 'https://istio.io/latest/docs/reference/config/networking/envoy-filter/',
      },
      {
        title: 'Istio: IST0151 EnvoyFilterUsesRelativeOperation',
        url: 'https://istio.io/latest/docs/reference/config/analysis/ist0151/',
      },
    ],
  },
});
