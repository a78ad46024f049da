import { BACKSLASH, BRACE_OPEN, COMMA, isDigit, QUOTE, SPACE, TAB } from '../../bytes/number.ts';
import { encodeText, matchesAt } from '../../bytes/text.ts';
import type { Layer } from './layer.ts';
import { MAX_PREFIX_BYTES, skipBlanks } from './prefix.ts';
import type { Wrapper } from './wrapper.ts';

const BAR = 0x7c;
const LESS = 0x3c;
const GREATER = 0x3e;
const SLASH = 0x2f;
/** Marks before a line that something has to end behind it. */
const PAIRS = [
  ['```', '```'],
  ['`', '`'],
  ['{{', '}}'],
  ['**', '**'],
  ['__', '__'],
  ["'", "'"],
].map(([open = '', close = '']) => [encodeText(open), encodeText(close)] as const);
/** Marks of a ticket system, with what it is told in them (`{code:title=x}`). */
const MACROS = ['{noformat', '{code', '{quote', '{panel'].map(encodeText);
const TAGS = [
  'pre',
  'code',
  'br',
  'p',
  'div',
  'span',
  'td',
  'th',
  'tr',
  'li',
  'blockquote',
  'tt',
  'samp',
  'kbd',
  'b',
  'em',
  'strong',
].map(encodeText);
/** Of lists: they stand apart from the text. */
const BULLETS = ['- ', '* ', '+ ', '• ', '· ', '▪ ', '◦ ', '– '].map(encodeText);
const AFTER_NUMBER: readonly number[] = [0x3a, 0x2e, 0x29, BAR, TAB];
const MAX_NUMBER_DIGITS = 7;
const MAX_TAG_BYTES = 120;
const MAX_MARKS = 12;

/** Marks of Markdown, tickets, mails and pages on both sides of a line. */
export const markup: Wrapper = {
  id: 'markup',
  title: 'Marks of Markdown, Jira, mail and HTML around a line: quotes, lists, tables, inline code, numbers',
  isOfOne: true,
  samples: [
    { wrapped: '> > `LINE`', inside: 'LINE' },
    { wrapped: '| 12 | `LINE\\|x` |', inside: 'LINE|x' },
    { wrapped: '<tr><td>LINE</td></tr>', inside: 'LINE' },
    { wrapped: "  - 'LINE',", inside: 'LINE' },
    { wrapped: '{code:title=a.log}LINE{code}', inside: 'LINE' },
    { wrapped: '3. **LINE**', inside: 'LINE' },
    { wrapped: 'LINE<br/>', inside: 'LINE' },
    { wrapped: '{{LINE}}', inside: 'LINE' },
  ],
  unwrap: (line, inside) => {
    const { bytes } = line;
    const closers: Uint8Array[] = [];
    const from = skipMarksBefore(line, closers);
    const stop = skipMarksBehind(bytes, from, line.end, closers);
    if ((from === line.start && stop === line.end) || from >= stop) return false;
    if (bytes.subarray(line.start, from).includes(BAR)) unescapeBars(bytes, from, stop, inside);
    else inside.set(bytes, from, stop);
    return true;
  },
};

/** Offset behind the marks that the line begins with; what has to end those that are pairs is added to `closers`. */
function skipMarksBefore({ bytes, start, end }: Layer, closers: Uint8Array[]): number {
  const limit = Math.min(end, start + MAX_PREFIX_BYTES);
  let at = skipBlanks(bytes, start, limit);
  for (let marks = 0; marks < MAX_MARKS; marks++) {
    const next = skipMark(bytes, at, limit, closers);
    if (next === at) break;
    at = skipBlanks(bytes, next, limit);
  }
  return at;
}

function skipMark(bytes: Uint8Array, at: number, end: number, closers: Uint8Array[]): number {
  if (bytes[at] === GREATER || bytes[at] === BAR) return at + 1;
  const bullet = BULLETS.find((text) => matchesAt(bytes, at, end, text));
  if (bullet !== undefined) return at + bullet.length;
  const tagEnd = skipTag(bytes, at, end);
  if (tagEnd > at) return tagEnd;
  const macroEnd = skipMacro(bytes, at, end);
  if (macroEnd > at) return macroEnd;
  const numberEnd = skipNumber(bytes, at, end);
  if (numberEnd > at) return numberEnd;
  const pair = PAIRS.find(([open]) => matchesAt(bytes, at, end, open));
  if (pair === undefined) return at;
  closers.unshift(pair[1]);
  return at + pair[0].length;
}

/** A number and what sets it off from the line: `12:`, `12.`, `12 |`, or the blanks of `cat -n`. */
function skipNumber(bytes: Uint8Array, at: number, end: number): number {
  let stop = at;
  while (stop < end && isDigit(bytes[stop])) stop++;
  if (stop === at || stop - at > MAX_NUMBER_DIGITS) return at;
  const next = skipBlanks(bytes, stop, end);
  if (AFTER_NUMBER.includes(bytes[stop] ?? 0))
    return bytes[stop + 1] === SPACE || bytes[stop] === TAB || !isDigit(bytes[stop + 1]) ? stop + 1 : at;
  if (bytes[next] === BAR) return next + 1;
  return next > stop + 1 ? next : at;
}

/** Offset behind a tag of HTML, opening or closing, or `at`. */
function skipTag(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== LESS) return at;
  const nameAt = bytes[at + 1] === SLASH ? at + 2 : at + 1;
  const name = TAGS.find((tag) => matchesAt(bytes, nameAt, end, tag) && endsName(bytes[nameAt + tag.length]));
  if (name === undefined) return at;
  const close = bytes.subarray(at, Math.min(end, at + MAX_TAG_BYTES)).indexOf(GREATER);
  return close < 0 ? at : at + close + 1;
}

function endsName(byte: number | undefined): boolean {
  return byte === GREATER || byte === SLASH || byte === SPACE;
}

function skipMacro(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== BRACE_OPEN || !MACROS.some((macro) => matchesAt(bytes, at, end, macro))) return at;
  const close = bytes.subarray(at, Math.min(end, at + MAX_TAG_BYTES)).indexOf(0x7d);
  return close < 0 ? at : at + close + 1;
}

/** Offset of the marks that the line ends with. */
function skipMarksBehind(
  bytes: Uint8Array,
  start: number,
  from: number,
  closers: readonly Uint8Array[],
): number {
  const open = [...closers];
  let end = from;
  for (let marks = 0; marks < MAX_MARKS; marks++) {
    const before = trimBlanks(bytes, start, end);
    const next = cutMark(bytes, start, before, open);
    if (next === before) return before;
    end = next;
  }
  return end;
}

function cutMark(bytes: Uint8Array, start: number, end: number, open: Uint8Array[]): number {
  const closer = open.find((text) => matchesAt(bytes, end - text.length, end, text));
  if (closer !== undefined) {
    open.splice(open.indexOf(closer), 1);
    return end - closer.length;
  }
  const last = bytes[end - 1];
  // A bar that stands alone ends a cell; one that does not may end the name of a cluster.
  if (last === BAR && bytes[end - 2] === SPACE) return end - 1;
  if (last === COMMA && (open.length > 0 || bytes[end - 2] === QUOTE)) return end - 1;
  if (last === GREATER || last === 0x7d) return cutTag(bytes, start, end);
  return end;
}

function cutTag(bytes: Uint8Array, start: number, end: number): number {
  const opener = bytes[end - 1] === GREATER ? LESS : BRACE_OPEN;
  const at = bytes.subarray(0, end).lastIndexOf(opener);
  if (at < start || end - at > MAX_TAG_BYTES) return end;
  const behind = opener === LESS ? skipTag(bytes, at, end) : skipMacro(bytes, at, end);
  return behind === end ? at : end;
}

function trimBlanks(bytes: Uint8Array, start: number, from: number): number {
  let end = from;
  while (end > start && (bytes[end - 1] ?? 0) <= SPACE) end--;
  return end;
}

/** In a table of Markdown, a bar of the text has a backslash before it. */
function unescapeBars(bytes: Uint8Array, start: number, end: number, inside: Layer): void {
  const target = inside.reserve(end - start);
  let length = 0;
  for (let at = start; at < end; at++) {
    if (bytes[at] === BACKSLASH && bytes[at + 1] === BAR && at + 1 < end) at++;
    target[length++] = bytes[at] ?? 0;
  }
  inside.setWritten(length);
}
