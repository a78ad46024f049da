import type { HopRows, HopTables } from '../model/aggregate.ts';
import { NO_HOP_VALUE } from '../model/aggregate.ts';

/**
 * Tells which rows of healthy records may be a side of a request that another record is a side of too: by its request id
 * or by its connection. The others, in the log of one proxy nearly all, are matched with nothing.
 */
export function findShared({ failing, healthy }: HopTables): (row: number) => boolean {
  const ids = repeatedValues(concat(failing.id, healthy.id));
  const connections = commonValues(
    concat(failing.send, healthy.send),
    concat(failing.receive, healthy.receive),
  );
  return (row) => isOf(ids, healthy, 'id', row) || isOfEither(connections, healthy, row);
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

function isOf(values: ReadonlySet<number>, rows: HopRows, column: keyof HopRows, row: number): boolean {
  return values.size > 0 && values.has(rows[column][row] ?? NO_HOP_VALUE);
}

function isOfEither(connections: ReadonlySet<number>, rows: HopRows, row: number): boolean {
  return isOf(connections, rows, 'send', row) || isOf(connections, rows, 'receive', row);
}

function concat(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
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
    if (one === other && one !== NO_HOP_VALUE) common.add(one);
    if (one <= other) i++;
    else j++;
  }
  return common;
}
