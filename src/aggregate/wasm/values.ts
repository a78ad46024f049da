// What values may be made of: the same as in parsers/text-values.ts and src/bytes/number.ts.

import * as bytes from './bytes';

const UNDERSCORE: u8 = 0x5f;

/** True for `-`, short names (`UF,URX`) and long ones. */
export function isFlagList(start: usize, end: usize): bool {
  if (end - start === 1 && load<u8>(start) === bytes.DASH) return true;
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    const lower: u8 = byte | 0x20;
    if (<u8>(lower - 0x61) < 26 || byte === UNDERSCORE || bytes.isDigit(byte) || byte === bytes.COMMA)
      continue;
    return false;
  }
  return end > start;
}

/** True when there are digits and nothing else. */
export function isUnsigned(start: usize, end: usize): bool {
  for (let at = start; at < end; at++) if (!bytes.isDigit(load<u8>(at))) return false;
  return end > start;
}
