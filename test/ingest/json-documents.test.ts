import { describe, expect, test } from 'vitest';
import { formats } from '../../parsers/index.ts';
import { countsOf, readLog, sumOfLines } from '../parsers/read-log.ts';
import { WRAPPINGS } from './wrappers/wrappings.mjs';

const LINES = ['istio-text', 'istio-json'].flatMap(
  (id) =>
    formats
      .find((format) => format.id === id)
      ?.samples.slice(0, 2)
      .map(({ line }) => line) ?? [],
);
const PLAIN = readLog(`${LINES.join('\n')}\n`)
  .records.map(({ record }) => JSON.stringify(record))
  .sort();
const DOCUMENTS = [
  ...[
    'json-array',
    'json-array-pretty',
    'json-array-of-strings',
    'json-concatenated',
    'gcloud-json',
    'loki-api',
  ],
  ...[
    'elasticsearch-search',
    'cloudwatch-events',
    'cloudwatch-insights',
    'cloudwatch-subscription',
    'otlp-export',
  ],
];

function read(text: string, chunkBytes = 0) {
  return readLog(text, { mayBeDocument: true, chunkBytes });
}

function textOf(name: string): string {
  return String(WRAPPINGS[name]?.(LINES));
}

describe('a JSON document', () => {
  test.for(DOCUMENTS)('%s is read the same wherever its chunks are cut', (name) => {
    const whole = read(textOf(name));
    expect(whole.records.map(({ record }) => JSON.stringify(record)).sort()).toEqual(PLAIN);
    for (const chunkBytes of [1, 7, 64, 500]) expect(read(textOf(name), chunkBytes)).toEqual(whole);
  });

  test.for(DOCUMENTS)('%s has its physical lines counted, each once', (name) => {
    const { lines } = read(textOf(name)).summary;
    const physical = textOf(name).replace(/\n$/, '').split('\n').length;
    expect([lines.read, sumOfLines(lines)]).toEqual([physical, physical]);
  });

  test('on one line has many requests on a line that counts once', () => {
    expect(countsOf(read(textOf('json-array')).summary)).toEqual({ read: 1, records: 1 });
  });

  test('counts a line as a record though an entry before it is none', () => {
    expect(countsOf(read(JSON.stringify(['hello, this is some text', ...LINES])).summary)).toEqual({
      read: 1,
      records: 1,
    });
  });

  test('that is cut short gives the entries before the cut', () => {
    const { records, summary } = read(textOf('json-array-pretty').slice(0, -40));
    expect([records.length, sumOfLines(summary.lines)]).toEqual([LINES.length - 1, summary.lines.read]);
  });

  test('may be followed by lines', () => {
    expect(read(`${textOf('json-array')}\n${LINES.join('\n')}\n`).records).toHaveLength(2 * LINES.length);
  });

  test('that holds nothing we know is counted', () => {
    const { summary } = read('[{"a":1},\n{"b":[1,2,{"c":"]"}]}]\n');
    expect(countsOf(summary)).toEqual({ read: 2, unrecognised: 2 });
  });

  test('with too many brackets ends where it is no JSON', () => {
    const { summary } = read(`[{"a":1}]]]} and text\n${LINES[0]}\n`);
    expect(summary.lines).toMatchObject({ records: 1 });
    expect(sumOfLines(summary.lines)).toBe(summary.lines.read);
  });
});
