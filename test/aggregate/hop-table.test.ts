import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HopTableBuilder, mergeHopRows } from '../../src/aggregate/hop-table.ts';
import type { HopColumn, HopRows } from '../../src/model/aggregate.ts';
import { HOP_COLUMNS } from '../../src/model/aggregate.ts';

const CAP = 8;

type HopRow = Readonly<Record<HopColumn, number>>;

function row(key: number, mark: number): HopRow {
  return {
    key,
    mark,
    input: 0,
    timeMs: 0,
    durationMs: 0,
    code: 200,
    id: key,
    request: 0,
    send: 0,
    receive: 0,
    direction: 0,
    group: 0,
    shape: 0,
  };
}

function build(rows: readonly HopRow[]): HopRows {
  const table = new HopTableBuilder(CAP);
  for (const item of rows) table.addAll(Float64Array.from(HOP_COLUMNS, (column) => item[column]));
  return table.finish();
}

const rows = fc.array(
  fc.tuple(fc.nat(20), fc.nat(5)).map(([key, mark]) => row(key, mark)),
  { maxLength: 80 },
);

describe('a table of hops', () => {
  test('keeps the rows that come first, whatever their order', () => {
    fc.assert(
      fc.property(rows, (items) => {
        const first = [...items].sort((a, b) => a.key - b.key || a.mark - b.mark).slice(0, CAP);
        expect(build(items).mark).toEqual(first.map(({ mark }) => mark));
      }),
    );
  });

  test('is the same when it was cut and merged', () => {
    fc.assert(
      fc.property(rows, fc.nat(80), (items, at) => {
        const merged = mergeHopRows(build(items.slice(0, at)), build(items.slice(at)), CAP, 0);
        expect(merged).toEqual(build(items));
      }),
    );
  });

  test('numbers the inputs of the second part on', () => {
    expect(mergeHopRows(build([row(1, 1)]), build([row(2, 1)]), CAP, 3).input).toEqual([0, 3]);
  });
});
