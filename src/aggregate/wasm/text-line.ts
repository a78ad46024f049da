// Reads a line of a compiled text format: the same rules as parsers/text-parser.ts, for lines that nothing is odd about.
// Whatever it refuses is read again there.

import * as bytes from './bytes';
import { clearSpans, REQUEST_ID, startAt, writeSpan } from './spans';
import { isFlagList } from './values';

// A step, as src/aggregate/line-program.ts writes it.
const STEP: usize = 32;
const KIND: usize = 0;
const SLOT: usize = 4;
const BEFORE: usize = 8;
const BEFORE_LENGTH: usize = 12;
const AFTER: usize = 16;
const AFTER_LENGTH: usize = 20;
const STOP_BYTE: usize = 24;
const START_BYTE: usize = 25;
const STOPS_AT_QUOTE_BLANK: usize = 26;
const STARTS_AT_BLANK_QUOTE: usize = 27;
const IS_FLAGS: usize = 28;
const NEVER_QUOTED: usize = 29;

const KIND_INTEGER: i32 = 1;
const KIND_PHRASE: i32 = 2;

const UUID_LENGTH: usize = 36;
/** What is not found. */
const NOWHERE: usize = 0;

let steps: usize = 0;
let leftCount: i32 = 0;
let middleCount: i32 = 0;
let stepCount: i32 = 0;
let head: usize = 0;
let headLength: usize = 0;
let tail: usize = 0;
let tailLength: usize = 0;
/** Slots of the fields that are never quoted, a byte each. */
const neverQuoted: usize = memory.data(64);
let neverQuotedCount: usize = 0;

/** Sets the format: `count` steps, of which `left` are read from the left and the last ones from the right. */
export function setTextFormat(at: usize, left: i32, middle: i32, count: i32): void {
  steps = at;
  leftCount = left;
  middleCount = middle;
  stepCount = count;
  const last = stepAt(count - 1);
  head = load<u32>(at, BEFORE);
  headLength = load<u32>(at, BEFORE_LENGTH);
  tail = load<u32>(last, AFTER);
  tailLength = load<u32>(last, AFTER_LENGTH);
  neverQuotedCount = 0;
  for (let i = 0; i < count; i++) {
    const slot = load<i32>(stepAt(i), SLOT);
    if (load<u8>(stepAt(i), NEVER_QUOTED) && slot >= 0) store<u8>(neverQuoted + neverQuotedCount++, <u8>slot);
  }
}

function stepAt(i: i32): usize {
  return steps + <usize>i * STEP;
}

/** Fills the spans of `[start, end)`; false when the line wants a closer look. */
export function readTextLine(start: usize, end: usize): bool {
  clearSpans();
  if (start + headLength + tailLength > end || !bytes.areEqual(start, head, headLength)) return false;
  const from = readFromLeft(start + headLength, end);
  if (from === NOWHERE) return false;
  if (middleCount === 0) return from === end && !isForeign();
  const tailStart = end - tailLength;
  if (!bytes.areEqual(tailStart, tail, tailLength)) return false;
  const to = readFromRight(from, tailStart);
  if (to === NOWHERE || to < from || isForeign()) return false;
  return readMiddle(from, to);
}

function readFromLeft(start: usize, end: usize): usize {
  let at = start;
  for (let i = 0; i < leftCount; i++) {
    const step = stepAt(i);
    const stop = findEnd(step, at, end);
    if (stop === NOWHERE || (load<u8>(step, IS_FLAGS) && !isFlagList(at, stop))) return NOWHERE;
    const length = <usize>load<u32>(step, AFTER_LENGTH);
    if (length === 0 ? stop !== end : stop + length > end) return NOWHERE;
    if (!bytes.areEqual(stop, load<u32>(step, AFTER), length)) return NOWHERE;
    writeSpan(at, stop, load<i32>(step, SLOT));
    at = stop + length;
  }
  return at;
}

function findEnd(step: usize, start: usize, end: usize): usize {
  const kind = load<i32>(step, KIND);
  if (kind === KIND_INTEGER) return findIntegerEnd(start, end);
  if (kind === KIND_PHRASE) return findPhraseEnd(step, start, end);
  const stopByte = load<u8>(step, STOP_BYTE);
  const at =
    stopByte === bytes.SPACE
      ? bytes.findByte(start, end, bytes.SPACE)
      : bytes.findEither(start, end, stopByte, bytes.SPACE);
  if (!load<u8>(step, STOPS_AT_QUOTE_BLANK) || load<u8>(at + 1) === bytes.SPACE) return at;
  return findQuoteBlank(at, end);
}

function findQuoteBlank(start: usize, end: usize): usize {
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte === bytes.SPACE || (byte === bytes.QUOTE && load<u8>(at + 1) === bytes.SPACE)) return at;
  }
  return end;
}

function findIntegerEnd(start: usize, end: usize): usize {
  const at = bytes.behindDigits(start, end);
  if (at > start) return at;
  return at < end && load<u8>(at) === bytes.DASH ? at + 1 : NOWHERE;
}

function findPhraseEnd(step: usize, start: usize, end: usize): usize {
  const length = load<u32>(step, AFTER_LENGTH);
  if (length === 0) return end;
  const after = <usize>load<u32>(step, AFTER);
  const first = load<u8>(after);
  for (let at = bytes.findByte(start, end, first); at < end; at = bytes.findByte(at + 1, end, first)) {
    if (length === 1 || (at + 1 < end && load<u8>(at + 1) === load<u8>(after + 1))) return at;
  }
  return NOWHERE;
}

function readFromRight(from: usize, end: usize): usize {
  let stop = end;
  for (let i = stepCount - 1; i >= leftCount + middleCount; i--) {
    const step = stepAt(i);
    const start = findStart(step, from, stop);
    const length = <usize>load<u32>(step, BEFORE_LENGTH);
    if (start < from + length || !bytes.areEqual(start - length, load<u32>(step, BEFORE), length))
      return NOWHERE;
    if (load<i32>(step, KIND) === KIND_INTEGER && findIntegerEnd(start, stop) !== stop) return NOWHERE;
    if (load<u8>(step, IS_FLAGS) && !isFlagList(start, stop)) return NOWHERE;
    writeSpan(start, stop, load<i32>(step, SLOT));
    stop = start - length;
  }
  return stop;
}

/** Start of a value that ends at `stop`; a place before `from` plus what stands before it when there is none. */
function findStart(step: usize, from: usize, stop: usize): usize {
  const startByte = load<u8>(step, START_BYTE);
  if (load<i32>(step, KIND) === KIND_PHRASE) return findPhraseStart(step, startByte, from, stop);
  const start = bytes.behindLastOfEither(from, stop, startByte, bytes.SPACE);
  if (!load<u8>(step, STARTS_AT_BLANK_QUOTE) || start < from + 2) return start;
  if (load<u8>(start - 2) === bytes.SPACE) return start;
  return findBlankQuote(from, start - 1);
}

function findBlankQuote(from: usize, last: usize): usize {
  for (let at = last; at > from; at--) {
    const byte = load<u8>(at);
    if (byte === bytes.SPACE || (byte === bytes.QUOTE && load<u8>(at - 1) === bytes.SPACE)) return at + 1;
  }
  return from;
}

function findPhraseStart(step: usize, startByte: u8, from: usize, stop: usize): usize {
  const length = <usize>load<u32>(step, BEFORE_LENGTH);
  const second = length < 2 ? 0 : load<u8>(<usize>load<u32>(step, BEFORE) + length - 2);
  for (let at = stop; at > from; at--) {
    if (load<u8>(at - 1) !== startByte) continue;
    if (length < 2 || (at >= from + 2 && load<u8>(at - 2) === second)) return at;
  }
  return from;
}

/** A quote where the format has none shows the line to be of another layout. */
function isForeign(): bool {
  for (let i: usize = 0; i < neverQuotedCount; i++) {
    const start = startAt(load<u8>(neverQuoted + i));
    if (start >= 0 && load<u8>(<usize>start) === bytes.QUOTE) return true;
  }
  return false;
}

/** Of the headers between only the request id is read; of the others it is enough that there are as many. */
function readMiddle(from: usize, to: usize): bool {
  if (middleCount === 1) {
    writeSpan(from, to, load<i32>(stepAt(leftCount), SLOT));
    return true;
  }
  const last = stepAt(leftCount + middleCount - 1);
  const length = <usize>load<u32>(last, BEFORE_LENGTH);
  const before = <usize>load<u32>(last, BEFORE);
  // Nearly every line has a UUID as its last header.
  let lastAt = to - UUID_LENGTH - length;
  if (
    lastAt < from ||
    !bytes.areEqual(lastAt, before, length) ||
    !hasSeparators(from, lastAt, middleCount - 2)
  ) {
    if (!hasSeparators(from, to, middleCount - 1)) return false;
    lastAt = findLastLiteral(from, to, before, length);
  }
  if (load<i32>(last, SLOT) === REQUEST_ID && lastAt !== NOWHERE) writeSpan(lastAt + length, to, REQUEST_ID);
  return true;
}

function hasSeparators(from: usize, to: usize, count: i32): bool {
  let at = from;
  for (let i = 0; i < count; i++) {
    const step = stepAt(leftCount + i);
    const length = <usize>load<u32>(step, AFTER_LENGTH);
    at = findLiteral(at, to, load<u32>(step, AFTER), length);
    if (at === NOWHERE) return false;
    at += length;
  }
  return at <= to;
}

function findLiteral(from: usize, to: usize, literal: usize, length: usize): usize {
  const first = load<u8>(literal);
  for (let at = bytes.findByte(from, to, first); at + length <= to; at = bytes.findByte(at + 1, to, first)) {
    if (bytes.areEqual(at, literal, length)) return at;
  }
  return NOWHERE;
}

function findLastLiteral(from: usize, to: usize, literal: usize, length: usize): usize {
  for (let at = to - length; at >= from; at--) if (bytes.areEqual(at, literal, length)) return at;
  return NOWHERE;
}
