import { BACKSLASH, QUOTE, SPACE } from '../src/bytes/number.ts';
import { encodeText, matchesAt } from '../src/bytes/text.ts';

const LETTER_N = 0x6e;
const DOTS = encodeText('...');
const ELLIPSIS = encodeText('…');
/** An access line has some 25 values; lines with more are no access lines. */
const MAX_TOKENS = 96;

/** A piece of a line: a quoted value (offsets without its quotes) or a run without blanks. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

/**
 * Splits a line at its blanks and quotes. Where the quotes of the record are escaped (`\"GET / HTTP/1.1\"`), it lies in
 * somebody's string, and a plain quote behind them is the end of it.
 */
export function tokenise(bytes: Uint8Array, start: number, end: number): readonly Token[] {
  const tokens: Token[] = [];
  let stop = end;
  let at = skipBlanks(bytes, start, stop);
  while (at < stop && tokens.length < MAX_TOKENS) {
    const isEscaped = bytes[at] === BACKSLASH && bytes[at + 1] === QUOTE;
    if (isEscaped && stop === end) stop = findStringEnd(bytes, at, end);
    const token = readToken(bytes, at, stop, isEscaped);
    // Whoever cut the line short left dots in place of the rest.
    if (tokens.length > 0 && isEllipsis(bytes, token)) break;
    tokens.push(token);
    at = skipBlanks(bytes, token.quoted ? token.end + (isEscaped ? 2 : 1) : token.end, stop);
  }
  return tokens;
}

function isEllipsis(bytes: Uint8Array, { start, end, quoted }: Token): boolean {
  return (
    !quoted &&
    end - start === 3 &&
    (matchesAt(bytes, start, end, DOTS) || matchesAt(bytes, start, end, ELLIPSIS))
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
  let stop = at;
  while (stop < end && (bytes[stop] ?? 0) > SPACE) stop++;
  return { start: at, end: stop, quoted: false };
}

/** A quoted value ends at a quote before a blank or the end of the line. */
function quotedToken(bytes: Uint8Array, at: number, end: number, isEscaped: boolean): Token {
  const start = at + (isEscaped ? 2 : 1);
  for (let i = start; i < end; i++) {
    if (bytes[i] !== QUOTE) continue;
    const isEnd = i + 1 >= end || (bytes[i + 1] ?? 0) <= SPACE;
    if (isEnd) return { start, end: isEscaped && bytes[i - 1] === BACKSLASH ? i - 1 : i, quoted: true };
  }
  return { start, end, quoted: true };
}
