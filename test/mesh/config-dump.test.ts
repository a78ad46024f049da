import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toShapeView } from '../../src/diagnose/logged-shape.ts';
import { isOwnerOf } from '../../src/mesh/dump/owner.ts';
import { ProxyDump } from '../../src/mesh/dump/proxy-dump.ts';
import type { Report } from '../../src/model/report.ts';
import { EMPTY_SHAPE } from '../../src/model/shape.ts';
import { lintMesh } from '../../src/run.ts';
import { analyseWithMesh } from '../support/analyse.ts';
import { folderOf } from '../support/folder.ts';
import {
  CLIENT_NODE,
  cluster,
  httpListener,
  inbound,
  type MadeDump,
  route,
  routeConfig,
  SERVER_NODE,
  toCamelCase,
  toDumpText,
  upstreamTls,
} from './made-dumps.ts';
import { CLOSED, type MadeLine, notConnected, OVERFLOW, times, toLog, WRONG_VERSION } from './made-lines.ts';
import { confirmedIn } from './mesh-files.ts';

const CART = 'cart.store.svc.cluster.local';
const CLUSTER = `outbound|8080||${CART}`;
const SENT = {
  authority: 'cart:8080',
  cluster: CLUSTER,
  upstreamHost: '198.51.100.21:8080',
  local: '10.96.4.4:8080',
};
const MISSING = {
  authority: 'cart:8080',
  local: '10.96.4.4:8080',
  details: 'route_not_found',
  answer: '404 NR',
};
const HEALTHY: readonly MadeLine[] = times(4, {
  answer: '200 -',
  details: 'via_upstream',
  authority: 'stock:8080',
  cluster: 'outbound|8080||stock.store.svc.cluster.local',
  upstreamHost: '198.51.100.30:8080',
});
const SERVING = {
  listeners: [httpListener(8080, '8080')],
  clusters: [cluster(CLUSTER)],
  routes: [routeConfig('8080', { cart: [route('/', CLUSTER)] })],
};

interface DumpCase {
  readonly name: string;
  readonly id: string;
  readonly line: MadeLine;
  readonly dumps: readonly MadeDump[];
  /** Stands in the line of the dump that the finding names first. */
  readonly at: string;
}

const CASES: readonly DumpCase[] = [
  {
    name: 'a virtual host that is not there',
    id: 'no-route-for-authority',
    line: MISSING,
    dumps: [{ ...SERVING, routes: [routeConfig('8080', { stock: [route('/', CLUSTER)] })] }],
    at: 'virtual_hosts',
  },
  {
    name: 'a path without a route',
    id: 'no-route-for-path',
    line: { ...MISSING, path: '/v2/items' },
    dumps: [{ ...SERVING, routes: [routeConfig('8080', { cart: [route('/v1/', CLUSTER)] })] }],
    at: 'routes',
  },
  {
    name: 'a route to a cluster that is not there',
    id: 'cluster-not-found',
    line: { ...MISSING, answer: '503 NC', details: 'cluster_not_found' },
    dumps: [{ ...SERVING, clusters: [cluster('outbound|8080||stock.store.svc.cluster.local')] }],
    at: CLUSTER,
  },
  {
    name: 'a limit of connections',
    id: 'circuit-breaker-overflow',
    line: { ...SENT, answer: '503 UO', details: OVERFLOW, upstreamHost: '-' },
    dumps: [
      {
        ...SERVING,
        clusters: [cluster(CLUSTER, { circuit_breakers: { thresholds: [{ max_connections: 3 }] } })],
      },
    ],
    at: '"max_connections": 3',
  },
  {
    name: 'a timeout',
    id: 'upstream-response-timeout',
    line: { ...SENT, answer: '504 UT', details: 'response_timeout', sizes: '0 24 3000' },
    dumps: [
      { ...SERVING, routes: [routeConfig('8080', { cart: [route('/', CLUSTER, { timeout: '3s' })] })] },
    ],
    at: '3s',
  },
  {
    name: 'a secret that has not arrived',
    id: 'sds-secret-missing',
    line: {
      ...SENT,
      answer: '503 UF',
      ...notConnected('TLS_error:_Secret_is_not_supplied_by_SDS'),
    },
    dumps: [
      {
        ...SERVING,
        clusters: [cluster(CLUSTER, { transport_socket: upstreamTls('kubernetes://partner', 'h2') })],
        warmingSecrets: [{ name: 'kubernetes://partner' }],
      },
    ],
    at: 'transport_socket',
  },
  {
    name: 'routes that were refused',
    id: 'config-rejected-by-proxy',
    line: MISSING,
    dumps: [
      {
        ...SERVING,
        routes: [],
        routeEntries: [
          {
            route_config: routeConfig('8080', { stock: [route('/', CLUSTER)] }),
            error_state: {
              failed_configuration: routeConfig('8080', { cart: [route('/', CLUSTER)] }),
              last_update_attempt: '2026-09-14T07:00:00.000Z',
              details: 'Only unique values for domains are permitted. Duplicate entry of domain stock',
            },
          },
        ],
      },
    ],
    at: 'Only unique values',
  },
  {
    name: 'a cluster without endpoints',
    id: 'no-healthy-endpoints',
    line: { ...SENT, answer: '503 UH', details: 'no_healthy_upstream', upstreamHost: '-' },
    dumps: [{ ...SERVING, endpoints: [{ cluster_name: CLUSTER, endpoints: [] }] }],
    at: '"endpoints"',
  },
  {
    name: 'plaintext to a proxy that takes TLS only',
    id: 'tls-conflict-plaintext-to-strict',
    line: { ...SENT, answer: '503 UC', details: CLOSED },
    dumps: [SERVING, { node: SERVER_NODE, listeners: [inbound(8080, ['tls'])] }],
    at: '{',
  },
  {
    name: 'TLS to a proxy that takes plaintext only',
    id: 'tls-conflict-mtls-to-plaintext',
    line: {
      ...SENT,
      answer: '503 UF',
      ...notConnected(WRONG_VERSION),
    },
    dumps: [
      { ...SERVING, clusters: [cluster(CLUSTER, { transport_socket: upstreamTls() })] },
      { node: SERVER_NODE, listeners: [inbound(8080, ['plaintext'])] },
    ],
    at: 'transport_socket',
  },
  {
    name: 'a client without a proxy',
    id: 'plaintext-client-to-strict',
    line: { tcpFlag: 'NR', details: 'filter_chain_not_found', local: '198.51.100.21:8080' },
    dumps: [{ node: SERVER_NODE, listeners: [inbound(8080, ['tls'])] }],
    at: '{',
  },
  {
    name: 'a limit of the rate',
    id: 'rate-limited',
    line: { ...SENT, answer: '429 RL', details: 'local_rate_limited', upstreamHost: '-' },
    dumps: [
      {
        ...SERVING,
        listeners: [
          httpListener(8080, '8080', [{ name: 'envoy.filters.http.local_ratelimit', typed_config: {} }]),
        ],
      },
    ],
    at: '{',
  },
];

interface Diagnosed {
  readonly report: Report;
  readonly texts: ReadonlyMap<string, string>;
}

async function diagnose(
  line: MadeLine,
  dumps: readonly MadeDump[],
  write: (text: string) => string = (text) => text,
): Promise<Diagnosed> {
  const files = Object.fromEntries(dumps.map((dump, i) => [`${i}.json`, write(toDumpText(dump))]));
  const log = toLog([...HEALTHY, ...times(6, line), ...HEALTHY]);
  const folder = folderOf({ ...files, 'access.log': log });
  const texts = new Map(Object.entries(files).map(([name, text]) => [join(folder, name), text]));
  return { report: await analyseWithMesh([join(folder, 'access.log')], [...texts.keys()]), texts };
}

describe('the dump of the proxy that wrote the lines', () => {
  const named = CASES.map((made) => [made.name, made] as const);

  test.for(named)('%s: the cause is confirmed by the line that holds it', async ([, made]) => {
    const { report, texts } = await diagnose(made.line, made.dumps);
    const [finding] = report.findings;
    expect(finding).toMatchObject({ diagnosis: { id: made.id }, status: 'confirmed' });
    const [place] = finding?.meshConfig ?? [];
    const written = texts.get(place?.file ?? '')?.split('\n')[(place?.line ?? 0) - 1];
    expect(written).toContain(made.at);
  });

  test.for(named)('%s: the same with the field names of istioctl', async ([, made]) => {
    const [snake, camel] = await Promise.all([
      diagnose(made.line, made.dumps),
      diagnose(made.line, made.dumps, toCamelCase),
    ]);
    const said = ({ report }: Diagnosed): unknown =>
      report.findings.map(({ diagnosis, status, meshConfig }) => [
        diagnosis.id,
        status,
        meshConfig.map(({ line, says }) => [line, says]),
      ]);
    expect(said(camel)).toEqual(said(snake));
  });

  test.for(named)('%s: the dump of another proxy confirms nothing', async ([, made]) => {
    const others = made.dumps.map((dump) => ({
      ...dump,
      node: (dump.node ?? CLIENT_NODE).replace(/~[\d.]+~[^~]+~/, '~203.0.113.99~other-1.store~'),
    }));
    const { report } = await diagnose(made.line, others);
    expect(confirmedIn(report)).toEqual([]);
  });
});

test('a dump in which the route is there speaks against its absence', async () => {
  const { report } = await diagnose(MISSING, [SERVING]);
  expect(confirmedIn(report)).toEqual([]);
  expect(report.notes.join('\n')).toContain('speaks against it: Virtual host cart:80 of shop-');
});

test('a refused configuration that never had the host is not why it is missing', async () => {
  const refused = {
    route_config: routeConfig('8080', { stock: [route('/', CLUSTER)] }),
    error_state: {
      failed_configuration: routeConfig('8080', { billing: [route('/', CLUSTER)] }),
      details: 'Duplicate entry of domain stock',
    },
  };
  const { report } = await diagnose(MISSING, [{ ...SERVING, routes: [], routeEntries: [refused] }]);
  expect(report.findings[0]).toMatchObject({
    diagnosis: { id: 'no-route-for-authority' },
    status: 'confirmed',
  });
});

test('lint finds what a proxy refused and what it waits for', async () => {
  const listenerEntries = [{ name: '0.0.0.0_8443', error_state: { details: 'filter\nchains clash' } }];
  const text = toDumpText({ listenerEntries, warmingSecrets: [{ name: 'kubernetes://edge' }] });
  const { faults } = await lintMesh([join(folderOf({ 'config_dump.json': text }), 'config_dump.json')]);
  expect(faults.map(({ diagnosisId, severity }) => [diagnosisId, severity])).toEqual([
    ['config-rejected-by-proxy', 'error'],
    ['sds-secret-missing', 'error'],
  ]);
  expect(faults[0]?.says).toBe(
    'Listener 0.0.0.0_8443 of shop-7d9c8b5f4-x2k9q.store was refused: filter chains clash',
  );
  expect(text.split('\n')[(faults[0]?.places[0]?.line ?? 0) - 1]).toContain('chains clash');
});

describe('/clusters beside the dump of its proxy', () => {
  const line = { ...SENT, answer: '503 UH', details: 'no_healthy_upstream', upstreamHost: '-' };
  const address = { socket_address: { address: '198.51.100.21', port_value: 8080 } };
  const written: readonly (readonly [string, string])[] = [
    [
      'clusters',
      `${CLUSTER}::default_priority::max_connections::1024\n${CLUSTER}::198.51.100.21:8080::health_flags::/failed_outlier_check\n`,
    ],
    [
      'clusters.json',
      JSON.stringify({
        cluster_statuses: [
          {
            name: CLUSTER,
            host_statuses: [
              { address, health_status: { eds_health_status: 'HEALTHY', failed_outlier_check: true } },
            ],
          },
        ],
      }),
    ],
  ];

  async function diagnoseFolder(name: string, text: string, node: string): Promise<Report> {
    const folder = folderOf({
      'access.log': toLog([...HEALTHY, ...times(6, line)]),
      [`mesh/${name}`]: text,
      'mesh/config_dump': toDumpText({ ...SERVING, node }),
    });
    return analyseWithMesh([join(folder, 'access.log')], [join(folder, 'mesh')]);
  }

  test.for(written)('%s: an ejected endpoint is why there is none', async ([name, text]) => {
    const { findings } = await diagnoseFolder(name, text, CLIENT_NODE);
    expect(findings[0]).toMatchObject({ diagnosis: { id: 'outlier-ejection' }, status: 'confirmed' });
  });

  test.for(written)('%s of another proxy says nothing, and a note says so', async ([name, text]) => {
    const report = await diagnoseFolder(name, text, SERVER_NODE);
    expect(confirmedIn(report)).toEqual([]);
    expect(report.notes.join('\n')).toContain(
      'No failing line is known to be of the proxy cart-6b5d4c7f98-m4n7p.store',
    );
  });
});

test.for([
  ['logs/shop-7d9c8b5f4-x2k9q.log', true],
  ['proxies/store/shop-7d9c8b5f4-x2k9q/istio-proxy.log', true],
  ['logs/shop-7d9c8b5f4-x2k9q2.log', false],
  ['logs/otshop-7d9c8b5f4-x2k9q.log', false],
] as const)('%s names the pod of the dump: %s', ([input, isOwn]) => {
  const text = toDumpText({});
  const dump = new ProxyDump('dump.json', text, JSON.parse(text));
  const writer = { inputs: [input], pods: [], callers: [] };
  expect(isOwnerOf(dump, toShapeView(EMPTY_SHAPE), writer)).toBe(isOwn);
});

test('a pod of the same name with another address is another proxy', () => {
  const text = toDumpText({});
  const dump = new ProxyDump('dump.json', text, JSON.parse(text));
  const shape = toShapeView({ ...EMPTY_SHAPE, upstreamCluster: CLUSTER });
  const writer = { inputs: [], pods: ['shop-7d9c8b5f4-x2k9q'] };
  expect(isOwnerOf(dump, shape, { ...writer, callers: ['203.0.113.8'] })).toBe(true);
  expect(isOwnerOf(dump, shape, { ...writer, callers: ['203.0.113.9'] })).toBe(false);
});

test('what comes in for a port without a Service has the address of the proxy as its local one', () => {
  const text = toDumpText({});
  const dump = new ProxyDump('dump.json', text, JSON.parse(text));
  const writer = { inputs: [], pods: [], callers: ['198.51.100.7'] };
  const shape = toShapeView({
    ...EMPTY_SHAPE,
    method: 'GET',
    upstreamCluster: 'InboundPassthroughCluster',
    downstreamLocalAddress: '203.0.113.8:9000',
  });
  expect(isOwnerOf(dump, shape, writer)).toBe(true);
});
