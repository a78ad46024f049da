// Lists that keep the entries with the smallest keys. A list grows to twice its cap and is then cut, so that adding stays
// cheap; no key above the largest that stayed is taken any more. Caps may shrink from call to call, never grow.

import * as at from './failure-layout';
import { release } from './kept';
import { enlarge, freeRoom } from './room';
import { sortAddresses } from './sort';

const FIRST_ENTRIES: u32 = 4;

function hasSmallerKey(one: usize, other: usize): bool {
  return load<f64>(one, at.ENTRY_KEY) < load<f64>(other, at.ENTRY_KEY);
}

/** Makes an empty list of what lies at `list`. */
export function openList(list: usize): void {
  memory.fill(list, 0, at.LIST_BYTES);
  store<f64>(list, Infinity, at.LIST_LARGEST_KEPT);
}

/** Counts what is added, whether it is kept or not. */
export function countInList(list: usize): void {
  store<f64>(list, load<f64>(list, at.LIST_TOTAL) + 1, at.LIST_TOTAL);
}

/** The entry with the key; 0 when there is none. */
export function findEntry(list: usize, key: f64): usize {
  if (key > load<f64>(list, at.LIST_LARGEST_KEPT)) return 0;
  let entry = <usize>load<u32>(list, at.LIST_ENTRIES);
  const end = entry + <usize>load<u32>(list, at.LIST_COUNT) * at.ENTRY_BYTES;
  for (; entry < end; entry += at.ENTRY_BYTES) if (load<f64>(entry, at.ENTRY_KEY) === key) return entry;
  return 0;
}

/** Adds an entry with a key that `findEntry` did not find; 0 when the key does not stay. To be followed by `trimList`. */
export function addEntry(list: usize, key: f64): usize {
  if (key > load<f64>(list, at.LIST_LARGEST_KEPT)) return 0;
  const count = load<u32>(list, at.LIST_COUNT);
  if (count === load<u32>(list, at.LIST_CAPACITY)) grow(list, count);
  const entry = <usize>load<u32>(list, at.LIST_ENTRIES) + <usize>count * at.ENTRY_BYTES;
  store<u32>(list, count + 1, at.LIST_COUNT);
  store<f64>(entry, key, at.ENTRY_KEY);
  return entry;
}

function grow(list: usize, count: u32): void {
  const capacity = max<u32>(FIRST_ENTRIES, 2 * count);
  const entries = enlarge(load<u32>(list, at.LIST_ENTRIES), <usize>capacity * at.ENTRY_BYTES);
  store<u32>(list, <u32>entries, at.LIST_ENTRIES);
  store<u32>(list, capacity, at.LIST_CAPACITY);
}

/** Cuts a list that has grown to more than twice its cap. */
export function trimList(list: usize, cap: u32): void {
  if (load<u32>(list, at.LIST_COUNT) > 2 * cap) cutList(list, cap);
}

/** Puts the entries in order and drops those that fall over the cap, with what is kept for them. */
export function cutList(list: usize, cap: u32): void {
  const count = load<u32>(list, at.LIST_COUNT);
  if (count === 0) return;
  const old = <usize>load<u32>(list, at.LIST_ENTRIES);
  const order = heap.alloc(<usize>count * 4);
  for (let i: usize = 0; i < <usize>count; i++) store<u32>(order + i * 4, <u32>(old + i * at.ENTRY_BYTES));
  sortAddresses(order, <i32>count, hasSmallerKey);
  const kept = min(count, cap);
  const entries = heap.alloc(<usize>load<u32>(list, at.LIST_CAPACITY) * at.ENTRY_BYTES);
  for (let i: u32 = 0; i < count; i++) {
    const entry = <usize>load<u32>(order + <usize>i * 4);
    if (i < kept) memory.copy(entries + <usize>i * at.ENTRY_BYTES, entry, at.ENTRY_BYTES);
    else release(load<u32>(entry, at.ENTRY_KEPT));
  }
  heap.free(order);
  heap.free(old);
  store<u32>(list, <u32>entries, at.LIST_ENTRIES);
  store<u32>(list, kept, at.LIST_COUNT);
  if (kept < count)
    store<f64>(
      list,
      load<f64>(entries + <usize>(kept - 1) * at.ENTRY_BYTES, at.ENTRY_KEY),
      at.LIST_LARGEST_KEPT,
    );
}

/** Lets go of a list; what is kept for its entries is its owner's to let go. */
export function closeList(list: usize): void {
  freeRoom(load<u32>(list, at.LIST_ENTRIES));
}
