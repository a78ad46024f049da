import type { TrafficTable } from '../model/aggregate.ts';
import { NO_TIME } from '../model/aggregate.ts';

/** In a list of rows: the table has no row for the key. */
const NO_ROW = -1;

/** Rows of both tables that make each row of the merged one. */
interface MergedRows {
  readonly ofA: Int32Array;
  readonly ofB: Int32Array;
}

/** Adds up two tables, whose rows are in order of hash, and keeps the `cap` rows with the smallest hashes. */
export function mergeTrafficTables(a: TrafficTable, b: TrafficTable, cap: number): TrafficTable {
  const rows = matchRows(a.hash, b.hash, cap);
  const combine = (
    column: 'hash' | 'healthy' | 'failed' | 'healthyFirst' | 'healthyLast' | 'failedFirst' | 'failedLast',
    of: (x: number, y: number) => number,
  ): Float64Array => combineColumns(a[column], b[column], rows, of);
  return {
    hash: combine('hash', (x) => x),
    healthy: combine('healthy', add),
    failed: combine('failed', add),
    healthyFirst: combine('healthyFirst', earlier),
    healthyLast: combine('healthyLast', Math.max),
    failedFirst: combine('failedFirst', earlier),
    failedLast: combine('failedLast', Math.max),
    ...joinScopes(a, b, rows),
    ...joinKeys(a, b, rows),
    total: {
      healthy: a.total.healthy + b.total.healthy,
      failed: a.total.failed + b.total.failed,
    },
  };
}

function add(x: number, y: number): number {
  return x + y;
}

function earlier(x: number, y: number): number {
  return x === NO_TIME || y === NO_TIME ? Math.max(x, y) : Math.min(x, y);
}

function matchRows(a: Float64Array, b: Float64Array, cap: number): MergedRows {
  const most = Math.min(cap, a.length + b.length);
  const ofA = new Int32Array(most).fill(NO_ROW);
  const ofB = new Int32Array(most).fill(NO_ROW);
  let [rowOfA, rowOfB, length] = [0, 0, 0];
  for (; length < most && (rowOfA < a.length || rowOfB < b.length); length++) {
    const hashOfA = a[rowOfA] ?? Number.POSITIVE_INFINITY;
    const hashOfB = b[rowOfB] ?? Number.POSITIVE_INFINITY;
    if (hashOfA <= hashOfB) ofA[length] = rowOfA++;
    if (hashOfB <= hashOfA) ofB[length] = rowOfB++;
  }
  return { ofA: ofA.subarray(0, length), ofB: ofB.subarray(0, length) };
}

/** Empty when neither table has the column. */
function combineColumns(
  a: Float64Array,
  b: Float64Array,
  { ofA, ofB }: MergedRows,
  of: (x: number, y: number) => number,
): Float64Array {
  const merged = new Float64Array(a.length + b.length === 0 ? 0 : ofA.length);
  for (let i = 0; i < merged.length; i++) {
    const rowOfA = ofA[i] ?? NO_ROW;
    const rowOfB = ofB[i] ?? NO_ROW;
    if (rowOfA === NO_ROW) merged[i] = b[rowOfB] ?? 0;
    else merged[i] = rowOfB === NO_ROW ? (a[rowOfA] ?? 0) : of(a[rowOfA] ?? 0, b[rowOfB] ?? 0);
  }
  return merged;
}

/** Scopes are numbered in order of rows, as in a table that was counted in one go; those of dropped rows are forgotten. */
function joinScopes(
  a: TrafficTable,
  b: TrafficTable,
  { ofA, ofB }: MergedRows,
): Pick<TrafficTable, 'scope' | 'scopeNames'> {
  const places = new Map<string, number>();
  const placesOfA = new ScopePlaces(a, places);
  const placesOfB = new ScopePlaces(b, places);
  const scope = new Uint32Array(ofA.length);
  for (let i = 0; i < scope.length; i++) {
    const rowOfA = ofA[i] ?? NO_ROW;
    scope[i] = rowOfA === NO_ROW ? placesOfB.of(ofB[i] ?? 0) : placesOfA.of(rowOfA);
  }
  return { scope, scopeNames: [...places.keys()] };
}

/** Places of a table's scopes in the merged table. */
class ScopePlaces {
  readonly #table: TrafficTable;
  readonly #merged: Map<string, number>;
  readonly #known: Int32Array;

  constructor(table: TrafficTable, merged: Map<string, number>) {
    this.#table = table;
    this.#merged = merged;
    this.#known = new Int32Array(table.scopeNames.length).fill(NO_ROW);
  }

  of(row: number): number {
    const before = this.#table.scope[row] ?? 0;
    const known = this.#known[before] ?? NO_ROW;
    if (known !== NO_ROW) return known;
    const name = this.#table.scopeNames[before] ?? '';
    const place = this.#merged.get(name) ?? this.#merged.size;
    this.#merged.set(name, place);
    this.#known[before] = place;
    return place;
  }
}

function joinKeys(
  a: TrafficTable,
  b: TrafficTable,
  { ofA, ofB }: MergedRows,
): Pick<TrafficTable, 'keys' | 'keyEnds'> {
  const keyEnds = new Uint32Array(ofA.length);
  let length = 0;
  for (let i = 0; i < keyEnds.length; i++) {
    const rowOfA = ofA[i] ?? NO_ROW;
    length += rowOfA === NO_ROW ? keyLength(b, ofB[i] ?? 0) : keyLength(a, rowOfA);
    keyEnds[i] = length;
  }
  const keys = new Uint8Array(length);
  for (let i = 0, at = 0; i < keyEnds.length; at = keyEnds[i] ?? at, i++) {
    const rowOfA = ofA[i] ?? NO_ROW;
    if (rowOfA === NO_ROW) copyKey(b, ofB[i] ?? 0, keys, at);
    else copyKey(a, rowOfA, keys, at);
  }
  return { keys, keyEnds };
}

/** Byte by byte: keys are short, and a view for each costs more. */
function copyKey({ keys, keyEnds }: TrafficTable, row: number, to: Uint8Array, at: number): void {
  const end = keyEnds[row] ?? 0;
  for (let from = keyEnds[row - 1] ?? 0, place = at; from < end; from++) to[place++] = keys[from] ?? 0;
}

function keyLength({ keyEnds }: TrafficTable, row: number): number {
  return (keyEnds[row] ?? 0) - (keyEnds[row - 1] ?? 0);
}
