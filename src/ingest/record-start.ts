import { BRACE_OPEN, BRACKET_OPEN, isDigit } from '../bytes/number.ts';

/** Prefixes of kubectl, stern, CRI, docker compose and syslog are shorter than this. */
const MAX_PREFIX_BYTES = 512;
const DASH = 0x2d;
const LETTER_T = 0x54;

/** `[2026-11-21T` at this place: Envoy's own log lines have a blank where the `T` stands. */
export function isStartTimeAt(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === BRACKET_OPEN &&
    isDigit(bytes[at + 1]) &&
    isDigit(bytes[at + 4]) &&
    bytes[at + 5] === DASH &&
    bytes[at + 11] === LETTER_T
  );
}

/**
 * Where the record begins behind what a tool put before it: at the start time in brackets, else at the first brace.
 * -1 when there is neither.
 */
export function findRecordStart(bytes: Uint8Array, start: number, end: number): number {
  const stop = Math.min(end, start + MAX_PREFIX_BYTES);
  let brace = -1;
  for (let at = start; at < stop; at++) {
    const byte = bytes[at];
    if (byte === BRACKET_OPEN && isStartTimeAt(bytes, at)) return at;
    if (byte === BRACE_OPEN && brace < 0) brace = at;
  }
  return brace;
}
