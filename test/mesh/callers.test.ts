import { describe, expect, test } from 'vitest';
import { toShapeView } from '../../src/diagnose/logged-shape.ts';
import { judgeMesh } from '../../src/mesh/judge.ts';
import type { LineWriter } from '../../src/model/mesh-evidence.ts';
import { EMPTY_SHAPE, type Shape } from '../../src/model/shape.ts';

const NOBODY: LineWriter = { inputs: [], pods: [], callers: [] };
const LEDGER = 'ledger.bank.svc.cluster.local';

function resource(kind: string, place: string, spec: object, more: object = {}): object {
  const [namespace, name] = place.split('/');
  const isSecurity = kind === 'PeerAuthentication' || kind === 'AuthorizationPolicy';
  const group =
    kind === 'Service' || kind === 'Pod' ? 'v1' : `${isSecurity ? 'security' : 'networking'}.istio.io/v1`;
  return { apiVersion: group, kind, metadata: { name, namespace, ...more }, spec };
}

function pod(place: string, podIP: string, app: string): object {
  return {
    ...resource(
      'Pod',
      place,
      { containers: [{ name: 'app' }, { name: 'istio-proxy' }] },
      { labels: { app } },
    ),
    status: { podIP, conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

function service(place: string, more: object = {}): object {
  const app = place.split('/')[1];
  const ports = [{ name: 'http', port: 8080 }];
  return resource('Service', place, { clusterIP: '10.96.0.7', selector: { app }, ports }, more);
}

const MESH = [
  service('bank/ledger'),
  pod('bank/ledger-5f7c-a', '10.1.0.9', 'ledger'),
  pod('web/front-84d-b', '10.1.0.3', 'front'),
  pod('batch/night-77-c', '10.1.0.4', 'night'),
];

function judge(resources: readonly object[], shape: Partial<Shape>, writer: LineWriter) {
  const text = JSON.stringify({ kind: 'List', items: resources });
  const view = toShapeView({ ...EMPTY_SHAPE, ...shape });
  return judgeMesh([{ path: 'mesh.json', text }])
    .judge(view, { served: new Map(), writer, time: null, isForeign: false })
    .filter(({ supports }) => supports);
}

const FRONT = { ...NOBODY, callers: ['10.1.0.3'] };
const NIGHT = { ...NOBODY, callers: ['10.1.0.4'] };
const BLOCKED: Partial<Shape> = {
  responseCode: 502,
  upstreamCluster: 'BlackHoleCluster',
  authority: 'ledger.bank:8080',
  downstreamLocalAddress: '10.96.0.7:8080',
};

describe('a Sidecar that hides a service', () => {
  const sidecar = resource('Sidecar', 'web/default', { egress: [{ hosts: ['./*'] }] });
  const ids = (writer: LineWriter): readonly string[] =>
    judge([...MESH, sidecar], BLOCKED, writer).map(({ diagnosisId }) => diagnosisId);

  test.for([
    ['by the address of the caller', FRONT],
    ['by the pod before the line', { ...NOBODY, pods: ['front-84d-b'] }],
    ['by the name of the file', { ...NOBODY, inputs: ['logs/web-front-84d-b.log'] }],
    ['where nobody knows who called', NOBODY],
  ] as const)('explains the calls of its namespace, %s', ([, writer]) => {
    expect(ids(writer)).toEqual(['sidecar-egress-scope']);
  });

  test.for([
    ['by the address of the caller', NIGHT],
    ['by the pod before the line', { ...NOBODY, pods: ['night-77-c'] }],
  ] as const)('explains no calls of another one, %s', ([, writer]) => {
    expect(ids(writer)).toEqual([]);
  });

  test('gives way to one for the workload itself', () => {
    const own = resource('Sidecar', 'web/front', {
      workloadSelector: { labels: { app: 'front' } },
      egress: [{ hosts: ['*/*'] }],
    });
    expect(judge([...MESH, sidecar, own], BLOCKED, FRONT)).toEqual([]);
  });

  test('is mended by its patch', () => {
    const [verdict] = judge([...MESH, sidecar], BLOCKED, FRONT);
    const mended = JSON.parse(verdict?.patch?.yaml ?? 'null');
    expect(mended.spec.egress[0].hosts).toEqual(['./*', `bank/${LEDGER}`]);
    expect(judge([...MESH, mended], BLOCKED, FRONT)).toEqual([]);
  });
});

test('a Service that is exported elsewhere is hidden from the others only', () => {
  const hidden = service('bank/ledger', { annotations: { 'networking.istio.io/exportTo': '.,batch' } });
  const others = MESH.slice(1);
  expect(judge([hidden, ...others], BLOCKED, FRONT)).toHaveLength(1);
  expect(judge([hidden, ...others], BLOCKED, NIGHT)).toEqual([]);
});

describe("a DestinationRule of the caller's namespace", () => {
  const strict = resource('PeerAuthentication', 'bank/default', { mtls: { mode: 'STRICT' } });
  const rule = (place: string, mode: string): object =>
    resource('DestinationRule', place, { host: LEDGER, trafficPolicy: { tls: { mode } } });
  const failing: Partial<Shape> = {
    responseCode: 503,
    responseFlags: ['UC'],
    upstreamCluster: `outbound|8080||${LEDGER}`,
    upstreamHost: '10.1.0.9:8080',
    downstreamLocalAddress: '10.96.0.7:8080',
  };
  const mesh = [...MESH, strict, rule('bank/ledger', 'ISTIO_MUTUAL'), rule('batch/ledger', 'DISABLE')];

  test('holds for its callers', () => {
    const [verdict] = judge(mesh, failing, NIGHT);
    expect(verdict).toMatchObject({ diagnosisId: 'tls-conflict-plaintext-to-strict' });
    expect(verdict?.places[0]?.resource).toBe('DestinationRule batch/ledger');
  });

  test('holds for no others', () => {
    expect(judge(mesh, failing, FRONT)).toEqual([]);
  });

  test('of a third namespace holds for nobody but its own', () => {
    expect(judge([...MESH, strict, rule('batch/ledger', 'DISABLE')], failing, FRONT)).toEqual([]);
    expect(judge([...MESH, strict, rule('batch/ledger', 'DISABLE')], failing, NIGHT)).toHaveLength(1);
  });
});

test('a name without dots is a service of the namespace of the caller', () => {
  const faults = ['bank', 'web'].map((namespace) =>
    resource('VirtualService', `${namespace}/ledger`, {
      hosts: ['ledger'],
      http: [{ fault: { abort: { httpStatus: 500 } }, route: [{ destination: { host: 'ledger' } }] }],
    }),
  );
  const mesh = [...MESH, service('web/ledger'), ...faults];
  const aborted: Partial<Shape> = { responseCode: 500, responseFlags: ['FI'], authority: 'ledger:8080' };
  const [verdict, ...more] = judge(mesh, { ...aborted, responseCodeDetails: 'fault_filter_abort' }, FRONT);
  expect(verdict?.places[0]?.resource).toBe('VirtualService web/ledger');
  expect(more).toEqual([]);
});

describe('a policy that refuses a caller', () => {
  const policy = resource('AuthorizationPolicy', 'bank/ledger', {
    selector: { matchLabels: { app: 'ledger' } },
    rules: [{ from: [{ source: { namespaces: ['web'] } }], to: [{ operation: { methods: ['GET'] } }] }],
  });
  const refused: Partial<Shape> = {
    responseCode: 403,
    responseCodeDetails: 'rbac_access_denied_matched_policy[none]',
    method: 'GET',
    path: '/accounts',
    downstreamLocalAddress: '10.1.0.9:8080',
    upstreamCluster: 'inbound|8080||',
  };

  test('is given a rule for it', () => {
    const [verdict] = judge([...MESH, policy], refused, NIGHT);
    const mended = JSON.parse(verdict?.patch?.yaml ?? 'null');
    expect(mended.spec.rules[1]).toEqual({
      from: [{ source: { principals: ['cluster.local/ns/batch/sa/default'] } }],
      to: [{ operation: { methods: ['GET'] } }],
    });
    expect(judge([...MESH, mended], refused, NIGHT)).toEqual([]);
  });

  test('is not the cause for one that it lets in', () => {
    expect(judge([...MESH, policy], refused, FRONT)).toEqual([]);
  });

  test('is the cause for another method of one that it lets in', () => {
    expect(judge([...MESH, policy], { ...refused, method: 'POST' }, FRONT)).toHaveLength(1);
  });

  test('has no patch where nobody knows who called', () => {
    expect(judge([...MESH, policy], refused, NOBODY)[0]?.patch).toBeNull();
  });
});
