import { describe, expect, test } from 'vitest';
import { chooseFormats } from '../../parsers/index.ts';
import { AggregateSum } from '../../src/aggregate/aggregate-sum.ts';
import { Aggregator } from '../../src/aggregate/aggregator.ts';
import { toRecordFilter } from '../../src/aggregate/record-filter.ts';
import { LineReader } from '../../src/ingest/lines.ts';
import { ProxyLogCollector } from '../../src/ingest/proxy-log-events.ts';
import { RecordReader } from '../../src/ingest/record-reader.ts';
import type { Aggregate, AggregatePart } from '../../src/model/aggregate.ts';
import { KERNEL } from '../support/kernel.ts';
import { at, render } from './log-lines.ts';

/** Enough that most of them are skimmed. */
const MANY = 40;
const SELECTION = { sinceMs: null, untilMs: null, clusters: [], authorities: [], excludedPaths: [] };

/** Healthy lines, with what stands before each; a failing one now and then. */
function linesOf(prefix: string): readonly string[] {
  return Array.from({ length: MANY }, (_, i) => {
    const line = render({
      startTime: at(i),
      ...(i % 9 === 8 ? { responseCode: '503', responseFlags: 'UF' } : {}),
    });
    return `${prefix}${line}`;
  });
}

/** Reads lines as a part of one large log, whose lines are joined only for what stands before them. */
function readPart(lines: readonly string[], joins = false): AggregatePart {
  const aggregator = new Aggregator(toRecordFilter(SELECTION), KERNEL, joins);
  const proxyLog = new ProxyLogCollector();
  const records = new RecordReader({ input: 0, path: 'log' }, chooseFormats(null), aggregator, proxyLog);
  const reader = new LineReader(records);
  reader.push(Buffer.from(lines.map((line) => `${line}\n`).join('')));
  reader.end();
  records.end();
  return aggregator.finish([records.finish(reader.bytes, false)], proxyLog.finish()).pack();
}

function healthyHopsOf(...[first, ...others]: readonly AggregatePart[]): number {
  if (first === undefined) throw new Error('no part');
  const sum = others.reduce((all, part) => all.add(part), AggregateSum.of(first, KERNEL));
  const { hops, requests }: Aggregate = sum.finish();
  expect(requests.total).toBe((others.length + 1) * MANY);
  return hops.healthy.key.length;
}

const ONE = '[pod/web-1/istio-proxy] ';
const OTHER = '[pod/web-2/istio-proxy] ';

describe('healthy records are not kept to be joined', () => {
  test('when all lines are those of one pod', () => {
    expect(healthyHopsOf(readPart(linesOf(ONE)))).toBe(0);
    expect(healthyHopsOf(readPart(linesOf(ONE)), readPart(linesOf(ONE)))).toBe(0);
  });

  test('when nothing stands before lines of one log', () => {
    expect(healthyHopsOf(readPart(linesOf('')))).toBe(0);
  });
});

describe('healthy records are kept to be joined', () => {
  const mixed = (...prefixes: readonly string[]): readonly string[] =>
    Array.from({ length: MANY }, (_, i) => linesOf(prefixes[i % prefixes.length] ?? '')[i] ?? '');

  test('when lines are those of several pods', () => {
    expect(healthyHopsOf(readPart(mixed(ONE, OTHER)))).toBeGreaterThan(0);
    expect(healthyHopsOf(readPart(linesOf(ONE)), readPart(linesOf(OTHER)))).toBeGreaterThan(0);
  });

  test('when the other pod stands before the last line alone', () => {
    const lines = linesOf(ONE);
    expect(healthyHopsOf(readPart([...lines.slice(0, -1), ...linesOf(OTHER).slice(-1)]))).toBeGreaterThan(0);
  });

  test('when nothing stands before some lines', () => {
    expect(healthyHopsOf(readPart([...linesOf(ONE).slice(0, 20), ...linesOf('').slice(20)]))).toBeGreaterThan(
      0,
    );
  });

  test('when the log may be those of two proxies in any case', () => {
    expect(healthyHopsOf(readPart(linesOf(ONE), true))).toBeGreaterThan(0);
  });
});
