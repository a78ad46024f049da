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
 * Receives the segments of a path template in order. `masked` segments stand for any id; `start` and `end` are offsets
 * into the bytes. Used once to hash a path and once, for a path that is new, to spell it.
 */
export interface TemplateSink {
  segment(bytes: Uint8Array, start: number, end: number, masked: boolean): void;
  /** Called instead of further segments when the path is too deep. */
  cut(): void;
}

/** Splits `bytes[start, end)` at slashes up to the query and says of each segment whether it is an id. */
export function walkPathTemplate(bytes: Uint8Array, start: number, end: number, sink: TemplateSink): void {
  let at = start < end && bytes[start] === SLASH ? start + 1 : start;
  for (let segments = 0; at <= end; segments++) {
    if (segments === MAX_SEGMENTS) {
      sink.cut();
      return;
    }
    let marks = 0;
    let stop = at;
    for (; stop < end; stop++) {
      const mark = MARKS[bytes[stop] ?? 0] ?? OTHER;
      if (mark === SEGMENT_END) break;
      marks += mark;
    }
    sink.segment(bytes, at, stop, isId(bytes[at] === LETTER_V, stop - at, marks));
    if (stop >= end || bytes[stop] !== SLASH) return;
    at = stop + 1;
  }
}

function isId(beginsWithV: boolean, length: number, marks: number): boolean {
  if (length > MAX_SEGMENT_BYTES) return true;
  const digits = marks % OTHER;
  if (digits === 0) return false;
  const isVersion = beginsWithV && digits === length - 1;
  const isHex = marks < OTHER;
  return (digits >= MIN_ID_DIGITS && !isVersion) || digits === length || (isHex && length >= MIN_HEX_BYTES);
}

/** The template as text: `/accounts/(mask)/balance`. */
export function spellPathTemplate(
  bytes: Uint8Array,
  start: number,
  end: number,
  decode: (from: number, to: number) => string,
): string {
  let text = '';
  walkPathTemplate(bytes, start, end, {
    segment: (_bytes, from, to, masked) => {
      text += `/${masked ? MASK : decode(from, to)}`;
    },
    cut: () => {
      text += '/…';
    },
  });
  return text;
}
