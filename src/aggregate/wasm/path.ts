// Path templates: the same segments and masks as src/bytes/path-template.ts.

import * as bytes from './bytes';
import { hashBytes, hashNumber } from './hash';

const SLASH: u8 = 0x2f;
const MASK: u8 = 0x2a;
const LETTER_V: u8 = 0x76;
const LETTER_A: i8 = 0x61;
const QUESTION_MARK: i8 = 0x3f;
const HASH_SIGN: i8 = 0x23;
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

/** Reads the segment at `start`, sixteen bytes at a step, and returns the place behind it. */
function readSegment(start: usize, end: usize): usize {
  let digits = 0;
  let isHex = true;
  let stop = start;
  for (; stop < end; stop += 16) {
    const block = v128.load(stop);
    const areDigits = i8x16.lt_u(i8x16.sub(block, i8x16.splat(<i8>bytes.ZERO)), i8x16.splat(10));
    const lower = v128.or(block, i8x16.splat(0x20));
    const areLetters = i8x16.lt_u(i8x16.sub(lower, i8x16.splat(LETTER_A)), i8x16.splat(6));
    const areHex = v128.or(v128.or(areDigits, areLetters), i8x16.eq(block, i8x16.splat(<i8>bytes.DASH)));
    const length = min(lengthBefore(block), <i32>min<usize>(end - stop, 16));
    const within = (1 << length) - 1;
    digits += popcnt(i8x16.bitmask(areDigits) & within);
    if (~i8x16.bitmask(areHex) & within) isHex = false;
    if (length < 16) {
      stop += length;
      break;
    }
  }
  isMasked = isId(start < end && load<u8>(start) === LETTER_V, <i32>(stop - start), digits, isHex);
  return stop;
}

/** Bytes of the block before what ends a segment. */
function lengthBefore(block: v128): i32 {
  const slashes = i8x16.eq(block, i8x16.splat(<i8>SLASH));
  const others = v128.or(
    i8x16.eq(block, i8x16.splat(QUESTION_MARK)),
    i8x16.eq(block, i8x16.splat(HASH_SIGN)),
  );
  return ctz(i8x16.bitmask(v128.or(slashes, others)) | 0x10000);
}

function isId(beginsWithV: bool, length: i32, digits: i32, isHex: bool): bool {
  if (length > MAX_SEGMENT_BYTES) return true;
  if (digits === 0) return false;
  const isVersion = beginsWithV && digits === length - 1;
  return (digits >= MIN_ID_DIGITS && !isVersion) || digits === length || (isHex && length >= MIN_HEX_BYTES);
}
