import { describe, expect, test } from 'vitest';
import { fieldsOf, pick } from './parse-line.ts';
import { countsOf, readLog } from './read-log.ts';

const VALUES = {
  startTime: '2026-11-21T03:33:07.287Z',
  method: 'GET',
  path: '/a?b=1,2',
  responseCode: '503',
  responseFlags: 'UF,URX',
  upstreamCluster: 'outbound|80||a.b.svc.cluster.local',
  upstreamHost: null,
};
const NAMES = [
  'start_time',
  'method',
  'path',
  'response_code',
  'response_flags',
  'upstream_cluster',
  'upstream_host',
];
const CELLS = Object.values(VALUES).map((value) => value ?? '-');

function table(
  separator: string,
  names: readonly string[],
  cells: readonly string[],
  isQuoted: boolean,
): string {
  const row = (values: readonly string[]): string =>
    values.map((value) => (isQuoted || value.includes(separator) ? `"${value}"` : value)).join(separator);
  return [row(names), row(cells), row(cells)].join('\n');
}

function recordsOf(text: string): readonly unknown[] {
  return readLog(`${text}\n`).records.map(({ record }) => pick(record, fieldsOf(VALUES)));
}

describe('a table with a column for each field', () => {
  test.for([
    ['CSV', ',', false],
    ['CSV, all in quotes', ',', true],
    ['TSV', '\t', false],
    ['CSV with semicolons', ';', false],
  ] as const)('is read as %s', ([, separator, isQuoted]) => {
    expect(recordsOf(table(separator, NAMES, CELLS, isQuoted))).toEqual([VALUES, VALUES]);
  });

  test('is read where the names are within objects and the collector has columns of its own', () => {
    const names = ['@timestamp', 'kubernetes.pod.name', ...NAMES.map((name) => `json.${name}`)];
    expect(recordsOf(table(',', names, ['Nov 21', 'pod-1', ...CELLS], true))).toEqual([VALUES, VALUES]);
  });

  test('has its header counted as a continuation, and rows of another length as what they are', () => {
    const { summary } = readLog(`${table(',', NAMES, CELLS, false)}\n503,UF\n`);
    expect(countsOf(summary)).toEqual({ read: 4, records: 2, continuation: 1, unrecognised: 1 });
    expect(summary.format).toBe('table');
  });

  test.each([',', '\t', ';'])('has its doubled quotes read as one: separator %j', (separator) => {
    const row = (values: readonly string[]): string =>
      values.map((value) => `"${value.replaceAll('"', '""')}"`).join(separator);
    const withPath = (path: string): string => row(CELLS.map((cell, i) => (i === 2 ? path : cell)));
    const paths = ['/b', '/a"b"?c=,;', '/a"b"?c=,;', '/b'];
    const { records, summary } = readLog(`${[row(NAMES), ...paths.map(withPath)].join('\n')}\n`);
    expect(records.map(({ record }) => record.path)).toEqual(paths);
    expect(records.map(({ record }) => record.upstreamHost)).toEqual([null, null, null, null]);
    expect(summary.formats).toEqual({ table: 4 });
  });

  test('is none without a code, or of other things', () => {
    const { records } = readLog(`${table(',', ['a', 'method', 'path'], ['1', 'GET', '/'], false)}\nx,y\n`);
    expect(records).toEqual([]);
  });
});
