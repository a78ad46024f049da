import { notConnected, REFUSED, times } from '../made-lines.ts';
import { call, NO_CLUSTER, NO_ENDPOINT, OTHER, ok, type PeopleMesh, readMesh } from './people-mesh.ts';

const STOREFRONT = 'prod-storefront.retail.svc.cluster.local';
const REVIEWS = 'dev-reviews.bookstore.svc.cluster.local';
const SEARCH = 'search.retail.svc.cluster.local';
const PROFILE = 'profile.retail.svc.cluster.local';
const BILLING = 'billing.vms.internal';
const PRICING = 'pricing.retail.svc.cluster.local';

const STABLE_SEARCH = ok(call(SEARCH, 9000, '10.44.9.2:9000', 'stable'));
const ITS_OWN_500 = { answer: '500 -', details: 'via_upstream' };

/** Services, their subsets, and the pods and machines behind them. */
export const WORKLOADS: readonly PeopleMesh[] = [
  {
    name: 'a chart that puts the version on the Deployment and not on its pods',
    id: 'no-healthy-endpoints',
    mesh: readMesh('chart-version-label'),
    mended: [
      '        sidecar.istio.io/inject: "true"\n',
      '        sidecar.istio.io/inject: "true"\n        app.kubernetes.io/version: "2.3.1"\n',
    ],
    log: [...OTHER, ...times(9, { ...call(STOREFRONT, 8080, '-', 'stable'), ...NO_ENDPOINT })],
    healthy: ok(call(STOREFRONT, 8080, '10.44.2.8:8000', 'stable')),
  },
  {
    name: 'a prefix of kustomize that a DestinationRule did not get',
    id: 'cluster-not-found',
    mesh: readMesh('kustomize-prefix'),
    mended: ['    host: reviews\n', '    host: dev-reviews\n'],
    log: [
      ...OTHER,
      ...times(8, {
        ...NO_CLUSTER,
        authority: 'dev-reviews:9080',
        local: '10.100.4.4:9080',
        path: '/reviews/3',
      }),
    ],
    healthy: ok(call(REVIEWS, 9080, '10.44.2.9:9080', 'v1')),
  },
  {
    name: 'a canary that is scaled to none and still has its weight',
    id: 'no-healthy-endpoints',
    mesh: readMesh('canary-without-pods'),
    mended: ['replicas: 0', 'replicas: 1'],
    log: [
      ...STABLE_SEARCH.slice(0, 4),
      ...ok(call(SEARCH, 9000, '10.44.9.3:9000', 'stable')),
      ...times(6, { ...call(SEARCH, 9000, '-', 'canary'), ...NO_ENDPOINT }),
      ...STABLE_SEARCH,
    ],
    healthy: [
      ...Array.from({ length: 9 }, () => STABLE_SEARCH).flat(),
      ...ok(call(SEARCH, 9000, '10.44.9.7:9000', 'canary')),
    ],
  },
  {
    name: 'a port that is named tcp-… although a route has HTTP rules',
    id: 'service-requirements-not-met',
    mesh: readMesh('port-named-tcp'),
    mended: ['name: tcp-api', 'name: http-api'],
    log: [
      ...OTHER,
      ...times(9, {
        tcpFlag: '-',
        cluster: `outbound|8080||${PROFILE}`,
        upstreamHost: '10.44.5.5:8080',
        local: '10.100.7.7:8080',
        sizes: '512 2048 90',
      }),
    ],
    healthy: ok(call(PROFILE, 8080, '10.44.5.5:8080')),
  },
  {
    name: 'a virtual machine whose entry names another port',
    id: 'connection-refused',
    mesh: readMesh('machine-on-other-port'),
    mended: ['ports: {http: 8081}', 'ports: {http: 8080}'],
    log: [
      ...OTHER,
      ...times(9, {
        ...call(BILLING, 80, '192.0.2.61:8081'),
        ...notConnected(REFUSED),
        answer: '503 UF,URX',
        sizes: '0 152 60',
      }),
    ],
    healthy: ok(call(BILLING, 80, '192.0.2.61:8080')),
  },
  {
    name: 'outlier detection that may eject every pod',
    id: 'outlier-ejection',
    mesh: readMesh('every-pod-ejected'),
    mended: ['maxEjectionPercent: 100', 'maxEjectionPercent: 30'],
    log: [
      ...ok(call(PRICING, 8080, '10.44.19.1:8080')),
      { ...call(PRICING, 8080, '10.44.19.1:8080'), ...ITS_OWN_500 },
      { ...call(PRICING, 8080, '10.44.19.2:8080'), ...ITS_OWN_500 },
      ...times(9, { ...call(PRICING, 8080, '-'), ...NO_ENDPOINT }),
    ],
    healthy: ok(call(PRICING, 8080, '10.44.19.1:8080')),
  },
];
