import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BoundedCounts, createCodeCounts, createFlagCounts } from '../../src/aggregate/bounded-counts.ts';
import * as caps from '../../src/aggregate/caps.ts';
import { LineView } from '../../src/aggregate/line-view.ts';
import { TrafficKernel } from '../../src/aggregate/traffic-kernel.ts';
import type { TrafficTables } from '../../src/aggregate/traffic-tables.ts';
import { encodeText } from '../../src/bytes/text.ts';
import { buildReport } from '../../src/diagnose/build-report.ts';
import type { TrafficTable, TrafficTableName } from '../../src/model/aggregate.ts';
import type { Field } from '../../src/model/field.ts';
import { createSpans, NOT_IN_FORMAT, spanOf } from '../../src/model/field.ts';
import { listTrafficKeys } from '../../src/model/traffic-key.ts';
import { KERNEL } from '../support/kernel.ts';
import { cutLog } from './generated-log.ts';
import { at, render } from './log-lines.ts';
import { merge, mergeTwo, readPart, readToMerge } from './reading.ts';

const CAP = 4;
const RUNS = 200;
/** Each run of these starts several kernels. */
const TABLE_RUNS = 40;
/** Names that are met again and again, many times as many as the caps allow. */
const names = fc.array(fc.nat(40), { maxLength: 120, size: 'max' });
const cut = fc.nat(120);

const TIGHT = {
  scopes: CAP,
  endpoints: CAP,
  paths: CAP,
  callers: CAP,
  authorities: CAP,
  listeners: CAP,
  servers: CAP,
};
const WIDE = {
  scopes: 64,
  endpoints: 64,
  paths: 64,
  callers: 64,
  authorities: 64,
  listeners: 64,
  servers: 64,
};
/** One table with times and one without, both with scopes. */
const TABLES = ['endpoints', 'paths'] as const;

type Tables = Readonly<Record<TrafficTableName, TrafficTable>>;

function tablesOf(all: readonly number[], tableCaps: typeof TIGHT = TIGHT): Tables {
  return count(all, tableCaps).finish();
}

/** Counts a request per name, in one of three scopes, every seventh without a time. */
function count(all: readonly number[], tableCaps: typeof TIGHT = TIGHT, from = 0): TrafficTables {
  const kernel = new TrafficKernel(KERNEL, tableCaps);
  const line = new LineView();
  all.forEach((name, i) => {
    const [cluster, host] = [`scope ${name % 3}`, `host ${name}`];
    const bytes = encodeText(`${cluster}/path-${name}${host}`);
    const spans = createSpans().fill(NOT_IN_FORMAT);
    const write = (field: Field, start: number, end: number): void => {
      spans.set([start, end], spanOf(field));
    };
    write('upstreamCluster', 0, cluster.length);
    write('path', cluster.length, bytes.length - host.length);
    write('upstreamHost', bytes.length - host.length, bytes.length);
    line.set(bytes, spans, 'text');
    kernel.open(line);
    kernel.count(name % 2 === 0, i % 7 === 0 ? Number.NaN : 1000 * (from + i));
  });
  return kernel.tables;
}

describe('a traffic table that overflows', () => {
  test.for(TABLES)('keeps the smallest hashes and counts them exactly: %s', (name) => {
    fc.assert(
      fc.property(names, (all) => {
        const [tight, wide] = [tablesOf(all)[name], tablesOf(all, WIDE)[name]];
        const kept = tight.hash.length;
        expect(kept).toBe(Math.min(CAP, wide.hash.length));
        expect([...tight.hash]).toEqual([...wide.hash].sort((a, b) => a - b).slice(0, CAP));
        expect(listTrafficKeys(tight)).toEqual(listTrafficKeys(wide).slice(0, kept));
        expect(tight.healthy).toEqual(wide.healthy.slice(0, kept));
        expect(tight.failed).toEqual(wide.failed.slice(0, kept));
        expect(tight.healthyFirst).toEqual(wide.healthyFirst.slice(0, kept));
        expect(tight.failedLast).toEqual(wide.failedLast.slice(0, kept));
        expect(tight.total).toEqual(wide.total);
        expect(tight.total.healthy + tight.total.failed).toBe(all.length);
      }),
      { numRuns: TABLE_RUNS },
    );
  });

  test.for(TABLES)('gives the table of the whole when parts are merged: %s', (name) => {
    fc.assert(
      fc.property(names, cut, (all, place) => {
        const [head, tail] = [all.slice(0, 7 * place), all.slice(7 * place)];
        const sum = count(head);
        sum.add(count(tail, TIGHT, head.length).pack());
        expect(sum.finish()[name]).toEqual(tablesOf(all)[name]);
      }),
      { numRuns: TABLE_RUNS },
    );
  });

  test('knows the scope of each key, numbered in order of rows', () => {
    const { endpoints } = tablesOf([1, 2, 3, 4, 5], WIDE);
    expect(
      listTrafficKeys(endpoints).map((key, row) => [key, endpoints.scopeNames[endpoints.scope[row] ?? -1]]),
    ).toEqual(listTrafficKeys(endpoints).map((key) => [key, `scope ${Number(key.split(' ')[1]) % 3}`]));
    expect(endpoints.scope[0]).toBe(0);
  });

  test('forgets the scopes of the rows it drops', () => {
    const sum = count([], { ...TIGHT, endpoints: 1 });
    sum.add(count(Array.from({ length: 40 }, (_, i) => i)).pack());
    expect(sum.finish().endpoints.scopeNames).toHaveLength(1);
  });

  test('knows no time where none was logged', () => {
    const { failedFirst, failedLast, healthyFirst } = tablesOf([2]).endpoints;
    expect([[...failedFirst], [...failedLast], [...healthyFirst]]).toEqual([[-1], [-1], [-1]]);
  });

  test('is finished once', () => {
    const kernel = new TrafficKernel(KERNEL);
    kernel.tables.finish();
    expect(() => kernel.tables.finish()).toThrow('only once');
  });
});

describe('counts of texts that overflow', () => {
  const isUsual = (text: string): boolean => text.startsWith('u');
  const texts = fc.array(
    fc.oneof(
      fc.nat(30).map((n) => `x${n}`),
      fc.constantFrom('u1', 'u2', 'other'),
    ),
    { maxLength: 100, size: 'max' },
  );

  function count(all: readonly string[]): Readonly<Record<string, number>> {
    const counts = new BoundedCounts(isUsual, CAP);
    for (const text of all) counts.add(text);
    return counts.finish();
  }

  test('keep the usual ones, the first of the others, and the sum', () => {
    fc.assert(
      fc.property(texts, (all) => {
        const counts = count(all);
        const unusual = Object.keys(counts).filter((text) => text.startsWith('x'));
        const first = [...new Set(all)].filter((text) => text.startsWith('x')).sort();
        expect(unusual).toEqual(first.slice(0, CAP));
        expect(counts['u1']).toBe(all.filter((text) => text === 'u1').length || undefined);
        expect(Object.values(counts).reduce((sum, n) => sum + n, 0)).toBe(all.length);
      }),
      { numRuns: RUNS },
    );
  });

  test('are those of the whole when parts are added up', () => {
    fc.assert(
      fc.property(texts, cut, (all, place) => {
        const merged = new BoundedCounts(isUsual, CAP)
          .addAll(count(all.slice(0, place)))
          .addAll(count(all.slice(place)))
          .finish();
        expect(JSON.stringify(merged)).toBe(JSON.stringify(count(all)));
      }),
      { numRuns: RUNS },
    );
  });

  test('name every code of three digits and every flag of Envoy beside any number of made-up ones', () => {
    const codes = createCodeCounts();
    const flags = createFlagCounts();
    for (let i = 0; i < 1000; i++) {
      codes.add(String(1000 + i));
      flags.add(`A${i}`);
    }
    codes.add('599');
    flags.add('UMSDR');
    flags.add('-');
    expect(Object.keys(codes.finish())).toHaveLength(caps.MAX_ODD_CODES + 2);
    expect(codes.finish()).toMatchObject({ 599: 1, other: 1000 - caps.MAX_ODD_CODES });
    expect(Object.keys(flags.finish())).toHaveLength(caps.MAX_UNKNOWN_FLAGS + 3);
    expect(Object.keys(flags.finish()).slice(-2)).toEqual(['other', '-']);
  });
});

/** What may be kept of each of so many groups, by the book. */
function capsFor(groups: number, routed: boolean): caps.GroupCaps {
  const share = (of: keyof caps.GroupCaps): number =>
    Math.min(caps.MOST[of], Math.max(caps.LEAST[of], Math.floor(caps.ALL_GROUPS[of] / Math.max(1, groups))));
  const shapes = share('shapes');
  return {
    shapes: routed ? shapes : Math.min(shapes, caps.MAX_SHAPES_PER_UNROUTED_GROUP),
    callers: share('callers'),
    connections: share('connections'),
    sources: share('sources'),
    sampled: share('sampled'),
  };
}

describe('a log that overflows the caps of its failure groups', () => {
  const GROUPS = 1200;
  /** More clusters, and in one of them more callers, connections, endpoints and records, than are kept. */
  const lines = Array.from({ length: 3000 }, (_, i) => {
    const isCrowded = i >= 2 * GROUPS;
    return render({
      startTime: at(40 * i),
      responseCode: '503',
      responseFlags: 'UC',
      responseCodeDetails: 'upstream_reset_before_response_started{connection_termination}',
      upstreamCluster: `outbound|80||s${isCrowded ? 'x' : i % GROUPS}.a.svc.cluster.local`,
      upstreamHost: `10.0.${i % 3}.${i % 200}:80`,
      upstreamLocalAddress: `10.9.0.1:${30_000 + i}`,
      downstreamRemoteAddress: `10.8.${i % 7}.${i % 250}:4000`,
      requestId: `id-${i}`,
    });
  });
  const read = (from: number, to: number) =>
    readToMerge([{ path: 'a.log', continues: from > 0, lines: lines.slice(from, to) }]);
  const whole = merge([read(0, lines.length)]);

  test('keeps no more groups, and no more of each, than the caps say', () => {
    expect(whole.groups).toHaveLength(caps.MAX_ROUTED_GROUPS);
    const most = capsFor(caps.MAX_ROUTED_GROUPS, true);
    for (const group of whole.groups) {
      expect(group.shapes.length).toBeLessThanOrEqual(most.shapes);
      expect(group.callers.entries.length).toBeLessThanOrEqual(most.callers);
      expect(group.connections.entries.length).toBeLessThanOrEqual(most.connections);
      expect(group.sampled.length).toBeLessThanOrEqual(most.sampled);
      expect(group.lines.length).toBeLessThanOrEqual(caps.MAX_LINES_PER_GROUP);
    }
  });

  test.for([
    [1, 2],
    [600, 1800],
    [1024, 2401],
    [2400, 2999],
  ] as const)('gives the same when it is cut in front of lines %i and %i', ([first, second]) => {
    const [a, b, c] = [read(0, first), read(first, second), read(second, lines.length)];
    const text = JSON.stringify(whole);
    expect(JSON.stringify(merge([a, b, c])) === text).toBe(true);
    expect(JSON.stringify(merge([a, mergeTwo(b, c)])) === text).toBe(true);
  });

  test('keeps as much as possible of a group that stands alone', () => {
    const alone = readPart([{ path: 'a.log', continues: false, lines: lines.slice(2 * GROUPS) }]).groups;
    const most = capsFor(1, true);
    expect(alone).toHaveLength(1);
    expect(alone[0]?.connections).toMatchObject({ total: 600 });
    expect(alone[0]?.connections.entries).toHaveLength(most.connections);
    expect(alone[0]?.callers.entries).toHaveLength(most.callers);
    expect(alone[0]?.sampled).toHaveLength(most.sampled);
  });
});

describe('a log of ever new authorities', () => {
  const MANY = 2 * caps.MAX_UNROUTED_GROUPS + 60;
  const unrouted = Array.from({ length: MANY }, (_, i) =>
    render({
      startTime: at(10 * i),
      responseCode: '404',
      responseFlags: 'NR',
      responseCodeDetails: 'route_not_found',
      authority: `host${i}.example`,
      upstreamCluster: null,
      upstreamHost: null,
      upstreamLocalAddress: null,
    }),
  );
  const routed = render({ responseCode: '503', responseFlags: 'UH' });
  const log = [{ path: 'a.log', continues: false, lines: [...unrouted, routed] }];
  const aggregate = readPart(log);

  test('does not crowd out the failures of clusters', () => {
    expect(aggregate.groups.filter((group) => group.routed)).toHaveLength(1);
    expect(aggregate.groups.filter((group) => !group.routed)).toHaveLength(caps.MAX_UNROUTED_GROUPS);
  });

  test('says how many requests are not told apart, and counts them as unexplained', () => {
    const { notes, unexplained, requests } = buildReport(aggregate, {
      diagnoses: [],
      version: '0.0.0',
      eraOfFormat: () => null,
      isSuppressed: () => false,
      only: null,
      notes: [],
    });
    const dropped = MANY - caps.MAX_UNROUTED_GROUPS;
    expect(notes).toEqual([
      `${dropped} failed requests are of more kinds than are kept apart; they count as unexplained.`,
    ]);
    expect(unexplained.requests).toBe(MANY + 1);
    expect(requests.failed).toBe(MANY + 1);
  });

  test('gives the same when it is cut', () => {
    const [a = [], b = []] = cutLog(log, [caps.MAX_UNROUTED_GROUPS + 7]);
    expect(JSON.stringify(merge([readToMerge(a), readToMerge(b)])) === JSON.stringify(aggregate)).toBe(true);
  });
});
