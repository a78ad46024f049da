import { BACKSLASH, QUOTE, SPACE } from '../src/bytes/number.ts';
import { encodeText, matchesAt } from '../src/bytes/text.ts';

const LETTER_N = 0x6e;
const LESS = 0x3c;
const GREATER = 0x3e;
/** What stands for the rest of a text that was cut. */
const ELLIPSES = ['...', '…', '[truncated]', '(truncated)', '<truncated>', '[…]'].map(encodeText);
/** Longest `<client address>` that somebody put in the place of a value. */
const LONGEST_MASK = 48;
/** An access line has some 25 values; lines with more are no access lines. */
const MAX_TOKENS = 96;

/** A piece of a line: a quoted value (offsets without its quotes), a run without blanks, or a mask such as `<the host>`. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

/**
 * Splits a line at its blanks and quotes. Where the quotes of the record are escaped (`\"GET / HTTP/1.1\"`), it lies in
 * somebody's string, and a plain quote behind them is the end of it. A value that was cut is left out: what is there of it is
 * none of Envoy's.
 */
export function tokenise(bytes: Uint8Array, start: number, end: number): readonly Token[] {
  const tokens: Token[] = [];
  let stop = end;
  let at = skipBlanks(bytes, start, stop);
  while (at < stop && tokens.length < MAX_TOKENS) {
    const isEscaped = bytes[at] === BACKSLASH && bytes[at + 1] === QUOTE;
    if (isEscaped && stop === end) stop = findStringEnd(bytes, at, end);
    const token = readToken(bytes, at, stop, isEscaped);
    if (isCut(bytes, token, stop, tokens.length)) break;
    tokens.push(token);
    at = skipBlanks(bytes, token.quoted ? token.end + (isEscaped ? 2 : 1) : token.end, stop);
  }
  return tokens;
}

/** True for a quoted value that no quote ends, and for dots in the place of the rest. */
function isCut(bytes: Uint8Array, { start, end, quoted }: Token, stop: number, place: number): boolean {
  if (quoted) return end >= stop || bytes[end] === undefined;
  return (
    place > 0 && ELLIPSES.some((text) => matchesAt(bytes, Math.max(start, end - text.length), end, text))
  );
}

function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] ?? 0) <= SPACE) at++;
  return at;
}

/** Offset of the quote that ends a string, without the escaped line end before it. */
function findStringEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  at = Math.min(at, end);
  return bytes[at - 2] === BACKSLASH && bytes[at - 1] === LETTER_N ? at - 2 : at;
}

function readToken(bytes: Uint8Array, at: number, end: number, isEscaped: boolean): Token {
  if (isEscaped || bytes[at] === QUOTE) return quotedToken(bytes, at, end, isEscaped);
  let stop = bytes[at] === LESS ? skipMask(bytes, at, end) : at;
  while (stop < end && (bytes[stop] ?? 0) > SPACE) stop++;
  return { start: at, end: stop, quoted: false };
}

/** Offset behind a mask, which may hold blanks, or `at`. */
function skipMask(bytes: Uint8Array, at: number, end: number): number {
  const close = bytes.subarray(at, Math.min(end, at + LONGEST_MASK)).indexOf(GREATER);
  return close < 0 ? at : at + close + 1;
}

/** A quoted value ends at a quote before a blank, the end of the line or dots in the place of the rest. */
function quotedToken(bytes: Uint8Array, at: number, end: number, isEscaped: boolean): Token {
  const start = at + (isEscaped ? 2 : 1);
  for (let i = start; i < end; i++) {
    if (bytes[i] !== QUOTE) continue;
    const isEnd =
      i + 1 >= end ||
      (bytes[i + 1] ?? 0) <= SPACE ||
      ELLIPSES.some((dots) => matchesAt(bytes, i + 1, end, dots));
    if (isEnd) return { start, end: isEscaped && bytes[i - 1] === BACKSLASH ? i - 1 : i, quoted: true };
  }
  return { start, end, quoted: true };
}
