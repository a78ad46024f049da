import { describe, expect, test } from 'vitest';
import { chooseFormats } from '../../parsers/index.ts';
import { Aggregator } from '../../src/aggregate/aggregator.ts';
import { DuplicateFilter } from '../../src/aggregate/duplicate-filter.ts';
import { SeenLines } from '../../src/aggregate/seen-lines.ts';
import { encodeText } from '../../src/bytes/text.ts';
import { LineReader } from '../../src/ingest/lines.ts';
import { ProxyLogCollector } from '../../src/ingest/proxy-log-events.ts';
import { RecordReader } from '../../src/ingest/record-reader.ts';
import { KERNEL } from '../support/kernel.ts';

/** A line of Istio's format: it names the connection. */
function certain(i: number, id = `id-${i}`): string {
  const time = new Date(Date.UTC(2026, 10, 21, 3, 0, 0, i)).toISOString();
  return `[${time}] "GET /a HTTP/1.1" 503 UF upstream_reset_before_response_started{connection_failure} - "-" 0 19 0 - "-" "curl" "${id}" "a:80" "10.0.0.1:80" outbound|80||a.b.svc.cluster.local - 10.96.0.1:80 10.244.1.10:${50000 + (i % 9000)} - default`;
}

/** A line of Envoy's own default format: caller and server may log the same. */
function unsure(i: number, id = `id-${i}`): string {
  const time = new Date(Date.UTC(2026, 10, 21, 3, 0, 0, i)).toISOString();
  return `[${time}] "GET /a HTTP/1.1" 503 UF 0 19 0 - "-" "curl" "${id}" "a:80" "10.0.0.1:80"`;
}

function range(from: number, to: number, line: (i: number) => string): readonly string[] {
  return Array.from({ length: to - from }, (_, i) => line(from + i));
}

interface Outcome {
  readonly duplicates: readonly number[];
  readonly requests: number;
}

function count(inputs: readonly (readonly string[])[], isActive = true, sinceMs: number | null = null) {
  const aggregator = new Aggregator({ sinceMs, untilMs: null, accepts: null }, KERNEL, true);
  const filter = new DuplicateFilter(aggregator, isActive);
  const choice = chooseFormats(null);
  const summaries = inputs.map((lines, i) => {
    const records = new RecordReader({ input: i, path: `${i}.log` }, choice, filter, new ProxyLogCollector());
    const reader = new LineReader(records);
    reader.push(encodeText(lines.map((line) => `${line}\n`).join('')));
    reader.end();
    records.end();
    return records.finish(0, false);
  });
  const { requests } = aggregator.finish(summaries, []).finish();
  return {
    duplicates: summaries.map(({ lines }) => lines.duplicates),
    requests: requests.total,
    summaries,
    filter,
  };
}

function outcomeOf(...inputs: readonly (readonly string[])[]): Outcome {
  const { duplicates, requests } = count(inputs);
  return { duplicates, requests };
}

describe('DuplicateFilter', () => {
  test('counts a line once that names a connection and stands in two inputs', () => {
    const all = range(0, 20, certain);
    expect(outcomeOf(all, all)).toEqual({ duplicates: [0, 20], requests: 20 });
    expect(outcomeOf(range(0, 15, certain), range(10, 20, certain))).toEqual({
      duplicates: [0, 5],
      requests: 20,
    });
    // Only some lines, as grep leaves them, before or behind the whole.
    const some = all.filter((_, i) => i % 3 === 0);
    expect(outcomeOf(some, all)).toEqual({ duplicates: [0, 7], requests: 20 });
    expect(outcomeOf(all, some)).toEqual({ duplicates: [0, 7], requests: 20 });
  });

  test('counts a line of one input once when it names its connection and its request', () => {
    expect(outcomeOf([certain(1), certain(2), certain(1)])).toEqual({ duplicates: [1], requests: 2 });
  });

  test.for([
    ['without a request id', certain(1, '-')],
    ['without a connection', unsure(1)],
  ] as const)('counts equal lines of one input all, %s', ([, line]) => {
    expect(outcomeOf([line, line, line])).toEqual({ duplicates: [0], requests: 3 });
  });

  test('counts as many equal lines as the input has that has most', () => {
    const line = certain(1, '-');
    expect(outcomeOf([line, line], [line, line, line], [line])).toEqual({
      duplicates: [0, 2, 1],
      requests: 3,
    });
  });

  test('does not take a few equal lines of two proxies for repeated', () => {
    const caller = range(0, 200, (i) => unsure(i, i % 4 < 2 ? `id-${i}` : `caller-${i}`));
    const server = range(0, 200, (i) => unsure(i, i % 4 < 2 ? `id-${i}` : `server-${i}`));
    expect(outcomeOf(caller, server)).toEqual({ duplicates: [0, 0], requests: 400 });
  });

  test('takes many lines in a row for repeated, wherever they stand', () => {
    const first = [unsure(900), ...range(0, 100, unsure), unsure(901)];
    const second = [unsure(902), ...range(10, 80, unsure), unsure(903)];
    expect(outcomeOf(first, second)).toEqual({ duplicates: [0, 70], requests: 104 });
    const tooFew = [unsure(902), ...range(10, 41, unsure), unsure(903)];
    expect(outcomeOf(first, tooFew)).toEqual({ duplicates: [0, 0], requests: 135 });
  });

  test('takes a few lines for repeated where one export ends and the other begins', () => {
    expect(outcomeOf(range(0, 10, unsure), range(7, 20, unsure))).toEqual({
      duplicates: [0, 3],
      requests: 20,
    });
    expect(outcomeOf(range(7, 20, unsure), range(0, 10, unsure))).toEqual({
      duplicates: [0, 3],
      requests: 20,
    });
    expect(outcomeOf([unsure(1)], [unsure(1)])).toEqual({ duplicates: [0, 1], requests: 1 });
  });

  test('takes lines without a connection for repeated among such that have one', () => {
    const all = range(0, 40, (i) => (i % 2 === 0 ? certain(i) : unsure(i)));
    expect(outcomeOf(all, all)).toEqual({ duplicates: [0, 40], requests: 40 });
  });

  test('takes an address out of a header for no connection', () => {
    const forwarded = certain(1, '-').replace(/10\.244\.1\.10:\d+/, '203.0.113.7:0');
    const other = certain(2);
    expect(outcomeOf([other, forwarded, certain(3)], [certain(4), forwarded, certain(5)]).requests).toBe(6);
  });

  test('counts what it held back by the same rules as everything else', () => {
    const inputs = [range(0, 100, unsure), [unsure(200), unsure(5), unsure(60), unsure(201)]];
    const { requests, summaries } = count(inputs, true, Date.UTC(2026, 10, 21, 3, 0, 0, 50));
    expect(summaries[1]?.lines).toMatchObject({ records: 4, duplicates: 0, outsideWindow: 1 });
    expect(requests).toBe(53);
  });

  test('compares nothing unless it is told to', () => {
    const all = range(0, 20, certain);
    expect(count([all, all], false)).toMatchObject({ duplicates: [0, 0], requests: 40 });
  });

  test('holds back no more than a megabyte', () => {
    const long = range(0, 20, (i) => unsure(i, `id-${i}`.padEnd(100_000, 'x')));
    const { duplicates } = outcomeOf([certain(1), ...long, certain(2)], [certain(3), ...long, certain(4)]);
    expect(duplicates).toEqual([0, 20]);
  });
});

test('SeenLines remembers what it is told, however much that is', () => {
  const seen = new SeenLines();
  const keys = Array.from({ length: 20_000 }, (_, i) => (i + 1) * 104_729_000_003);
  for (const key of keys) expect(seen.see(key, 0).isKnown).toBe(false);
  expect(keys.every((key) => seen.see(key, 1).isRepeated)).toBe(true);
  seen.markEdge(keys[5] ?? 0, 'last');
  seen.markEdge(12_345, 'first');
  expect(seen.see(keys[5] ?? 0, 2)).toMatchObject({ isFirst: false, isLast: true });
});
