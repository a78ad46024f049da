// The groups of failing records and all that they keep, one behind the other, so that they can be handed over: addresses
// are places from the begin of the image on. First comes how many groups there are, then where each begins.

import { visitKept } from './failure-group';
import * as at from './failure-layout';
import { failureAt, sortFailures } from './failure-sets';
import { placeOf, setPlace, sizeOf } from './kept';

let image: usize = 0;
let length: usize = 0;
/** Bytes that the image takes at most. */
let most: usize = 0;

/** Writes the image and returns its address. Ends the counting: call once. */
export function packFailures(): usize {
  const count = sortFailures();
  const places = at.IMAGE_GROUPS + <usize>count * 4;
  // Made in one go: grown step by step it would leave holes of its own size behind.
  most = aligned(places);
  for (let i: u32 = 0; i < count; i++) countBytes(failureAt(i));
  image = heap.alloc(most);
  length = 0;
  reserve(places);
  store<u32>(image, count);
  for (let i: u32 = 0; i < count; i++)
    store<u32>(image + at.IMAGE_GROUPS + <usize>i * 4, packGroup(failureAt(i)));
  return image;
}

/** Bytes of the image. */
export function packedBytes(): usize {
  return length;
}

function countBytes(one: usize): void {
  most += aligned(at.GROUP_BYTES) + bucketBytes(one);
  for (let place = at.GROUP_SHAPES; place < at.GROUP_BYTES; place += at.LIST_BYTES)
    most += entryBytes(one + place);
  visitKept(one, 0, countKept);
}

/** What is kept for several is counted for each of them, so that it is enough. */
function countKept(place: usize): void {
  const kept = <usize>load<u32>(place);
  if (kept !== 0) most += aligned(sizeOf(kept));
}

function bucketBytes(one: usize): usize {
  return <usize>load<u32>(one + at.GROUP_HISTOGRAM, at.HISTOGRAM_COUNT) * at.BUCKET_BYTES;
}

function entryBytes(oneList: usize): usize {
  return <usize>load<u32>(oneList, at.LIST_COUNT) * at.ENTRY_BYTES;
}

function aligned(size: usize): usize {
  return (size + 7) & ~7;
}

/** Room at the end of the image, by its place in it. */
function reserve(size: usize): usize {
  const place = length;
  length += aligned(size);
  return place;
}

/** Copies what lies at an address; returns its place in the image. */
function pack(from: usize, size: usize): u32 {
  const place = reserve(size);
  memory.copy(image + place, from, size);
  return <u32>place;
}

function packGroup(from: usize): u32 {
  const group = pack(from, at.GROUP_BYTES);
  const copy = image + group;
  const buckets = pack(load<u32>(from + at.GROUP_HISTOGRAM, at.HISTOGRAM_BUCKETS), bucketBytes(from));
  store<u32>(copy + at.GROUP_HISTOGRAM, buckets, at.HISTOGRAM_BUCKETS);
  for (let place = at.GROUP_SHAPES; place < at.GROUP_BYTES; place += at.LIST_BYTES) {
    const entries = pack(load<u32>(from + place, at.LIST_ENTRIES), entryBytes(from + place));
    store<u32>(copy + place, entries, at.LIST_ENTRIES);
  }
  visitKept(copy, image, packKept);
  return group;
}

/** What is kept for several goes into the image once. */
function packKept(place: usize): void {
  const kept = <usize>load<u32>(place);
  if (kept === 0) return;
  if (placeOf(kept) === 0) setPlace(kept, pack(kept, sizeOf(kept)));
  store<u32>(place, placeOf(kept));
}
