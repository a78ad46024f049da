import { notConnected, REFUSED, times } from '../made-lines.ts';
import { amongHealthy, HEALTHY, LEDGER, type MadeMesh, SERVED, toSubset } from './made-mesh.ts';
import { AUDIT, istio, LEDGER_HTTP, ledgerRoutes, POD, SUBSETS, service } from './resources.ts';

function envoyFilter(name: string, operation: string, anchor: string, adds: string): string {
  return istio(
    'EnvoyFilter',
    name,
    `priority: 0
# ${name}
configPatches:
- applyTo: HTTP_FILTER
  match:
    listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager, subFilter: {name: ${anchor}}}}}
  patch:
    operation: ${operation}
    value:
      name: ${adds}`,
  );
}

/** Services, their subsets and ports, and the filters of their proxies. */
export const WORKLOADS: readonly MadeMesh[] = [
  {
    name: 'a split by weights after few requests',
    id: 'weighted-split-too-few-requests',
    log: [...times(5, toSubset('blue')), ...times(5, toSubset('green'))],
    mesh:
      LEDGER_HTTP +
      SUBSETS +
      ledgerRoutes(`http:
- route:
  - destination: {host: ledger, subset: blue}
    weight: 90
  - destination: {host: ledger, subset: green}
    weight: 10`),
    at: 'subset: blue',
    mended: ['weight: 90', 'weight: 10'],
  },
  {
    name: 'HTTP rules for a port that is declared as TCP',
    id: 'service-requirements-not-met',
    log: [
      ...times(5, {
        upstreamHost: '10.9.3.4:8200',
        cluster: `outbound|8200||${LEDGER}`,
        local: '10.200.0.4:8200',
        sizes: '612 1489 8410',
      }),
    ],
    mesh:
      service('{name: tcp-api, port: 8200}') +
      ledgerRoutes(`http:
- timeout: 2s
  route: [{destination: {host: ledger}}]`),
    at: 'name: tcp-api',
    mended: ['name: tcp-api', 'name: http-api'],
  },
  {
    name: 'a target port that no container listens on',
    id: 'connection-refused',
    log: amongHealthy(
      times(4, {
        ...SERVED,
        answer: '503 UF',
        ...notConnected(REFUSED),
        upstreamHost: '10.9.3.4:8299',
      }),
    ),
    mesh: AUDIT + service('{name: http-api, port: 8200, targetPort: 8299}') + POD,
    at: 'targetPort: 8299',
    mended: ['targetPort: 8299', 'targetPort: 8200'],
  },
  {
    name: 'an EnvoyFilter beside a filter that comes later',
    id: 'envoyfilter-order',
    log: times(6, HEALTHY),
    mesh:
      AUDIT +
      envoyFilter('a-headers', 'INSERT_AFTER', 'acme.filters.tenant', 'acme.filters.headers') +
      envoyFilter('b-tenant', 'INSERT_BEFORE', 'envoy.filters.http.router', 'acme.filters.tenant'),
    at: 'operation: INSERT_AFTER',
    mended: ['  priority: 0\n  # a-headers', '  priority: 5\n  # a-headers'],
  },
];
