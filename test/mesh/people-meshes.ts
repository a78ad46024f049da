import { type MadeLine, times } from './made-lines.ts';

/** A mesh as people keep it, with the log of its fault. */
export interface PeopleMesh {
  readonly name: string;
  /** The cause. */
  readonly id: string;
  readonly mesh: string;
  /** What mends it: text of the mesh, and what stands there instead. */
  readonly mended: readonly [string, string];
  readonly log: readonly MadeLine[];
  /** The same calls once it is mended. */
  readonly healthy: readonly MadeLine[];
}

const RESET = 'upstream_reset_before_response_started';
const GATEWAY = '10.44.1.5:8443';

function ok(line: MadeLine): readonly MadeLine[] {
  return times(12, {
    ...line,
    answer: line.answer === undefined ? '200 -' : line.answer,
    details: 'via_upstream',
  });
}

/** A line of a sidecar that calls a service. */
function call(host: string, port: number, upstreamHost: string, subset = ''): MadeLine {
  return {
    authority: `${host.split('.')[0]}:${port}`,
    cluster: `outbound|${port}|${subset}|${host}`,
    upstreamHost,
    local: `10.100.20.7:${port}`,
    route: 'default',
  };
}

const OTHER = ok(call('audit.ops.svc.cluster.local', 8080, '10.44.3.3:8080'));

export const PEOPLE_MESHES: readonly PeopleMesh[] = [
  {
    name: 'a chart that puts the version on the Deployment and not on its pods',
    id: 'no-healthy-endpoints',
    mesh: `---
# Source: storefront/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: prod-storefront
  namespace: retail
  labels:
    helm.sh/chart: storefront-2.3.1
    app.kubernetes.io/name: storefront
    app.kubernetes.io/instance: prod
    app.kubernetes.io/managed-by: Helm
spec:
  type: ClusterIP
  ports:
    - port: 8080
      targetPort: http
      protocol: TCP
      name: http
  selector:
    app.kubernetes.io/name: storefront
    app.kubernetes.io/instance: prod
---
# Source: storefront/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: prod-storefront
  namespace: retail
  labels:
    app.kubernetes.io/name: storefront
    app.kubernetes.io/version: "2.3.1"
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: storefront
      app.kubernetes.io/instance: prod
  template:
    metadata:
      annotations:
        checksum/config: 0a1b2c
      labels:
        app.kubernetes.io/name: storefront
        app.kubernetes.io/instance: prod
        sidecar.istio.io/inject: "true"
    spec:
      containers:
        - name: storefront
          image: "registry.example.com/storefront:2.3.1"
          ports:
            - name: http
              containerPort: 8000
              protocol: TCP
---
# Source: storefront/templates/istio.yaml
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata:
  name: prod-storefront
  namespace: retail
spec:
  host: prod-storefront.retail.svc.cluster.local
  subsets:
    - name: stable
      labels:
        app.kubernetes.io/version: "2.3.1"
---
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata:
  name: prod-storefront
  namespace: retail
spec:
  hosts:
    - prod-storefront
  http:
    - route:
        - destination:
            host: prod-storefront
            subset: stable
`,
    mended: [
      '        sidecar.istio.io/inject: "true"\n',
      '        sidecar.istio.io/inject: "true"\n        app.kubernetes.io/version: "2.3.1"\n',
    ],
    log: [
      ...OTHER,
      ...times(9, {
        ...call('prod-storefront.retail.svc.cluster.local', 8080, '-', 'stable'),
        answer: '503 UH',
        details: 'no_healthy_upstream',
        sizes: '0 19 0',
      }),
    ],
    healthy: ok(call('prod-storefront.retail.svc.cluster.local', 8080, '10.44.2.8:8000', 'stable')),
  },
  {
    name: 'a prefix of kustomize that a DestinationRule did not get',
    id: 'cluster-not-found',
    mesh: `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata:
    labels:
      app: reviews
    name: dev-reviews
    namespace: bookstore
  spec:
    ports:
    - name: http
      port: 9080
    selector:
      app: reviews
- apiVersion: networking.istio.io/v1
  kind: DestinationRule
  metadata:
    name: dev-reviews
    namespace: bookstore
  spec:
    host: reviews
    subsets:
    - labels:
        version: v1
      name: v1
- apiVersion: networking.istio.io/v1
  kind: VirtualService
  metadata:
    name: dev-reviews
    namespace: bookstore
  spec:
    hosts:
    - dev-reviews
    http:
    - route:
      - destination:
          host: dev-reviews
          subset: v1
`,
    mended: ['    host: reviews\n', '    host: dev-reviews\n'],
    log: [
      ...OTHER,
      ...times(8, {
        answer: '503 NC',
        details: 'cluster_not_found',
        authority: 'dev-reviews:9080',
        local: '10.100.4.4:9080',
        sizes: '0 0 0',
        path: '/reviews/3',
      }),
    ],
    healthy: ok(call('dev-reviews.bookstore.svc.cluster.local', 9080, '10.44.2.9:9080', 'v1')),
  },
  {
    name: 'a short name that is a service of another namespace',
    id: 'cluster-not-found',
    mesh: `apiVersion: v1
kind: Namespace
metadata: {name: web, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: bff, namespace: web}
spec:
  selector: {app: bff}
  ports: [{name: http, port: 80, targetPort: 3000}]
---
apiVersion: v1
kind: Service
metadata: {name: catalog, namespace: backend}
spec:
  selector: {app: catalog}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    tls: {mode: SIMPLE, credentialName: www}
    hosts: [www.example.com]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: www, namespace: web}
spec:
  hosts: [www.example.com]
  gateways: [public]
  http:
  - match:
    - uri: {prefix: /api/catalog}
    route:
    - destination: {host: catalog, port: {number: 80}}
  - route:
    - destination: {host: bff, port: {number: 80}}
`,
    mended: ['{host: catalog, port', '{host: catalog.backend.svc.cluster.local, port'],
    log: [
      ...ok({
        ...call('bff.web.svc.cluster.local', 80, '10.44.6.2:3000'),
        authority: 'www.example.com',
        local: GATEWAY,
        sni: 'www.example.com',
        path: '/',
      }),
      ...times(7, {
        answer: '503 NC',
        details: 'cluster_not_found',
        authority: 'www.example.com',
        local: GATEWAY,
        sni: 'www.example.com',
        path: '/api/catalog/items',
        sizes: '0 0 0',
      }),
    ],
    healthy: ok({
      ...call('catalog.backend.svc.cluster.local', 80, '10.44.6.3:8080'),
      authority: 'www.example.com',
      local: GATEWAY,
      sni: 'www.example.com',
      path: '/api/catalog/items',
    }),
  },
  {
    name: 'a route of the Gateway API to a service of another namespace without a grant',
    id: 'cluster-not-found',
    mesh: `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: edge
  namespace: infra
spec:
  gatewayClassName: istio
  listeners:
  - name: http
    port: 80
    protocol: HTTP
    allowedRoutes:
      namespaces:
        from: All
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: reports
  namespace: apps
spec:
  parentRefs:
  - name: edge
    namespace: infra
  hostnames: ["reports.example.com"]
  rules:
  - matches:
    - path: {type: PathPrefix, value: /}
    backendRefs:
    - name: reports
      namespace: data
      port: 80
---
apiVersion: v1
kind: Service
metadata: {name: reports, namespace: data}
spec:
  selector: {app: reports}
  ports:
  - {name: http, port: 80, targetPort: 8080}
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: from-apps, namespace: data}
spec:
  from:
  - {group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: app}
  to:
  - {group: "", kind: Service}
`,
    mended: ['namespace: app}', 'namespace: apps}'],
    log: times(9, {
      answer: '500 -',
      details: 'direct_response',
      authority: 'reports.example.com',
      local: '10.44.1.7:80',
      path: '/weekly',
      sizes: '0 0 0',
    }),
    healthy: ok({
      ...call('reports.data.svc.cluster.local', 80, '10.44.8.3:8080'),
      authority: 'reports.example.com',
      local: '10.44.1.7:80',
    }),
  },
  {
    name: 'a listener of the Gateway API for another host name',
    id: 'no-route-for-authority',
    mesh: `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: infra}
spec:
  gatewayClassName: istio
  listeners:
  - name: web
    hostname: "*.staging.example.com"
    port: 80
    protocol: HTTP
    allowedRoutes: {namespaces: {from: All}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: apps}
spec:
  parentRefs: [{name: edge, namespace: infra}]
  hostnames: [shop.example.com]
  rules:
  - backendRefs: [{name: shop, port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: apps}
spec:
  selector: {app: shop}
  ports: [{name: http, port: 80, targetPort: 8080}]
`,
    mended: ['"*.staging.example.com"', '"*.example.com"'],
    log: times(11, {
      answer: '404 NR',
      details: 'route_not_found',
      authority: 'shop.example.com',
      local: '10.44.1.7:80',
      sizes: '0 0 0',
    }),
    healthy: ok({
      ...call('shop.apps.svc.cluster.local', 80, '10.44.8.4:8080'),
      authority: 'shop.example.com',
      local: '10.44.1.7:80',
    }),
  },
  {
    name: 'egress on port 80 that leads to 443 without TLS',
    id: 'plaintext-to-tls-port',
    mesh: `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: payments-api
  namespace: checkout
spec:
  hosts:
  - api.payments.example
  location: MESH_EXTERNAL
  ports:
  - number: 80
    name: http
    protocol: HTTP
    targetPort: 443
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: payments-api
  namespace: checkout
spec:
  host: api.payments.exmaple
  trafficPolicy:
    tls:
      mode: SIMPLE
      sni: api.payments.example
`,
    mended: ['api.payments.exmaple', 'api.payments.example'],
    log: [
      ...OTHER,
      ...times(8, {
        answer: '503 UC',
        details: `${RESET}{connection_termination}`,
        authority: 'api.payments.example',
        cluster: 'outbound|80||api.payments.example',
        upstreamHost: '203.0.113.77:443',
        local: '203.0.113.77:80',
        sizes: '0 95 31',
        route: 'default',
      }),
    ],
    healthy: ok({
      authority: 'api.payments.example',
      cluster: 'outbound|80||api.payments.example',
      upstreamHost: '203.0.113.77:443',
      local: '203.0.113.77:80',
      route: 'default',
    }),
  },
  {
    name: 'REGISTRY_ONLY in the MeshConfig, and a host that nobody registered',
    id: 'registry-only-blocked',
    mesh: `apiVersion: v1
kind: ConfigMap
metadata:
  name: istio
  namespace: istio-system
data:
  mesh: |-
    accessLogFile: /dev/stdout
    outboundTrafficPolicy:
      mode: REGISTRY_ONLY
    trustDomain: cluster.local
  meshNetworks: 'networks: {}'
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: mail, namespace: checkout}
spec:
  hosts: [smtp.example.net, api.mail.example.org]
  location: MESH_EXTERNAL
  resolution: DNS
  ports: [{number: 80, name: http, protocol: HTTP}]
`,
    mended: ['api.mail.example.org', 'api.mail.example.net'],
    log: [
      ...ok({
        authority: 'smtp.example.net',
        cluster: 'outbound|80||smtp.example.net',
        upstreamHost: '203.0.113.4:80',
        local: '203.0.113.4:80',
      }),
      ...times(8, {
        answer: '502 -',
        details: 'direct_response',
        authority: 'api.mail.example.net',
        local: '203.0.113.9:80',
        route: 'block_all',
        sizes: '0 0 0',
      }),
    ],
    healthy: ok({
      authority: 'api.mail.example.net',
      cluster: 'outbound|80||api.mail.example.net',
      upstreamHost: '203.0.113.9:80',
      local: '203.0.113.9:80',
    }),
  },
  {
    name: 'a canary that is scaled to none and still has its weight',
    id: 'no-healthy-endpoints',
    mesh: `apiVersion: v1
kind: Service
metadata: {name: search, namespace: retail, labels: {app: search}}
spec:
  selector: {app: search}
  ports: [{name: grpc, port: 9000}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: search, namespace: retail}
spec:
  replicas: 3
  selector: {matchLabels: {app: search, track: stable}}
  template: {metadata: {labels: {app: search, track: stable}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: search-canary, namespace: retail}
spec:
  replicas: 0
  selector: {matchLabels: {app: search, track: canary}}
  template: {metadata: {labels: {app: search, track: canary}}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: search, namespace: retail}
spec:
  host: search
  subsets:
  - {name: stable, labels: {track: stable}}
  - {name: canary, labels: {track: canary}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: search, namespace: retail}
spec:
  hosts: [search]
  http:
  - route:
    - {destination: {host: search, subset: stable}, weight: 90}
    - {destination: {host: search, subset: canary}, weight: 10}
`,
    mended: ['replicas: 0', 'replicas: 1'],
    log: [
      ...times(4, ok(call('search.retail.svc.cluster.local', 9000, '10.44.9.2:9000', 'stable'))[0] ?? {}),
      ...ok(call('search.retail.svc.cluster.local', 9000, '10.44.9.3:9000', 'stable')),
      ...times(6, {
        ...call('search.retail.svc.cluster.local', 9000, '-', 'canary'),
        answer: '503 UH',
        details: 'no_healthy_upstream',
        sizes: '0 19 0',
      }),
      ...ok(call('search.retail.svc.cluster.local', 9000, '10.44.9.2:9000', 'stable')),
    ],
    healthy: [
      ...Array.from({ length: 9 }, () =>
        ok(call('search.retail.svc.cluster.local', 9000, '10.44.9.2:9000', 'stable')),
      ).flat(),
      ...ok(call('search.retail.svc.cluster.local', 9000, '10.44.9.7:9000', 'canary')),
    ],
  },
  {
    name: 'a port that is named tcp-… although a route has HTTP rules',
    id: 'service-requirements-not-met',
    mesh: `apiVersion: v1
kind: Service
metadata: {name: profile, namespace: retail}
spec:
  selector: {app: profile}
  ports:
  - name: tcp-api
    port: 8080
    targetPort: 8080
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: profile, namespace: retail}
spec:
  hosts: [profile]
  http:
  - match: [{headers: {x-tester: {exact: "true"}}}]
    timeout: 1s
    route: [{destination: {host: profile, port: {number: 8080}}}]
  - timeout: 2s
    route: [{destination: {host: profile, port: {number: 8080}}}]
`,
    mended: ['name: tcp-api', 'name: http-api'],
    log: [
      ...OTHER,
      ...times(9, {
        tcpFlag: '-',
        cluster: 'outbound|8080||profile.retail.svc.cluster.local',
        upstreamHost: '10.44.5.5:8080',
        local: '10.100.7.7:8080',
        sizes: '512 2048 90',
      }),
    ],
    healthy: ok(call('profile.retail.svc.cluster.local', 8080, '10.44.5.5:8080')),
  },
  {
    name: 'mutual TLS for one port, and a client rule that turns it off there',
    id: 'tls-conflict-plaintext-to-strict',
    mesh: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: inventory, namespace: retail}
spec:
  selector: {matchLabels: {app: inventory}}
  mtls: {mode: PERMISSIVE}
  portLevelMtls:
    9090: {mode: STRICT}
---
apiVersion: v1
kind: Service
metadata: {name: inventory, namespace: retail}
spec:
  clusterIP: 10.100.9.9
  selector: {app: inventory}
  ports:
  - {name: http, port: 8080, targetPort: 8080}
  - {name: http-admin, port: 9090, targetPort: 9090}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: inventory, namespace: retail}
spec:
  template:
    metadata: {labels: {app: inventory, sidecar.istio.io/inject: "true"}}
    spec: {containers: [{name: app, ports: [{containerPort: 8080}, {containerPort: 9090}]}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: inventory, namespace: retail}
spec:
  host: inventory.retail.svc.cluster.local
  trafficPolicy:
    portLevelSettings:
    - port: {number: 9090}
      tls: {mode: DISABLE}
`,
    mended: ['tls: {mode: DISABLE}', 'tls: {mode: ISTIO_MUTUAL}'],
    log: [
      ...ok(call('inventory.retail.svc.cluster.local', 8080, '10.44.5.6:8080')),
      ...times(8, {
        ...call('inventory.retail.svc.cluster.local', 9090, '10.44.5.6:9090'),
        answer: '503 UC',
        details: `${RESET}{connection_termination}`,
        sizes: '0 95 2',
      }),
    ],
    healthy: [
      ...ok(call('inventory.retail.svc.cluster.local', 8080, '10.44.5.6:8080')),
      ...ok(call('inventory.retail.svc.cluster.local', 9090, '10.44.5.6:9090')),
    ],
  },
  {
    name: 'a delegate whose name has a slip of the pen',
    id: 'no-route-for-path',
    mesh: `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: istio-ingress}
spec:
  selector: {istio: ingress}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: ["*/shop.example.com"]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop-root, namespace: istio-ingress}
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http:
  - match: [{uri: {prefix: /cart}}]
    delegate: {name: cart-route, namespace: cart}
  - match: [{uri: {prefix: /items}}]
    delegate: {name: items-routes, namespace: items}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart-routes, namespace: cart}
spec:
  http:
  - route: [{destination: {host: cart.cart.svc.cluster.local, port: {number: 80}}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: items-routes, namespace: items}
spec:
  http:
  - route: [{destination: {host: items.items.svc.cluster.local, port: {number: 80}}}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: cart}
spec: {selector: {app: cart}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: items, namespace: items}
spec: {selector: {app: items}, ports: [{name: http, port: 80}]}
`,
    mended: ['{name: cart-route,', '{name: cart-routes,'],
    log: [
      ...ok({
        ...call('items.items.svc.cluster.local', 80, '10.44.7.7:80'),
        authority: 'shop.example.com',
        local: '10.44.1.5:80',
        path: '/items',
      }),
      ...times(7, {
        answer: '404 NR',
        details: 'route_not_found',
        authority: 'shop.example.com',
        local: '10.44.1.5:80',
        path: '/cart/checkout',
        sizes: '0 0 0',
      }),
    ],
    healthy: ok({
      ...call('cart.cart.svc.cluster.local', 80, '10.44.7.8:80'),
      authority: 'shop.example.com',
      local: '10.44.1.5:80',
      path: '/cart/checkout',
    }),
  },
  {
    name: 'a virtual machine without a proxy behind mutual TLS',
    id: 'tls-conflict-mtls-to-plaintext',
    mesh: `apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: mysql-vm-1, namespace: vms, labels: {app: ledgerdb}}
spec:
  address: 192.0.2.51
  labels: {app: ledgerdb, instance: vm-1}
  serviceAccount: ledgerdb
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ledgerdb, namespace: vms}
spec:
  hosts: [ledgerdb.vms.internal]
  location: MESH_INTERNAL
  ports: [{number: 8090, name: http, protocol: HTTP}]
  resolution: STATIC
  workloadSelector: {labels: {app: ledgerdb}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ledgerdb, namespace: vms}
spec:
  host: ledgerdb.vms.internal
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
`,
    mended: ['tls: {mode: ISTIO_MUTUAL}', 'tls: {mode: DISABLE}'],
    log: [
      ...OTHER,
      ...times(8, {
        ...call('ledgerdb.vms.internal', 8090, '192.0.2.51:8090'),
        answer: '503 UF,URX',
        details: `${RESET}{remote_connection_failure|TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end}`,
        reason: 'TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end',
        sizes: '0 190 55',
      }),
    ],
    healthy: ok(call('ledgerdb.vms.internal', 8090, '192.0.2.51:8090')),
  },
  {
    name: 'a virtual machine whose entry names another port',
    id: 'connection-refused',
    mesh: `apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: billing-vm, namespace: vms}
spec:
  address: 192.0.2.61
  ports: {http: 8081}
  labels: {app: billing}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: billing, namespace: vms}
spec:
  hosts: [billing.vms.internal]
  location: MESH_INTERNAL
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: STATIC
  workloadSelector: {labels: {app: billing}}
`,
    mended: ['ports: {http: 8081}', 'ports: {http: 8080}'],
    log: [
      ...OTHER,
      ...times(9, {
        ...call('billing.vms.internal', 80, '192.0.2.61:8081'),
        answer: '503 UF,URX',
        details: `${RESET}{remote_connection_failure|delayed_connect_error:_Connection_refused}`,
        reason: 'delayed_connect_error:_Connection_refused',
        sizes: '0 152 60',
      }),
    ],
    healthy: ok(call('billing.vms.internal', 80, '192.0.2.61:8080')),
  },
  {
    name: 'a policy that forgot one of the callers',
    id: 'rbac-denied',
    mesh: `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: orders-callers, namespace: retail}
spec:
  selector: {matchLabels: {app: orders}}
  action: ALLOW
  rules:
  - from:
    - source: {principals: [cluster.local/ns/retail/sa/storefront]}
    to:
    - operation: {methods: [GET, POST]}
---
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: retail}
spec: {selector: {app: orders}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: orders-7c9-aaaaa, namespace: retail, labels: {app: orders}}
spec: {containers: [{name: orders, ports: [{containerPort: 8080}]}, {name: istio-proxy}]}
status: {podIP: 10.44.11.4, conditions: [{type: Ready, status: "True"}]}
`,
    mended: [
      '[cluster.local/ns/retail/sa/storefront]',
      '[cluster.local/ns/retail/sa/storefront, cluster.local/ns/reports/sa/nightly]',
    ],
    log: [
      ...ok({
        authority: 'orders',
        cluster: 'inbound|8080||',
        upstreamHost: '10.44.11.4:8080',
        local: '10.44.11.4:8080',
        sni: 'outbound_.80_._.orders.retail.svc.cluster.local',
        route: 'default',
      }),
      ...times(7, {
        answer: '403 -',
        details: 'rbac_access_denied_matched_policy[none]',
        authority: 'orders.retail',
        cluster: 'inbound|8080||',
        local: '10.44.11.4:8080',
        sni: 'outbound_.80_._.orders.retail.svc.cluster.local',
        route: 'default',
        sizes: '0 19 0',
      }),
    ],
    healthy: ok({
      authority: 'orders.retail',
      cluster: 'inbound|8080||',
      upstreamHost: '10.44.11.4:8080',
      local: '10.44.11.4:8080',
      sni: 'outbound_.80_._.orders.retail.svc.cluster.local',
      route: 'default',
    }),
  },
  {
    name: 'tokens of an issuer that nobody configured',
    id: 'jwt-rejected',
    mesh: `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  jwtRules:
  - issuer: https://login.example.com/realms/prod
    jwksUri: https://login.example.com/realms/prod/certs
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: istio-ingress}
spec:
  selector: {istio: ingress}
  servers:
  - {port: {number: 443, name: https, protocol: HTTPS}, hosts: [api.example.com], tls: {mode: SIMPLE, credentialName: api}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: retail}
spec:
  hosts: [api.example.com]
  gateways: [istio-ingress/public]
  http: [{route: [{destination: {host: api, port: {number: 80}}}]}]
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: retail}
spec: {selector: {app: api}, ports: [{name: http, port: 80}]}
`,
    mended: [
      'issuer: https://login.example.com/realms/prod\n',
      'issuer: https://login.example.com/realms/staging\n',
    ],
    log: [
      ...ok({
        ...call('api.retail.svc.cluster.local', 80, '10.44.7.3:80'),
        authority: 'api.example.com',
        local: GATEWAY,
        sni: 'api.example.com',
      }),
      ...times(9, {
        answer: '401 -',
        details: 'jwt_authn_access_denied{Jwt_issuer_is_not_configured}',
        authority: 'api.example.com',
        local: GATEWAY,
        sni: 'api.example.com',
        cluster: 'outbound|80||api.retail.svc.cluster.local',
        sizes: '0 28 0',
      }),
    ],
    healthy: ok({
      ...call('api.retail.svc.cluster.local', 80, '10.44.7.3:80'),
      authority: 'api.example.com',
      local: GATEWAY,
      sni: 'api.example.com',
    }),
  },
  {
    name: 'a local rate limit in the sidecars of one workload',
    id: 'rate-limited',
    mesh: `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata:
  name: ratings-ratelimit
  namespace: retail
spec:
  workloadSelector:
    labels:
      app: ratings
  configPatches:
  - applyTo: HTTP_FILTER
    match:
      context: SIDECAR_INBOUND
      listener:
        filterChain:
          filter:
            name: envoy.filters.network.http_connection_manager
    patch:
      operation: INSERT_BEFORE
      value:
        name: envoy.filters.http.local_ratelimit
        typed_config:
          "@type": type.googleapis.com/udpa.type.v1.TypedStruct
          type_url: type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
          value:
            stat_prefix: http_local_rate_limiter
            token_bucket:
              max_tokens: 5
              tokens_per_fill: 5
              fill_interval: 60s
---
apiVersion: v1
kind: Service
metadata: {name: ratings, namespace: retail}
spec: {selector: {app: ratings}, ports: [{name: http, port: 9080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: ratings-0, namespace: retail, labels: {app: ratings}}
spec: {containers: [{name: ratings}, {name: istio-proxy}]}
status: {podIP: 10.44.12.2}
`,
    mended: ['operation: INSERT_BEFORE', 'operation: REMOVE'],
    log: [
      ...ok({
        authority: 'ratings:9080',
        cluster: 'inbound|9080||',
        upstreamHost: '10.44.12.2:9080',
        local: '10.44.12.2:9080',
        sni: 'outbound_.9080_._.ratings.retail.svc.cluster.local',
      }),
      ...times(9, {
        answer: '429 -',
        details: 'local_rate_limited',
        authority: 'ratings:9080',
        cluster: 'inbound|9080||',
        local: '10.44.12.2:9080',
        sni: 'outbound_.9080_._.ratings.retail.svc.cluster.local',
        sizes: '0 18 0',
      }),
    ],
    healthy: ok({
      authority: 'ratings:9080',
      cluster: 'inbound|9080||',
      upstreamHost: '10.44.12.2:9080',
      local: '10.44.12.2:9080',
      sni: 'outbound_.9080_._.ratings.retail.svc.cluster.local',
    }),
  },
  {
    name: 'a timeout of the route that is shorter than the export it serves',
    id: 'upstream-response-timeout',
    mesh: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: export, namespace: retail}
spec:
  hosts: [export.retail.svc.cluster.local]
  http:
  - match: [{uri: {prefix: /export}}]
    timeout: 2s
    route: [{destination: {host: export.retail.svc.cluster.local, port: {number: 8080}}}]
  - route: [{destination: {host: export.retail.svc.cluster.local, port: {number: 8080}}}]
---
apiVersion: v1
kind: Service
metadata: {name: export, namespace: retail}
spec: {selector: {app: export}, ports: [{name: http, port: 8080}]}
`,
    mended: ['timeout: 2s', 'timeout: 60s'],
    log: [
      ...ok({ ...call('export.retail.svc.cluster.local', 8080, '10.44.13.1:8080'), path: '/list' }),
      ...times(6, {
        ...call('export.retail.svc.cluster.local', 8080, '10.44.13.1:8080'),
        path: '/export/all',
        answer: '504 UT',
        details: 'response_timeout',
        sizes: '0 24 2000',
      }),
    ],
    healthy: ok({
      ...call('export.retail.svc.cluster.local', 8080, '10.44.13.1:8080'),
      path: '/export/all',
      sizes: '0 900 4100',
    }),
  },
  {
    name: 'a timeout for each try',
    id: 'per-try-timeout',
    mesh: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: quotes, namespace: retail}
spec:
  hosts: [quotes]
  http:
  - retries: {attempts: 2, perTryTimeout: 500ms, retryOn: "5xx,reset"}
    route: [{destination: {host: quotes}}]
---
apiVersion: v1
kind: Service
metadata: {name: quotes, namespace: retail}
spec: {selector: {app: quotes}, ports: [{name: http, port: 8080}]}
`,
    mended: ['perTryTimeout: 500ms, ', ''],
    log: [
      ...ok(call('quotes.retail.svc.cluster.local', 8080, '10.44.13.4:8080')),
      ...times(6, {
        ...call('quotes.retail.svc.cluster.local', 8080, '10.44.13.4:8080'),
        answer: '504 UT',
        details: 'upstream_per_try_timeout',
        sizes: '0 24 1540',
      }),
    ],
    healthy: ok({ ...call('quotes.retail.svc.cluster.local', 8080, '10.44.13.4:8080'), sizes: '0 50 700' }),
  },
  {
    name: 'a limit of requests that was copied from a tutorial',
    id: 'circuit-breaker-overflow',
    mesh: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: httpbin, namespace: retail}
spec:
  host: thumbs
  trafficPolicy:
    connectionPool:
      tcp: {maxConnections: 1}
      http: {http1MaxPendingRequests: 1, maxRequestsPerConnection: 1}
---
apiVersion: v1
kind: Service
metadata: {name: thumbs, namespace: retail}
spec: {selector: {app: thumbs}, ports: [{name: http, port: 8000}]}
`,
    mended: [
      'tcp: {maxConnections: 1}\n      http: {http1MaxPendingRequests: 1, maxRequestsPerConnection: 1}',
      'tcp: {maxConnections: 500}',
    ],
    log: [
      ...ok(call('thumbs.retail.svc.cluster.local', 8000, '10.44.13.5:8000')),
      ...times(9, {
        ...call('thumbs.retail.svc.cluster.local', 8000, '-'),
        answer: '503 UO',
        details: `${RESET}{overflow}`,
        sizes: '0 81 0',
      }),
      ...ok(call('thumbs.retail.svc.cluster.local', 8000, '10.44.13.5:8000')),
    ],
    healthy: ok(call('thumbs.retail.svc.cluster.local', 8000, '10.44.13.5:8000')),
  },
  {
    name: 'two Gateways with one wildcard certificate',
    id: 'shared-certificate-connection-reuse',
    mesh: `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: blog, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https-blog, protocol: HTTPS}
    hosts: [blog.example.com]
    tls: {mode: SIMPLE, credentialName: wildcard}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shop, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https-shop, protocol: HTTPS}
    hosts: [shop.example.com]
    tls: {mode: SIMPLE, credentialName: wildcard}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: blog, namespace: web}
spec: {hosts: [blog.example.com], gateways: [blog], http: [{route: [{destination: {host: blog}}]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec: {hosts: [shop.example.com], gateways: [shop], http: [{route: [{destination: {host: shop}}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: blog, namespace: web}
spec: {selector: {app: blog}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec: {selector: {app: shop}, ports: [{name: http, port: 80}]}
`,
    mended: [
      'hosts: [shop.example.com]\n    tls: {mode: SIMPLE, credentialName: wildcard}',
      'hosts: [shop.example.com]\n    tls: {mode: SIMPLE, credentialName: shop-only}',
    ],
    log: [
      ...ok({
        ...call('blog.web.svc.cluster.local', 80, '10.44.14.1:80'),
        authority: 'blog.example.com',
        local: GATEWAY,
        sni: 'blog.example.com',
      }),
      ...times(6, {
        answer: '404 NR',
        details: 'route_not_found',
        authority: 'shop.example.com',
        local: GATEWAY,
        sni: 'blog.example.com',
        sizes: '0 0 0',
      }),
      ...ok({
        ...call('shop.web.svc.cluster.local', 80, '10.44.14.2:80'),
        authority: 'shop.example.com',
        local: GATEWAY,
        sni: 'shop.example.com',
      }),
    ],
    healthy: ok({
      ...call('shop.web.svc.cluster.local', 80, '10.44.14.2:80'),
      authority: 'shop.example.com',
      local: GATEWAY,
      sni: 'shop.example.com',
    }),
  },
  {
    name: 'HTTP routes at a port that passes TLS through',
    id: 'gateway-http-route-on-passthrough-port',
    mesh: `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: vault, namespace: security}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: tls-vault, protocol: TLS}
    hosts: [vault.example.com]
    tls: {mode: PASSTHROUGH}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: vault, namespace: security}
spec:
  hosts: [vault.example.com]
  gateways: [vault]
  http:
  - route: [{destination: {host: vault, port: {number: 8200}}}]
---
apiVersion: v1
kind: Service
metadata: {name: vault, namespace: security}
spec: {selector: {app: vault}, ports: [{name: https, port: 8200}]}
`,
    mended: [
      '  http:\n  - route:',
      '  tls:\n  - match: [{port: 443, sniHosts: [vault.example.com]}]\n    route:',
    ],
    log: times(9, {
      tcpFlag: 'NR',
      details: 'filter_chain_not_found',
      local: GATEWAY,
      sni: 'vault.example.com',
      sizes: '0 0 0',
    }),
    healthy: times(12, {
      tcpFlag: '-',
      cluster: 'outbound|8200||vault.security.svc.cluster.local',
      upstreamHost: '10.44.15.1:8200',
      local: GATEWAY,
      sni: 'vault.example.com',
      sizes: '700 4000 800',
    }),
  },
  {
    name: 'a StatefulSet that is called by the addresses of its pods under STRICT',
    id: 'headless-pod-ip-strict-mtls',
    mesh: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: cache}
spec: {mtls: {mode: STRICT}}
---
apiVersion: v1
kind: Service
metadata: {name: grid, namespace: cache}
spec:
  clusterIP: 10.100.40.4
  selector: {app: grid}
  ports: [{name: http, port: 8500}]
---
apiVersion: v1
kind: Pod
metadata: {name: grid-0, namespace: cache, labels: {app: grid}}
spec: {containers: [{name: grid}], initContainers: [{name: istio-proxy, restartPolicy: Always}]}
status: {podIP: 10.44.16.1, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: grid-1, namespace: cache, labels: {app: grid}}
spec: {containers: [{name: grid}], initContainers: [{name: istio-proxy, restartPolicy: Always}]}
status: {podIP: 10.44.16.2, conditions: [{type: Ready, status: "True"}]}
`,
    mended: ['mode: STRICT', 'mode: PERMISSIVE'],
    log: [
      ...ok(call('grid.cache.svc.cluster.local', 8500, '10.44.16.1:8500')),
      ...times(8, {
        answer: '503 UC',
        details: `${RESET}{connection_termination}`,
        authority: '10.44.16.2:8500',
        cluster: 'PassthroughCluster',
        upstreamHost: '10.44.16.2:8500',
        local: '10.44.16.2:8500',
        route: 'allow_any',
        sizes: '0 95 2',
      }),
    ],
    healthy: ok({
      authority: '10.44.16.2:8500',
      cluster: 'PassthroughCluster',
      upstreamHost: '10.44.16.2:8500',
      local: '10.44.16.2:8500',
      route: 'allow_any',
    }),
  },
  {
    name: 'an external name with a slip of the pen that DNS does not know',
    id: 'dns-resolution-failed',
    mesh: `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: geo, namespace: retail}
spec:
  hosts: [geo.partner.example]
  location: MESH_EXTERNAL
  resolution: DNS
  ports: [{number: 80, name: http, protocol: HTTP}]
  endpoints:
  - address: goe.partner.example
`,
    mended: ['goe.partner.example', '203.0.113.31'],
    log: [
      ...OTHER,
      ...times(9, {
        answer: '503 UH',
        details: 'no_healthy_upstream',
        authority: 'geo.partner.example',
        cluster: 'outbound|80||geo.partner.example',
        local: '240.240.0.4:80',
        route: 'default',
        sizes: '0 19 0',
      }),
    ],
    healthy: ok({
      authority: 'geo.partner.example',
      cluster: 'outbound|80||geo.partner.example',
      upstreamHost: '203.0.113.31:80',
      local: '240.240.0.4:80',
    }),
  },
  {
    name: 'a Sidecar of the namespace that lists too little',
    id: 'sidecar-egress-scope',
    mesh: `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: web}
spec:
  outboundTrafficPolicy: {mode: REGISTRY_ONLY}
  egress:
  - hosts:
    - "./*"
    - "istio-system/*"
---
apiVersion: v1
kind: Service
metadata: {name: coupons, namespace: promo}
spec: {clusterIP: 10.100.41.4, selector: {app: coupons}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: bff, namespace: web}
spec: {clusterIP: 10.100.41.5, selector: {app: bff}, ports: [{name: http, port: 80}]}
`,
    mended: ['    - "./*"\n', '    - "./*"\n    - "promo/*"\n'],
    log: [
      ...ok(call('bff.web.svc.cluster.local', 80, '10.44.17.1:80')),
      ...times(9, {
        answer: '502 -',
        details: 'direct_response',
        authority: 'coupons.promo',
        local: '10.100.41.4:80',
        route: 'block_all',
        sizes: '0 0 0',
      }),
    ],
    healthy: [
      ...ok(call('bff.web.svc.cluster.local', 80, '10.44.17.1:80')),
      ...ok({ ...call('coupons.promo.svc.cluster.local', 80, '10.44.17.2:80'), authority: 'coupons.promo' }),
    ],
  },
  {
    name: 'routes of a team that the namespace of the Gateway does not see',
    id: 'no-route-for-authority',
    mesh: `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shared, namespace: istio-ingress}
spec:
  selector: {istio: ingress}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: ["*/*.example.com"]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: careers, namespace: hr}
spec:
  exportTo: ["."]
  hosts: [careers.example.com]
  gateways: [istio-ingress/shared]
  http: [{route: [{destination: {host: careers, port: {number: 80}}}]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: www, namespace: web}
spec:
  hosts: [www.example.com]
  gateways: [istio-ingress/shared]
  http: [{route: [{destination: {host: www, port: {number: 80}}}]}]
---
apiVersion: v1
kind: Service
metadata: {name: careers, namespace: hr}
spec: {selector: {app: careers}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: www, namespace: web}
spec: {selector: {app: www}, ports: [{name: http, port: 80}]}
`,
    mended: ['exportTo: ["."]', 'exportTo: [".", istio-ingress]'],
    log: [
      ...ok({
        ...call('www.web.svc.cluster.local', 80, '10.44.18.1:80'),
        authority: 'www.example.com',
        local: '10.44.1.5:80',
      }),
      ...times(8, {
        answer: '404 NR',
        details: 'route_not_found',
        authority: 'careers.example.com',
        local: '10.44.1.5:80',
        sizes: '0 0 0',
      }),
    ],
    healthy: ok({
      ...call('careers.hr.svc.cluster.local', 80, '10.44.18.2:80'),
      authority: 'careers.example.com',
      local: '10.44.1.5:80',
    }),
  },
  {
    name: 'outlier detection that may eject every pod',
    id: 'outlier-ejection',
    mesh: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pricing, namespace: retail}
spec:
  host: "*.retail.svc.cluster.local"
  trafficPolicy:
    outlierDetection:
      consecutive5xxErrors: 1
      interval: 1s
      baseEjectionTime: 3m
      maxEjectionPercent: 100
---
apiVersion: v1
kind: Service
metadata: {name: pricing, namespace: retail}
spec: {selector: {app: pricing}, ports: [{name: http, port: 8080}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: pricing-x7, namespace: retail, labels: {kubernetes.io/service-name: pricing}}
addressType: IPv4
ports: [{name: http, port: 8080}]
endpoints:
- {addresses: [10.44.19.1], conditions: {ready: true}}
- {addresses: [10.44.19.2], conditions: {ready: true}}
`,
    mended: ['maxEjectionPercent: 100', 'maxEjectionPercent: 30'],
    log: [
      ...ok(call('pricing.retail.svc.cluster.local', 8080, '10.44.19.1:8080')),
      {
        ...call('pricing.retail.svc.cluster.local', 8080, '10.44.19.1:8080'),
        answer: '500 -',
        details: 'via_upstream',
      },
      {
        ...call('pricing.retail.svc.cluster.local', 8080, '10.44.19.2:8080'),
        answer: '500 -',
        details: 'via_upstream',
      },
      ...times(9, {
        ...call('pricing.retail.svc.cluster.local', 8080, '-'),
        answer: '503 UH',
        details: 'no_healthy_upstream',
        sizes: '0 19 0',
      }),
    ],
    healthy: ok(call('pricing.retail.svc.cluster.local', 8080, '10.44.19.1:8080')),
  },
  {
    name: 'TLS originated around TLS',
    id: 'double-tls',
    mesh: `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: vendor, namespace: retail}
spec:
  hosts: [api.vendor.example]
  location: MESH_EXTERNAL
  resolution: DNS
  ports: [{number: 443, name: https, protocol: HTTPS}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: vendor, namespace: retail}
spec:
  host: api.vendor.example
  trafficPolicy: {tls: {mode: SIMPLE}}
`,
    mended: ['tls: {mode: SIMPLE}', 'loadBalancer: {simple: LEAST_REQUEST}'],
    log: [
      ...OTHER,
      ...times(9, {
        tcpFlag: '-',
        cluster: 'outbound|443||api.vendor.example',
        upstreamHost: '203.0.113.44:443',
        local: '203.0.113.44:443',
        sni: 'api.vendor.example',
        sizes: '517 155 21',
      }),
    ],
    healthy: times(12, {
      tcpFlag: '-',
      cluster: 'outbound|443||api.vendor.example',
      upstreamHost: '203.0.113.44:443',
      local: '203.0.113.44:443',
      sni: 'api.vendor.example',
      sizes: '1800 9000 400',
    }),
  },
  {
    name: 'a fault that stayed in for the tester',
    id: 'fault-injection',
    mesh: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ratings, namespace: retail}
spec:
  hosts: [ratings]
  http:
  - match: [{headers: {end-user: {exact: jason}}}]
    fault: {abort: {percentage: {value: 100}, httpStatus: 500}}
    route: [{destination: {host: ratings, subset: v1}}]
  - route: [{destination: {host: ratings, subset: v1}}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ratings, namespace: retail}
spec: {host: ratings, subsets: [{name: v1, labels: {version: v1}}]}
---
apiVersion: v1
kind: Service
metadata: {name: ratings, namespace: retail}
spec: {selector: {app: ratings}, ports: [{name: http, port: 9080}]}
`,
    mended: ['    fault: {abort: {percentage: {value: 100}, httpStatus: 500}}\n', ''],
    log: [
      ...ok(call('ratings.retail.svc.cluster.local', 9080, '10.44.20.1:9080', 'v1')),
      ...times(7, {
        ...call('ratings.retail.svc.cluster.local', 9080, '-', 'v1'),
        answer: '500 FI',
        details: 'fault_filter_abort',
        sizes: '0 18 0',
      }),
    ],
    healthy: ok(call('ratings.retail.svc.cluster.local', 9080, '10.44.20.1:9080', 'v1')),
  },
];
