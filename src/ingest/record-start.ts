import { BRACE_OPEN, BRACKET_OPEN, DASH, isDigit, QUOTE, SPACE } from '../bytes/number.ts';
import { isProxyLogLine } from './proxy-log-line.ts';

/** Prefixes of kubectl, stern, CRI, docker compose and syslog are shorter than this, in bytes and in words. */
const MAX_PREFIX_BYTES = 512;
const MAX_PREFIX_WORDS = 5;
const LETTER_T = 0x54;
/** Length of `[2026-11-21T`. */
const HEAD_BYTES = 12;

/** `[2026-11-21T` at this place: Envoy's own log lines have a blank where the `T` stands. */
export function isStartTimeAt(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    at + HEAD_BYTES <= end &&
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
    if (byte === BRACKET_OPEN && isStartTimeAt(bytes, at, end)) return at;
    if (byte === BRACE_OPEN && brace < 0) brace = at;
  }
  return brace;
}

/** The same, but for braces that no key follows at once: details of a response have such. */
export function findObjectOrTime(bytes: Uint8Array, start: number, end: number): number {
  const at = findRecordStart(bytes, start, end);
  return at >= 0 && bytes[at] === BRACE_OPEN && bytes[at + 1] !== QUOTE ? -1 : at;
}

/** True for a brace that opens a JSON object: a key follows, on this line or on the next. */
export function opensObject(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end || bytes[at] !== BRACE_OPEN) return false;
  const next = skipBlanks(bytes, at + 1, end);
  return next === end || bytes[next] === QUOTE;
}

/** Where a log line of the proxy itself begins, be it behind what a tool put before it; -1 when it is none. */
export function findProxyLogLine(bytes: Uint8Array, start: number, end: number): number {
  if (isProxyLogLine(bytes, start, end)) return start;
  const stop = Math.min(end, start + MAX_PREFIX_BYTES);
  let at = skipBlanks(bytes, start, stop);
  for (let words = 0; words < MAX_PREFIX_WORDS; words++) {
    while (at < stop && (bytes[at] ?? 0) > SPACE) at++;
    at = skipBlanks(bytes, at, stop);
    if (at === stop) return -1;
    // What a crash prints has no layout to be known by in the middle of a line.
    const first = bytes[at];
    const hasLayout = isDigit(first) || first === BRACKET_OPEN || first === BRACE_OPEN;
    if (hasLayout && isProxyLogLine(bytes, at, end)) return at;
  }
  return -1;
}

function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] ?? 0) <= SPACE) at++;
  return at;
}
