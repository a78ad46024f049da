// Counts healthy and failed requests per key. A table keeps the `cap` keys with the smallest hashes: a key that is among
// them at the end was among them from its first appearance on, so what is counted under it is exact; others are turned
// away. Everything about a key lies side by side, so that counting touches one cache line.

import { copyShort, PADDING } from './bytes';
import * as label from './labels';
import { Labels } from './labels';
import { selectKey, sortAddresses } from './sort';

// A slot.
const KEY: usize = 0;
const LABEL: usize = 8;
const HEALTHY: usize = 16;
const FAILED: usize = 24;
const HEALTHY_FIRST: usize = 32;
const FAILED_FIRST: usize = 48;
const PLAIN_SLOT: usize = 32;
const TIMED_SLOT: usize = 64;

// An image: the totals, how many slots and bytes of labels there are, the slots that are not empty, and the labels.
const IMAGE_HEALTHY: usize = 0;
const IMAGE_FAILED: usize = 8;
const IMAGE_SIZE: usize = 16;
const IMAGE_LABEL_BYTES: usize = 20;
const IMAGE_SLOTS: usize = 24;

/** NO_TIME in src/model/aggregate.ts. */
const NO_TIME: f64 = -1;

/** No hash has so many bits. */
const EMPTY: u64 = u64.MAX_VALUE;
const FIRST_SLOTS: usize = 1024;

/** From `find`: the key is to be added. */
export const NEW_KEY: usize = 0;
/** From `find`: the key does not stay; its requests count in the totals only. */
export const TURNED_AWAY: usize = 1;

function hasSmallerKey(one: usize, other: usize): bool {
  return load<u64>(one, KEY) < load<u64>(other, KEY);
}

@unmanaged
export class Table {
  private slots: usize;
  private slotCount: usize;
  private slotBytes: usize;
  private size: usize;
  private cap: usize;
  private largestKept: u64;
  private labels: Labels;
  healthy: f64;
  failed: f64;
  /** Addresses of the slots of the kept keys in order of hash, once `sortRows` was called. */
  rows: usize;

  /** A timed table also remembers the first and last start time of the healthy and of the failed requests. */
  static create(cap: usize, isTimed: bool): Table {
    const table = changetype<Table>(heap.alloc(offsetof<Table>()));
    table.slotBytes = isTimed ? TIMED_SLOT : PLAIN_SLOT;
    table.cap = cap;
    table.size = 0;
    table.largestKept = EMPTY - 1;
    table.healthy = 0;
    table.failed = 0;
    table.rows = 0;
    table.slotCount = FIRST_SLOTS;
    table.slots = table.allocateSlots(FIRST_SLOTS);
    table.labels = Labels.create(label.FIRST_LABEL_BYTES);
    return table;
  }

  get isTimed(): bool {
    return this.slotBytes === TIMED_SLOT;
  }

  /** What stands where the key is first looked for: reading it early lets the memory fetch it meanwhile. */
  peek(key: u64): u64 {
    return load<u64>(this.slots + (<usize>key & (this.slotCount - 1)) * this.slotBytes, KEY);
  }

  /** Address of the key's slot, `NEW_KEY` or `TURNED_AWAY`. */
  find(key: u64): usize {
    const slots = this.slots;
    const slotBytes = this.slotBytes;
    const mask = this.slotCount - 1;
    let slot = <usize>key & mask;
    let at = slots + slot * slotBytes;
    let found = load<u64>(at, KEY);
    while (found !== EMPTY) {
      if (found === key) return at;
      slot = (slot + 1) & mask;
      at = slots + slot * slotBytes;
      found = load<u64>(at, KEY);
    }
    return key <= this.largestKept ? NEW_KEY : TURNED_AWAY;
  }

  /** Counts a request under the slot that `find` or `add` gave; `timeMs` is NaN when the line has no time. */
  count(at: usize, failed: bool, timeMs: f64): void {
    if (failed) this.failed += 1;
    else this.healthy += 1;
    if (at <= TURNED_AWAY) return;
    const total = at + (failed ? FAILED : HEALTHY);
    store<f64>(total, load<f64>(total) + 1);
    if (!this.isTimed) return;
    const first = at + (failed ? FAILED_FIRST : HEALTHY_FIRST);
    if (timeMs < load<f64>(first)) store<f64>(first, timeMs);
    if (timeMs > load<f64>(first, 8)) store<f64>(first, timeMs, 8);
  }

  /**
   * Adds a key that `find` called new; returns its slot, whose label is then to be written with `reserveLabel` and
   * `finishLabel`.
   */
  add(key: u64): usize {
    if (this.size >= 2 * this.cap) this.dropLargest();
    if (this.size + 1 > (this.slotCount * 3) / 5) this.resize(2 * this.slotCount);
    const at = this.freeSlot(key);
    store<u64>(at, key, KEY);
    store<f64>(at, 0, HEALTHY);
    store<f64>(at, 0, FAILED);
    if (this.isTimed) {
      store<f64>(at, Infinity, HEALTHY_FIRST);
      store<f64>(at, -Infinity, HEALTHY_FIRST + 8);
      store<f64>(at, Infinity, FAILED_FIRST);
      store<f64>(at, -Infinity, FAILED_FIRST + 8);
    }
    this.size++;
    return at;
  }

  /** Room for the text of a label, scope first. */
  reserveLabel(bytes: usize): usize {
    return this.labels.reserve(bytes);
  }

  /** The label whose text was written is that of a slot; see `Labels.finish`. */
  finishLabel(
    slot: usize,
    scopeKey: u64,
    scopeAt: usize,
    scopeLength: usize,
    textLength: usize,
    isJson: bool,
  ): void {
    store<u32>(slot, this.labels.finish(scopeKey, scopeAt, scopeLength, textLength, isJson), LABEL);
  }

  /** The label of a slot. */
  private labelOf(slot: usize): usize {
    return this.labels.at(load<u32>(slot, LABEL));
  }

  /** Bytes that `writeImage` writes at most, with what `copyShort` writes behind them. Drops what does not stay. */
  imageBytes(): usize {
    if (this.size > this.cap) this.dropLargest();
    let bytes = IMAGE_SLOTS + PADDING;
    const end = this.slots + this.slotCount * this.slotBytes;
    for (let at = this.slots; at < end; at += this.slotBytes) {
      if (load<u64>(at, KEY) === EMPTY) continue;
      bytes += this.slotBytes + label.mostBytes(this.labelOf(at));
    }
    return bytes;
  }

  /**
   * Writes the table so that another can add it up with `addImage`, and returns the place behind it. Its labels stand for
   * themselves.
   */
  writeImage(to: usize): usize {
    store<f64>(to, this.healthy, IMAGE_HEALTHY);
    store<f64>(to, this.failed, IMAGE_FAILED);
    store<u32>(to, <u32>this.size, IMAGE_SIZE);
    let place = to + IMAGE_SLOTS;
    const labels = place + this.size * this.slotBytes;
    let behind = labels;
    const end = this.slots + this.slotCount * this.slotBytes;
    for (let at = this.slots; at < end; at += this.slotBytes) {
      if (load<u64>(at, KEY) === EMPTY) continue;
      copyShort(place, at, this.slotBytes);
      store<u32>(place, <u32>(behind - labels), LABEL);
      place += this.slotBytes;
      behind += label.writeWhole(this.labelOf(at), behind);
    }
    store<u32>(to, <u32>(behind - labels), IMAGE_LABEL_BYTES);
    return behind;
  }

  /** Adds what another table of this kind has counted, and returns the place behind its image. */
  addImage(from: usize): usize {
    this.healthy += load<f64>(from, IMAGE_HEALTHY);
    this.failed += load<f64>(from, IMAGE_FAILED);
    const labels = from + IMAGE_SLOTS + <usize>load<u32>(from, IMAGE_SIZE) * this.slotBytes;
    for (let other = from + IMAGE_SLOTS; other < labels; other += this.slotBytes) {
      const key = load<u64>(other, KEY);
      let at = this.find(key);
      if (at === NEW_KEY) {
        at = this.add(key);
        store<u32>(at, this.labels.copy(labels + load<u32>(other, LABEL)), LABEL);
      }
      if (at !== TURNED_AWAY) this.addSlot(at, other);
    }
    return labels + load<u32>(from, IMAGE_LABEL_BYTES);
  }

  private addSlot(at: usize, other: usize): void {
    store<f64>(at, load<f64>(at, HEALTHY) + load<f64>(other, HEALTHY), HEALTHY);
    store<f64>(at, load<f64>(at, FAILED) + load<f64>(other, FAILED), FAILED);
    if (!this.isTimed) return;
    for (let bounds = HEALTHY_FIRST; bounds < TIMED_SLOT; bounds += 16) {
      store<f64>(at + bounds, min(load<f64>(at + bounds), load<f64>(other + bounds)));
      store<f64>(at + bounds, max(load<f64>(at + bounds, 8), load<f64>(other + bounds, 8)), 8);
    }
  }

  private allocateSlots(count: usize): usize {
    const bytes = count * this.slotBytes;
    const slots = heap.alloc(bytes);
    memory.fill(slots, 0xff, bytes);
    return slots;
  }

  private freeSlot(key: u64): usize {
    const mask = this.slotCount - 1;
    let slot = <usize>key & mask;
    while (load<u64>(this.slots + slot * this.slotBytes, KEY) !== EMPTY) slot = (slot + 1) & mask;
    return this.slots + slot * this.slotBytes;
  }

  private resize(slotCount: usize): void {
    const old = this.slots;
    const end = old + this.slotCount * this.slotBytes;
    this.slotCount = slotCount;
    this.slots = this.allocateSlots(slotCount);
    for (let from = old; from < end; from += this.slotBytes) {
      const key = load<u64>(from, KEY);
      if (key !== EMPTY) copyShort(this.freeSlot(key), from, this.slotBytes);
    }
    heap.free(old);
  }

  private dropLargest(): void {
    this.largestKept = this.keyAtCap();
    const oldSlots = this.slots;
    const end = oldSlots + this.slotCount * this.slotBytes;
    const oldLabels = this.labels;
    this.slots = this.allocateSlots(this.slotCount);
    this.labels = Labels.create(oldLabels.capacity);
    for (let from = oldSlots; from < end; from += this.slotBytes) {
      const key = load<u64>(from, KEY);
      // What is empty is larger than any key.
      if (key > this.largestKept) continue;
      const at = this.freeSlot(key);
      copyShort(at, from, this.slotBytes);
      store<u32>(at, this.labels.copy(oldLabels.at(load<u32>(from, LABEL))), LABEL);
    }
    this.size = this.cap;
    heap.free(oldSlots);
    oldLabels.release();
  }

  /** The last key that stays when the largest are dropped. */
  private keyAtCap(): u64 {
    const keys = heap.alloc(this.size * 8);
    let to = keys;
    const end = this.slots + this.slotCount * this.slotBytes;
    for (let at = this.slots; at < end; at += this.slotBytes) {
      const key = load<u64>(at, KEY);
      if (key === EMPTY) continue;
      store<u64>(to, key);
      to += 8;
    }
    const key = selectKey(keys, <i32>this.size, <i32>this.cap - 1);
    heap.free(keys);
    return key;
  }

  /** Lists all keys in order of hash. */
  sortRows(): void {
    this.rows = heap.alloc(this.size * 4 + 4);
    let to = this.rows;
    const end = this.slots + this.slotCount * this.slotBytes;
    for (let at = this.slots; at < end; at += this.slotBytes) {
      if (load<u64>(at, KEY) === EMPTY) continue;
      store<u32>(to, <u32>at);
      to += 4;
    }
    sortAddresses(this.rows, <i32>this.size, hasSmallerKey);
  }

  get rowCount(): usize {
    return min(this.size, this.cap);
  }

  private labelOfRow(row: usize): usize {
    return this.labelOf(load<u32>(this.rows + row * 4));
  }

  /** Writes column `n` of the kept rows: healthy, failed, then the four times. */
  writeColumn(n: i32, to: usize): void {
    const offset = HEALTHY + <usize>n * 8;
    for (let row: usize = 0; row < this.rowCount; row++) {
      const value = load<f64>(<usize>load<u32>(this.rows + row * 4) + offset);
      // Running bounds of times start at infinity.
      store<f64>(to + row * 8, abs(value) === Infinity ? NO_TIME : value);
    }
  }

  /** Writes the keys of the kept rows. */
  writeKeys(to: usize): void {
    for (let row: usize = 0; row < this.rowCount; row++)
      store<f64>(to + row * 8, <f64>load<u64>(load<u32>(this.rows + row * 4), KEY));
  }

  /** Writes the keys of their scopes. */
  writeScopeKeys(to: usize): void {
    for (let row: usize = 0; row < this.rowCount; row++)
      store<f64>(to + row * 8, <f64>label.scopeKey(this.labelOfRow(row)));
  }

  /** Bytes of the texts of the kept rows. */
  get textBytes(): usize {
    let bytes: usize = 0;
    for (let row: usize = 0; row < this.rowCount; row++) bytes += label.textLength(this.labelOfRow(row));
    return bytes;
  }

  /** Writes the texts of the kept rows one behind the other, and where each ends. */
  writeTexts(to: usize, ends: usize): void {
    let at = to;
    for (let row: usize = 0; row < this.rowCount; row++) {
      const itsLabel = this.labelOfRow(row);
      const length = label.textLength(itsLabel);
      memory.copy(at, label.text(itsLabel), length);
      at += length;
      store<u32>(ends + row * 4, <u32>(at - to));
    }
  }

  /** Address of the text of a kept row's scope. */
  scopeAt(row: usize): usize {
    return label.scope(this.labelOfRow(row));
  }

  isJsonAt(row: usize): bool {
    return label.isJson(this.labelOfRow(row));
  }

  scopeLengthAt(row: usize): usize {
    return label.scopeLength(this.labelOfRow(row));
  }

  /** Where the text of a slot that `find` gave stands for good; the label itself may move. */
  lastingTextOf(slot: usize): usize {
    return label.lastingText(this.labelOf(slot));
  }

  textLengthOf(slot: usize): usize {
    return label.textLength(this.labelOf(slot));
  }
}
