// Reads a JSON object whose members stand in the order of the line before: the same rules as parsers/json-parser.ts, for
// lines that nothing is odd about. Whatever it refuses is read again there.

import * as bytes from './bytes';
import {
  clearSpans,
  endAt,
  LOGGED_ABSENT,
  RESPONSE_CODE,
  RESPONSE_FLAGS,
  setSpan,
  startAt,
  writeSpan,
} from './spans';
import { isFlagList, isUnsigned } from './values';

// A member, as src/aggregate/line-program.ts writes it: the key with its closing quote, where its value goes.
const MEMBER: usize = 16;
const NAME: usize = 0;
const NAME_LENGTH: usize = 4;
const SLOT: usize = 8;
const IS_DEFAULT: usize = 12;

const BRACE_OPEN: u8 = 0x7b;
const BRACE_CLOSE: u8 = 0x7d;
const BRACKET_OPEN: u8 = 0x5b;
const BRACKET_CLOSE: u8 = 0x5d;
const LETTER_N: u8 = 0x6e;
/** `null` as a little-endian word. */
const NULL: u32 = 0x6c6c756e;
const NOWHERE: usize = 0;

let members: usize = 0;
let memberCount: i32 = 0;
let required: usize = 0;
let requiredCount: i32 = 0;

/** Sets the members in their order, and the slots that a record has to have. */
export function setJsonFormat(at: usize, count: i32, requiredAt: usize, requiredSlots: i32): void {
  members = at;
  memberCount = count;
  required = requiredAt;
  requiredCount = requiredSlots;
}

/** Fills the spans of `[start, end)`; false when the line wants a closer look. */
export function readJsonLine(start: usize, end: usize): bool {
  if (start >= end || load<u8>(start) !== BRACE_OPEN) return false;
  clearSpans();
  let at = start + 1;
  for (let i = 0; i < memberCount; i++) {
    const member = members + <usize>i * MEMBER;
    at = readMember(member, at, end);
    if (at === NOWHERE || at >= end) return false;
    const byte = load<u8>(at);
    at++;
    if (byte === BRACE_CLOSE) return at === end && isComplete();
    if (byte !== bytes.COMMA) return false;
    if (load<u8>(at) === bytes.SPACE) at++;
  }
  return false;
}

/** Reads one member and returns the place behind its value. */
function readMember(member: usize, start: usize, end: usize): usize {
  const length = <usize>load<u32>(member, NAME_LENGTH);
  let at = start + 1 + length;
  if (at >= end || load<u8>(start) !== bytes.QUOTE) return NOWHERE;
  if (!bytes.areEqual(start + 1, load<u32>(member, NAME), length)) return NOWHERE;
  if (load<u8>(at) !== bytes.COLON) return NOWHERE;
  at++;
  if (load<u8>(at) === bytes.SPACE) at++;
  return readValue(at, end, slotFor(member));
}

/** The first member that names a field gives it, unless a later one has its default name. */
function slotFor(member: usize): i32 {
  const slot = load<i32>(member, SLOT);
  if (slot < 0 || load<u8>(member, IS_DEFAULT)) return slot;
  return startAt(slot) < 0 ? slot : -1;
}

function readValue(at: usize, end: usize, slot: i32): usize {
  if (at >= end) return NOWHERE;
  const byte = load<u8>(at);
  if (byte === bytes.QUOTE) {
    const stop = findStringEnd(at + 1, end);
    if (stop >= end) return NOWHERE;
    writeSpan(at + 1, stop, slot);
    return stop + 1;
  }
  if (byte === BRACE_OPEN || byte === BRACKET_OPEN) return NOWHERE;
  const stop = findScalarEnd(at, end);
  if (stop === at) return NOWHERE;
  if (byte !== LETTER_N) {
    writeSpan(at, stop, slot);
    return stop;
  }
  if (stop - at !== 4 || load<u32>(at) !== NULL) return NOWHERE;
  if (slot >= 0) setSpan(slot, LOGGED_ABSENT, LOGGED_ABSENT);
  return stop;
}

/** Place behind a number or a word. */
function findScalarEnd(from: usize, to: usize): usize {
  for (let at = from; at < to; at += 16) {
    const block = v128.load(at);
    const blanks = i8x16.le_u(block, i8x16.splat(<i8>bytes.SPACE));
    const closes = v128.or(
      i8x16.eq(block, i8x16.splat(<i8>BRACE_CLOSE)),
      i8x16.eq(block, i8x16.splat(<i8>BRACKET_CLOSE)),
    );
    const ends = v128.or(v128.or(blanks, closes), i8x16.eq(block, i8x16.splat(<i8>bytes.COMMA)));
    const hits = i8x16.bitmask(ends);
    if (hits !== 0) return min(at + ctz(hits), to);
  }
  return to;
}

/** Place of the quote that ends a string, or a place from `end` on. */
function findStringEnd(start: usize, end: usize): usize {
  let at = bytes.findEither(start, end, bytes.QUOTE, bytes.BACKSLASH);
  while (at < end && load<u8>(at) === bytes.BACKSLASH)
    at = bytes.findEither(at + 2, end, bytes.QUOTE, bytes.BACKSLASH);
  return at;
}

function isComplete(): bool {
  for (let i = 0; i < requiredCount; i++) {
    if (startAt(load<i32>(required + <usize>i * 4)) === -1) return false;
  }
  // Other programs log a code and flags of their own.
  const code = startAt(RESPONSE_CODE);
  if (code >= 0 && !isUnsigned(code, endAt(RESPONSE_CODE))) return false;
  const flags = startAt(RESPONSE_FLAGS);
  return flags < 0 || isFlagList(flags, endAt(RESPONSE_FLAGS));
}
