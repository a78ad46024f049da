import { DASH, isDigit, parseUnsigned, SPACE, ZERO } from './number.ts';
import { parseOddTime } from './odd-time.ts';
import { decodeText } from './text.ts';

/** Length of `2026-11-21T03:28:02`, the part of a start time that changes once a second. */
const SECOND_LENGTH = 19;
/** Shorter and longer values are no times, whatever `Date` makes of them. */
const MIN_TIME_LENGTH = 8;
const MAX_TIME_LENGTH = 64;
const MINUTE_MS = 60_000;
/** Epoch times by their number of digits: seconds, milliseconds, microseconds, nanoseconds. */
const MS_PER_UNIT: Readonly<Record<number, number>> = { 10: 1000, 13: 1, 16: 1e-3, 19: 1e-6 };
const EPOCH_SECONDS_DIGITS = 10;
/** A date and a time of day without anything between. */
const COMPACT_DIGITS = 14;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
const PLUS = 0x2b;
const POINT = 0x2e;
const COMMA = 0x2c;
const COLON = 0x3a;
const SLASH = 0x2f;

/**
 * Parses `%START_TIME%` values. Start times of neighbouring lines share their second, so the calendar is asked only when
 * the leading bytes change.
 */
export class TimestampParser {
  readonly #isDayFirst: () => boolean;
  readonly #second = new Uint8Array(SECOND_LENGTH);
  #secondMs = Number.NaN;

  /** `isDayFirst`: see `parseOddTime`. */
  constructor(isDayFirst: () => boolean = () => false) {
    this.#isDayFirst = isDayFirst;
  }

  /**
   * Milliseconds since the epoch, or NaN when the span holds no time. RFC 3339 or like it (a blank for the `T`, slashes,
   * no zone: UTC, as Envoy prints), epoch times, and what `Date` makes sense of.
   */
  parse(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < SECOND_LENGTH || !isCalendarTime(bytes, start))
      return parseOther(bytes, start, end, this.#isDayFirst());
    let at = SECOND_LENGTH - 1;
    while (at >= 0 && bytes[start + at] === this.#second[at]) at--;
    if (at >= 0) {
      this.#second.set(bytes.subarray(start, start + SECOND_LENGTH));
      this.#secondMs = readSecond(bytes, start);
    }
    return this.#secondMs + readFractionAndZone(bytes, start + SECOND_LENGTH, end);
  }
}

function isCalendarTime(bytes: Uint8Array, start: number): boolean {
  const between = bytes[start + 10];
  return (
    (bytes[start + 4] === DASH || bytes[start + 4] === SLASH) && (between === LETTER_T || between === SPACE)
  );
}

/** `2026-11-21T03:28:02` read as UTC, or NaN. */
function readSecond(bytes: Uint8Array, start: number): number {
  if (bytes[start + 7] !== bytes[start + 4] || bytes[start + 13] !== COLON || bytes[start + 16] !== COLON)
    return Number.NaN;
  const year = parseUnsigned(bytes, start, start + 4);
  const month = parseUnsigned(bytes, start + 5, start + 7);
  const day = parseUnsigned(bytes, start + 8, start + 10);
  const hour = parseUnsigned(bytes, start + 11, start + 13);
  const minute = parseUnsigned(bytes, start + 14, start + 16);
  const second = parseUnsigned(bytes, start + 17, start + 19);
  const isDay = year >= 0 && day >= 1 && day <= (DAYS[month - 1] ?? 0);
  // A leap second is printed as the sixtieth.
  const isTime = isWithin(hour, 23) && isWithin(minute, 59) && isWithin(second, 60);
  return isDay && isTime ? Date.UTC(year, month - 1, day, hour, minute, second) : Number.NaN;
}

function isWithin(value: number, max: number): boolean {
  return value >= 0 && value <= max;
}

/** Milliseconds to add to a second that was read as UTC. */
function readFractionAndZone(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  let milliseconds = 0;
  if (at < end && (bytes[at] === POINT || bytes[at] === COMMA)) {
    let scale = 100;
    for (at++; at < end && isDigit(bytes[at]); at++) {
      milliseconds += ((bytes[at] ?? ZERO) - ZERO) * scale;
      scale = scale > 1 ? scale / 10 : 0;
    }
  }
  return milliseconds - readZone(bytes, at, end) * MINUTE_MS;
}

/** Minutes east of Greenwich: `Z`, `+02:00`, `+0200`, nothing; a blank ends the time. NaN for anything else. */
function readZone(bytes: Uint8Array, start: number, end: number): number {
  const sign = bytes[start];
  if (start >= end || sign === SPACE) return 0;
  if (sign === LETTER_Z) return start + 1 === end ? 0 : Number.NaN;
  if (sign !== PLUS && sign !== DASH) return Number.NaN;
  const minutesAt = bytes[start + 3] === COLON ? start + 4 : start + 3;
  const hours = parseUnsigned(bytes, start + 1, start + 3);
  const minutes = parseUnsigned(bytes, minutesAt, minutesAt + 2);
  const stop = minutesAt + 2;
  if (hours < 0 || minutes < 0 || stop > end || (stop < end && bytes[stop] !== SPACE)) return Number.NaN;
  return (sign === PLUS ? 1 : -1) * (hours * 60 + minutes);
}

function parseOther(bytes: Uint8Array, start: number, end: number, isDayFirst: boolean): number {
  let at = start;
  while (at < end && isDigit(bytes[at])) at++;
  if (end - start < MIN_TIME_LENGTH || end - start > MAX_TIME_LENGTH) return Number.NaN;
  const digits = at - start;
  if (at === end && digits !== COMPACT_DIGITS)
    return Math.floor(parseUnsigned(bytes, start, end) * (MS_PER_UNIT[digits] ?? Number.NaN));
  if (digits === EPOCH_SECONDS_DIGITS && bytes[at] === POINT)
    return parseUnsigned(bytes, start, at) * 1000 + readFractionAndZone(bytes, at, end);
  return parseOddTime(decodeText(bytes, start, end), isDayFirst);
}
