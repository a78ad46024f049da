import type { HopColumn, HopRows } from '../model/aggregate.ts';
import { HOP_COLUMNS } from '../model/aggregate.ts';
import { INPUT, KEY } from './hop-columns.ts';

const FIRST_ROWS = 512;
const COLUMNS = HOP_COLUMNS.length;

/**
 * Keeps the `cap` rows that come first in order of their columns, of which the key is the first. Rows are added to a
 * buffer of twice the cap, which is then cut; a key above `largestKept` would not survive the cut.
 */
export class HopTableBuilder {
  readonly #cap: number;
  #cells = new Float64Array(0);
  #rows = 0;
  #largestKept = Number.POSITIVE_INFINITY;

  constructor(cap: number) {
    this.#cap = cap;
  }

  get largestKept(): number {
    return this.#largestKept;
  }

  /** Adds rows that stand one after the other. */
  addAll(rows: Float64Array): void {
    for (let from = 0; from < rows.length; from += COLUMNS) {
      if ((rows[from + KEY] ?? 0) > this.#largestKept) continue;
      if (this.#rows * COLUMNS === this.#cells.length) this.#makeRoom();
      this.#cells.set(rows.subarray(from, from + COLUMNS), this.#rows * COLUMNS);
      this.#rows++;
    }
  }

  #makeRoom(): void {
    if (this.#rows >= 2 * this.#cap) {
      this.#cut();
      return;
    }
    const cells = new Float64Array(COLUMNS * Math.min(2 * this.#cap, Math.max(FIRST_ROWS, 2 * this.#rows)));
    cells.set(this.#cells);
    this.#cells = cells;
  }

  #cut(): void {
    const kept = this.#inOrder();
    const cells = new Float64Array(this.#cells.length);
    kept.forEach((row, i) => {
      cells.set(this.#cells.subarray(row * COLUMNS, (row + 1) * COLUMNS), i * COLUMNS);
    });
    this.#cells = cells;
    this.#rows = kept.length;
    this.#largestKept = cells[(kept.length - 1) * COLUMNS + KEY] ?? this.#largestKept;
  }

  /** Numbers of the rows that stay. Sorting bare keys first is far quicker than comparing all rows. */
  #inOrder(): readonly number[] {
    const cells = this.#cells;
    const keys = new Float64Array(this.#rows);
    for (let row = 0; row < this.#rows; row++) keys[row] = cells[row * COLUMNS + KEY] ?? 0;
    const bound = keys.slice().sort()[this.#cap - 1] ?? Number.POSITIVE_INFINITY;
    const rows: number[] = [];
    for (let row = 0; row < this.#rows; row++) if ((keys[row] ?? 0) <= bound) rows.push(row);
    return rows.sort((a, b) => compareCells(cells, a, b)).slice(0, this.#cap);
  }

  finish(): HopRows {
    const kept = this.#inOrder();
    return toColumns((c) => kept.map((row) => this.#cells[row * COLUMNS + c] ?? 0));
  }
}

function compareCells(cells: Float64Array, a: number, b: number): number {
  for (let c = 0; c < COLUMNS; c++) {
    const difference = (cells[a * COLUMNS + c] ?? 0) - (cells[b * COLUMNS + c] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function toColumns(read: (column: number) => number[]): HopRows {
  const columns = HOP_COLUMNS.map((name, c): readonly [HopColumn, number[]] => [name, read(c)]);
  return { ...NO_ROWS, ...Object.fromEntries(columns) };
}

const NO_ROWS: HopRows = {
  key: [],
  mark: [],
  input: [],
  timeMs: [],
  durationMs: [],
  code: [],
  id: [],
  request: [],
  send: [],
  receive: [],
  direction: [],
  group: [],
  shape: [],
};

/** The rows of two tables, of which the first `cap` stay; the inputs of the second are numbered on by `shift`. */
export function mergeHopRows(a: HopRows, b: HopRows, cap: number, shift: number): HopRows {
  const fromA = HOP_COLUMNS.map((name) => a[name]);
  const fromB = HOP_COLUMNS.map((name, c) => (c === INPUT ? b[name].map((input) => input + shift) : b[name]));
  const merged = HOP_COLUMNS.map((): number[] => []);
  let i = 0;
  let j = 0;
  while (i + j < cap && (i < a.key.length || j < b.key.length)) {
    const takesA = j >= b.key.length || (i < a.key.length && compareRows(fromA, i, fromB, j) <= 0);
    for (let c = 0; c < COLUMNS; c++) merged[c]?.push((takesA ? fromA[c]?.[i] : fromB[c]?.[j]) ?? 0);
    if (takesA) i++;
    else j++;
  }
  return toColumns((c) => merged[c] ?? []);
}

type Columns = readonly (readonly number[])[];

function compareRows(a: Columns, i: number, b: Columns, j: number): number {
  for (let c = 0; c < COLUMNS; c++) {
    const difference = (a[c]?.[i] ?? 0) - (b[c]?.[j] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
