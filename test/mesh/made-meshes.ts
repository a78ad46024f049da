import { type MadeLine, times } from './made-lines.ts';

/** A mesh with one fault, a log that it causes, and the change that mends it. */
export interface MadeMesh {
  readonly name: string;
  readonly id: string;
  readonly log: readonly MadeLine[];
  readonly mesh: string;
  /** Part of the line that the first place of the finding names. */
  readonly at: string;
  /** What is written otherwise when it is sound. */
  readonly mended: readonly [broken: string, sound: string];
}

const LEDGER = 'ledger.bank.svc.cluster.local';
const HEALTHY: MadeLine = {
  answer: '200 -',
  details: 'via_upstream',
  authority: 'audit.bank:7000',
  upstreamHost: '10.9.3.3:7000',
  cluster: 'outbound|7000||audit.bank.svc.cluster.local',
  local: '10.200.0.3:7000',
  route: 'default',
};
const AUDIT = `apiVersion: v1
kind: Service
metadata: {name: audit, namespace: bank}
spec:
  clusterIP: 10.200.0.3
  selector: {app: audit}
  ports: [{name: http, port: 7000}]
`;

function service(port: string, name = 'ledger'): string {
  return `---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: bank
spec:
  clusterIP: 10.200.0.4
  selector: {app: ${name}}
  ports:
  - ${port}
`;
}

function istio(kind: string, name: string, spec: string): string {
  const group = /Policy|Authentication$/.test(kind) ? 'security.istio.io/v1' : 'networking.istio.io/v1';
  const [namespace, own] = name.includes('/') ? name.split('/') : ['bank', name];
  return `---
apiVersion: ${group}
kind: ${kind}
metadata:
  name: ${own}
  namespace: ${namespace}
spec:
${spec.replace(/^/gm, '  ').trimEnd()}
`;
}

const LEDGER_HTTP = service('{name: http-api, port: 8200, targetPort: 8200}');
const POD = `---
apiVersion: v1
kind: Pod
metadata: {name: ledger-1, namespace: bank, labels: {app: ledger}}
spec:
  containers:
  - name: app
    ports: [{containerPort: 8200}]
  - name: istio-proxy
status: {podIP: 10.9.3.4, conditions: [{type: Ready, status: "True"}]}
`;
const TLS_GATEWAY = istio(
  'Gateway',
  'ingress/edge',
  `selector: {app: edge}
servers:
- port: {number: 443, name: https, protocol: HTTPS}
  hosts: ["*/edge.bank.example"]
  tls:
    mode: SIMPLE
    credentialName: edge`,
);
const HTTP_GATEWAY = istio(
  'Gateway',
  'ingress/edge',
  `selector: {app: edge}
servers:
- port: {number: 80, name: http, protocol: HTTP}
  hosts: ["*/edge.bank.example"]`,
);
const API_GATEWAY = `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: ingress}
spec:
  gatewayClassName: istio
  listeners:
  - name: web
    port: 80
    protocol: HTTP
    hostname: edge.bank.example
    allowedRoutes: {namespaces: {from: All}}
`;

function apiRoute(hostname: string, rule: string): string {
  return `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: edge, namespace: bank}
spec:
  parentRefs: [{name: edge, namespace: ingress}]
  hostnames:
  - ${hostname}
  rules:
${rule.replace(/^/gm, '  ').trimEnd()}
`;
}

const BY_EDGE: MadeLine = { ...HEALTHY, authority: 'other.bank.example', local: '10.9.9.9:8443' };
const NOT_ROUTED: MadeLine = {
  answer: '404 NR',
  details: 'route_not_found',
  authority: 'edge.bank.example',
  local: '10.9.9.9:8080',
};
const BLOCKED: MadeLine = {
  answer: '502 -',
  details: 'direct_response',
  authority: 'ledger.bank:8200',
  local: '10.200.0.4:8200',
  route: 'block_all',
  sizes: '0 0 0',
};
const INBOUND: MadeLine = {
  answer: '403 -',
  authority: 'ledger.bank:8200',
  cluster: 'inbound|8200||',
  local: '10.9.3.4:8200',
  sni: 'outbound_.8200_._.ledger.bank.svc.cluster.local',
};
const SERVED: MadeLine = {
  ...HEALTHY,
  authority: 'ledger.bank:8200',
  upstreamHost: '10.9.3.4:8200',
  cluster: `outbound|8200||${LEDGER}`,
  local: '10.200.0.4:8200',
};
const toSubset = (subset: string): MadeLine => ({ ...SERVED, cluster: `outbound|8200|${subset}|${LEDGER}` });
const SUBSETS = istio(
  'DestinationRule',
  'ledger',
  `host: ${LEDGER}
subsets:
- {name: blue, labels: {slot: blue}}
- {name: green, labels: {slot: green}}`,
);

/** Each proves its cause. */
export const MADE_MESHES: readonly MadeMesh[] = [
  {
    name: 'tls routes on a port that ends TLS',
    id: 'gateway-tls-route-on-terminating-port',
    log: [BY_EDGE, ...times(4, { ...NOT_ROUTED, local: '10.9.9.9:8443', sni: 'edge.bank.example' }), BY_EDGE],
    mesh:
      AUDIT +
      TLS_GATEWAY +
      istio(
        'VirtualService',
        'edge',
        `hosts: [edge.bank.example]
gateways: [ingress/edge]
tls:
- match: [{sniHosts: [edge.bank.example]}]
  route: [{destination: {host: audit, port: {number: 7000}}}]`,
      ),
    at: 'mode: SIMPLE',
    mended: ['mode: SIMPLE', 'mode: PASSTHROUGH'],
  },
  {
    name: 'http routes on a port that passes TLS through',
    id: 'gateway-http-route-on-passthrough-port',
    log: [BY_EDGE, ...times(4, chainMissing()), BY_EDGE],
    mesh:
      AUDIT +
      TLS_GATEWAY.replace('SIMPLE', 'PASSTHROUGH') +
      istio(
        'VirtualService',
        'edge',
        `hosts: [edge.bank.example]
gateways: [ingress/edge]
http:
- route: [{destination: {host: audit}}]`,
      ),
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
      istio(
        'VirtualService',
        'inner',
        `hosts: [ledger]
http:
- route:
  - destination: {host: ledger, subset: blue}`,
      ) +
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
    name: 'a split by weights after few requests',
    id: 'weighted-split-too-few-requests',
    log: [...times(5, toSubset('blue')), ...times(5, toSubset('green'))],
    mesh:
      LEDGER_HTTP +
      SUBSETS +
      istio(
        'VirtualService',
        'inner',
        `hosts: [ledger]
http:
- route:
  - destination: {host: ledger, subset: blue}
    weight: 90
  - destination: {host: ledger, subset: green}
    weight: 10`,
      ),
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
      istio(
        'VirtualService',
        'inner',
        `hosts: [ledger]
http:
- timeout: 2s
  route: [{destination: {host: ledger}}]`,
      ),
    at: 'name: tcp-api',
    mended: ['name: tcp-api', 'name: http-api'],
  },
  {
    name: 'a Sidecar that does not list the service',
    id: 'sidecar-egress-scope',
    log: [HEALTHY, ...times(3, BLOCKED), HEALTHY],
    mesh:
      AUDIT +
      LEDGER_HTTP +
      istio(
        'Sidecar',
        'shop/default',
        `outboundTrafficPolicy: {mode: REGISTRY_ONLY}
egress:
- hosts:
  - "./*"
  - "bank/audit.bank.svc.cluster.local"`,
      ),
    at: '- "./*"',
    mended: ['bank/audit.bank.svc.cluster.local', 'bank/*'],
  },
  {
    name: 'a ServiceEntry that is exported to its own namespace',
    id: 'sidecar-egress-scope',
    log: [
      HEALTHY,
      ...times(3, { tcpFlag: 'UH', cluster: 'BlackHoleCluster', local: '10.200.0.9:5432' }),
      HEALTHY,
    ],
    mesh:
      AUDIT +
      istio(
        'ServiceEntry',
        'database',
        `hosts: [db.bank.example]
addresses: [10.200.0.9]
ports: [{number: 5432, name: tcp, protocol: TCP}]
exportTo:
- "."
resolution: STATIC
endpoints: [{address: 192.0.2.40}]`,
      ),
    at: '- "."',
    mended: ['- "."', '- "*"'],
  },
  {
    name: 'TLS around the TLS of the caller',
    id: 'double-tls',
    log: times(4, {
      upstreamHost: '192.0.2.77:443',
      cluster: 'outbound|443||pay.example.org',
      local: '192.0.2.77:443',
      sni: 'pay.example.org',
      sizes: '517 66 6',
    }),
    mesh:
      istio(
        'ServiceEntry',
        'pay',
        `hosts: [pay.example.org]
ports: [{number: 443, name: https, protocol: HTTPS}]
location: MESH_EXTERNAL
resolution: DNS`,
      ) +
      istio(
        'DestinationRule',
        'pay',
        `host: pay.example.org
trafficPolicy:
  tls:
    mode: SIMPLE`,
      ),
    at: 'mode: SIMPLE',
    mended: ['mode: SIMPLE', 'mode: DISABLE'],
  },
  {
    name: 'an EnvoyFilter beside a filter that comes later',
    id: 'envoyfilter-order',
    log: times(6, HEALTHY),
    mesh:
      AUDIT +
      envoyFilter('a-headers', 'INSERT_AFTER', 'acme.filters.tenant', 'acme.filters.headers', 0) +
      envoyFilter('b-tenant', 'INSERT_BEFORE', 'envoy.filters.http.router', 'acme.filters.tenant', 0),
    at: 'operation: INSERT_AFTER',
    mended: ['  priority: 0\n  # a-headers', '  priority: 5\n  # a-headers'],
  },
  {
    name: 'a path without a rule',
    id: 'no-route-for-path',
    log: [BY_EDGE, ...times(4, { ...NOT_ROUTED, path: '/v3/transfers' }), BY_EDGE],
    mesh:
      AUDIT +
      HTTP_GATEWAY +
      istio(
        'VirtualService',
        'edge',
        `hosts: [edge.bank.example]
gateways: [ingress/edge]
http:
- match:
  - uri: {prefix: /v2}
  route: [{destination: {host: audit}}]`,
      ),
    at: '- match:',
    mended: ['prefix: /v2', 'prefix: /'],
  },
  {
    name: 'no policy that allows the caller',
    id: 'rbac-denied',
    log: times(3, { ...INBOUND, details: 'rbac_access_denied_matched_policy[none]' }),
    mesh:
      LEDGER_HTTP +
      POD +
      istio(
        'AuthorizationPolicy',
        'callers',
        `selector: {matchLabels: {app: ledger}}
rules:
- from: [{source: {principals: [cluster.local/ns/shop/sa/till]}}]`,
      ),
    at: '- from',
    mended: ['{app: ledger}}\n  rules', '{app: audit}}\n  rules'],
  },
  {
    name: 'tokens of an issuer that nobody accepts',
    id: 'jwt-rejected',
    log: times(3, {
      ...INBOUND,
      answer: '401 -',
      details: 'jwt_authn_access_denied{Jwt_issuer_is_not_configured}',
    }),
    mesh:
      LEDGER_HTTP +
      POD +
      istio('RequestAuthentication', 'tokens', 'jwtRules:\n- issuer: https://id.example.org'),
    at: '- issuer',
    mended: ['namespace: bank\nspec:\n  jwtRules', 'namespace: shop\nspec:\n  jwtRules'],
  },
  {
    name: 'a rate limit in an EnvoyFilter',
    id: 'rate-limited',
    log: times(3, { ...INBOUND, answer: '429 RL', details: 'local_rate_limited' }),
    mesh:
      LEDGER_HTTP +
      POD +
      istio(
        'EnvoyFilter',
        'limit',
        `workloadSelector: {labels: {app: ledger}}
configPatches:
- applyTo: HTTP_FILTER
  patch:
    operation: INSERT_BEFORE
    value:
      name: envoy.filters.http.local_ratelimit
      typed_config: {token_bucket: {max_tokens: 4, fill_interval: 60s}}`,
      ),
    at: 'name: envoy.filters.http.local_ratelimit',
    mended: ['{app: ledger}}\n  config', '{app: audit}}\n  config'],
  },
  {
    name: 'an HTTPRoute for another host than its Gateway serves',
    id: 'no-route-for-authority',
    log: [BY_EDGE, ...times(3, { ...NOT_ROUTED, authority: 'app.bank.example' }), BY_EDGE],
    mesh: AUDIT + API_GATEWAY + apiRoute('app.bank.example', '- backendRefs: [{name: audit, port: 7000}]'),
    at: 'hostname: edge',
    mended: ['hostname: edge.bank', 'hostname: app.bank'],
  },
  {
    name: 'an HTTPRoute to another namespace without a ReferenceGrant',
    id: 'cluster-not-found',
    log: [
      BY_EDGE,
      ...times(3, { ...NOT_ROUTED, answer: '500 -', details: 'direct_response', sizes: '0 0 0' }),
      BY_EDGE,
    ],
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
    name: 'a route that is not exported to the Gateway',
    id: 'no-route-for-authority',
    log: [BY_EDGE, ...times(3, NOT_ROUTED), BY_EDGE],
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
    name: 'a target port that no container listens on',
    id: 'connection-refused',
    log: [
      HEALTHY,
      ...times(4, {
        ...SERVED,
        answer: '503 UF',
        details:
          'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}',
        reason: 'delayed_connect_error:_Connection_refused',
        upstreamHost: '10.9.3.4:8299',
      }),
      HEALTHY,
    ],
    mesh: AUDIT + service('{name: http-api, port: 8200, targetPort: 8299}') + POD,
    at: 'targetPort: 8299',
    mended: ['targetPort: 8299', 'targetPort: 8200'],
  },
  {
    name: 'a timeout of an HTTPRoute',
    id: 'upstream-response-timeout',
    log: [
      BY_EDGE,
      ...times(3, {
        ...SERVED,
        answer: '504 UT',
        details: 'response_timeout',
        authority: 'edge.bank.example',
        local: '10.9.9.9:8080',
        sizes: '0 24 2001',
      }),
      BY_EDGE,
    ],
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
  {
    name: 'mutual TLS to proxies that have it turned off',
    id: 'tls-conflict-mtls-to-plaintext',
    log: [
      HEALTHY,
      ...times(4, {
        ...SERVED,
        answer: '503 UF,URX',
        details:
          'upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end}',
        reason: 'TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end',
      }),
      HEALTHY,
    ],
    mesh:
      AUDIT +
      LEDGER_HTTP +
      POD +
      istio('DestinationRule', 'ledger', 'host: ledger\ntrafficPolicy:\n  tls:\n    mode: ISTIO_MUTUAL') +
      istio('PeerAuthentication', 'ledger', 'selector: {matchLabels: {app: ledger}}\nmtls: {mode: DISABLE}'),
    at: 'mode: ISTIO_MUTUAL',
    mended: ['mode: DISABLE', 'mode: STRICT'],
  },
  {
    name: 'a pod that is called by its address',
    id: 'headless-pod-ip-strict-mtls',
    log: [
      HEALTHY,
      ...times(4, {
        answer: '503 UC',
        details: 'upstream_reset_before_response_started{connection_termination}',
        authority: '10.9.3.4:8200',
        upstreamHost: '10.9.3.4:8200',
        cluster: 'PassthroughCluster',
        local: '10.9.3.4:8200',
        route: 'allow_any',
        sizes: '0 95 1',
      }),
      HEALTHY,
    ],
    mesh:
      AUDIT + LEDGER_HTTP + POD + istio('PeerAuthentication', 'istio-system/default', 'mtls: {mode: STRICT}'),
    at: 'mode: STRICT',
    mended: ['mode: STRICT', 'mode: PERMISSIVE'],
  },
  {
    name: 'a client without a proxy',
    id: 'plaintext-client-to-strict',
    log: [
      ...times(6, { ...INBOUND, answer: '200 -', details: 'via_upstream', upstreamHost: '10.9.3.4:8200' }),
      ...times(4, {
        tcpFlag: 'NR',
        details: 'filter_chain_not_found',
        local: '10.9.3.4:8200',
        sizes: '0 0 0',
      }),
    ],
    mesh: LEDGER_HTTP + POD + istio('PeerAuthentication', 'default', 'mtls: {mode: STRICT}'),
    at: 'mode: STRICT',
    mended: ['mode: STRICT', 'mode: PERMISSIVE'],
  },
  {
    name: 'a delegate that is not there',
    id: 'no-route-for-path',
    log: [BY_EDGE, ...times(3, { ...NOT_ROUTED, path: '/v2/accounts' }), BY_EDGE],
    mesh:
      AUDIT +
      HTTP_GATEWAY +
      istio(
        'VirtualService',
        'edge',
        `hosts: [edge.bank.example]
gateways: [ingress/edge]
http:
- match: [{uri: {prefix: /v2}}]
  delegate:
    name: accounts`,
      ) +
      istio('VirtualService', 'account', 'http:\n- route: [{destination: {host: audit}}]'),
    at: 'name: accounts',
    mended: ['name: accounts', 'name: account'],
  },
];

function chainMissing(): MadeLine {
  return {
    tcpFlag: 'NR',
    details: 'filter_chain_not_found',
    local: '10.9.9.9:8443',
    sni: 'edge.bank.example',
    sizes: '0 0 4',
  };
}

function envoyFilter(
  name: string,
  operation: string,
  anchor: string,
  adds: string,
  priority: number,
): string {
  return istio(
    'EnvoyFilter',
    name,
    `priority: ${priority}
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
