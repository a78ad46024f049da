import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formats, lenientFormat } from '../../parsers/index.ts';
import type { ReadLog } from '../parsers/read-log.ts';
import { readLog, sumOfLines } from '../parsers/read-log.ts';

const MAX_LINE_BYTES = 4000;

const ACCESS_LINES = formats.flatMap(({ samples }) => samples.map(({ line }) => line));
const PASTED_LINES = lenientFormat.samples.map(({ line }) => line);
const JSON_LINES = ACCESS_LINES.filter((line) => line.startsWith('{'));
const PREFIXES = [
  '[pod/productpage-v1-87d54dd59-p4c4f/istio-proxy] ',
  '2026-11-21T03:33:07.287209278Z ',
  'productpage-v1-87d54dd59-p4c4f istio-proxy ',
  '2026-11-21T03:33:07.287209278Z stdout F ',
  'envoy-1  | ',
];
const PROXY_LINES = [
  '[2026-11-21 03:06:59.596][21841][warning][misc] [source/a.cc:31] deprecated',
  '2026-11-21T03:06:59.596000Z\tinfo\tEnvoy proxy is ready',
  '{"level":"info","time":"2026-11-21T03:06:59.596Z","scope":"ads","msg":"x"}',
  'I1121 03:06:59.596000       1 leaderelection.go:243] attempting',
  '#3: Envoy::Server::main() [0x55]',
];
const GARBAGE = [
  'hello world',
  '"a quoted sentence", she said',
  '  at java.lang.Thread.run(Thread.java:748)',
  '> quoted',
  '}',
  '{',
  '{"message":"app","status":"ok"}',
  '{"a": {',
  'x'.repeat(MAX_LINE_BYTES + 1),
  '\u0000\u0001',
  '[',
  '日志',
];

/** One item of a log: its lines, and whether the first of them has to come out as a record of its own. */
interface Item {
  readonly lines: readonly string[];
  readonly isRecord: boolean;
}

function oneLine(isRecord: boolean): (line: string) => Item {
  return (line) => ({ lines: [line], isRecord });
}

const access = fc.constantFrom(...ACCESS_LINES);
const prefixed = fc
  .tuple(
    fc.constantFrom(...PREFIXES),
    fc.constantFrom(...ACCESS_LINES.filter((line) => /^[[{]\D?\d{4}|^\{/.test(line))),
  )
  .map(([prefix, line]) => prefix + line);
const cutShort = fc
  .tuple(fc.constantFrom(...ACCESS_LINES, ...PASTED_LINES), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([line, share]) => line.slice(0, Math.floor(line.length * share)));
const pretty = fc
  .constantFrom(...JSON_LINES)
  .map((line) => JSON.stringify(JSON.parse(line), null, 2).split('\n'));
const wrapped = fc
  .tuple(
    fc.constantFrom(...ACCESS_LINES.filter((line) => line.startsWith('[20'))),
    fc.constantFrom('  ', '> '),
  )
  .map(([line, mark]) => line.replaceAll(/ (?=")/g, `\n${mark}`).split('\n'));

const item: fc.Arbitrary<Item> = fc.oneof(
  { weight: 4, arbitrary: access.map(oneLine(true)) },
  { weight: 2, arbitrary: prefixed.map(oneLine(true)) },
  fc.constantFrom('', ' ', '\t').map(oneLine(false)),
  fc.constantFrom(...PROXY_LINES).map(oneLine(false)),
  fc.constantFrom(...GARBAGE).map(oneLine(false)),
  fc.constantFrom(...PASTED_LINES).map(oneLine(false)),
  cutShort.map(oneLine(false)),
  pretty.map((lines) => ({ lines, isRecord: false })),
  wrapped.map((lines) => ({ lines, isRecord: false })),
  fc
    .tuple(pretty, fc.nat(12))
    .map(([lines, length]) => ({ lines: lines.slice(0, 1 + length), isRecord: false })),
);
const log = fc.array(item, { minLength: 1, maxLength: 30 });

function read(items: readonly Item[], chunkBytes = 0): ReadLog {
  const lines = items.flatMap((one) => one.lines);
  return readLog(`${lines.join('\n')}\n`, { chunkBytes, maxLineBytes: MAX_LINE_BYTES });
}

describe('a log of anything', () => {
  test('has every one of its lines counted once', () => {
    fc.assert(
      fc.property(log, (items) => {
        const { lines } = read(items).summary;
        const physical = items.flatMap((one) => one.lines).length;
        expect({ read: lines.read, sum: sumOfLines(lines) }).toEqual({ read: physical, sum: physical });
      }),
      { numRuns: 300 },
    );
  });

  test('has as many records as were delivered, each on a line of its own and in order', () => {
    fc.assert(
      fc.property(log, (items) => {
        const { records, summary } = read(items);
        const at = records.map(({ line }) => line);
        expect(at).toEqual([...new Set(at)].toSorted((a, b) => a - b));
        expect(summary.lines.records).toBe(records.length);
        expect(Object.values(summary.formats).reduce((sum, count) => sum + count, 0)).toBe(records.length);
      }),
      { numRuns: 200 },
    );
  });

  test('has all of its whole access lines read, whatever stands before them', () => {
    fc.assert(
      fc.property(log, (items) => {
        const wanted: number[] = [];
        let line = 1;
        for (const { lines, isRecord } of items) {
          if (isRecord) wanted.push(line);
          line += lines.length;
        }
        const found = new Set(read(items).records.map((record) => record.line));
        expect(wanted.filter((at) => !found.has(at))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('is read the same wherever its chunks are cut', () => {
    fc.assert(
      fc.property(log, fc.integer({ min: 1, max: 700 }), (items, chunkBytes) => {
        expect(read(items, chunkBytes)).toEqual(read(items));
      }),
      { numRuns: 150 },
    );
  });

  test('has no more partial records than records', () => {
    fc.assert(
      fc.property(log, (items) => {
        const { partial, records } = read(items).summary.lines;
        expect(partial).toBeLessThanOrEqual(records);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a log of records on several lines', () => {
  test('has one record for each', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(pretty, wrapped), { minLength: 1, maxLength: 12 }), (all) => {
        const { records, summary } = read(all.map((lines) => ({ lines, isRecord: true })));
        const { continuation, read: physical } = summary.lines;
        expect([records.length, continuation]).toEqual([all.length, physical - all.length]);
      }),
      { numRuns: 150 },
    );
  });
});
