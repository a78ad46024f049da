// Keeps the rows that come first in order of their columns, of which the key is the first: of two hops' records of one
// request, which share a key, both stay or go, wherever the log was cut. Rows are added behind one another; when there are
// a quarter more than may stay, those that do not are dropped, and no key above the largest that stayed is taken any more.

import { sortAddresses } from './sort';

/** Columns are doubles, the first of HOP_COLUMNS in src/model/aggregate.ts. */
const COLUMN: usize = 8;
/** Rows lie in blocks, so that a table that grows is never copied: memory that is touched first costs more than all else. */
const BLOCK_BITS: usize = 10;
const BLOCK_ROWS: usize = 1 << BLOCK_BITS;
/** Hashes are spread evenly below this. */
const KEY_RANGE: f64 = 4503599627370496;
/** As many leave few rows in the one in which the last row that stays lies. */
const CUT_BUCKETS: usize = 4096;
const cutCounts: usize = memory.data(16384);
/** With one for each row most are in order once they lie in theirs. */
const MOST_BUCKETS: usize = 65536;

/** In an image: behind the number of its rows. */
const IMAGE_ROWS: usize = 8;

/** Bytes of the rows that are being sorted. */
let comparedBytes: usize = 0;

@unmanaged
export class HopTable {
  /** Addresses of the blocks. */
  private blocks: usize;
  private blockCount: usize;
  private cap: usize;
  /** Bytes of a row. */
  private rowBytes: usize;
  /** The keys of the rows once more, so that the rows themselves need not be fetched to choose among them. */
  private keys: usize;
  count: usize;
  largestKept: f64;
  /** Addresses of the rows that stay, in order, once `sort` was called. */
  private order: usize;

  /** A table whose rows hold the first `columns` columns. */
  static create(cap: usize, columns: usize): HopTable {
    const table = changetype<HopTable>(heap.alloc(offsetof<HopTable>()));
    table.cap = cap;
    table.rowBytes = columns * COLUMN;
    table.keys = heap.alloc(table.mostRows() * COLUMN);
    table.blocks = heap.alloc((table.mostRows() / BLOCK_ROWS + 1) * 4);
    table.blockCount = 0;
    table.count = 0;
    table.largestKept = Infinity;
    table.order = 0;
    return table;
  }

  private mostRows(): usize {
    return this.cap + max<usize>(1, this.cap / 4);
  }

  /** Room for another row with this key, which is to be at most `largestKept`. */
  add(key: f64): usize {
    if (this.count === this.mostRows()) this.cut();
    if (this.count === this.blockCount << BLOCK_BITS) {
      store<u32>(this.blocks + this.blockCount * 4, <u32>heap.alloc(BLOCK_ROWS * this.rowBytes));
      this.blockCount++;
    }
    this.setKey(this.count, key);
    const row = this.rowAt(this.count++);
    store<f64>(row, key);
    return row;
  }

  /** Adds a copy of what a row holds behind its key. */
  copy(key: f64, row: usize): void {
    memory.copy(this.add(key) + COLUMN, row + COLUMN, this.rowBytes - COLUMN);
  }

  /** Bytes that `writeImage` writes. Drops what does not stay. */
  imageBytes(): usize {
    if (this.count > this.cap) this.cut();
    return IMAGE_ROWS + this.count * this.rowBytes;
  }

  /** Writes the rows so that another table can add them with `addImage`, and returns the place behind them. */
  writeImage(to: usize): usize {
    store<u32>(to, <u32>this.count);
    let place = to + IMAGE_ROWS;
    for (let i: usize = 0; i < this.count; i += BLOCK_ROWS) {
      const bytes = min(BLOCK_ROWS, this.count - i) * this.rowBytes;
      memory.copy(place, this.rowAt(i), bytes);
      place += bytes;
    }
    return place;
  }

  /** Adds the rows of another table with the same columns, and returns the place behind its image. */
  addImage(from: usize, prepare: (row: usize) => void): usize {
    const end = from + IMAGE_ROWS + <usize>load<u32>(from) * this.rowBytes;
    for (let row = from + IMAGE_ROWS; row < end; row += this.rowBytes) {
      const key = load<f64>(row);
      if (key > this.largestKept) continue;
      prepare(row);
      this.copy(key, row);
    }
    return end;
  }

  private keyAt(i: usize): f64 {
    return load<f64>(this.keys + i * COLUMN);
  }

  private setKey(i: usize, key: f64): void {
    store<f64>(this.keys + i * COLUMN, key);
  }

  private rowAt(i: usize): usize {
    const block = <usize>load<u32>(this.blocks + (i >> BLOCK_BITS) * 4);
    return block + (i & (BLOCK_ROWS - 1)) * this.rowBytes;
  }

  /** Drops the rows that do not stay; others take their places. There are more than may stay. */
  private cut(): void {
    this.findLast();
    let to: usize = 0;
    for (let from = this.count; to < from; ) {
      if (this.stays(to)) {
        to++;
        continue;
      }
      from--;
      if (to === from) break;
      this.setKey(to, this.keyAt(from));
      memory.copy(this.rowAt(to), this.rowAt(from), this.rowBytes);
    }
    this.count = to;
  }

  private stays(i: usize): bool {
    const key = this.keyAt(i);
    return key < this.largestKept || (key === this.largestKept && load<f64>(this.rowAt(i)) === key);
  }

  /** Finds the key of the last row that stays. Rows with that key that do not stay get one above all. */
  private findLast(): void {
    const scale = <f64>CUT_BUCKETS / max(1, min(this.largestKept, KEY_RANGE));
    memory.fill(cutCounts, 0, CUT_BUCKETS * 4);
    for (let i: usize = 0; i < this.count; i++)
      countUp(cutCounts + bucketOf(this.keyAt(i), scale, CUT_BUCKETS) * 4);
    let bucket: usize = 0;
    let before: usize = 0;
    for (; before + load<u32>(cutCounts + bucket * 4) < this.cap; bucket++)
      before += load<u32>(cutCounts + bucket * 4);
    const ties = <usize>load<u32>(cutCounts + bucket * 4);
    const rows = heap.alloc(ties * 4);
    let found: usize = 0;
    for (let i: usize = 0; i < this.count; i++)
      if (bucketOf(this.keyAt(i), scale, CUT_BUCKETS) === bucket)
        store<u32>(rows + found++ * 4, <u32>this.rowAt(i));
    this.sortRows(rows, ties);
    const stay = this.cap - before;
    this.largestKept = load<f64>(<usize>load<u32>(rows + (stay - 1) * 4));
    for (let i = stay; i < ties; i++) store<f64>(<usize>load<u32>(rows + i * 4), Infinity);
    heap.free(rows);
  }

  /** Finds the rows that stay and their order; `count` is their number from then on. */
  sort(): void {
    if (this.count > this.cap) this.cut();
    this.order = heap.alloc(this.count * 4);
    let buckets: usize = 1;
    while (buckets < this.count && buckets < MOST_BUCKETS) buckets <<= 1;
    // Where the rows of each bucket begin, and then end.
    const ends = heap.alloc((buckets + 1) * 4);
    memory.fill(ends, 0, (buckets + 1) * 4);
    const scale = <f64>buckets / max(1, this.largestKey());
    for (let i: usize = 0; i < this.count; i++)
      countUp(ends + (bucketOf(this.keyAt(i), scale, buckets) + 1) * 4);
    for (let bucket: usize = 1; bucket < buckets; bucket++)
      store<u32>(ends + bucket * 4, load<u32>(ends + bucket * 4) + load<u32>(ends + (bucket - 1) * 4));
    for (let i: usize = 0; i < this.count; i++) {
      const place = countUp(ends + bucketOf(this.keyAt(i), scale, buckets) * 4);
      store<u32>(this.order + <usize>place * 4, <u32>this.rowAt(i));
    }
    for (let bucket: usize = 0, start: usize = 0; bucket < buckets; bucket++) {
      const end = <usize>load<u32>(ends + bucket * 4);
      if (end > start + 1) this.sortRows(this.order + start * 4, end - start);
      start = end;
    }
    heap.free(ends);
  }

  private largestKey(): f64 {
    let largest: f64 = 0;
    for (let i: usize = 0; i < this.count; i++) largest = max(largest, this.keyAt(i));
    return largest;
  }

  private sortRows(rows: usize, count: usize): void {
    comparedBytes = this.rowBytes;
    sortAddresses(rows, <i32>count, comesBefore);
  }

  /** Writes column `n` of the rows that stay; they hold it. */
  writeColumn(n: i32, to: usize): void {
    for (let i: usize = 0; i < this.count; i++)
      store<f64>(to + i * 8, load<f64>(<usize>load<u32>(this.order + i * 4) + <usize>n * COLUMN));
  }
}

/** Buckets are in order of keys. */
function bucketOf(key: f64, scale: f64, buckets: usize): usize {
  return <usize>min<u64>(<u64>(key * scale), <u64>buckets - 1);
}

/** Returns what the counter was before. */
function countUp(at: usize): u32 {
  const count = load<u32>(at);
  store<u32>(at, count + 1);
  return count;
}

/** Many rows may be equal in their first columns, and some in all. */
function comesBefore(one: usize, other: usize): bool {
  for (let at: usize = 0; at < comparedBytes; at += COLUMN) {
    const first = load<f64>(one + at);
    const second = load<f64>(other + at);
    if (first !== second) return first < second;
  }
  return false;
}
