import type { HopRows, HopTables } from '../model/aggregate.ts';
import { HOP_DIRECTIONS, MAX_FAILING_HOPS, MAX_HEALTHY_HOPS, NO_HOP_VALUE } from '../model/aggregate.ts';
import type { ShapeRef } from '../model/join.ts';
import type { KeptShapes } from './kept-shapes.ts';
import { findRepeated, findShared } from './shared-keys.ts';

/** A record of one proxy, as far as it was kept. */
export interface HopRecord {
  readonly input: number;
  readonly timeMs: number;
  readonly durationMs: number;
  readonly code: number;
  readonly id: number;
  readonly request: number;
  readonly send: number;
  readonly receive: number;
  readonly direction: (typeof HOP_DIRECTIONS)[number];
  /** Hash of the upstream host without its port. */
  readonly host: number;
  /** The shape under which it counts; null for a healthy record. */
  readonly failure: ShapeRef | null;
}

/** The kept records, and up to which key nothing was dropped. */
export interface HopRecords {
  readonly records: readonly HopRecord[];
  /** Every record with a key below this is among them. */
  readonly limit: number;
}

/**
 * Reads the tables; a record that stands under several keys comes once, and a healthy one that shares neither id nor
 * connection with another not at all.
 */
export function readHopRecords(tables: HopTables, shapes: KeptShapes): HopRecords {
  const { failing, healthy } = tables;
  return {
    records: [...recordsOf(failing, () => true, shapes), ...recordsOf(healthy, findShared(tables), shapes)],
    limit: Math.min(limitOf(failing, MAX_FAILING_HOPS), limitOf(healthy, MAX_HEALTHY_HOPS)),
  };
}

/** The same of the log of one proxy: its failing records that share a request id. */
export function readFollowingRecords({ failing }: HopTables, shapes: KeptShapes): HopRecords {
  return {
    records: recordsOf(failing, findRepeated(failing), shapes),
    limit: limitOf(failing, MAX_FAILING_HOPS),
  };
}

function limitOf({ key }: HopRows, cap: number): number {
  return key.length < cap ? Number.POSITIVE_INFINITY : (key[key.length - 1] ?? 0);
}

function recordsOf(
  rows: HopRows,
  isWanted: (row: number) => boolean,
  shapes: KeptShapes,
): readonly HopRecord[] {
  const { key } = rows;
  const records: HopRecord[] = [];
  for (let row = 0; row < key.length; row++)
    if (key[row] === firstKeyOf(rows, row) && isWanted(row)) records.push(toRecord(rows, row, shapes));
  return records;
}

/**
 * A record has a row under each of its keys, and one alone where it is healthy and has an id: the one that comes first stands
 * for it. Those of the same bytes twice in an input have two rows under it.
 */
function firstKeyOf({ id, send, receive, group }: HopRows, row: number): number {
  const ofId = id[row] ?? NO_HOP_VALUE;
  if (ofId !== NO_HOP_VALUE && group.length === 0) return ofId;
  return smallest(ofId, send[row] ?? NO_HOP_VALUE, receive[row] ?? NO_HOP_VALUE);
}

/** The smallest of the keys that there are. */
function smallest(id: number, send: number, receive: number): number {
  let least = Number.POSITIVE_INFINITY;
  if (id !== NO_HOP_VALUE) least = id;
  if (send !== NO_HOP_VALUE && send < least) least = send;
  return receive !== NO_HOP_VALUE && receive < least ? receive : least;
}

function toRecord(rows: HopRows, row: number, shapes: KeptShapes): HopRecord {
  const { input, timeMs, durationMs, code, id, request, send, receive, direction, host, group, shape } = rows;
  const failed = group[row] ?? NO_HOP_VALUE;
  return {
    input: input[row] ?? NO_HOP_VALUE,
    timeMs: timeMs[row] ?? NO_HOP_VALUE,
    durationMs: durationMs[row] ?? NO_HOP_VALUE,
    code: code[row] ?? NO_HOP_VALUE,
    id: id[row] ?? NO_HOP_VALUE,
    request: request[row] ?? NO_HOP_VALUE,
    send: send[row] ?? NO_HOP_VALUE,
    receive: receive[row] ?? NO_HOP_VALUE,
    direction: HOP_DIRECTIONS[direction[row] ?? 0] ?? 'unknown',
    host: host[row] ?? NO_HOP_VALUE,
    failure: failed === NO_HOP_VALUE ? null : shapes.resolve(failed, shape[row] ?? NO_HOP_VALUE),
  };
}

/** The key that decides whether a record is among the kept ones. */
export function keptUnder({ id, receive, send }: HopRecord): number {
  if (id !== NO_HOP_VALUE) return id;
  return receive === NO_HOP_VALUE ? send : receive;
}

/** In order of start times. */
export function byTime(records: readonly HopRecord[]): readonly HopRecord[] {
  return [...records].sort((a, b) => a.timeMs - b.timeMs);
}
