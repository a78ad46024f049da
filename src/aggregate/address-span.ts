import { isDigit } from '../bytes/number.ts';

const COLON = 0x3a;

/** True when an address has a port, and so names one connection: Envoy's internal addresses and bare hosts name none. */
export function hasPort(bytes: Uint8Array, start: number, end: number): boolean {
  let at = end - 1;
  while (at > start && isDigit(bytes[at])) at--;
  // A digit group of a bare IPv6 address stands behind a colon too, often behind two.
  return at > start && at < end - 1 && bytes[at] === COLON && bytes[at - 1] !== COLON;
}
