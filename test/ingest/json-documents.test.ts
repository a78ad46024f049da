import { describe, expect, test } from 'vitest';
import { formats } from '../../parsers/index.ts';
import { recogniseForeignLog } from '../../src/ingest/foreign-log.ts';
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

  test('is read on behind more brackets within each other than anybody means', () => {
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    const entry = textOf('json-array').trim().slice(1, -1);
    expect(countsOf(read(`[${deep},\n${entry}]`).summary)).toEqual({ read: 2, records: 1, unrecognised: 1 });
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

describe('a table as pandas writes it', () => {
  const column = (...values: unknown[]) => Object.fromEntries(values.map((value, row) => [row, value]));
  const ROWS = [
    ['2026-11-21T03:33:07.287Z', 'GET', 503, 'UF', 'a "b", \\ c'],
    ['2026-11-21T03:33:08.287Z', 'POST', 200, '-', null],
  ];
  const NAMES = ['start_time', 'method', 'response_code', 'response_flags', 'path'];

  test.for([1, 2])('by column is no record, with %i of its rows', (count) => {
    const rows = ROWS.slice(0, count);
    const text = JSON.stringify(
      Object.fromEntries(NAMES.map((name, i) => [name, column(...rows.map((row) => row[i]))])),
    );
    for (const [written, lines] of [
      [text, 1],
      [JSON.stringify(JSON.parse(text), null, 2), 5 * (count + 2) + 2],
    ] as const) {
      const { records, summary } = read(`${written}\n`);
      expect([records, countsOf(summary)]).toEqual([[], { read: lines, unrecognised: lines }]);
      expect(read(`${written}\n`, 7).summary).toEqual(summary);
      const looks = recogniseForeignLog(summary.rejected.map(({ text: line }) => line));
      expect(looks?.what).toBe('a table by column, as to_json() of pandas writes it');
    }
  });

  test.for(['"GET" of a', '/orders', 'a\\'])(
    'by column is no record, though its first value is escaped: %s',
    (value) => {
      const columns = NAMES.toReversed().map((name) => [
        name,
        name === 'path' ? column(value, value) : column(...ROWS.map((row) => row[NAMES.indexOf(name)])),
      ]);
      const text = JSON.stringify(Object.fromEntries(columns));
      // pandas escapes slashes too.
      expect(countsOf(read(`${text.replaceAll('/', '\\/')}\n`).summary)).toEqual({
        read: 1,
        unrecognised: 1,
      });
    },
  );

  test('with a list for each row has columns whose names are escaped', () => {
    const text = JSON.stringify({ columns: ['a "b"', ...NAMES], data: ROWS.map((row) => ['x', ...row]) });
    expect(read(text).records).toHaveLength(ROWS.length);
  });

  test('with a list for each row is read as its records', () => {
    const asRecords = read(
      ROWS.map((row) => JSON.stringify(Object.fromEntries(NAMES.map((name, i) => [name, row[i]])))).join(
        '\n',
      ),
    );
    const text = JSON.stringify({ columns: NAMES, index: [0, 1], data: ROWS });
    expect(asRecords.records).toHaveLength(2);
    for (const chunkBytes of [0, 1, 7])
      expect(read(text, chunkBytes).records.map(({ record }) => record)).toEqual(
        asRecords.records.map(({ record }) => record),
      );
  });

  test('is not what has numbers for names in one field', () => {
    const { summary } = read(`${LINES[2]?.replace(/^\{/, '{"labels":{"0":"a"},')}\n`);
    expect(countsOf(summary)).toEqual({ read: 1, records: 1 });
  });
});
