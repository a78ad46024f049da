// Path templates: the same segments and masks as src/bytes/path-template.ts.

import * as bytes from './bytes';
import { hashBytes, hashNumber } from './hash';

const SLASH: u8 = 0x2f;
const MASK: u8 = 0x2a;
const LETTER_V: u8 = 0x76;
const MAX_SEGMENTS: i32 = 6;
const MAX_SEGMENT_BYTES: i32 = 40;
const MIN_HEX_BYTES: i32 = 8;
const MIN_ID_DIGITS: i32 = 2;
/** Hashed for a masked segment, and for segments that are left out. */
const MASKED: u64 = 2;
const CUT: u64 = 1;

/** Longest template as text: a slash and a segment each, and what stands for the rest. */
export const MAX_TEMPLATE_BYTES: usize =
  <usize>(MAX_SEGMENTS * (1 + MAX_SEGMENT_BYTES) + 1) + bytes.ELLIPSIS_BYTES;

const DIGIT: i32 = 1;
const OTHER: i32 = 0x10000;
const SEGMENT_END: i32 = -1;

/** What a byte adds to the marks of its segment. */
const marks: usize = memory.data(1024);
fillMarks();

function fillMarks(): void {
  for (let byte: usize = 0; byte < 256; byte++) store<i32>(marks + byte * 4, markOf(<u8>byte));
}

function markOf(byte: u8): i32 {
  if (bytes.isDigit(byte)) return DIGIT;
  const lower: u8 = byte | 0x20;
  if (<u8>(lower - 0x61) < 6 || byte === bytes.DASH) return 0;
  return byte === SLASH || byte === 0x3f || byte === 0x23 ? SEGMENT_END : OTHER;
}

/** Adds the template of `[start, end)` to a hash. */
export function hashTemplate(state: u64, start: usize, end: usize): u64 {
  let hash = state;
  let at = firstSegment(start, end);
  for (let segments = 0; at <= end; segments++) {
    if (segments === MAX_SEGMENTS) return hashNumber(hash, CUT);
    const stop = readSegment(at, end);
    hash = isMasked ? hashNumber(hash, MASKED) : hashBytes(hash, at, stop);
    if (stop >= end || load<u8>(stop) !== SLASH) return hash;
    at = stop + 1;
  }
  return hash;
}

/** Writes the template as text and returns the place behind it. */
export function spellTemplate(start: usize, end: usize, to: usize): usize {
  let at = firstSegment(start, end);
  let out = to;
  for (let segments = 0; at <= end; segments++) {
    store<u8>(out++, SLASH);
    if (segments === MAX_SEGMENTS) return bytes.writeEllipsis(out);
    const stop = readSegment(at, end);
    if (isMasked) store<u8>(out++, MASK);
    else {
      memory.copy(out, at, stop - at);
      out += stop - at;
    }
    if (stop >= end || load<u8>(stop) !== SLASH) break;
    at = stop + 1;
  }
  return out;
}

function firstSegment(start: usize, end: usize): usize {
  return start < end && load<u8>(start) === SLASH ? start + 1 : start;
}

/** Whether the segment that was read last stands for any id. */
let isMasked: bool = false;

function readSegment(start: usize, end: usize): usize {
  let sum = 0;
  let stop = start;
  for (; stop < end; stop++) {
    const mark = load<i32>(marks + <usize>load<u8>(stop) * 4);
    if (mark === SEGMENT_END) break;
    sum += mark;
  }
  isMasked = isId(start < end && load<u8>(start) === LETTER_V, <i32>(stop - start), sum);
  return stop;
}

function isId(beginsWithV: bool, length: i32, sum: i32): bool {
  if (length > MAX_SEGMENT_BYTES) return true;
  const digits = sum & (OTHER - 1);
  if (digits === 0) return false;
  const isVersion = beginsWithV && digits === length - 1;
  const isHex = sum < OTHER;
  return (digits >= MIN_ID_DIGITS && !isVersion) || digits === length || (isHex && length >= MIN_HEX_BYTES);
}
