import { describe, expect, test } from 'vitest';
import { findShared } from '../../src/join/shared-keys.ts';
import type { HopTables } from '../../src/model/aggregate.ts';
import { readPart } from '../aggregate/reading.ts';
import { clientLine, serverLine } from './lines.ts';

const idOf = (n: number): string => `7e57aaaa-0000-4000-8000-${String(n).padStart(12, '0')}`;

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
