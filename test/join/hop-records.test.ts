import { expect, test } from 'vitest';
import { FirstRows } from '../../src/join/first-rows.ts';
import { readPart } from '../aggregate/reading.ts';
import { clientLine } from './lines.ts';

const REQUESTS = 500;

test('rows of one record are found by what tells records apart, however many there are', () => {
  const lines = Array.from({ length: REQUESTS }, (_, n) =>
    clientLine({ at: n % 7, id: '-', port: 40_000 + (n % 50), code: 503, flags: 'UC', details: 'x' }),
  );
  const logs = [lines.slice(0, REQUESTS / 2), lines.slice(REQUESTS / 2)].map((part, i) => ({
    path: `${i}.log`,
    continues: false,
    lines: part,
  }));
  const { failing } = readPart(logs).hops;
  const nameOf = (row: number): string =>
    [failing.mark[row], failing.input[row], failing.code[row], failing.timeMs[row]].join(' ');
  const first = new Map<string, number>();
  const rows = new FirstRows(failing);
  expect(failing.key.length).toBeGreaterThan(REQUESTS);
  failing.key.forEach((_, row) => {
    if (!first.has(nameOf(row))) first.set(nameOf(row), row);
    expect(rows.rowLike(row)).toBe(first.get(nameOf(row)));
  });
});
