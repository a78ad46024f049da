import type { Source } from './behaviour.ts';
import type { ResponseFlag } from './response-flag.ts';

/** A flag that no diagnosis claims as a rule: who sets it says more than the rest of the line does. */
export interface UnclaimedFlag {
  readonly flag: ResponseFlag;
  /** Who sets it, and when. */
  readonly why: string;
  /** Where to look next. */
  readonly look: string;
  readonly sources: readonly Source[];
}

const DROP_SOURCES: readonly Source[] = [
  {
    title: 'Envoy: ClusterLoadAssignment, drop_overloads',
    url: 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/endpoint/v3/endpoint.proto#config-endpoint-v3-clusterloadassignment-policy',
  },
  {
    title: 'envoyproxy/envoy#30827: support drop_overload',
    url: 'https://github.com/envoyproxy/envoy/pull/30827',
  },
  {
    title: 'envoyproxy/envoy#38408: unconditional_drop_overload',
    url: 'https://github.com/envoyproxy/envoy/pull/38408',
  },
];

/** Where the share to drop stands: Envoy prints it with the endpoints that it was given. */
const LOOK_AT_POLICY =
  'The admin interface of the proxy shows the share and its category: /config_dump?include_eds, dropOverloads of the cluster. Change it in the control plane that sends the endpoints; istiod sends none.';

export const UNCLAIMED_FLAGS: readonly UnclaimedFlag[] = [
  {
    flag: 'LR',
    why: 'The proxy gave up the stream to the upstream before an answer began. Envoy 1.15 to 1.17 (Istio 1.7 to 1.9) logs connection attempts that time out so; connect-timeout claims those that last. In other versions it is rare: the HTTP codec or an extension ended the stream.',
    look: 'The log of the proxy at debug level (http, http2, router) names the reason at the time of the request.',
    sources: [
      {
        title: 'envoyproxy/envoy#14394: connection timeouts as local reset',
        url: 'https://github.com/envoyproxy/envoy/issues/14394',
      },
      {
        title: 'Envoy: version history, 1.18.0',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/version_history/v1.18/v1.18.0',
      },
      {
        title: 'envoyproxy/envoy#13643: reasons for a local reset',
        url: 'https://github.com/envoyproxy/envoy/issues/13643',
      },
    ],
  },
  {
    flag: 'RFCF',
    why: 'The upstream gave this status to an earlier request, and the cache filter repeats it until the answer is too old. That fails only where the kept answer is an error; of the codes from 500 on Envoy keeps 501 alone.',
    look: 'Ask the upstream itself, past this proxy. The header cache-control: no-cache makes the filter ask too, unless it is told to ignore it.',
    sources: [
      {
        title: 'Envoy: cache filter',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/cache_filter',
      },
    ],
  },
  {
    flag: 'DO',
    why: 'With the endpoints of the cluster the control plane sends a share of the requests that is to be dropped (EDS, drop_overloads), so that endpoints with too much load recover. The router answers those with 503 before it chooses an endpoint; the others pass.',
    look: LOOK_AT_POLICY,
    sources: DROP_SOURCES,
  },
  {
    flag: 'UDO',
    why: 'With the endpoints of the cluster the control plane says that all requests are to be dropped (EDS, drop_overloads of 100 %); before Envoy 1.34 that is logged as DO. Some control planes do so where the cluster has no healthy endpoint.',
    look: `See first whether the service has healthy endpoints. ${LOOK_AT_POLICY}`,
    sources: DROP_SOURCES,
  },
];

/** What is known of a flag that no diagnosis claims; none for the others. */
export function findUnclaimedFlag(flag: string | null): UnclaimedFlag | undefined {
  return UNCLAIMED_FLAGS.find((row) => row.flag === flag);
}
