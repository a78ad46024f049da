import { BACKSLASH, BRACE_CLOSE, BRACE_OPEN, BRACKET_OPEN, COMMA, QUOTE, SPACE } from './number.ts';
import { matchesAt } from './text.ts';

const BRACKET_CLOSE = 0x5d;
const COLON = 0x3a;
const LETTER_U = 0x75;
/** Length of `\uXXXX`. */
const ESCAPE_BYTES = 6;
/** What a backslash and this byte stand for. */
const ESCAPES = new Uint8Array(256);
for (const [letter, byte] of [
  ['"', 0x22],
  ['\\', 0x5c],
  ['/', 0x2f],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
] as const)
  ESCAPES[letter.charCodeAt(0)] = byte;

const HEX_VALUES = new Int8Array(256).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries())
  for (const letter of [digit, digit.toUpperCase()]) HEX_VALUES[letter.charCodeAt(0)] = value;

/** Offset of the first byte from `at` on that is no white space, or `end`. */
export function skipJsonBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] ?? 0) <= SPACE) at++;
  return at;
}

/** Offset of the quote that ends a string whose opening quote lies before `from`, or -1. */
export function findJsonStringEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  return -1;
}

/** Offset behind the value at `at`, or -1 when it does not end before `end`. */
export function skipJsonValue(bytes: Uint8Array, at: number, end: number): number {
  const byte = bytes[at];
  if (at >= end) return -1;
  if (byte === QUOTE) {
    const stop = findJsonStringEnd(bytes, at + 1, end);
    return stop < 0 ? -1 : stop + 1;
  }
  if (byte === BRACE_OPEN || byte === BRACKET_OPEN) return skipNested(bytes, at, end);
  let stop = at;
  while (stop < end && !endsPlainValue(bytes[stop] ?? 0)) stop++;
  return stop === at ? -1 : stop;
}

function endsPlainValue(byte: number): boolean {
  return byte === COMMA || byte === BRACE_CLOSE || byte === BRACKET_CLOSE || byte <= SPACE;
}

function skipNested(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = findJsonStringEnd(bytes, at + 1, end);
      if (at < 0) return -1;
    } else if (byte === BRACE_OPEN || byte === BRACKET_OPEN) depth++;
    else if ((byte === BRACE_CLOSE || byte === BRACKET_CLOSE) && --depth === 0) return at + 1;
  }
  return -1;
}

/** Offset of the value of a member of the object at `at`, or -1; members of nested objects are not looked at. */
export function findJsonMember(bytes: Uint8Array, at: number, end: number, key: Uint8Array): number {
  if (bytes[at] !== BRACE_OPEN) return -1;
  let keyAt = skipJsonBlanks(bytes, at + 1, end);
  while (keyAt < end && bytes[keyAt] === QUOTE) {
    const keyEnd = findJsonStringEnd(bytes, keyAt + 1, end);
    if (keyEnd < 0) return -1;
    const colon = skipJsonBlanks(bytes, keyEnd + 1, end);
    if (bytes[colon] !== COLON) return -1;
    const valueAt = skipJsonBlanks(bytes, colon + 1, end);
    if (keyEnd - keyAt - 1 === key.length && matchesAt(bytes, keyAt + 1, keyEnd, key)) return valueAt;
    const behind = skipJsonValue(bytes, valueAt, end);
    if (behind < 0) return -1;
    const next = skipJsonBlanks(bytes, behind, end);
    if (bytes[next] !== COMMA) return -1;
    keyAt = skipJsonBlanks(bytes, next + 1, end);
  }
  return -1;
}

/**
 * Writes the text of a JSON string (the bytes between its quotes) to `target`, which must have room for as many bytes,
 * and returns its length. What is no JSON escape stays as it is.
 */
export function unescapeJson(bytes: Uint8Array, start: number, end: number, target: Uint8Array): number {
  let length = 0;
  for (let at = start; at < end; ) {
    const byte = bytes[at] ?? 0;
    if (byte !== BACKSLASH) {
      target[length++] = byte;
      at++;
      continue;
    }
    const meant = at + 1 < end ? (ESCAPES[bytes[at + 1] ?? 0] ?? 0) : 0;
    if (meant !== 0) {
      target[length++] = meant;
      at += 2;
      continue;
    }
    const taken = numericEscapeBytes(bytes, at, end);
    length = taken === 0 ? length : writeCodePoint(codePointAt(bytes, at, taken), target, length);
    if (taken === 0) target[length++] = byte;
    at += Math.max(1, taken);
  }
  return length;
}

/** Length of the numeric escape at `at`: 6, or 12 where two stand for one character; 0 when there is none. */
function numericEscapeBytes(bytes: Uint8Array, at: number, end: number): number {
  const unit = parseUnit(bytes, at, end);
  if (unit < 0) return 0;
  const isPair = (unit & 0xfc00) === 0xd800 && (parseUnit(bytes, at + ESCAPE_BYTES, end) & 0xfc00) === 0xdc00;
  return isPair ? 2 * ESCAPE_BYTES : ESCAPE_BYTES;
}

function codePointAt(bytes: Uint8Array, at: number, taken: number): number {
  const unit = parseUnit(bytes, at, at + taken);
  if (taken === ESCAPE_BYTES) return unit;
  return 0x10000 + ((unit & 0x3ff) << 10) + (parseUnit(bytes, at + ESCAPE_BYTES, at + taken) & 0x3ff);
}

/** Writes a character in UTF-8 and returns the offset behind it. */
function writeCodePoint(point: number, target: Uint8Array, to: number): number {
  if (point < 0x80) {
    target[to] = point;
    return to + 1;
  }
  const followers = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  target[to] = ((0xf00 >> (followers + 1)) & 0xff) | (point >> (6 * followers));
  for (let i = 1; i <= followers; i++) target[to + i] = 0x80 | ((point >> (6 * (followers - i))) & 0x3f);
  return to + 1 + followers;
}

/** The number of `\uXXXX`, or -1. */
function parseUnit(bytes: Uint8Array, at: number, end: number): number {
  if (at < 0 || at + ESCAPE_BYTES > end || bytes[at] !== BACKSLASH || bytes[at + 1] !== LETTER_U) return -1;
  let value = 0;
  for (let i = at + 2; i < at + ESCAPE_BYTES; i++) {
    const digit = HEX_VALUES[bytes[i] ?? 0] ?? -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}
