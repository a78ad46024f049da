import { encodeText } from './text.ts';

/** What stands for a masked segment. */
const MASK = '*';
const MAX_SEGMENTS = 6;
/** Longer segments are tokens or encoded data, never names. */
const MAX_SEGMENT_BYTES = 40;
/** Hex strings from this length on are ids when they hold a digit. */
const MIN_HEX_BYTES = 8;
/** Segments with at least so many digits are ids: `EUR27`, `ORE00042`, `2026-11-21`; versions (`v12`) are not. */
const MIN_ID_DIGITS = 2;
const LETTER_V = 0x76;
const SLASH = 0x2f;

// What a byte adds to the marks of its segment: digits in the low half, bytes that no hex string has in the high one.
const DIGIT = 1;
const OTHER = 0x10000;
const SEGMENT_END = -1;
const MARKS = new Int32Array(256).fill(OTHER);
for (const byte of encodeText('0123456789')) MARKS[byte] = DIGIT;
for (const byte of encodeText('abcdefABCDEF-')) MARKS[byte] = 0;
for (const byte of encodeText('/?#')) MARKS[byte] = SEGMENT_END;

/**
 * The template of the path in `bytes[start, end)` as text: `/accounts/(mask)/balance`. It ends at the query, and ids are
 * masked segment by segment.
 */
export function spellPathTemplate(
  bytes: Uint8Array,
  start: number,
  end: number,
  decode: (from: number, to: number) => string,
): string {
  let text = '';
  let at = start < end && bytes[start] === SLASH ? start + 1 : start;
  for (let segments = 0; at <= end; segments++) {
    if (segments === MAX_SEGMENTS) return `${text}/…`;
    const stop = segmentEnd(bytes, at, end);
    text += `/${isId(bytes, at, stop) ? MASK : decode(at, stop)}`;
    if (stop >= end || bytes[stop] !== SLASH) break;
    at = stop + 1;
  }
  return text;
}

function segmentEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && MARKS[bytes[at] ?? 0] !== SEGMENT_END) at++;
  return at;
}

function isId(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length > MAX_SEGMENT_BYTES) return true;
  let marks = 0;
  for (let at = start; at < end; at++) marks += MARKS[bytes[at] ?? 0] ?? OTHER;
  const digits = marks % OTHER;
  if (digits === 0) return false;
  const isVersion = bytes[start] === LETTER_V && digits === length - 1;
  const isHex = marks < OTHER;
  return (digits >= MIN_ID_DIGITS && !isVersion) || digits === length || (isHex && length >= MIN_HEX_BYTES);
}
