import { type MadeLine, times } from '../made-lines.ts';
import { call, ok, type PeopleMesh, readMesh, toGateway } from './people-mesh.ts';

/** What a sidecar logs of a call to its own server: it names the endpoint only where the call gets through. */
interface Served {
  readonly refused: MadeLine;
  readonly served: MadeLine;
}

function serve(authority: string, own: string, sni: string): Served {
  const refused = { authority, cluster: `inbound|${own.split(':')[1]}||`, local: own, sni };
  return { refused, served: { ...refused, upstreamHost: own } };
}

const ORDERS = serve('orders.retail', '10.44.11.4:8080', 'outbound_.80_._.orders.retail.svc.cluster.local');
const RATINGS = serve(
  'ratings:9080',
  '10.44.12.2:9080',
  'outbound_.9080_._.ratings.retail.svc.cluster.local',
);
const API = { ...call('api.retail.svc.cluster.local', 80, '10.44.7.3:80'), ...toGateway('api.example.com') };

/** Who may call, with which token, and how often. */
export const POLICIES: readonly PeopleMesh[] = [
  {
    name: 'a policy that forgot one of the callers',
    id: 'rbac-denied',
    mesh: readMesh('caller-forgotten'),
    mended: [
      '[cluster.local/ns/retail/sa/storefront]',
      '[cluster.local/ns/retail/sa/storefront, cluster.local/ns/reports/sa/nightly]',
    ],
    log: [
      ...ok({ ...ORDERS.served, authority: 'orders', route: 'default' }),
      ...times(7, {
        ...ORDERS.refused,
        answer: '403 -',
        details: 'rbac_access_denied_matched_policy[none]',
        route: 'default',
        sizes: '0 19 0',
      }),
    ],
    healthy: ok({ ...ORDERS.served, route: 'default' }),
  },
  {
    name: 'tokens of an issuer that nobody configured',
    id: 'jwt-rejected',
    mesh: readMesh('issuer-unknown'),
    mended: [
      'issuer: https://login.example.com/realms/prod\n',
      'issuer: https://login.example.com/realms/staging\n',
    ],
    log: [
      ...ok(API),
      ...times(9, {
        ...API,
        answer: '401 -',
        details: 'jwt_authn_access_denied{Jwt_issuer_is_not_configured}',
        upstreamHost: '-',
        route: '-',
        sizes: '0 28 0',
      }),
    ],
    healthy: ok(API),
  },
  {
    name: 'a local rate limit in the sidecars of one workload',
    id: 'rate-limited',
    mesh: readMesh('local-rate-limit'),
    mended: ['operation: INSERT_BEFORE', 'operation: REMOVE'],
    log: [
      ...ok(RATINGS.served),
      ...times(9, { ...RATINGS.refused, answer: '429 -', details: 'local_rate_limited', sizes: '0 18 0' }),
    ],
    healthy: ok(RATINGS.served),
  },
];
