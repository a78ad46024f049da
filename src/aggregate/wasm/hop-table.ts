// Keeps the rows that come first in order of their columns, of which the key is the first: of two hops' records of one
// request, which share a key, both stay or go, wherever the log was cut. Rows are added behind one another; when there are
// twice as many as may stay, those that do not are dropped, and no key above the largest that stayed is taken any more.

import { sortAddresses } from './sort';

/** Columns of a row, doubles: HOP_COLUMNS in src/model/aggregate.ts. */
const COLUMNS: usize = 14;
const ROW: usize = COLUMNS * 8;
const FIRST_ROWS: usize = 512;

/** Many rows may be equal in their first columns, and some in all. */
function comesBefore(one: usize, other: usize): bool {
  for (let at: usize = 0; at < ROW; at += 8) {
    const first = load<f64>(one + at);
    const second = load<f64>(other + at);
    if (first !== second) return first < second;
  }
  return false;
}

@unmanaged
export class HopTable {
  private rows: usize;
  private capacity: usize;
  private cap: usize;
  count: usize;
  largestKept: f64;
  /** Addresses of the rows that stay, in order, once `sort` was called. */
  private order: usize;

  static create(cap: usize): HopTable {
    const table = changetype<HopTable>(heap.alloc(offsetof<HopTable>()));
    table.cap = cap;
    table.capacity = 0;
    table.rows = 0;
    table.count = 0;
    table.largestKept = Infinity;
    table.order = 0;
    return table;
  }

  /** Adds a copy of the row, whose key is to be at most `largestKept`. */
  add(row: usize): void {
    if (this.count === this.capacity) this.makeRoom();
    memory.copy(this.rows + this.count * ROW, row, ROW);
    this.count++;
  }

  private makeRoom(): void {
    if (this.count >= 2 * this.cap) {
      this.cut();
      return;
    }
    this.capacity = min<usize>(2 * this.cap, max<usize>(FIRST_ROWS, 2 * this.count));
    const larger = heap.alloc(this.capacity * ROW);
    memory.copy(larger, this.rows, this.count * ROW);
    if (this.rows !== 0) heap.free(this.rows);
    this.rows = larger;
  }

  /** Drops the rows that do not stay; the others keep their order, so that they can be moved where they are. */
  private cut(): void {
    const before = this.count;
    this.sort();
    this.largestKept = load<f64>(<usize>load<u32>(this.order + (this.count - 1) * 4));
    const stays = heap.alloc(before);
    memory.fill(stays, 0, before);
    for (let i: usize = 0; i < this.count; i++) {
      const row = <usize>load<u32>(this.order + i * 4);
      store<u8>(stays + (row - this.rows) / ROW, 1);
    }
    let to = this.rows;
    for (let i: usize = 0; i < before; i++) {
      if (!load<u8>(stays + i)) continue;
      memory.copy(to, this.rows + i * ROW, ROW);
      to += ROW;
    }
    heap.free(stays);
    heap.free(this.order);
    this.order = 0;
  }

  /** Finds the rows that stay and their order; `count` is their number from then on. */
  sort(): void {
    this.order = heap.alloc(this.count * 4);
    for (let i: usize = 0; i < this.count; i++) store<u32>(this.order + i * 4, <u32>(this.rows + i * ROW));
    sortAddresses(this.order, <i32>this.count, comesBefore);
    this.count = min<usize>(this.count, this.cap);
  }

  /** Writes column `n` of the rows that stay. */
  writeColumn(n: i32, to: usize): void {
    for (let i: usize = 0; i < this.count; i++)
      store<f64>(to + i * 8, load<f64>(<usize>load<u32>(this.order + i * 4) + <usize>n * 8));
  }
}
