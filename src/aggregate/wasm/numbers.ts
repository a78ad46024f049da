// Small whole numbers: whatever else stands in a field of a number is left to the caller.

import * as bytes from './bytes';
import * as span from './spans';

const MAX_DIGITS: usize = 9;

/** From `numberAt`: no number, or one that wants a closer look. */
export const ODD_NUMBER: i32 = -1;

/** The field as a number; 0 when it was logged as absent or is not in the format, less when it is none. */
export function numberAt(slot: i32): i32 {
  const start = span.startAt(slot);
  if (start < 0) return 0;
  const end = span.endAt(slot);
  if (<usize>start >= end || end - start > MAX_DIGITS) return ODD_NUMBER;
  let value = 0;
  for (let at = <usize>start; at < end; at++) {
    const byte = load<u8>(at);
    if (!bytes.isDigit(byte)) return ODD_NUMBER;
    value = value * 10 + (byte - bytes.ZERO);
  }
  return value;
}

/** The same with `ODD_NUMBER` for what is absent too. */
export function loggedNumberAt(slot: i32): f64 {
  return span.isAbsent(slot) ? ODD_NUMBER : <f64>numberAt(slot);
}
