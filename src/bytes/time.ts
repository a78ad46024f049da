import { isDigit, parseUnsigned, ZERO } from './number.ts';
import { decodeText } from './text.ts';

/** Length of `2026-11-21T03:28:02`, the part of a start time that changes once a second. */
const SECOND_LENGTH = 19;
const EPOCH_SECONDS_DIGITS = 10;
const EPOCH_MILLISECONDS_DIGITS = 13;

/**
 * Parses `%START_TIME%` values. Start times of neighbouring lines share their second, so the calendar is asked only when
 * the leading bytes change.
 */
export class TimestampParser {
  readonly #second = new Uint8Array(SECOND_LENGTH);
  #secondMs = Number.NaN;

  /** Milliseconds since the epoch, or NaN when the span holds no time. RFC 3339, or epoch seconds or milliseconds. */
  parse(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < SECOND_LENGTH + 1 || !this.#isRfc3339(bytes, start))
      return parseOther(bytes, start, end);
    let at = SECOND_LENGTH - 1;
    while (at >= 0 && bytes[start + at] === this.#second[at]) at--;
    if (at >= 0) this.#setSecond(bytes, start);
    return this.#secondMs + parseFraction(bytes, start + SECOND_LENGTH, end);
  }

  #isRfc3339(bytes: Uint8Array, start: number): boolean {
    return bytes[start + 10] === 0x54 && bytes[start + 4] === 0x2d;
  }

  #setSecond(bytes: Uint8Array, start: number): void {
    this.#second.set(bytes.subarray(start, start + SECOND_LENGTH));
    const part = (from: number, length: number): number =>
      parseUnsigned(bytes, start + from, start + from + length);
    const [year, month, day] = [part(0, 4), part(5, 2), part(8, 2)];
    const [hour, minute, second] = [part(11, 2), part(14, 2), part(17, 2)];
    const valid =
      year >= 0 &&
      month >= 1 &&
      month <= 12 &&
      day >= 1 &&
      day <= 31 &&
      hour >= 0 &&
      hour <= 24 &&
      minute >= 0 &&
      second >= 0;
    this.#secondMs = valid ? Date.UTC(year, month - 1, day, hour, minute, second) : Number.NaN;
  }
}

/** Fraction and zone of an RFC 3339 time: milliseconds to add to the second read as UTC. */
function parseFraction(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  let milliseconds = 0;
  if (bytes[at] === 0x2e || bytes[at] === 0x2c) {
    let scale = 100;
    for (at++; at < end && isDigit(bytes[at]); at++) {
      milliseconds += ((bytes[at] ?? ZERO) - ZERO) * scale;
      scale = scale > 1 ? scale / 10 : 0;
    }
  }
  const zone = bytes[at];
  if (zone === 0x5a || at >= end) return milliseconds;
  if (zone !== 0x2b && zone !== 0x2d) return Number.NaN;
  const hours = parseUnsigned(bytes, at + 1, at + 3);
  const minutes = parseUnsigned(bytes, end - 2, end);
  if (hours < 0 || minutes < 0) return Number.NaN;
  return milliseconds + (zone === 0x2b ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function parseOther(bytes: Uint8Array, start: number, end: number): number {
  const number = parseUnsigned(bytes, start, end);
  if (number >= 0 && end - start === EPOCH_SECONDS_DIGITS) return number * 1000;
  if (number >= 0 && end - start === EPOCH_MILLISECONDS_DIGITS) return number;
  if (end - start < 8 || end - start > 64 || !isDigit(bytes[start])) return Number.NaN;
  return Date.parse(decodeText(bytes, start, end));
}
