// Opens what stands around each line of most logs, as src/ingest/wrappers does: whatever is refused here is opened there.

import * as bytes from './bytes';
import { hashBytes, startHash, toKey } from './hash';

// Wrappers: SKIMMABLE_WRAPPERS in src/model/line-block.ts, from 1 on; four bits each, the outermost lowest.
const KUBECTL_PREFIX: u32 = 1;
const STAMP: u32 = 2;
const CRI: u32 = 3;
const DOCKER_JSON: u32 = 4;
const BITS: u32 = 4;

/** `[pod`, `/`; `{"log":"`; `,"stream`; ` std`; `out F ` and `err F `, as little-endian words. */
const BRACKET_POD: u32 = 0x646f705b;
const SLASH: u8 = 0x2f;
const BEGIN_OF_LOG: u64 = 0x223a22676f6c227b;
const END_OF_LOG: u64 = 0x6d6165727473222c;
const STD: u32 = 0x64747320;
const OUT_F: u64 = 0x20462074756f;
const ERR_F: u64 = 0x204620727265;
const SIX_BYTES: u64 = 0xffffffffffff;

const BRACKET_CLOSE: u8 = 0x5d;
const BRACE_OPEN: u8 = 0x7b;
const BRACE_CLOSE: u8 = 0x7d;
const TAB: u8 = 0x09;
const LETTER_N: u8 = 0x6e;
const LETTER_T: u8 = 0x54;
const LETTER_U: u8 = 0x75;
/** As in src/ingest/wrappers/prefix.ts. */
const MAX_PREFIX_BYTES: usize = 1024;
const SHORTEST_STAMP: usize = 19;
const LONGEST_STAMP: usize = 48;
const UNIT_BYTES: usize = 6;
/** docker cuts longer lines into pieces of this size. */
const PIECE_BYTES: usize = 16 * 1024;

/** What a string was written as. */
const text: usize = heap.alloc(PIECE_BYTES + 2 * bytes.PADDING);

/** Of `[pod/`. */
const POD_BYTES: usize = 5;

const SEED_PREFIX: u64 = 41;
const SEVERAL: i32 = -1;

let wrappers: u32 = 0;
let isText: bool = false;
/** What is inside of the line that was opened last. */
let insideStart: usize = 0;
let insideEnd: usize = 0;
/** What names the proxy that wrote it. */
let prefixStart: usize = 0;
let prefixEnd: usize = 0;

/** What lines are wrapped in from now on; 0 for nothing. */
export function setWrappers(packed: u32): void {
  wrappers = packed;
  isText = false;
}

export function areWrapped(): bool {
  return wrappers !== 0;
}

export function startInside(): usize {
  return insideStart;
}

export function endInside(): usize {
  return insideEnd;
}

/** Key of what names the proxy that wrote the line that was opened last; below 0 when it is not one prefix that does. */
export function proxyKey(): f64 {
  return hasOnePrefix() ? <f64>toKey(hashBytes(startHash(SEED_PREFIX), prefixStart, prefixEnd)) : -1;
}

function hasOnePrefix(): bool {
  let prefixes = 0;
  for (let rest = wrappers; rest !== 0; rest >>= BITS)
    if ((rest & ((1 << BITS) - 1)) === KUBECTL_PREFIX) prefixes++;
  return prefixes === 1;
}

/** What stood before the first line that `comparePrefix` was asked about. */
const firstPrefix: usize = heap.alloc(MAX_PREFIX_BYTES + bytes.PADDING);
let firstPrefixLength: i32 = 0;

/** Notes whether something else stands before the line that was opened last than before those that came earlier. */
export function comparePrefix(): void {
  if (firstPrefixLength < 0) return;
  // The pod alone: its container stands behind it.
  const length = <i32>(bytes.findByte(prefixStart + POD_BYTES, prefixEnd, SLASH) - prefixStart);
  if (!hasOnePrefix()) firstPrefixLength = SEVERAL;
  else if (firstPrefixLength === 0) {
    bytes.copyShort(firstPrefix, prefixStart, length);
    firstPrefixLength = length;
  } else if (length !== firstPrefixLength || !bytes.areEqual(prefixStart, firstPrefix, length))
    firstPrefixLength = SEVERAL;
}

export function onlyPrefix(): usize {
  return firstPrefix;
}

/** Bytes of the prefix of all lines that were compared; 0 when there was none, and less when they have several. */
export function onlyPrefixLength(): i32 {
  return firstPrefixLength;
}

/** Where the line that was opened last was written anew; 0 when it was not. */
export function textAddress(): usize {
  return isText ? text : 0;
}

/** Opens `[start, end)`; false when the line is not plainly wrapped so. */
export function open(start: usize, end: usize): bool {
  insideStart = start;
  insideEnd = end;
  for (let rest = wrappers; rest !== 0; rest >>= BITS) if (!openOne(rest & ((1 << BITS) - 1))) return false;
  return true;
}

function openOne(wrapper: u32): bool {
  if (wrapper === KUBECTL_PREFIX) return openKubectlPrefix();
  if (wrapper === STAMP) return openStamp();
  return wrapper === CRI ? openCri() : wrapper === DOCKER_JSON && openDockerJson();
}

function openKubectlPrefix(): bool {
  const start = insideStart;
  if (start + 5 > insideEnd || load<u32>(start) !== BRACKET_POD || load<u8>(start, 4) !== SLASH) return false;
  const stop = min<usize>(insideEnd, start + MAX_PREFIX_BYTES);
  const close = bytes.findByte(start, stop, BRACKET_CLOSE);
  if (close === stop) return false;
  prefixStart = start;
  prefixEnd = close;
  insideStart = skipBlanks(close + 1);
  return true;
}

function openStamp(): bool {
  const behind = skipStamp();
  if (behind === 0 || behind === insideEnd) return false;
  insideStart = skipBlanks(behind);
  return true;
}

/** The tag may have others behind it, and may mark a piece of a line: those are left. */
function openCri(): bool {
  const behind = skipStamp();
  if (behind === 0 || behind + 10 > insideEnd || load<u32>(behind) !== STD) return false;
  const rest = load<u64>(behind, 4) & SIX_BYTES;
  if (rest !== OUT_F && rest !== ERR_F) return false;
  insideStart = behind + 10;
  return true;
}

/** Place behind an RFC 3339 stamp that is a word, or 0. */
function skipStamp(): usize {
  const at = insideStart;
  if (at + SHORTEST_STAMP > insideEnd || !bytes.isDigit(load<u8>(at)) || !bytes.isDigit(load<u8>(at, 3)))
    return 0;
  if (load<u8>(at, 4) !== bytes.DASH || load<u8>(at, 7) !== bytes.DASH || !bytes.isDigit(load<u8>(at, 9)))
    return 0;
  const between = load<u8>(at, 10);
  if (between !== LETTER_T && between !== bytes.SPACE) return 0;
  if (
    !bytes.isDigit(load<u8>(at, 11)) ||
    load<u8>(at, 13) !== bytes.COLON ||
    !bytes.isDigit(load<u8>(at, 15))
  )
    return 0;
  const behind = bytes.findEither(at + 11, insideEnd, bytes.SPACE, TAB);
  return behind - at <= LONGEST_STAMP ? behind : 0;
}

function skipBlanks(from: usize): usize {
  let at = from;
  while (at < insideEnd && (load<u8>(at) === bytes.SPACE || load<u8>(at) === TAB)) at++;
  return at;
}

/** As docker writes it: the log first, whose line end is its last escape, then the stream. */
function openDockerJson(): bool {
  const end = insideEnd;
  if (insideStart + 8 > end || load<u64>(insideStart) !== BEGIN_OF_LOG) return false;
  if (load<u8>(end - 1) !== BRACE_CLOSE) return false;
  const stop = writeText(insideStart + 8, end);
  return stop !== 0 && load<u64>(stop + 1) === END_OF_LOG && !hasSecondObject(stop, end);
}

/** Whether another object stands on the line, behind the one that begins it. */
function hasSecondObject(from: usize, end: usize): bool {
  let at = bytes.findByte(from, end - 1, BRACE_CLOSE);
  while (at < end - 1) {
    if (load<u8>(at, 1) === BRACE_OPEN) return true;
    at = bytes.findByte(at + 1, end - 1, BRACE_CLOSE);
  }
  return false;
}

/**
 * Writes the JSON string that begins at `from` anew, without its escapes and its line end; returns the place of the quote
 * that ends it, or 0 when it is too long, has no line end or holds what is written in more than a byte.
 */
function writeText(from: usize, end: usize): usize {
  let at = from;
  let to = text;
  while (at < end) {
    const stop = bytes.findEither(at, end, bytes.QUOTE, bytes.BACKSLASH);
    if (stop === end || to + (stop - at) >= text + PIECE_BYTES) return 0;
    copyRoughly(at, stop, to);
    to += stop - at;
    if (load<u8>(stop) === bytes.QUOTE) return 0;
    if (load<u8>(stop, 1) === LETTER_N) return finishText(stop, to);
    const meant = readEscape(stop);
    if (meant === 0) return 0;
    store<u8>(to++, meant);
    at = stop + (load<u8>(stop, 1) === LETTER_U ? UNIT_BYTES : 2);
  }
  return 0;
}

/** The line end at `at` is the last of the string; returns the place of the quote behind it, or 0. */
function finishText(at: usize, to: usize): usize {
  if (load<u8>(at, 2) !== bytes.QUOTE) return 0;
  insideStart = text;
  insideEnd = to;
  isText = true;
  return at + 2;
}

/** Copies `[from, end)` in steps of sixteen bytes, so that what stands behind it is overwritten too. */
function copyRoughly(from: usize, end: usize, to: usize): void {
  for (let at = from; at < end; at += 16) v128.store(to + (at - from), v128.load(at));
}

/** What an escape stands for: itself, or a character of printable ASCII; 0 for any other. */
function readEscape(at: usize): u8 {
  const byte = load<u8>(at, 1);
  if (byte === LETTER_U) return readUnit(at + 2);
  return byte === bytes.QUOTE || byte === bytes.BACKSLASH || byte === SLASH ? byte : 0;
}

/** The character that four hexadecimal digits name, when it is printable ASCII, else 0. */
function readUnit(at: usize): u8 {
  if (load<u8>(at) !== bytes.ZERO || load<u8>(at, 1) !== bytes.ZERO) return 0;
  const value = readDigit(load<u8>(at, 2)) * 16 + readDigit(load<u8>(at, 3));
  return value >= 0x20 && value < 0x7f ? <u8>value : 0;
}

/** A hexadecimal digit, or a number that makes the character none. */
function readDigit(byte: u8): i32 {
  if (bytes.isDigit(byte)) return byte - bytes.ZERO;
  const lower: u8 = byte | 0x20;
  return <u8>(lower - 0x61) < 6 ? lower - 0x57 : 0x1000;
}
