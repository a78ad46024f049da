import type { HopColumn, HopRows } from '../model/aggregate.ts';
import { HOP_COLUMNS } from '../model/aggregate.ts';

const INPUT = HOP_COLUMNS.indexOf('input');

/** A table of rows, column by column. */
export function toHopRows(read: (column: number) => Float64Array): HopRows {
  const columns = HOP_COLUMNS.map((name, c): readonly [HopColumn, Float64Array] => [name, read(c)]);
  return { ...NO_ROWS, ...Object.fromEntries(columns) };
}

const NONE = new Float64Array(0);
/** Behind the last row. */
const NO_KEY = Number.POSITIVE_INFINITY;
const NO_ROWS: HopRows = {
  key: NONE,
  mark: NONE,
  input: NONE,
  timeMs: NONE,
  durationMs: NONE,
  code: NONE,
  id: NONE,
  request: NONE,
  send: NONE,
  receive: NONE,
  direction: NONE,
  host: NONE,
  group: NONE,
  shape: NONE,
};

/** The rows of two tables, of which the first `cap` stay; the inputs of the second are numbered on by `shift`. */
export function mergeHopRows(a: HopRows, b: HopRows, cap: number, shift: number): HopRows {
  if (a.key.length === 0 && shift === 0) return b;
  if (b.key.length === 0) return a;
  const fromA = HOP_COLUMNS.map((name) => a[name]);
  const fromB = HOP_COLUMNS.map((name, c) => (c === INPUT ? b[name].map((input) => input + shift) : b[name]));
  const order = mergeOrder(fromA, fromB, cap);
  return toHopRows((c) => takeRows(fromA[c] ?? NONE, fromB[c] ?? NONE, order));
}

function takeRows(ofA: Float64Array, ofB: Float64Array, order: Int32Array): Float64Array {
  // Neither table has the column.
  if (ofA.length + ofB.length === 0) return NONE;
  const column = new Float64Array(order.length);
  for (let row = 0; row < order.length; row++) {
    const place = order[row] ?? 0;
    column[row] = (place < 0 ? ofB[-1 - place] : ofA[place]) ?? 0;
  }
  return column;
}

type Columns = readonly Float64Array[];

/** Places of the first `cap` rows of both in order: of the first table from 0 up, of the second from -1 down. */
function mergeOrder(a: Columns, b: Columns, cap: number): Int32Array {
  const [keysOfA = NONE, keysOfB = NONE] = [a[0], b[0]];
  const order = new Int32Array(Math.min(cap, keysOfA.length + keysOfB.length));
  let i = 0;
  let j = 0;
  let keyOfA = keysOfA[0] ?? NO_KEY;
  let keyOfB = keysOfB[0] ?? NO_KEY;
  for (let place = 0; place < order.length; place++) {
    // Nearly all rows differ in the first column.
    if (keyOfA < keyOfB || (keyOfA === keyOfB && compareRows(a, i, b, j) <= 0)) {
      order[place] = i++;
      keyOfA = keysOfA[i] ?? NO_KEY;
    } else {
      order[place] = -1 - j++;
      keyOfB = keysOfB[j] ?? NO_KEY;
    }
  }
  return order;
}

function compareRows(a: Columns, i: number, b: Columns, j: number): number {
  for (let c = 0; c < a.length; c++) {
    const difference = (a[c]?.[i] ?? 0) - (b[c]?.[j] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
