import { describe, expect, test } from 'vitest';
import { toShapeView } from '../../src/diagnose/logged-shape.ts';
import { readCertificate } from '../../src/ingest/certificate.ts';
import { judgeMesh } from '../../src/mesh/judge.ts';
import type { MeshFault } from '../../src/model/mesh-evidence.ts';
import { EMPTY_SHAPE } from '../../src/model/shape.ts';
import { cluster, toDumpText, upstreamTls } from './made-dumps.ts';

/** Self-signed, for shop.example.com, of the year 2020. */
const OLD =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJaRENDQVFtZ0F3SUJBZ0lCQVRBS0JnZ3Foa2pPUFFRREFqQWJNUmt3RndZRFZRUUREQkJ6YUc5d0xtVjQKWVcxd2JHVXVZMjl0TUI0WERUSXdNREV3TVRBd01EQXdNRm9YRFRJeE1ERXdNVEF3TURBd01Gb3dHekVaTUJjRwpBMVVFQXd3UWMyaHZjQzVsZUdGdGNHeGxMbU52YlRCWk1CTUdCeXFHU000OUFnRUdDQ3FHU000OUF3RUhBMElBCkJIV0lvVUNIV3psZTFxSGx5R1JzMjdKQUhGTUszS092UllTM3FNd2hRdnk2SFI1TTlxM1VyS0RhTzRFeHBXNEkKV3dJeHB4bExTSU96ZzFQL29mRHhqanlqUGpBOE1Cc0dBMVVkRVFRVU1CS0NFSE5vYjNBdVpYaGhiWEJzWlM1agpiMjB3SFFZRFZSME9CQllFRkw3MWtPVTd1WHJnRFVwL1RHVm9sWit2L3k4OU1Bb0dDQ3FHU000OUJBTUNBMGtBCk1FWUNJUUNpWDZpZEROeXpaWjhuQitENmJCYnJxZGd2clN4dStCbFNGMklRVkpkRE53SWhBTTJVai9YTHhvN24KL0Y3Z2NrSVg2aXJjbzJMZDBMWFZYa2xkT0lVUnFCQ2IKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=';
/** The same for *.example.com, until 2099. */
const GOOD =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJYRENDQVFLZ0F3SUJBZ0lCQWpBS0JnZ3Foa2pPUFFRREFqQVlNUll3RkFZRFZRUUREQTBxTG1WNFlXMXcKYkdVdVkyOXRNQ0FYRFRJd01ERXdNVEF3TURBd01Gb1lEekl3T1Rrd01UQXhNREF3TURBd1dqQVlNUll3RkFZRApWUVFEREEwcUxtVjRZVzF3YkdVdVkyOXRNRmt3RXdZSEtvWkl6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUVkWWloClFJZGJPVjdXb2VYSVpHemJza0FjVXdyY282OUZoTGVvekNGQy9Mb2RIa3oycmRTc29ObzdnVEdsYmdoYkFqR24KR1V0SWc3T0RVLytoOFBHT1BLTTdNRGt3R0FZRFZSMFJCQkV3RDRJTktpNWxlR0Z0Y0d4bExtTnZiVEFkQmdOVgpIUTRFRmdRVXZ2V1E1VHU1ZXVBTlNuOU1aV2lWbjYvL0x6MHdDZ1lJS29aSXpqMEVBd0lEU0FBd1JRSWhBSmliCkdxYVpSU2JIdXlQUVVXVkNxSEh3UlRyNjczN2lHRGpWZ0h2M2hGQ3dBaUFpY1QxVTUwdWI2ck5rNW40bmFHZmEKZldIb01OTW04L3U4eUhVR2dOMS9TZz09Ci0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K';
/** Stands for a key, and must never be seen again. */
const KEY = Buffer.from('the key itself, thirty letters or more').toString('base64');
const NOW = Date.UTC(2026, 8, 14);

function secret(data: Readonly<Record<string, string>>, more: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'shop-cert', namespace: 'istio-system', ...more },
    type: 'kubernetes.io/tls',
    data,
  };
}

function gateway(host: string, mode = 'SIMPLE'): object {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'edge', namespace: 'istio-system' },
    spec: {
      selector: { istio: 'ingressgateway' },
      servers: [
        {
          port: { number: 443, name: 'https', protocol: 'HTTPS' },
          hosts: [host],
          tls: { mode, credentialName: 'shop-cert' },
        },
      ],
    },
  };
}

const PROXY = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'ingress', namespace: 'istio-system' },
  spec: { template: { metadata: { labels: { istio: 'ingressgateway' } } } },
};
const WHOLE = { 'tls.crt': GOOD, 'tls.key': KEY };

function faultsOf(...resources: readonly object[]): readonly MeshFault[] {
  const text = JSON.stringify({ kind: 'List', items: resources }, null, 1);
  return judgeMesh([{ path: 'mesh.json', text }], { nowMs: NOW, readCertificate })
    .faults()
    .filter(({ severity }) => severity === 'error' || severity === 'warning');
}

describe('the certificate of a Gateway', () => {
  test.for([
    ['is missing', secret(WHOLE, { name: 'other' }), 'names the Secret shop-cert, which is'],
    ['has no key', secret({ 'tls.crt': GOOD }), 'has no tls.key or key (type kubernetes.io/tls)'],
    ['has expired', secret({ ...WHOLE, 'tls.crt': OLD }), 'expired at 2021-01-01T00:00:00Z'],
  ] as const)('%s: one error says so', ([, given, says]) => {
    const faults = faultsOf(gateway('shop.example.com'), PROXY, given);
    expect(faults.map(({ severity }) => severity)).toEqual(['error']);
    expect(faults[0]?.says).toContain(says);
  });

  test('lies in another namespace than its proxies', () => {
    const [fault] = faultsOf(
      gateway('shop.example.com'),
      PROXY,
      secret(WHOLE, { namespace: 'shop' }),
      secret(WHOLE, { name: 'other' }),
    );
    expect(fault?.says).toContain('not in istio-system, but in shop');
  });

  test.for([
    ['shop.example.com', []],
    ['a.shop.example.com', ['warning']],
    ['shop.example.org', ['warning']],
  ] as const)('is for *.example.com; for %s: %s', ([host, expected]) => {
    expect(faultsOf(gateway(host), PROXY, secret(WHOLE)).map(({ severity }) => severity)).toEqual(expected);
  });

  test('wants one of an authority too where clients show theirs', () => {
    const mutual = gateway('shop.example.com', 'MUTUAL');
    expect(faultsOf(mutual, PROXY, secret(WHOLE))[0]?.says).toContain('has no ca.crt or cacert');
    expect(
      faultsOf(mutual, PROXY, secret(WHOLE), secret({ 'ca.crt': GOOD }, { name: 'shop-cert-cacert' })),
    ).toEqual([]);
  });

  test.for([
    ['no Secret was given', [gateway('shop.example.com'), PROXY]],
    [
      'those of another namespace alone were given',
      [gateway('x.example.com'), PROXY, secret(WHOLE, { namespace: 'a' })],
    ],
    ['the values were taken out', [gateway('shop.example.com'), PROXY, secret({})]],
  ] as const)('is not judged where %s', ([, resources]) => {
    expect(faultsOf(...resources)).toEqual([]);
  });
});

test('no key is ever shown, in no place and in no difference', () => {
  const yaml = `apiVersion: v1
kind: Secret
metadata: {name: shop-cert, namespace: istio-system}
data:
  tls.crt: ${OLD}
  tls.key: ${KEY}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec: {host: cart.example.com, trafficPolicy: {connectionPool: {tcp: {maxConnections: 1}}}}
---
apiVersion: v1
kind: Secret
data:
  tls.key: ${KEY}
metadata: {name: other, namespace: istio-system}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: cart, namespace: shop}
spec: {hosts: [cart.example.com], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS}
---
${JSON.stringify(gateway('shop.example.com'))}
`;
  const mesh = judgeMesh([{ path: 'mesh.yaml', text: yaml }], { nowMs: NOW, readCertificate });
  expect(mesh.faults().filter(({ patch }) => patch !== null)).not.toEqual([]);
  expect(JSON.stringify(mesh.faults())).not.toContain(KEY);
});

describe('the certificate of a proxy in its dump', () => {
  const host = 'cart.store.svc.cluster.local';
  const name = `outbound|8080||${host}`;
  const secrets = [{ name: 'default', tls_certificate: { certificate_chain: { inline_bytes: OLD } } }];
  const text = toDumpText({ clusters: [cluster(name, { transport_socket: upstreamTls() })], secrets });
  const mesh = judgeMesh([{ path: 'dump.json', text }], { nowMs: null, readCertificate });
  const shape = toShapeView({
    ...EMPTY_SHAPE,
    upstreamCluster: name,
    responseFlags: ['UC'],
    responseCode: 503,
  });

  function judgeAt(year: number): readonly string[] {
    const time = { first: Date.UTC(year, 6), last: Date.UTC(year, 7) };
    const writer = { inputs: [], pods: ['shop-7d9c8b5f4-x2k9q'], callers: [] };
    return mesh
      .judge(shape, { served: new Map(), writer, time, isForeign: false })
      .filter(({ supports }) => supports)
      .map(({ diagnosisId }) => diagnosisId);
  }

  test('had expired before the failures: it is the cause', () => {
    expect(judgeAt(2026)).toEqual(['certificate-verification-failed']);
  });

  test('was still valid at the failures', () => {
    expect(judgeAt(2020)).toEqual([]);
  });

  test('is an error for lint', () => {
    expect(mesh.faults().map(({ says }) => says)).toEqual([
      'The certificate default of shop-7d9c8b5f4-x2k9q.store expired at 2021-01-01T00:00:00.000Z, before the dump was taken',
    ]);
  });
});

test.for([
  ['disabled: true', 'turns the access log of all workloads off'],
  ['filter: {expression: "response.code >= 400"}', 'lets only lines with response.code >= 400 into'],
])('a Telemetry resource with %s is told', ([setting, says]) => {
  const text = `apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: logs, namespace: istio-system}
spec:
  accessLogging:
  - ${setting}
`;
  const mesh = judgeMesh([{ path: 'mesh.yaml', text }]);
  const [fault] = mesh.faults();
  expect(fault).toMatchObject({ severity: 'info', places: [{ file: 'mesh.yaml', line: 6 }] });
  expect(fault?.says).toContain(says);
  expect(mesh.notes[0]).toContain(says);
});
