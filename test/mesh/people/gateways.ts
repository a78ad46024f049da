import { times } from '../made-lines.ts';
import {
  API_GATEWAY,
  call,
  GATEWAY,
  HTTP_GATEWAY,
  NO_CLUSTER,
  NO_ROUTE,
  ok,
  type PeopleMesh,
  readMesh,
  toGateway,
} from './people-mesh.ts';

const WWW = 'www.example.com';
const SHOP = 'shop.example.com';
const VAULT = { local: GATEWAY, sni: 'vault.example.com' };

/** Gateways, their certificates, and the routes that hang on them. */
export const GATEWAYS: readonly PeopleMesh[] = [
  {
    name: 'a short name that is a service of another namespace',
    id: 'cluster-not-found',
    mesh: readMesh('short-name'),
    mended: ['{host: catalog, port', '{host: catalog.backend.svc.cluster.local, port'],
    log: [
      ...ok({ ...call('bff.web.svc.cluster.local', 80, '10.44.6.2:3000'), ...toGateway(WWW) }),
      ...times(7, { ...NO_CLUSTER, ...toGateway(WWW, '/api/catalog/items') }),
    ],
    healthy: ok({
      ...call('catalog.backend.svc.cluster.local', 80, '10.44.6.3:8080'),
      ...toGateway(WWW, '/api/catalog/items'),
    }),
  },
  {
    name: 'a route of the Gateway API to a service of another namespace without a grant',
    id: 'cluster-not-found',
    mesh: readMesh('backend-without-grant'),
    mended: ['namespace: app}', 'namespace: apps}'],
    log: times(9, {
      answer: '500 -',
      details: 'direct_response',
      authority: 'reports.example.com',
      local: API_GATEWAY,
      path: '/weekly',
      sizes: '0 0 0',
    }),
    healthy: ok({
      ...call('reports.data.svc.cluster.local', 80, '10.44.8.3:8080'),
      authority: 'reports.example.com',
      local: API_GATEWAY,
    }),
  },
  {
    name: 'a listener of the Gateway API for another host name',
    id: 'no-route-for-authority',
    mesh: readMesh('listener-of-other-host'),
    mended: ['"*.staging.example.com"', '"*.example.com"'],
    log: times(11, { ...NO_ROUTE, authority: SHOP, local: API_GATEWAY }),
    healthy: ok({
      ...call('shop.apps.svc.cluster.local', 80, '10.44.8.4:8080'),
      authority: SHOP,
      local: API_GATEWAY,
    }),
  },
  {
    name: 'a delegate whose name has a slip of the pen',
    id: 'no-route-for-path',
    mesh: readMesh('delegate-misspelt'),
    mended: ['{name: cart-route,', '{name: cart-routes,'],
    log: [
      ...ok({
        ...call('items.items.svc.cluster.local', 80, '10.44.7.7:80'),
        authority: SHOP,
        local: HTTP_GATEWAY,
        path: '/items',
      }),
      ...times(7, { ...NO_ROUTE, authority: SHOP, local: HTTP_GATEWAY, path: '/cart/checkout' }),
    ],
    healthy: ok({
      ...call('cart.cart.svc.cluster.local', 80, '10.44.7.8:80'),
      authority: SHOP,
      local: HTTP_GATEWAY,
      path: '/cart/checkout',
    }),
  },
  {
    name: 'two Gateways with one wildcard certificate',
    id: 'shared-certificate-connection-reuse',
    mesh: readMesh('gateways-one-certificate'),
    mended: [
      'hosts: [shop.example.com]\n    tls: {mode: SIMPLE, credentialName: wildcard}',
      'hosts: [shop.example.com]\n    tls: {mode: SIMPLE, credentialName: shop-only}',
    ],
    log: [
      ...ok({ ...call('blog.web.svc.cluster.local', 80, '10.44.14.1:80'), ...toGateway('blog.example.com') }),
      ...times(6, { ...NO_ROUTE, ...toGateway(SHOP), sni: 'blog.example.com' }),
      ...ok({ ...call('shop.web.svc.cluster.local', 80, '10.44.14.2:80'), ...toGateway(SHOP) }),
    ],
    healthy: ok({ ...call('shop.web.svc.cluster.local', 80, '10.44.14.2:80'), ...toGateway(SHOP) }),
  },
  {
    name: 'HTTP routes at a port that passes TLS through',
    id: 'gateway-http-route-on-passthrough-port',
    mesh: readMesh('http-routes-at-passthrough'),
    mended: [
      '  http:\n  - route:',
      '  tls:\n  - match: [{port: 443, sniHosts: [vault.example.com]}]\n    route:',
    ],
    log: times(9, { ...VAULT, tcpFlag: 'NR', details: 'filter_chain_not_found', sizes: '0 0 0' }),
    healthy: times(12, {
      ...VAULT,
      tcpFlag: '-',
      cluster: 'outbound|8200||vault.security.svc.cluster.local',
      upstreamHost: '10.44.15.1:8200',
      sizes: '700 4000 800',
    }),
  },
  {
    name: 'routes of a team that the namespace of the Gateway does not see',
    id: 'no-route-for-authority',
    mesh: readMesh('routes-not-exported'),
    mended: ['exportTo: ["."]', 'exportTo: [".", istio-ingress]'],
    log: [
      ...ok({
        ...call('www.web.svc.cluster.local', 80, '10.44.18.1:80'),
        authority: WWW,
        local: HTTP_GATEWAY,
      }),
      ...times(8, { ...NO_ROUTE, authority: 'careers.example.com', local: HTTP_GATEWAY }),
    ],
    healthy: ok({
      ...call('careers.hr.svc.cluster.local', 80, '10.44.18.2:80'),
      authority: 'careers.example.com',
      local: HTTP_GATEWAY,
    }),
  },
];
