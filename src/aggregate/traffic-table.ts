import type { TrafficEntry, TrafficTable } from '../model/aggregate.ts';
import { BottomTable } from './bottom-table.ts';
import { toTimeSpan } from './time-histogram.ts';

/** Columns of one key, side by side so that counting touches one cache line. */
const COLUMNS = 6;
const HEALTHY = 0;
const FAILED = 1;
const HEALTHY_FIRST = 2;
const HEALTHY_LAST = 3;
const FAILED_FIRST = 4;
const FAILED_LAST = 5;
const FIRST_KEYS = 512;

/** Counts healthy and failed requests per key and remembers the first and last start time of each. */
export class TrafficTableBuilder {
  readonly #table: BottomTable;
  readonly #cap: number;
  #columns = new Float64Array(FIRST_KEYS * COLUMNS);
  #labels: { readonly scope: string; readonly key: string }[] = [];
  #healthy = 0;
  #failed = 0;

  constructor(cap: number) {
    this.#cap = cap;
    this.#table = new BottomTable(cap, (kept) => this.#reorder(kept));
  }

  /** Number of a key, or -1 when it has none yet. */
  find(key: number): number {
    return this.#table.find(key);
  }

  /** False when a new key would be turned away: its requests then count in the totals only. */
  accepts(key: number): boolean {
    return this.#table.accepts(key);
  }

  /** What `add` was told about the key with this number. */
  labelOf(id: number): string | undefined {
    return this.#labels[id]?.key;
  }

  /** Counts a request; `id` is -1 for a key that was turned away, `timeMs` NaN when the line has no time. */
  count(id: number, failed: boolean, timeMs: number): void {
    if (failed) this.#failed++;
    else this.#healthy++;
    if (id < 0) return;
    const columns = this.#columns;
    const total = id * COLUMNS + (failed ? FAILED : HEALTHY);
    columns[total] = (columns[total] ?? 0) + 1;
    const first = id * COLUMNS + (failed ? FAILED_FIRST : HEALTHY_FIRST);
    if (timeMs < (columns[first] ?? 0)) columns[first] = timeMs;
    if (timeMs > (columns[first + 1] ?? 0)) columns[first + 1] = timeMs;
  }

  /** Adds a key that `find` did not find and the table accepts. */
  add(key: number, scope: string, label: string): number {
    const id = this.#table.add(key);
    this.#labels[id] = { scope, key: label };
    if ((id + 1) * COLUMNS > this.#columns.length) {
      const columns = new Float64Array(2 * this.#columns.length);
      columns.set(this.#columns);
      this.#columns = columns;
    }
    const at = id * COLUMNS;
    this.#columns.fill(0, at, at + COLUMNS);
    this.#columns[at + HEALTHY_FIRST] = this.#columns[at + FAILED_FIRST] = Number.POSITIVE_INFINITY;
    this.#columns[at + HEALTHY_LAST] = this.#columns[at + FAILED_LAST] = Number.NEGATIVE_INFINITY;
    return id;
  }

  #reorder(kept: readonly number[]): void {
    const columns = new Float64Array(this.#columns.length);
    const labels: { readonly scope: string; readonly key: string }[] = [];
    kept.forEach((old, id) => {
      columns.set(this.#columns.subarray(old * COLUMNS, (old + 1) * COLUMNS), id * COLUMNS);
      const label = this.#labels[old];
      if (label !== undefined) labels.push(label);
    });
    this.#columns = columns;
    this.#labels = labels;
  }

  /** The table as a value: the kept keys in order of hash, and the totals over all keys. */
  finish(): TrafficTable {
    this.#table.compact();
    const entries = this.#labels.slice(0, this.#table.size).map((label, id) => this.#entryOf(id, label));
    entries.sort((a, b) => a.hash - b.hash);
    return { entries: entries.slice(0, this.#cap), healthy: this.#healthy, failed: this.#failed };
  }

  #entryOf(
    id: number,
    label: { readonly scope: string; readonly key: string },
  ): TrafficEntry & { readonly hash: number } {
    const column = (n: number): number => this.#columns[id * COLUMNS + n] ?? 0;
    return {
      hash: this.#table.keyAt(id),
      ...label,
      healthy: column(HEALTHY),
      failed: column(FAILED),
      healthyTime: toTimeSpan(column(HEALTHY_FIRST), column(HEALTHY_LAST)),
      failedTime: toTimeSpan(column(FAILED_FIRST), column(FAILED_LAST)),
    };
  }
}
