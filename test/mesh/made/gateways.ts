import { type MadeLine, times } from '../made-lines.ts';
import { amongHealthy, HEALTHY, type MadeMesh, SERVED, toSubset } from './made-mesh.ts';
import {
  API_GATEWAY,
  AUDIT,
  apiRoute,
  edgeRoutes,
  HTTP_GATEWAY,
  istio,
  LEDGER_HTTP,
  ledgerRoutes,
  SUBSETS,
  TLS_GATEWAY,
} from './resources.ts';

/** Another host of the Gateway, which answers. */
const BY_EDGE: MadeLine = { ...HEALTHY, authority: 'other.bank.example', local: '10.9.9.9:8443' };
const NOT_ROUTED: MadeLine = {
  answer: '404 NR',
  details: 'route_not_found',
  authority: 'edge.bank.example',
  local: '10.9.9.9:8080',
};
const NO_CHAIN: MadeLine = {
  tcpFlag: 'NR',
  details: 'filter_chain_not_found',
  local: '10.9.9.9:8443',
  sni: 'edge.bank.example',
  sizes: '0 0 4',
};

function besideEdge(lines: readonly MadeLine[]): readonly MadeLine[] {
  return amongHealthy(lines, BY_EDGE);
}

/** Gateways, and the routes that hang on them. */
export const GATEWAYS: readonly MadeMesh[] = [
  {
    name: 'tls routes on a port that ends TLS',
    id: 'gateway-tls-route-on-terminating-port',
    log: besideEdge(times(4, { ...NOT_ROUTED, local: '10.9.9.9:8443', sni: 'edge.bank.example' })),
    mesh:
      AUDIT +
      TLS_GATEWAY +
      edgeRoutes(`tls:
- match: [{sniHosts: [edge.bank.example]}]
  route: [{destination: {host: audit, port: {number: 7000}}}]`),
    at: 'mode: SIMPLE',
    mended: ['mode: SIMPLE', 'mode: PASSTHROUGH'],
  },
  {
    name: 'http routes on a port that passes TLS through',
    id: 'gateway-http-route-on-passthrough-port',
    log: besideEdge(times(4, NO_CHAIN)),
    mesh:
      AUDIT +
      TLS_GATEWAY.replace('SIMPLE', 'PASSTHROUGH') +
      edgeRoutes(`http:
- route: [{destination: {host: audit}}]`),
    at: 'mode: PASSTHROUGH',
    mended: ['mode: PASSTHROUGH', 'mode: SIMPLE'],
  },
  {
    name: 'rules of the mesh that the gateway does not follow',
    id: 'gateway-ignores-mesh-route-rules',
    log: [...times(6, SERVED), toSubset('blue'), toSubset('blue')],
    mesh:
      LEDGER_HTTP +
      SUBSETS +
      HTTP_GATEWAY +
      ledgerRoutes(`http:
- route:
  - destination: {host: ledger, subset: blue}`) +
      istio(
        'VirtualService',
        'outer',
        `hosts: [edge.bank.example]
gateways: [ingress/edge]
http:
- route:
  - destination:
      host: ledger
      port: {number: 8200}`,
      ),
    at: 'host: ledger',
    mended: ['      port: {number: 8200}', '      subset: blue\n        port: {number: 8200}'],
  },
  {
    name: 'a path without a rule',
    id: 'no-route-for-path',
    log: besideEdge(times(4, { ...NOT_ROUTED, path: '/v3/transfers' })),
    mesh:
      AUDIT +
      HTTP_GATEWAY +
      edgeRoutes(`http:
- match:
  - uri: {prefix: /v2}
  route: [{destination: {host: audit}}]`),
    at: '- match:',
    mended: ['prefix: /v2', 'prefix: /'],
  },
  {
    name: 'a delegate that is not there',
    id: 'no-route-for-path',
    log: besideEdge(times(3, { ...NOT_ROUTED, path: '/v2/accounts' })),
    mesh:
      AUDIT +
      HTTP_GATEWAY +
      edgeRoutes(`http:
- match: [{uri: {prefix: /v2}}]
  delegate:
    name: accounts`) +
      istio('VirtualService', 'account', 'http:\n- route: [{destination: {host: audit}}]'),
    at: 'name: accounts',
    mended: ['name: accounts', 'name: account'],
  },
  {
    name: 'a route that is not exported to the Gateway',
    id: 'no-route-for-authority',
    log: besideEdge(times(3, NOT_ROUTED)),
    mesh:
      AUDIT +
      HTTP_GATEWAY +
      istio(
        'VirtualService',
        'edge',
        `hosts: [edge.bank.example]
exportTo:
- "."
gateways: [ingress/edge]
http:
- route: [{destination: {host: audit}}]`,
      ),
    at: '- "."',
    mended: ['- "."', '- "*"'],
  },
  {
    name: 'an HTTPRoute for another host than its Gateway serves',
    id: 'no-route-for-authority',
    log: besideEdge(times(3, { ...NOT_ROUTED, authority: 'app.bank.example' })),
    mesh: AUDIT + API_GATEWAY + apiRoute('app.bank.example', '- backendRefs: [{name: audit, port: 7000}]'),
    at: 'hostname: edge',
    mended: ['hostname: edge.bank', 'hostname: app.bank'],
  },
  {
    name: 'an HTTPRoute to another namespace without a ReferenceGrant',
    id: 'cluster-not-found',
    log: besideEdge(times(3, { ...NOT_ROUTED, answer: '500 -', details: 'direct_response', sizes: '0 0 0' })),
    mesh: `${AUDIT.replace('namespace: bank', 'namespace: core')}---
${AUDIT}${API_GATEWAY}${apiRoute('edge.bank.example', '- backendRefs:\n  - name: audit\n    namespace: core\n    port: 7000')}---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: in, namespace: core}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
  to: [{group: "", kind: Service}]
`,
    at: 'namespace: core',
    mended: ['kind: HTTPRoute, namespace: shop', 'kind: HTTPRoute, namespace: bank'],
  },
  {
    name: 'a timeout of an HTTPRoute',
    id: 'upstream-response-timeout',
    log: besideEdge(
      times(3, {
        ...SERVED,
        answer: '504 UT',
        details: 'response_timeout',
        authority: 'edge.bank.example',
        local: '10.9.9.9:8080',
        sizes: '0 24 2001',
      }),
    ),
    mesh:
      AUDIT +
      LEDGER_HTTP +
      API_GATEWAY +
      apiRoute(
        'edge.bank.example',
        '- backendRefs: [{name: ledger, port: 8200}]\n  timeouts:\n    request: 2s',
      ),
    at: 'request: 2s',
    mended: ['request: 2s', 'request: 30s'],
  },
];
