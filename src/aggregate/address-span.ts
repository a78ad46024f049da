import { isDigit } from '../bytes/number.ts';

const COLON = 0x3a;

/** End of the host part of `10.0.0.1:80` or `[fd00::1]:80`. */
export function hostEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let at = end - 1; at > start; at--) {
    if (bytes[at] === COLON) return at;
  }
  return end;
}

/** Where the port of an address begins, or all of it when it has none. */
export function portStart(bytes: Uint8Array, start: number, end: number): number {
  for (let at = end; at > start; at--) if (bytes[at - 1] === COLON) return at;
  return start;
}

/** True when an address has a port, and so names one connection: Envoy's internal addresses and bare hosts name none. */
export function hasPort(bytes: Uint8Array, start: number, end: number): boolean {
  let at = end - 1;
  while (at > start && isDigit(bytes[at])) at--;
  // A digit group of a bare IPv6 address stands behind a colon too, often behind two.
  return at > start && at < end - 1 && bytes[at] === COLON && bytes[at - 1] !== COLON;
}
