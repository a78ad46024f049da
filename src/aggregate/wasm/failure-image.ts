// The groups of failing records and all that they keep, one behind the other, so that they can be handed over: addresses
// are places from the begin of the image on. First comes how many groups there are, then where each begins.

import * as list from './bottom-list';
import * as group from './failure-group';
import { failureAt, sortFailures } from './failure-sets';
import { placeOf, setPlace, sizeOf } from './kept';
import * as times from './time-histogram';

/** Where the places of the groups begin. */
export const PLACES: usize = 8;

let image: usize = 0;
let length: usize = 0;

/** Writes the image and returns its address. Ends the counting: call once. */
export function packFailures(): usize {
  const count = sortFailures();
  // Made in one go: grown step by step it would leave holes of its own size behind.
  let most = aligned(PLACES + <usize>count * 4);
  for (let i: u32 = 0; i < count; i++) most += bytesOf(failureAt(i));
  image = heap.alloc(most);
  length = 0;
  reserve(PLACES + <usize>count * 4);
  store<u32>(image, count);
  for (let i: u32 = 0; i < count; i++)
    store<u32>(image + PLACES + <usize>i * 4, <u32>packGroup(failureAt(i)));
  return image;
}

/** Bytes that a group takes at most: what is kept for several counts for each of them. */
function bytesOf(one: usize): usize {
  let bytes = aligned(group.GROUP_BYTES) + keptBytes(one + group.SCOPE);
  for (let i: u32 = 0; i < load<u32>(one, group.LINE_COUNT); i++)
    bytes += keptBytes(one + group.LINES + <usize>i * group.LINE_BYTES + group.LINE_TEXT);
  bytes += <usize>load<u32>(one + group.HISTOGRAM, times.COUNT) * times.BUCKET_BYTES;
  for (let at = group.SHAPES; at < group.GROUP_BYTES; at += list.LIST_BYTES) {
    let entry = <usize>load<u32>(one + at, list.ENTRIES);
    const end = entry + <usize>load<u32>(one + at, list.COUNT) * list.ENTRY_BYTES;
    for (; entry < end; entry += list.ENTRY_BYTES) bytes += list.ENTRY_BYTES + keptBytes(entry + list.KEPT);
  }
  return bytes;
}

function keptBytes(at: usize): usize {
  const kept = <usize>load<u32>(at);
  return kept === 0 ? 0 : aligned(sizeOf(kept));
}

function aligned(size: usize): usize {
  return (size + 7) & ~7;
}

/** Bytes of the image. */
export function packedBytes(): usize {
  return length;
}

/** Room at the end of the image, by its place in it. */
function reserve(size: usize): usize {
  const place = length;
  length += aligned(size);
  return place;
}

/** Copies what lies at an address; returns its place in the image. */
function pack(at: usize, size: usize): usize {
  const place = reserve(size);
  memory.copy(image + place, at, size);
  return place;
}

function packGroup(from: usize): usize {
  const place = pack(from, group.GROUP_BYTES);
  packKept(place + group.SCOPE);
  for (let i: u32 = 0; i < load<u32>(from, group.LINE_COUNT); i++)
    packKept(place + group.LINES + <usize>i * group.LINE_BYTES + group.LINE_TEXT);
  const buckets = load<u32>(from + group.HISTOGRAM, times.COUNT) * <u32>times.BUCKET_BYTES;
  const bucketsAt = pack(load<u32>(from + group.HISTOGRAM, times.BUCKETS), buckets);
  store<u32>(image + place + group.HISTOGRAM, <u32>bucketsAt, times.BUCKETS);
  for (let at = group.SHAPES; at < group.GROUP_BYTES; at += list.LIST_BYTES) packList(from + at, place + at);
  return place;
}

function packList(from: usize, place: usize): void {
  const count = <usize>load<u32>(from, list.COUNT);
  const entries = pack(load<u32>(from, list.ENTRIES), count * list.ENTRY_BYTES);
  store<u32>(image + place, <u32>entries, list.ENTRIES);
  for (let i: usize = 0; i < count; i++) packKept(entries + i * list.ENTRY_BYTES + list.KEPT);
}

/** What is kept for several goes into the image once. */
function packKept(place: usize): void {
  const kept = <usize>load<u32>(image + place);
  if (kept === 0) return;
  if (placeOf(kept) === 0) setPlace(kept, <u32>pack(kept, sizeOf(kept)));
  store<u32>(image + place, placeOf(kept));
}
