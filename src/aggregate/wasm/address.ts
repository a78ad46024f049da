// Addresses and where they end.

import * as bytes from './bytes';

/** End of the host part of `10.0.0.1:80` or `[fd00::1]:80`. */
export function hostEnd(start: usize, end: usize): usize {
  for (let at = end - 1; at > start; at--) if (load<u8>(at) === bytes.COLON) return at;
  return end;
}

/** Place of the colon before the port, or `end` when there is none. */
export function portColon(start: usize, end: usize): usize {
  for (let at = end; at > start; at--) if (load<u8>(at - 1) === bytes.COLON) return at - 1;
  return end;
}

/** True when an address has a port, and so names one connection: the same as in src/aggregate/address-span.ts. */
export function hasPort(start: usize, end: usize): bool {
  let at = end - 1;
  while (at > start && bytes.isDigit(load<u8>(at))) at--;
  return at > start && at < end - 1 && load<u8>(at) === bytes.COLON && load<u8>(at - 1) !== bytes.COLON;
}
