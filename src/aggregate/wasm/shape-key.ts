// The key of what a failing line looks like. In JavaScript, reading the fields byte by byte would cost more than all that
// is then done with it.

import { hashBytes, hashNumber, startHash } from './hash';
import { hashTemplate } from './path';
import * as span from './spans';

const SEED_SHAPE: u64 = 20;

// Slots, as in the table of spans, whose texts are part of a shape …
const TEXTS: usize = memory.data<i32>([2, 6, 8, 12, 14, 16, 18, 34, 36, 38, 42, 46, 48, 50, 52]);
const TEXT_COUNT: i32 = 15;
// … and of which it is told whether they are there.
const MARKS: usize = memory.data<i32>([4, 20, 22, 24, 26, 40]);
const MARK_COUNT: i32 = 6;

/** Hash of the shape of the line, but for its flags, which may come in any order, and its numbers, which count in bands. */
export function shapeKey(): u64 {
  let hash = startHash(SEED_SHAPE);
  for (let i = 0; i < TEXT_COUNT; i++) {
    const slot = load<i32>(TEXTS + <usize>i * 4);
    const start = span.startAt(slot);
    hash = start < 0 ? hashNumber(hash, <u64>start) : hashBytes(hash, start, span.endAt(slot));
  }
  for (let i = 0; i < MARK_COUNT; i++) {
    const start = span.startAt(load<i32>(MARKS + <usize>i * 4));
    hash = hashNumber(hash, <u64>min(start, 0));
  }
  const path = span.startAt(span.PATH);
  return path < 0 ? hash : hashTemplate(hash, path, span.endAt(span.PATH));
}
