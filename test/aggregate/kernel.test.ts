import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as caps from '../../src/aggregate/caps.ts';
import { connectionSlot } from '../../src/aggregate/connection-table.ts';
import { LineView } from '../../src/aggregate/line-view.ts';
import * as slots from '../../src/aggregate/slots.ts';
import { TrafficKernel } from '../../src/aggregate/traffic-kernel.ts';
import * as layout from '../../src/aggregate/wasm/failure-layout.ts';
import { spellPathTemplate } from '../../src/bytes/path-template.ts';
import { decodeText, encodeText } from '../../src/bytes/text.ts';
import { MAX_PREFIX_BYTES } from '../../src/ingest/wrappers/prefix.ts';
import type { Aggregate, AggregatePart, HopColumn } from '../../src/model/aggregate.ts';
import { HOP_COLUMNS } from '../../src/model/aggregate.ts';
import type { Field } from '../../src/model/field.ts';
import { createSpans, FIELDS, NOT_IN_FORMAT, spanOf } from '../../src/model/field.ts';
import { LOCAL_REPLIES } from '../../src/model/local-reply.ts';
import { DURATION_BANDS_MS, EXACT_BYTES_LIMIT } from '../../src/model/shape.ts';
import { listTrafficKeys } from '../../src/model/traffic-key.ts';
import { KERNEL } from '../support/kernel.ts';
import type { LayoutName } from './log-lines.ts';
import { at, render } from './log-lines.ts';
import { ODD_VALUES } from './odd-values.ts';
import { merge, readLines, readToMerge } from './reading.ts';

const RUNS = 40;
const TIMEOUT_MS = 120_000;

function sourceOf(name: string): string {
  return readFileSync(new URL(`../../src/aggregate/${name}`, import.meta.url), 'utf8');
}

/** The constants of a module that are plain numbers. */
function numbersIn(name: string): Readonly<Record<string, number>> {
  const constants = sourceOf(name).matchAll(/^(?:export )?const ([A-Z_]+)(?:: \w+)? = (\d+);$/gm);
  return Object.fromEntries([...constants].map(([, constant, value]) => [constant, Number(value)]));
}

/** Counts requests that hold nothing but the field. */
function countValues(field: Field, values: readonly Uint8Array[]): TrafficKernel {
  const kernel = new TrafficKernel(KERNEL);
  const line = new LineView();
  values.forEach((bytes, i) => {
    const spans = createSpans().fill(NOT_IN_FORMAT);
    spans.set([0, bytes.length], spanOf(field));
    line.set(bytes, spans, 'text');
    kernel.open(line);
    kernel.count(false, 1000 * i);
    kernel.noteAnswer(1000 * i);
  });
  return kernel;
}

describe('the kernel and the rest of the program', { timeout: TIMEOUT_MS }, () => {
  test('have the fields at the same places', () => {
    const places = [...sourceOf('wasm/spans.ts').matchAll(/^export const ([A-Z_]+): i32 = (\d+);$/gm)].map(
      ([, name, place]) => [name, Number(place)],
    );
    expect(places.length).toBeGreaterThan(15);
    const known = Object.entries<number>(slots);
    expect(places).toEqual(places.map(([name]) => [name, known.find(([other]) => other === name)?.[1]]));
  });

  test('leave room in groups of failures for all that they hold', () => {
    const { GROUP_LINES, LINE_BYTES, GROUP_HISTOGRAM, HISTOGRAM_BYTES, GROUP_IS_JSON } = layout;
    expect(GROUP_LINES + caps.MAX_LINES_PER_GROUP * LINE_BYTES).toBe(GROUP_HISTOGRAM);
    expect(GROUP_HISTOGRAM + HISTOGRAM_BYTES).toBe(GROUP_IS_JSON);
    const { GROUP_SHAPES, GROUP_CALLERS, GROUP_CONNECTIONS, GROUP_SOURCES, GROUP_SAMPLED, GROUP_BYTES } =
      layout;
    const lists = [GROUP_SHAPES, GROUP_CALLERS, GROUP_CONNECTIONS, GROUP_SOURCES, GROUP_SAMPLED, GROUP_BYTES];
    expect(lists).toEqual(lists.map((_, i) => GROUP_SHAPES + i * layout.LIST_BYTES));
    expect(layout.RECORD_FIELDS).toBe(FIELDS.length);
  });

  test('have the columns of hops in the same order', () => {
    const { MARK, INPUT, TIME, DURATION, CODE, ID, REQUEST, SEND, RECEIVE, DIRECTION, HOST, GROUP, SHAPE } =
      numbersIn('wasm/hops.ts');
    const places: Readonly<Record<HopColumn, number | undefined>> = {
      ...{ key: 0, mark: MARK, input: INPUT, timeMs: TIME, durationMs: DURATION, code: CODE, id: ID },
      ...{ request: REQUEST, send: SEND, receive: RECEIVE, direction: DIRECTION, host: HOST },
      ...{ group: GROUP, shape: SHAPE },
    };
    expect(HOP_COLUMNS.map((name) => places[name])).toEqual(HOP_COLUMNS.map((_, column) => 8 * column));
    const { FAILING_COLUMNS, HEALTHY_COLUMNS } = numbersIn('wasm/hops.ts');
    expect([FAILING_COLUMNS, HEALTHY_COLUMNS]).toEqual([HOP_COLUMNS.length, HOP_COLUMNS.indexOf('group')]);
  });

  test('draw the same lines', () => {
    const { MAX_LINES_PER_GROUP, MAX_SHOWN_LINE_BYTES } = caps;
    expect(numbersIn('wasm/failures.ts')).toMatchObject({ MAX_LINES_PER_GROUP, MAX_SHOWN_LINE_BYTES });
    expect(numbersIn('wasm/kept.ts')['MAX_FIELD_BYTES']).toBe(caps.MAX_KEPT_BYTES + 1);
    expect(numbersIn('wasm/time-histogram.ts')).toMatchObject({
      MAX_BUCKETS: caps.MAX_TIME_BUCKETS,
      FIRST_WIDTH_MS: caps.FIRST_BUCKET_MS,
    });
    expect(numbersIn('wasm/bands.ts')['EXACT_BYTES']).toBe(EXACT_BYTES_LIMIT);
    expect(numbersIn('wasm/unwrap.ts')['MAX_PREFIX_BYTES']).toBe(MAX_PREFIX_BYTES);
    expect(numbersIn('wasm/verdicts.ts')['MAX_VERDICTS']).toBe(caps.MAX_VERDICTS);
    const [, bands = ''] = /memory\.data<f64>\(\[([^\]]*)\]\)/.exec(sourceOf('wasm/bands.ts')) ?? [];
    expect(bands.match(/[\d_]+/g)?.map((edge) => Number(edge.replaceAll('_', '')))).toEqual([
      ...DURATION_BANDS_MS,
    ]);
    expect(numbersIn('wasm/skim.ts')['RBAC_DENIED_BYTES']).toBe(LOCAL_REPLIES.rbacDenied.length);
  });

  test('cut long values at the same byte', () => {
    const lengths = [caps.MAX_KEPT_BYTES - 1, caps.MAX_KEPT_BYTES, caps.MAX_KEPT_BYTES + 1, 5000];
    const values = lengths.map((length) =>
      encodeText('é'.repeat(length).slice(0, length)).subarray(0, length),
    );
    const line = new LineView();
    const kept = values.map((bytes) => {
      line.set(bytes, createSpans(), 'text');
      return line.decodeKept(0, bytes.length);
    });
    const { authorities, scopes } = countValues('authority', values).tables.finish();
    expect(listTrafficKeys(authorities).toSorted()).toEqual(kept.toSorted());
    expect(listTrafficKeys(scopes).toSorted()).toEqual(kept.map((text) => `authority ${text}`).toSorted());
  });

  test('keep each connection in the same slot of a table of the same size', () => {
    const values = Array.from({ length: 5000 }, (_, i) => encodeText(`10.0.${i % 7}.1:${10_000 + i}`));
    const { slot, hash, timeMs } = countValues('upstreamLocalAddress', values).failures.connections();
    expect([...slot]).toEqual([...hash].map(connectionSlot));
    expect([...slot]).toEqual([...slot].sort((a, b) => a - b));
    expect(Math.max(...slot)).toBeGreaterThan(0.99 * caps.CONNECTION_SLOTS);
    expect(Math.max(...timeMs)).toBe(4_999_000);
    // Some share a slot, and the later stays.
    expect(slot.length).toBeGreaterThan(4800);
    expect(slot.length).toBeLessThan(5000);
  });

  test('mask the same segments of paths', () => {
    const segment = fc.oneof(
      fc.constantFrom('', 'v1', 'v12', 'v', 'orders', 'EUR27', 'feedface', 'deadbee1', '-', 'ü', '*', '…'),
      fc.string({ unit: fc.constantFrom(...'0189afgvAFGV-_.%"'), maxLength: 45 }),
      fc.string({ unit: 'binary', maxLength: 6 }),
    );
    const path = fc
      .tuple(
        fc.array(segment, { maxLength: 9 }),
        fc.constantFrom('/', '', '//'),
        fc.constantFrom('', '?a=/1', '#'),
      )
      .map(([segments, start, end]) => encodeText(`${start}${segments.join('/')}${end}`))
      .filter(({ length }) => length > 0);
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 60 }), (paths) => {
        const spelled = paths.map((bytes) =>
          spellPathTemplate(bytes, 0, bytes.length, (from, to) => decodeText(bytes, from, to)),
        );
        const { paths: table } = countValues('path', paths).tables.finish();
        const counted = listTrafficKeys(table).flatMap((key, row) =>
          Array<string>(table.healthy[row] ?? 0).fill(key),
        );
        expect(counted.toSorted()).toEqual(spelled.toSorted());
      }),
      { numRuns: RUNS },
    );
  });
});

const LAYOUTS: readonly LayoutName[] = ['istio-text', 'istio-json'];

/** A failing line for each odd value of each field, alone and without the cluster that else gives the scope. */
function oddFailures(layout: LayoutName): readonly string[] {
  const lines = Object.entries(ODD_VALUES).flatMap(([field, values]) =>
    (values ?? []).flatMap((value) =>
      [{}, { upstreamCluster: null }, { upstreamCluster: null, authority: null }].map((base) =>
        render({ ...base, [field]: value, responseFlags: 'UF' }, layout),
      ),
    ),
  );
  // Some encoders escape slashes; others cut what they escape.
  const escaped = lines.flatMap((line) => [line.replaceAll('/', '\\/'), line.replaceAll('/', '\\n/\\u00/')]);
  return layout === 'istio-json' ? [...lines, ...escaped] : lines;
}

describe.for(LAYOUTS)('traffic and failures of %s', (layout) => {
  const { traffic, groups } = readLines(oddFailures(layout));
  const shapes = groups.flatMap((group) => group.shapes.map(({ shape }) => shape));

  test('name scopes alike', () => {
    expect(listTrafficKeys(traffic.scopes)).toEqual(
      expect.arrayContaining([...new Set(groups.map(({ scope }) => scope))]),
    );
  });

  test('name endpoints, paths, callers and authorities alike', () => {
    const known = (texts: readonly (string | null | undefined)[]) => [
      ...new Set(texts.filter((text) => typeof text === 'string')),
    ];
    const { endpoints, paths, callers, authorities } = traffic;
    expect(listTrafficKeys(endpoints)).toEqual(
      expect.arrayContaining(known(shapes.map(({ upstreamHost }) => upstreamHost))),
    );
    expect(listTrafficKeys(paths)).toEqual(expect.arrayContaining(known(shapes.map(({ path }) => path))));
    expect(listTrafficKeys(authorities)).toEqual(
      expect.arrayContaining(known(shapes.map(({ authority }) => authority))),
    );
    expect(listTrafficKeys(callers)).toEqual(
      expect.arrayContaining(groups.flatMap((group) => group.callers.entries.map(({ key }) => key))),
    );
  });

  test('are those of the whole when the log is cut', () => {
    const lines = oddFailures(layout);
    const read = (from: number, to: number): AggregatePart =>
      readToMerge([{ path: 'a.log', continues: from > 0, lines: lines.slice(from, to) }]);
    const half = lines.length >> 1;
    const merged = merge([read(0, half), read(half, lines.length)]);
    expect(merged).toEqual(merge([read(0, lines.length)]));
  });
});

/** Slots of the connections of the ports of one address, by the port that came last. */
function slotsOf(ports: readonly number[]): ReadonlyMap<number, number> {
  const kernel = new TrafficKernel(KERNEL);
  const line = new LineView();
  for (const port of ports) {
    const bytes = encodeText(`10.0.0.1:${port}`);
    const spans = createSpans().fill(NOT_IN_FORMAT);
    spans.set([0, bytes.length], slots.UPSTREAM_LOCAL);
    line.set(bytes, spans, 'text');
    kernel.open(line);
    kernel.noteAnswer(port);
  }
  const { slot, timeMs } = kernel.failures.connections();
  return new Map([...slot].map((place, row) => [place, timeMs[row] ?? 0]));
}

/** Ports of one address whose connections share a slot. */
function findPortsOfOneSlot(): readonly [number, number] {
  const ports = Array.from({ length: 5000 }, (_, i) => 10_000 + i);
  const last = slotsOf(ports);
  const first = slotsOf(ports.toReversed());
  const shared = [...last].find(([slot, port]) => first.get(slot) !== port);
  const other = shared && first.get(shared[0]);
  if (shared === undefined || other === undefined) throw new Error('no two connections share a slot');
  return [other, shared[1]];
}

describe('the time that a connection was idle', () => {
  const healthy = (ms: number, port: number): string =>
    render({ startTime: at(ms), upstreamLocalAddress: `10.0.0.1:${port}` });
  const failing = (ms: number, port: number): string =>
    render({
      startTime: at(ms),
      upstreamLocalAddress: `10.0.0.1:${port}`,
      responseCode: '503',
      responseFlags: 'UC',
      requestId: `id-${ms}`,
    });
  const idleOf = ({ groups }: Aggregate): unknown[] =>
    groups.flatMap(({ sampled }) =>
      sampled.toSorted((a, b) => (a.timeMs ?? 0) - (b.timeMs ?? 0)).map(({ idleMs }) => idleMs),
    );
  const lines = [
    healthy(0, 40_001),
    healthy(10, 40_002),
    failing(70_000, 40_001),
    healthy(71_000, 40_001),
    failing(72_500, 40_001),
    failing(73_000, 40_002),
    render({ startTime: at(74_000), upstreamLocalAddress: '10.0.0.1' }),
  ];

  test('runs from the last healthy answer on the same connection', () => {
    expect(idleOf(readLines(lines))).toEqual([70_000, 1500, 72_990]);
  });

  test('is unknown on a connection that has not answered', () => {
    const [idle] = idleOf(readLines([healthy(0, 40_001), failing(1000, 40_003)]));
    expect(idle).toMatchObject({ connection: expect.any(Number) });
  });

  test.for(lines.map((_, place) => place))('is the same when the log is cut before line %i', (place) => {
    const part = (from: number, to: number): AggregatePart =>
      readToMerge([{ path: 'a.log', continues: from > 0, lines: lines.slice(from, to) }]);
    const merged = merge([part(0, place), part(place, lines.length)]);
    expect(idleOf(merged)).toEqual([70_000, 1500, 72_990]);
  });

  test('is unknown when another connection has taken the slot since', () => {
    const [first, second] = findPortsOfOneSlot();
    expect(idleOf(readLines([healthy(0, first), healthy(5, second), failing(1000, first)]))).toEqual([null]);
    expect(idleOf(readLines([healthy(0, second), healthy(5, first), failing(1000, first)]))).toEqual([995]);
  });
});
