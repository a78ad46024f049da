import { DASH, isDigit, QUOTE, SPACE } from '../src/bytes/number.ts';
import { matchesAt } from '../src/bytes/text.ts';
import type { Step } from './text-step.ts';
import { writeSpan } from './write-span.ts';

export const FAILED = -1;
const COMMA = 0x2c;
const UNDERSCORE = 0x5f;

/** Reads values from the left; returns the offset behind the literal that follows the last, or -1. */
export function readLeft(
  steps: readonly Step[],
  bytes: Uint8Array,
  start: number,
  end: number,
  spans: Int32Array,
): number {
  let at = start;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i];
    if (step === undefined) return FAILED;
    const stop = findEnd(step, bytes, at, end);
    if (stop < 0 || (step.isFlags && !isFlagList(bytes, at, stop))) return FAILED;
    const { length } = step.after;
    if (length > 1 ? !matchesAt(bytes, stop, end, step.after) : !endsWell(step, bytes, stop, end))
      return FAILED;
    writeSpan(bytes, at, stop, spans, step.slot);
    at = stop + length;
  }
  return at;
}

function endsWell(step: Step, bytes: Uint8Array, stop: number, end: number): boolean {
  return step.after.length === 0 ? stop === end : stop < end && bytes[stop] === step.stopByte;
}

/** Where a value ends: behind its digits, at a blank, or at the first byte of the literal that follows it. */
function findEnd(step: Step, bytes: Uint8Array, start: number, end: number): number {
  if (step.isInteger) return findIntegerEnd(bytes, start, end);
  if (step.isPhrase) return findPhraseEnd(step, bytes, start, end);
  const { stopByte } = step;
  let at = start;
  if (stopByte === SPACE) while (at < end && bytes[at] !== SPACE) at++;
  else while (at < end && bytes[at] !== stopByte && bytes[at] !== SPACE) at++;
  return step.stopsAtQuoteBlank && bytes[at + 1] !== SPACE ? findQuoteBlank(bytes, at, end) : at;
}

/** The first quote before a blank. */
function findQuoteBlank(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== SPACE && !(bytes[at] === QUOTE && bytes[at + 1] === SPACE)) at++;
  return at;
}

/** End of a run of digits, or of a lone `-`; -1 when there is neither. */
function findIntegerEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isDigit(bytes[at])) at++;
  if (at > start) return at;
  return bytes[at] === DASH && at < end ? at + 1 : FAILED;
}

/**
 * A phrase ends where the two first bytes of what follows it first stand, and nowhere later: else the transport failure
 * of one layout would swallow the Mixer status of another (`"-" "-"`).
 */
function findPhraseEnd({ after, stopByte }: Step, bytes: Uint8Array, start: number, end: number): number {
  if (after.length === 0) return end;
  const second = after[1];
  for (let at = start; at < end; at++) {
    if (bytes[at] === stopByte && (second === undefined || bytes[at + 1] === second)) return at;
  }
  return FAILED;
}

/** Reads values from the right; returns the offset of the literal before the last one read, or -1. */
export function readRight(
  steps: readonly Step[],
  bytes: Uint8Array,
  from: number,
  end: number,
  spans: Int32Array,
): number {
  let stop = end;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i];
    if (step === undefined) return FAILED;
    const valueStart = findStart(step, bytes, from, stop);
    const literalStart = valueStart - step.before.length;
    if (literalStart < from || !matchesAt(bytes, literalStart, end, step.before)) return FAILED;
    if (step.isInteger && findIntegerEnd(bytes, valueStart, stop) !== stop) return FAILED;
    if (step.isFlags && !isFlagList(bytes, valueStart, stop)) return FAILED;
    writeSpan(bytes, valueStart, stop, spans, step.slot);
    stop = literalStart;
  }
  return stop;
}

/** Where a value that ends at `stop` begins. */
function findStart(step: Step, bytes: Uint8Array, from: number, stop: number): number {
  if (step.isPhrase) return findPhraseStart(step, bytes, from, stop);
  const { startByte } = step;
  let at = stop - 1;
  if (startByte === SPACE) while (at >= from && bytes[at] !== SPACE) at--;
  else while (at >= from && bytes[at] !== startByte && bytes[at] !== SPACE) at--;
  return step.startsAtBlankQuote && bytes[at - 1] !== SPACE ? findBlankQuote(bytes, from, at) : at + 1;
}

/** The place behind the last quote that follows a blank. */
function findBlankQuote(bytes: Uint8Array, from: number, stop: number): number {
  let at = stop;
  while (at >= from && bytes[at] !== SPACE && !(bytes[at] === QUOTE && bytes[at - 1] === SPACE)) at--;
  return at + 1;
}

function findPhraseStart({ before, startByte }: Step, bytes: Uint8Array, from: number, stop: number): number {
  const second = before.length < 2 ? undefined : before[before.length - 2];
  let at = stop - 1;
  while (at >= from && (bytes[at] !== startByte || (second !== undefined && bytes[at - 1] !== second))) at--;
  return at + 1;
}

/** True for `-`, short names (`UF,URX`) and long ones (`UpstreamConnectionFailure`). */
export function isFlagList(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (!isNameByte(byte) && byte !== COMMA && !(byte === DASH && end - start === 1)) return false;
  }
  return true;
}

function isNameByte(byte: number): boolean {
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || byte === UNDERSCORE || isDigit(byte);
}

/** Offset of the first `literal` in `bytes[from, to)`, or -1. */
export function findLiteral(bytes: Uint8Array, from: number, to: number, literal: Uint8Array): number {
  const first = literal[0];
  for (let at = from; at + literal.length <= to; at++) {
    if (bytes[at] === first && matchesAt(bytes, at, to, literal)) return at;
  }
  return FAILED;
}

/** Offset of the last `literal` in `bytes[from, to)`, or -1. */
export function findLiteralBackwards(
  bytes: Uint8Array,
  from: number,
  to: number,
  literal: Uint8Array,
): number {
  for (let at = to - literal.length; at >= from; at--) {
    if (matchesAt(bytes, at, to, literal)) return at;
  }
  return FAILED;
}
