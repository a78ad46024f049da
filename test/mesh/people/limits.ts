import { OVERFLOW, times } from '../made-lines.ts';
import { call, ok, type PeopleMesh, readMesh } from './people-mesh.ts';

const EXPORT = call('export.retail.svc.cluster.local', 8080, '10.44.13.1:8080');
const QUOTES = call('quotes.retail.svc.cluster.local', 8080, '10.44.13.4:8080');
const THUMBS = call('thumbs.retail.svc.cluster.local', 8000, '10.44.13.5:8000');
const RATINGS = call('ratings.retail.svc.cluster.local', 9080, '10.44.20.1:9080', 'v1');

/** Timeouts, limits, and faults that were put in on purpose. */
export const LIMITS: readonly PeopleMesh[] = [
  {
    name: 'a timeout of the route that is shorter than the export it serves',
    id: 'upstream-response-timeout',
    mesh: readMesh('route-timeout'),
    mended: ['timeout: 2s', 'timeout: 60s'],
    log: [
      ...ok({ ...EXPORT, path: '/list' }),
      ...times(6, {
        ...EXPORT,
        path: '/export/all',
        answer: '504 UT',
        details: 'response_timeout',
        sizes: '0 24 2000',
      }),
    ],
    healthy: ok({ ...EXPORT, path: '/export/all', sizes: '0 900 4100' }),
  },
  {
    name: 'a timeout for each try',
    id: 'per-try-timeout',
    mesh: readMesh('timeout-per-try'),
    mended: ['perTryTimeout: 500ms, ', ''],
    log: [
      ...ok(QUOTES),
      ...times(6, {
        ...QUOTES,
        answer: '504 UT',
        details: 'upstream_per_try_timeout',
        sizes: '0 24 1540',
      }),
    ],
    healthy: ok({ ...QUOTES, sizes: '0 50 700' }),
  },
  {
    name: 'a limit of requests that was copied from a tutorial',
    id: 'circuit-breaker-overflow',
    mesh: readMesh('limit-of-tutorial'),
    mended: [
      'tcp: {maxConnections: 1}\n      http: {http1MaxPendingRequests: 1, maxRequestsPerConnection: 1}',
      'tcp: {maxConnections: 500}',
    ],
    log: [
      ...ok(THUMBS),
      ...times(9, { ...THUMBS, answer: '503 UO', details: OVERFLOW, upstreamHost: '-', sizes: '0 81 0' }),
      ...ok(THUMBS),
    ],
    healthy: ok(THUMBS),
  },
  {
    name: 'a fault that stayed in for the tester',
    id: 'fault-injection',
    mesh: readMesh('fault-left-in'),
    mended: ['    fault: {abort: {percentage: {value: 100}, httpStatus: 500}}\n', ''],
    log: [
      ...ok(RATINGS),
      ...times(7, {
        ...RATINGS,
        answer: '500 FI',
        details: 'fault_filter_abort',
        upstreamHost: '-',
        sizes: '0 18 0',
      }),
    ],
    healthy: ok(RATINGS),
  },
];
