import type { HopRows, HopTables } from '../model/aggregate.ts';
import { NO_HOP_VALUE } from '../model/aggregate.ts';
import { Marks } from './marks.ts';

/**
 * Tells which rows of healthy records may be a side of a request that another record is a side of too: by its request id
 * or by its connection. The others, in the log of one proxy nearly all, are matched with nothing.
 */
export function findShared(tables: HopTables): (row: number) => boolean {
  const { healthy } = tables;
  const sharesId = findSharedIds(tables);
  const connections = commonConnections(tables);
  return (row) => sharesId[row] === 1 || isOfEither(connections, healthy, row);
}

/**
 * Tells which rows of failing records share their request id with another failing record: all that the log of one proxy
 * can tell of which failure follows on which.
 */
export function findRepeated({ key, id }: HopRows): (row: number) => boolean {
  // A record stands once under its id, and under its connections beside.
  const ids = repeatedValues(id.filter((value, row) => value === key[row]));
  return (row) => ids.has(id[row] ?? NO_HOP_VALUE);
}

/** 1 for each healthy row whose id another has. A healthy record with an id stands under it, so the ids are in order. */
function findSharedIds({ failing, healthy: { id } }: HopTables): Uint8Array {
  const shares = new Uint8Array(id.length);
  const ofFailing = failing.id.toSorted();
  let last = -1;
  let next = 0;
  for (let row = 0; row < id.length; row++) {
    const value = id[row] ?? NO_HOP_VALUE;
    if (value === NO_HOP_VALUE) continue;
    while (next < ofFailing.length && (ofFailing[next] ?? 0) < value) next++;
    const isRepeated = last >= 0 && id[last] === value;
    if (isRepeated) shares[last] = 1;
    if (isRepeated || ofFailing[next] === value) shares[row] = 1;
    last = row;
  }
  return shares;
}

function isOfEither(connections: ReadonlySet<number>, { send, receive }: HopRows, row: number): boolean {
  if (connections.size === 0) return false;
  return connections.has(send[row] ?? NO_HOP_VALUE) || connections.has(receive[row] ?? NO_HOP_VALUE);
}

/** Connections that a caller's and a server's record name. */
function commonConnections({ failing, healthy }: HopTables): ReadonlySet<number> {
  const sent = new Marks().addAll(failing.send).addAll(healthy.send);
  const received = keepMarked(sent, failing.receive, healthy.receive);
  const both = new Marks().addAll(received);
  return commonValues(keepMarked(both, failing.send, healthy.send), received);
}

function keepMarked(marks: Marks, ...columns: readonly Float64Array[]): Float64Array {
  const kept: number[] = [];
  for (const column of columns) marks.keepTo(kept, column);
  return Float64Array.from(kept);
}

/** Sorting numbers and walking along them takes a fraction of the time of making a set of them all. */
function repeatedValues(values: Float64Array): ReadonlySet<number> {
  const repeated = new Set<number>();
  values.sort();
  for (let i = 1; i < values.length; i++) {
    const value = values[i] ?? NO_HOP_VALUE;
    if (value === values[i - 1] && value !== NO_HOP_VALUE) repeated.add(value);
  }
  return repeated;
}

function commonValues(a: Float64Array, b: Float64Array): ReadonlySet<number> {
  const common = new Set<number>();
  a.sort();
  b.sort();
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [one, other] = [a[i] ?? 0, b[j] ?? 0];
    if (one === other) common.add(one);
    if (one <= other) i++;
    else j++;
  }
  return common;
}
