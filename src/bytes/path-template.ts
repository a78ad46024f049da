import { isDigit } from './number.ts';

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
const QUESTION = 0x3f;
const HASH = 0x23;

function isHexOrDash(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46) || byte === 0x2d;
}

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
    const stop = findSegmentEnd(bytes, at, end);
    sink.segment(bytes, at, stop, isId(bytes, at, stop));
    if (stop >= end || bytes[stop] !== SLASH) return;
    at = stop + 1;
  }
}

function findSegmentEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== SLASH && bytes[at] !== QUESTION && bytes[at] !== HASH) at++;
  return at;
}

function isId(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length > MAX_SEGMENT_BYTES) return true;
  let digits = 0;
  let isHex = true;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (isDigit(byte)) digits++;
    else if (isHex && !isHexOrDash(byte)) isHex = false;
  }
  if (digits === 0) return false;
  const isVersion = bytes[start] === LETTER_V && digits === length - 1;
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
