import { describe, expect, test } from 'vitest';
import { hasPort } from '../../src/aggregate/address-span.ts';
import { bytesBand, durationBand } from '../../src/aggregate/shape-reader.ts';
import { encodeText } from '../../src/bytes/text.ts';
import type { Field } from '../../src/model/field.ts';
import { FIELDS } from '../../src/model/field.ts';
import type { RequestRecord } from '../../src/model/request-record.ts';
import { DURATION_BANDS_MS, EXACT_BYTES_LIMIT } from '../../src/model/shape.ts';
import { Failing } from './failing.ts';
import type { Event, LayoutName } from './log-lines.ts';
import { render } from './log-lines.ts';
import { onlyGroup } from './reading.ts';

const FAILED: Event = {
  responseCode: '503',
  responseFlags: 'UH',
  responseCodeDetails: 'no_healthy_upstream',
};

function shapeOf(event: Event, layout?: LayoutName) {
  const [counted] = onlyGroup([render({ ...FAILED, ...event }, layout)]).shapes;
  if (counted === undefined) throw new Error('no shape');
  return counted.shape;
}

describe('bands', () => {
  test.for([
    [0, 0],
    [1, 1],
    [4, 3],
    [5, 5],
    [9, 5],
    [999, 500],
    [1000, 1000],
    [14_999, 10_000],
    [15_000, 15_000],
    [15_004, 15_000],
    [413_322, 300_000],
    [9e12, 3_600_000],
  ] as const)('a duration of %i ms lies in the band from %i', ([durationMs, band]) => {
    expect(durationBand(durationMs)).toBe(band);
  });

  test('every edge of a duration band lies in its own band', () => {
    expect(DURATION_BANDS_MS.map(durationBand)).toEqual([...DURATION_BANDS_MS]);
  });

  test.for([
    [0, 0],
    [81, 81],
    [EXACT_BYTES_LIMIT, EXACT_BYTES_LIMIT],
    [EXACT_BYTES_LIMIT + 1, 1024],
    [2047, 1024],
    [2048, 2048],
    [1_000_000, 524_288],
  ] as const)('a size of %i bytes is kept as %i', ([bytes, band]) => {
    expect(bytesBand(bytes)).toBe(band);
  });
});

describe('bands of the kernel', () => {
  const around = (edges: readonly number[]): readonly number[] => [
    ...new Set(edges.flatMap((edge) => [Math.max(0, edge - 1), edge, edge + 1])),
  ];
  const SIZES = around([0, ...Array.from({ length: 40 }, (_, bit) => 2 ** (bit + 7))]);

  test.for([
    ['duration', 'durationMs', around(DURATION_BANDS_MS), durationBand],
    ['bytesSent', 'bytesSent', SIZES, bytesBand],
    ['bytesReceived', 'bytesReceived', SIZES, bytesBand],
  ] as const)('are those that shapes are read with: %s', ([field, member, values, bandOf]) => {
    const failing = new Failing();
    for (const value of values) failing.failWith({ upstreamCluster: 'a', [field]: String(value) });
    const counted = failing
      .groups()
      .flatMap(({ shapes }) => shapes.map(({ shape, requests }) => `${shape[member]}: ${requests}`));
    const bands = values.map(bandOf);
    const expected = [...new Set(bands)].map(
      (band) => `${band}: ${bands.filter((other) => other === band).length}`,
    );
    expect(counted.toSorted()).toEqual(expected.toSorted());
  });
});

describe('shapes', () => {
  test.for([
    ['/', '/'],
    ['/reviews/17?user=a', '/reviews/*'],
    ['/a/3f3ab5f2-0000-4000-8000-000000000001/b', '/a/*/b'],
    ['/a/b/c/d/e/f/g/h', '/a/b/c/d/e/f/…'],
    [`/${'x'.repeat(41)}`, '/*'],
    ['/v1/items', '/v1/items'],
  ] as const)('hold the path %s as %s', ([path, template]) => {
    expect(shapeOf({ path }).path).toBe(template);
  });

  test('tell what is not in the format from what was logged as absent', () => {
    expect(shapeOf({ routeName: null, upstreamHost: null })).toMatchObject({
      routeName: null,
      upstreamHost: null,
      hasUpstreamLocalAddress: true,
      upstreamRequestAttemptCount: undefined,
    });
    expect(shapeOf({ upstreamHost: null }, 'envoy-text')).toMatchObject({
      routeName: undefined,
      upstreamHost: null,
      hasUpstreamLocalAddress: undefined,
      responseCodeDetails: undefined,
    });
  });

  test('hold flags sorted, with those that nobody knows', () => {
    expect(shapeOf({ responseFlags: 'ZZ,UF,URX' }).responseFlags).toEqual(['UF', 'URX', 'ZZ']);
  });

  test('are equal for the same record in text and in JSON', () => {
    const event = { ...FAILED, path: '/tökens/0123456789abcdef', requestedServerName: 'a.example' };
    expect(shapeOf(event, 'istio-json')).toEqual(shapeOf(event));
  });

  test('are counted together when they are equal', () => {
    const lines = ['/a/1', '/a/2', '/b'].map((path) => render({ ...FAILED, path }));
    expect(
      onlyGroup(lines)
        .shapes.map(({ requests }) => requests)
        .sort(),
    ).toEqual([1, 2]);
  });
});

/** Fields of which a shape says nothing. */
const LEFT_OUT: readonly Field[] = [
  'startTime',
  'xForwardedFor',
  'userAgent',
  'requestId',
  'downstreamRemoteAddress',
];

describe.for(FIELDS)('shapes of requests that differ in %s', (field) => {
  const PLAIN: Partial<RequestRecord> = Object.fromEntries(FIELDS.map((each) => [each, '7']));
  /** Not in the format, logged as absent, a small number, a large one and the next, a text and a longer one. */
  const values = [undefined, null, '7', '9000', '9001', 'UF', `UF${'x'.repeat(600)}`];
  const requests = values.map((value) => ({ ...PLAIN, [field]: value }));

  /** How many requests have each shape. */
  function countShapes(some: readonly Partial<RequestRecord>[]): Readonly<Record<string, number>> {
    const failing = new Failing();
    for (const request of some) failing.failWith(request);
    const counts: Record<string, number> = {};
    for (const { shapes } of failing.groups())
      for (const counted of shapes) {
        const shape = JSON.stringify(counted.shape, (_, value) => (value === undefined ? 'unknown' : value));
        counts[shape] = (counts[shape] ?? 0) + counted.requests;
      }
    return counts;
  }

  test('are those that each of them has alone', () => {
    const alone: Record<string, number> = {};
    for (const request of requests)
      for (const shape of Object.keys(countShapes([request]))) alone[shape] = (alone[shape] ?? 0) + 1;
    expect(countShapes(requests)).toEqual(alone);
  });

  test('are told apart if shapes hold the field', () => {
    const count = Object.keys(countShapes(requests)).length;
    if (LEFT_OUT.includes(field)) expect(count).toBe(1);
    else expect(count).toBeGreaterThan(1);
  });
});

describe('addresses', () => {
  test.for([
    ['10.0.0.1:80', '10.0.0.1', true],
    ['[fd00::1]:443', '[fd00::1]', true],
    ['10.0.0.1', '10.0.0.1', false],
    ['envoy://internal_client_address/', 'envoy', false],
    ['fd00::12', 'fd00:', false],
    ['host:', 'host', false],
    [':80', ':80', false],
    ['', '', false],
  ] as const)('%s has the host %s, and a port: %s', ([address, host, isConnection]) => {
    const bytes = encodeText(address);
    const { callers } = onlyGroup([render({ ...FAILED, downstreamRemoteAddress: address })]);
    // Nothing at all is logged as absent.
    expect(callers.entries.map(({ key }) => key)).toEqual(address === '' ? [] : [host]);
    expect(hasPort(bytes, 0, bytes.length)).toBe(isConnection);
  });
});
