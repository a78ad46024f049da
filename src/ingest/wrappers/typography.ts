import { DASH, QUOTE, SPACE, TAB } from '../../bytes/number.ts';
import { encodeText, matchesAt } from '../../bytes/text.ts';
import type { Layer } from './layer.ts';
import type { Wrapper } from './wrapper.ts';

const APOSTROPHE = 0x27;
const BACKTICK = 0x60;
const CR = 0x0d;
const FIRST_NOT_ASCII = 0x80;
/** A character that leaves nothing behind. */
const NOTHING = 0;
/** A dash is one only where it stands for a value. */
const LONE_DASH = 1;

function inUtf8(characters: string, meaning: number): readonly (readonly [number, number])[] {
  return [...characters].map((character) => [keyOf(encodeText(character), 0), meaning]);
}

/** Two or three bytes of UTF-8 as one number. */
function keyOf(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const two = (lead << 8) | (bytes[at + 1] ?? 0);
  return lead < 0xe0 ? two : (two << 8) | (bytes[at + 2] ?? 0);
}

/** What word processors, chats and pages put in the place of ASCII. */
const MEANINGS: ReadonlyMap<number, number> = new Map([
  ...inUtf8('“”„‟«»″＂', QUOTE),
  ...inUtf8('‘’‚‛′＇', APOSTROPHE),
  ...inUtf8(
    '\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000',
    SPACE,
  ),
  ...inUtf8(
    '\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2066\u2067\u2068\u2069\ufeff',
    NOTHING,
  ),
  ...inUtf8('‐‑‒–—―−', LONE_DASH),
]);
/** One of these is in every line with a request, and in hardly any other. */
const MARKS = ['HTTP/', '- - '].map(encodeText);

/** Quotes, blanks and dashes as somebody's editor changed them. */
export const typography: Wrapper = {
  id: 'typography',
  title: 'Typographic quotes, dashes and blanks, characters without width, tabs for blanks',
  isOfOne: true,
  samples: [
    { wrapped: '“GET /a HTTP/1.1”\u00a0LINE', inside: '"GET /a HTTP/1.1" LINE' },
    { wrapped: '[2026] „GET /a HTTP/1.1“ – «a\u200bb» LINE', inside: '[2026] "GET /a HTTP/1.1" - "ab" LINE' },
    { wrapped: "[2026] ''GET /– HTTP/1.1'' ''-'' LINE", inside: '[2026] "GET /– HTTP/1.1" "-" LINE' },
    { wrapped: '"GET\t/a\tHTTP/1.1"\t 200  LINE ', inside: '"GET /a HTTP/1.1" 200 LINE' },
  ],
  unwrap: (line, inside) => {
    if (!isWorthwhile(line)) return false;
    const { start, end } = line;
    const target = inside.reserve(end - start);
    const length = rewrite(line, target);
    inside.setWritten(length);
    return length !== end - start || !isSame(target, line);
  },
};

function isWorthwhile({ bytes, start, end }: Layer): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if ((byte === 0x48 || byte === DASH) && MARKS.some((mark) => matchesAt(bytes, at, end, mark)))
      return true;
    // Where blanks are none that we know, the marks may be broken.
    if ((byte ?? 0) >= FIRST_NOT_ASCII || byte === TAB) return true;
  }
  return false;
}

function isSame(target: Uint8Array, { bytes, start, end }: Layer): boolean {
  for (let at = start; at < end; at++) if (target[at - start] !== bytes[at]) return false;
  return true;
}

/** The bytes of a line with plain quotes, single blanks between its values, and nothing unseen; returns their number. */
function rewrite(line: Layer, target: Uint8Array): number {
  const { bytes, start, end } = line;
  const pair = bytes.subarray(start, end).includes(QUOTE) ? 0 : pairOf(line);
  let length = 0;
  let inQuotes = false;
  for (let at = start; at < end; ) {
    const before = target[length - 1];
    const meaning = startsPair(bytes, at, end, pair) ? QUOTE : meaningOf(bytes, at, end, before);
    const written = meaning < 0 ? (bytes[at] ?? 0) : meaning;
    at += widthOf(bytes, at, meaning, pair);
    if (written === QUOTE) inQuotes = !inQuotes;
    // Blanks in a row are one, but for those in a quoted value.
    const isSurplus = written === SPACE && !inQuotes && (before ?? SPACE) === SPACE;
    if (meaning !== NOTHING && !isSurplus) target[length++] = written;
  }
  return trimmedLength(target, length);
}

function trimmedLength(bytes: Uint8Array, from: number): number {
  let length = from;
  while (length > 0 && bytes[length - 1] === SPACE) length--;
  return length;
}

/** LaTeX and typewriters write a quote as two apostrophes. */
function pairOf({ bytes, start, end }: Layer): number {
  for (let at = start; at + 1 < end; at++) {
    const byte = bytes[at];
    if ((byte === APOSTROPHE || byte === BACKTICK) && bytes[at + 1] === byte) return byte;
  }
  return 0;
}

/** What stands for the character at `at`; -1: itself. */
function meaningOf(bytes: Uint8Array, at: number, end: number, before: number | undefined): number {
  const byte = bytes[at] ?? 0;
  if (byte === TAB || byte === SPACE) return SPACE;
  if (byte === QUOTE) return QUOTE;
  if (byte === CR) return NOTHING;
  if (byte < FIRST_NOT_ASCII) return -1;
  const meaning = MEANINGS.get(keyOf(bytes, at)) ?? -1;
  if (meaning !== LONE_DASH) return meaning;
  const next = at + (byte < 0xe0 ? 2 : 3);
  const isFirst = before === undefined || before === SPACE || before === QUOTE;
  const follower = next < end ? meaningOf(bytes, next, next, undefined) : SPACE;
  return isFirst && (follower === SPACE || follower === QUOTE) ? DASH : -1;
}

function startsPair(bytes: Uint8Array, at: number, end: number, pair: number): boolean {
  return pair !== 0 && at + 1 < end && bytes[at] === pair && bytes[at + 1] === pair;
}

function widthOf(bytes: Uint8Array, at: number, meaning: number, pair: number): number {
  const byte = bytes[at] ?? 0;
  if (meaning === QUOTE && byte === pair) return 2;
  if (byte < FIRST_NOT_ASCII || meaning < 0) return 1;
  return byte < 0xe0 ? 2 : 3;
}
