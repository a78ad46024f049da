import { decodeText } from './text.ts';

/** ASCII bytes that several scanners look for. */
export const TAB = 0x09;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const DASH = 0x2d;
export const ZERO = 0x30;
const NINE = 0x39;
export const BACKSLASH = 0x5c;
export const BRACKET_OPEN = 0x5b;
export const BRACE_OPEN = 0x7b;
export const BRACE_CLOSE = 0x7d;

/** True for the bytes `0` to `9`. */
export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** The unsigned integer in `bytes[start, end)`, or -1 when there is anything but digits, or nothing. */
export function parseUnsigned(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

const LONGEST_DURATION = 32;
const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
};

/** Whole milliseconds of a duration with a unit, as other loggers than Envoy's print it (`0.012s`, `968.03ms`); else -1. */
export function parseMilliseconds(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > LONGEST_DURATION || !isDigit(bytes[start])) return -1;
  const text = decodeText(bytes, start, end);
  const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m)$/.exec(text) ?? [];
  const perUnit = MS_PER_UNIT[unit];
  // Not a sum of fractions: 0.29 s are 290 ms, not 289.
  return perUnit === undefined ? -1 : Math.floor(Math.round(Number(count) * perUnit * 1e6) / 1e6);
}
