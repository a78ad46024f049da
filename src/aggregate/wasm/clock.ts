// Start times as Envoy prints them: the same milliseconds as src/bytes/time.ts, which reads all that is refused here.

import * as bytes from './bytes';

/** Length of `2026-11-21T03:28:02`, the part of a start time that changes once a second. */
const SECOND_LENGTH: usize = 19;
const LETTER_T: u8 = 0x54;
const LETTER_Z: u8 = 0x5a;
const DAY_MS: f64 = 86_400_000;
const MARCH: i32 = 3;

/** From `readTime`: the time wants a closer look. */
export const ODD_TIME: f64 = -1;

const second: usize = memory.data(32);
let secondMs: f64 = ODD_TIME;

/** Milliseconds since the epoch, or `ODD_TIME`. */
export function readTime(start: usize, end: usize): f64 {
  if (end < start + SECOND_LENGTH) return ODD_TIME;
  if (!bytes.areEqual(start, second, SECOND_LENGTH)) {
    memory.copy(second, start, SECOND_LENGTH);
    secondMs = readSecond(start);
  }
  if (secondMs < 0) return ODD_TIME;
  let at = start + SECOND_LENGTH;
  let milliseconds: i32 = 0;
  if (at < end && load<u8>(at) === bytes.POINT) {
    at++;
    const behind = bytes.behindDigits(at, end);
    milliseconds = digitAt(at, behind) * 100 + digitAt(at + 1, behind) * 10 + digitAt(at + 2, behind);
    at = behind;
  }
  if (at + 1 !== end || load<u8>(at) !== LETTER_Z) return ODD_TIME;
  return secondMs + milliseconds;
}

/** The digit at a place, 0 behind the last. */
function digitAt(at: usize, end: usize): i32 {
  return at < end ? load<u8>(at) - bytes.ZERO : 0;
}

function readSecond(at: usize): f64 {
  if (load<u8>(at, 4) !== bytes.DASH || load<u8>(at, 7) !== bytes.DASH) return ODD_TIME;
  if (load<u8>(at, 10) !== LETTER_T) return ODD_TIME;
  if (load<u8>(at, 13) !== bytes.COLON || load<u8>(at, 16) !== bytes.COLON) return ODD_TIME;
  const century = twoDigits(at);
  const year = century * 100 + twoDigits(at + 2);
  const month = twoDigits(at + 5);
  const day = twoDigits(at + 8);
  const hour = twoDigits(at + 11);
  const minute = twoDigits(at + 14);
  const sec = twoDigits(at + 17);
  if (century < 0 || year < 1970 || month < 1 || day < 1 || day > daysIn(month)) return ODD_TIME;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || sec < 0 || sec > 59) return ODD_TIME;
  return <f64>daysSinceEpoch(year, month, day) * DAY_MS + <f64>((hour * 60 + minute) * 60 + sec) * 1000;
}

/** Number of two digits, or less than any when they are none. */
function twoDigits(at: usize): i32 {
  const tens = load<u8>(at);
  const ones = load<u8>(at, 1);
  if (!bytes.isDigit(tens) || !bytes.isDigit(ones)) return -10_000;
  return (tens - bytes.ZERO) * 10 + (ones - bytes.ZERO);
}

/** Days of a month; a leap day is left to the other reader, none for what is no month. */
function daysIn(month: i32): i32 {
  if (month > 12) return 0;
  if (month === 2) return 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 in the Gregorian calendar, by years that begin in March. */
function daysSinceEpoch(year: i32, month: i32, day: i32): i32 {
  const shifted = month < MARCH ? year - 1 : year;
  const era = shifted / 400;
  const yearOfEra = shifted - era * 400;
  const monthFromMarch = month < MARCH ? month + 9 : month - MARCH;
  const dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
