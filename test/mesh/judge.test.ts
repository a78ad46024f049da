import { describe, expect, test } from 'vitest';
import { judgeMesh } from '../../src/mesh/judge.ts';

const ENTRY = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: orders
  namespace: shop
spec:
  hosts:
  - orders.shop.svc.cluster.local
  ports:
  - name: http
    number: 80
    protocol: HTTP
    targetPort: 8080
  location: MESH_INTERNAL
  resolution: STATIC
  endpoints:
  - address: 192.0.2.7
    labels:
      version: v1
`;
const WITH_SIDECAR = ENTRY.replace('version: v1', 'security.istio.io/tlsMode: istio');
const STRICT = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: istio-system
spec:
  mtls:
    mode: STRICT
`;

function rule(policy: string): string {
  return `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: orders
  namespace: shop
spec:
  host: orders
${policy}`;
}

function routes(spec: string, namespace = 'shop'): string {
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: front
  namespace: ${namespace}
spec:
${spec}`;
}

function gateway(server: string): string {
  return `apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: edge
  namespace: istio-system
spec:
  selector:
    istio: ingressgateway
  servers:
  - port:
      number: 443
      name: port-443
${server}`;
}

const TLS_SERVER =
  '      protocol: HTTPS\n    hosts:\n    - a.example.com\n    tls:\n      mode: SIMPLE\n      credentialName: c\n';
const TO_ORDERS =
  '  hosts:\n  - a.example.com\n  gateways:\n  - istio-system/edge\n  http:\n  - route:\n    - destination:\n        host: orders.shop.svc.cluster.local\n';

function faultsOf(...documents: readonly string[]) {
  return judgeMesh([{ path: 'mesh.yaml', text: documents.join('---\n') }]).faults();
}

const BROKEN: readonly (readonly [id: string, written: string, documents: readonly string[]])[] = [
  [
    'tls-conflict-plaintext-to-strict',
    'mode: DISABLE',
    [WITH_SIDECAR, rule('  trafficPolicy:\n    tls:\n      mode: DISABLE\n'), STRICT],
  ],
  [
    'tls-conflict-mtls-to-plaintext',
    'mode: ISTIO_MUTUAL',
    [ENTRY, rule('  trafficPolicy:\n    tls:\n      mode: ISTIO_MUTUAL\n')],
  ],
  [
    'tls-conflict-mtls-to-plaintext',
    'mode: SIMPLE',
    [ENTRY, rule('  trafficPolicy:\n    tls:\n      mode: SIMPLE\n')],
  ],
  [
    'circuit-breaker-overflow',
    'maxConnections: 1',
    [ENTRY, rule('  trafficPolicy:\n    connectionPool:\n      tcp:\n        maxConnections: 1\n')],
  ],
  [
    'outlier-ejection',
    'maxEjectionPercent: 100',
    [ENTRY, rule('  trafficPolicy:\n    outlierDetection:\n      maxEjectionPercent: 100\n')],
  ],
  [
    'no-healthy-endpoints',
    'version: v2',
    [ENTRY, rule('  subsets:\n  - name: v2\n    labels:\n      version: v2\n')],
  ],
  [
    'cluster-not-found',
    'host: none',
    [
      ENTRY,
      routes('  hosts:\n  - a.example.com\n  http:\n  - route:\n    - destination:\n        host: none\n'),
    ],
  ],
  [
    'cluster-not-found',
    'number: 81',
    [
      ENTRY,
      routes(
        '  hosts:\n  - a.example.com\n  http:\n  - route:\n    - destination:\n        host: orders\n        port:\n          number: 81\n',
      ),
    ],
  ],
  [
    'fault-injection',
    'httpStatus: 503',
    [
      ENTRY,
      routes(
        '  hosts:\n  - orders\n  http:\n  - fault:\n      abort:\n        httpStatus: 503\n    route:\n    - destination:\n        host: orders\n',
      ),
    ],
  ],
  [
    'no-route-for-authority',
    'b.example.com',
    [ENTRY, gateway(TLS_SERVER.replace('a.example', 'b.example')), routes(TO_ORDERS)],
  ],
  [
    'https-to-http-port',
    'protocol: HTTP',
    [ENTRY, gateway('      protocol: HTTP\n    hosts:\n    - a.example.com\n'), routes(TO_ORDERS)],
  ],
  [
    'gateway-http-route-on-passthrough-port',
    'mode: PASSTHROUGH',
    [ENTRY, gateway(TLS_SERVER.replace('SIMPLE', 'PASSTHROUGH')), routes(TO_ORDERS)],
  ],
  [
    'gateway-tls-route-on-terminating-port',
    'mode: SIMPLE',
    [
      ENTRY,
      gateway(TLS_SERVER),
      routes(
        '  hosts:\n  - a.example.com\n  gateways:\n  - istio-system/edge\n  tls:\n  - match:\n    - sniHosts:\n      - a.example.com\n    route:\n    - destination:\n        host: orders.shop.svc.cluster.local\n',
      ),
    ],
  ],
];

describe('a broken mesh', () => {
  test.for(BROKEN)('has %s at %s', ([id, written, documents]) => {
    const found = faultsOf(...documents).filter(({ diagnosisId }) => diagnosisId === id);
    const lines = documents.join('---\n').split('\n');
    expect(found.map(({ places: [first] }) => lines[(first?.line ?? 0) - 1]?.includes(written))).toEqual([
      true,
    ]);
  });

  // Which host was meant instead of the one that is not there, nobody can say.
  const mended = BROKEN.filter(([, written]) => written !== 'host: none');

  test.for(mended)('is mended by the patch for %s at %s', ([id, , documents]) => {
    const patch = faultsOf(...documents).find(({ diagnosisId }) => diagnosisId === id)?.patch;
    if (patch == null) throw new Error('there is no patch');
    const name = patch.yaml.split('\n').slice(0, 4).join('\n');
    const sound = documents.map((text) => (text.startsWith(name) ? patch.yaml : text));
    expect(sound).not.toEqual(documents);
    expect(faultsOf(...sound).filter(({ diagnosisId }) => diagnosisId === id)).toEqual([]);
  });
});

const SOUND: readonly (readonly [why: string, documents: readonly string[]])[] = [
  [
    'mutual TLS on both sides',
    [WITH_SIDECAR, rule('  trafficPolicy:\n    tls:\n      mode: ISTIO_MUTUAL\n'), STRICT],
  ],
  [
    'plaintext to a workload that is exempt',
    [
      WITH_SIDECAR,
      rule('  trafficPolicy:\n    tls:\n      mode: DISABLE\n'),
      STRICT,
      STRICT.replace('istio-system', 'shop').replace('STRICT', 'PERMISSIVE'),
    ],
  ],
  [
    'a rule of another project',
    [
      ENTRY,
      rule('  trafficPolicy:\n    tls:\n      mode: SIMPLE\n').replace('networking.istio.io', 'example.com'),
    ],
  ],
  [
    'a service of a namespace that was not given',
    [
      ENTRY,
      routes(
        '  hosts:\n  - a.example.com\n  http:\n  - route:\n    - destination:\n        host: b.other.svc.cluster.local\n',
      ),
    ],
  ],
  [
    'a wildcard that admits the host',
    [ENTRY, gateway(TLS_SERVER.replace('a.example.com', '"*.example.com"')), routes(TO_ORDERS)],
  ],
];

test.for(SOUND)('finds no error in %s', ([, documents]) => {
  expect(faultsOf(...documents).filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('reads lists of kubectl, JSON and folders of documents alike', () => {
  const body = rule('  trafficPolicy:\n    tls:\n      mode: SIMPLE\n');
  const item = (text: string): string =>
    text
      .trimEnd()
      .split('\n')
      .map((line, i) => `${i === 0 ? '- ' : '  '}${line}`)
      .join('\n');
  const list = `apiVersion: v1\nitems:\n${item(ENTRY)}\n${item(body)}\nkind: List\n`;
  const [fault] = judgeMesh([{ path: 'list.yaml', text: list }]).faults();
  expect(fault?.places[0]).toMatchObject({ file: 'list.yaml', resource: 'DestinationRule shop/orders' });
  expect(list.split('\n')[(fault?.places[0]?.line ?? 0) - 1]).toContain('mode: SIMPLE');
});

test('keeps what can be read beside a document that cannot', () => {
  const { loaded } = judgeMesh([{ path: 'mesh.yaml', text: `a: {{ .Values.b }\n---\n${ENTRY}` }]);
  expect(loaded.resources).toHaveLength(1);
  expect(loaded.problems[0]).toMatch(/^mesh\.yaml:1 is not read: /);
});

function deployment(version: string, more = ''): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: orders, namespace: shop}
spec:
  template:
    metadata:
      labels: {app: orders, version: ${version}${more}}
`;
}

const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: orders, namespace: shop}
spec:
  clusterIP: 10.96.0.9
  selector: {app: orders}
  ports: [{name: http, port: 80}]
`;

describe('manifests without pods', () => {
  const subset = rule('  subsets:\n  - name: v2\n    labels:\n      version: v2\n');
  const disabled = rule('  trafficPolicy:\n    tls:\n      mode: DISABLE\n');
  const injected = ', sidecar.istio.io/inject: "true"';
  const named =
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n';

  test.for([
    ['a subset that no template has', 'no-healthy-endpoints', [SERVICE, subset, deployment('v1')]],
    [
      'a Service that selects no template',
      'no-healthy-endpoints',
      [SERVICE, deployment('v1').replace('app: orders', 'app: o')],
    ],
    [
      'a proxy by its own label',
      'tls-conflict-plaintext-to-strict',
      [SERVICE, disabled, STRICT, deployment('v1', injected)],
    ],
    [
      'a proxy by the namespace',
      'tls-conflict-plaintext-to-strict',
      [SERVICE, disabled, STRICT, named, deployment('v1')],
    ],
  ] as const)('show %s', ([, id, documents]) => {
    expect(faultsOf(...documents).map(({ diagnosisId }) => diagnosisId)).toContain(id);
  });

  test.for([
    ['a subset that a template has', [SERVICE, subset, deployment('v2')]],
    ['proxies of which nothing is said', [SERVICE, disabled, STRICT, deployment('v1')]],
  ] as const)('show no fault in %s', ([, documents]) => {
    expect(faultsOf(...documents).filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});
