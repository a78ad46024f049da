import { BRACE_OPEN, BRACKET_OPEN, isDigit, QUOTE, SPACE, TAB } from '../../bytes/number.ts';
import { decodeText, encodeText, matchesAt } from '../../bytes/text.ts';

/** No tool puts more than this before a line. */
export const MAX_PREFIX_BYTES = 1024;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const LETTER_T = 0x54;
const DASH = 0x2d;
/** What Ambassador and Emissary begin a line with. */
const ACCESS = encodeText('ACCESS [');
const DATE_LENGTH = '2026-11-21'.length;
const SHORTEST_STAMP = '2026-11-21T03:33:07'.length;
const LONGEST_STAMP = 48;

/** Offset of the first blank from `at` on, or `end`. */
export function skipWord(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== SPACE && bytes[at] !== TAB) at++;
  return at;
}

/** Offset of the first byte from `at` on that is no blank, or `end`. */
export function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
  return at;
}

/** Offset behind an RFC 3339 stamp (`2026-11-21T03:33:07.287209278Z`, `…+01:00`, a `T` or not) that is a word; -1: none. */
export function skipStamp(bytes: Uint8Array, at: number, end: number): number {
  if (at + SHORTEST_STAMP > end || !isDigit(bytes[at]) || !isDigit(bytes[at + 3])) return -1;
  if (bytes[at + 4] !== DASH || bytes[at + 7] !== DASH || !isDigit(bytes[at + 9])) return -1;
  const between = bytes[at + DATE_LENGTH];
  if (between !== LETTER_T && between !== SPACE) return -1;
  if (!isDigit(bytes[at + 11]) || bytes[at + 13] !== COLON || !isDigit(bytes[at + 15])) return -1;
  const behind = skipWord(bytes, at + DATE_LENGTH + 1, end);
  return behind - at <= LONGEST_STAMP ? behind : -1;
}

/** True where a record may begin, or what wraps one: a bracket, a brace, a quoted request, a stamp. */
export function mayBeginLine(bytes: Uint8Array, at: number, end: number): boolean {
  const byte = bytes[at];
  return (
    at < end &&
    (byte === BRACKET_OPEN ||
      byte === BRACE_OPEN ||
      byte === QUOTE ||
      byte === BACKSLASH ||
      skipStamp(bytes, at, end) > 0 ||
      matchesAt(bytes, at, end, ACCESS))
  );
}

/** Text of a word of the prefix; null when it is empty. */
export function wordAt(bytes: Uint8Array, start: number, end: number): string | null {
  return start < end ? decodeText(bytes, start, Math.min(end, start + MAX_PREFIX_BYTES)) : null;
}
