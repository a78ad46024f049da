import { DASH } from '../src/bytes/number.ts';
import { LOGGED_ABSENT, spanOf } from '../src/model/field.ts';

/** The one field that Envoy logs with nothing in it: NFCF has empty details. */
const MAY_BE_EMPTY = spanOf('responseCodeDetails');

/**
 * Writes the value `bytes[start, end)` of the field at `slot`; nothing when `slot` is negative. `-` stands for no value,
 * and so does nothing at all, which is how `omit_empty_values` and some renderings print it.
 */
export function writeSpan(
  bytes: Uint8Array,
  start: number,
  end: number,
  spans: Int32Array,
  slot: number,
): void {
  if (slot < 0) return;
  const length = end - start;
  const absent = length === 0 ? slot !== MAY_BE_EMPTY : length === 1 && bytes[start] === DASH;
  spans[slot] = absent ? LOGGED_ABSENT : start;
  spans[slot + 1] = absent ? LOGGED_ABSENT : end;
}
