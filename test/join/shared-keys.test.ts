import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findShared } from '../../src/join/shared-keys.ts';
import type { HopColumn, HopRows, HopTables } from '../../src/model/aggregate.ts';
import { HOP_COLUMNS, NO_HOP_VALUE } from '../../src/model/aggregate.ts';
import { readPart } from '../aggregate/reading.ts';
import { clientLine, idOf, serverLine } from './lines.ts';

function hopsOf(...logs: readonly (readonly string[])[]): HopTables {
  return readPart(logs.map((lines, i) => ({ path: `${i}.log`, continues: false, lines }))).hops;
}

function sharedInputs(tables: HopTables): readonly number[] {
  const isShared = findShared(tables);
  return [...tables.healthy.input].filter((_, row) => isShared(row)).sort();
}

describe('records that may be sides of one request', () => {
  test('are none in the log of one proxy', () => {
    const lines = Array.from({ length: 20 }, (_, n) => clientLine({ at: n, id: idOf(n), port: 40_000 + n }));
    expect(sharedInputs(hopsOf(lines))).toEqual([]);
  });

  test('share an id, with a failing record too', () => {
    const client = [clientLine({ at: 0, id: idOf(1), code: 503, flags: 'UC', details: 'x' })];
    const server = [serverLine({ at: 1, id: idOf(1), port: 1 }), serverLine({ at: 1, id: idOf(2), port: 2 })];
    expect(sharedInputs(hopsOf(client, server))).toEqual([1]);
  });

  test('share a connection, whatever their ids', () => {
    const client = [clientLine({ at: 0, id: '-' }), clientLine({ at: 9, id: idOf(3), port: 41_000 })];
    const server = [serverLine({ at: 1, id: '-' }), serverLine({ at: 9, id: '-', port: 42_000 })];
    // Without an id a record stands under both of its connections.
    expect(new Set(sharedInputs(hopsOf(client, server)))).toEqual(new Set([0, 1]));
    expect(sharedInputs(hopsOf(client, server))).toHaveLength(4);
  });
});

/** Few hashes, of which some differ only in bits that are not looked at first. */
const hash = fc.oneof(
  fc.constant(NO_HOP_VALUE),
  fc.tuple(fc.nat(5), fc.nat(3)).map(([low, high]) => low + high * 2 ** 40),
);
const records = fc.array(fc.record({ id: hash, send: hash, receive: hash }), { maxLength: 12 });

interface Keys {
  readonly id: number;
  readonly send: number;
  readonly receive: number;
}

const NO_HOPS = hopsOf([]);

/** Rows of records, each under its id, else (`all`: also) under its connections. */
function rowsOf(items: readonly Keys[], all: boolean): HopRows {
  const rows = items
    .flatMap((keys) => {
      const connections = [...new Set([keys.send, keys.receive])];
      const under = all || keys.id === NO_HOP_VALUE ? [keys.id, ...connections] : [keys.id];
      return under.filter((key) => key !== NO_HOP_VALUE).map((key) => ({ ...keys, key }));
    })
    .sort((a, b) => a.key - b.key);
  const columns = HOP_COLUMNS.map((name): readonly [string, Float64Array] => [
    name,
    Float64Array.from(rows, (row: Partial<Record<HopColumn, number>>) => row[name] ?? 0),
  ]);
  return { ...NO_HOPS.failing, ...Object.fromEntries(columns) };
}

/** The same, said as simply as it can be. */
function findSharedSlowly({ failing, healthy }: HopTables): readonly boolean[] {
  const both = (column: keyof HopRows): readonly number[] => [...failing[column], ...healthy[column]];
  const isLogged = (value: number): boolean => value !== NO_HOP_VALUE;
  const [ids, sent, received] = [both('id'), both('send'), both('receive')];
  return [...healthy.id].map((id, row) => {
    const ends = [healthy.send[row] ?? 0, healthy.receive[row] ?? 0].filter(isLogged);
    return (
      (isLogged(id) && ids.filter((other) => other === id).length > 1) ||
      ends.some((end) => sent.includes(end) && received.includes(end))
    );
  });
}

test('rows that may be sides of one request are those that share an id or a connection, and no other', () => {
  fc.assert(
    fc.property(records, records, (failed, good) => {
      const tables: HopTables = {
        ...NO_HOPS,
        failing: rowsOf(failed, true),
        healthy: rowsOf(good, false),
      };
      const isShared = findShared(tables);
      expect(Array.from(tables.healthy.id, (_, row) => isShared(row))).toEqual(findSharedSlowly(tables));
    }),
    { numRuns: 100 },
  );
});
