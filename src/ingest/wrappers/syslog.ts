import { BRACKET_OPEN, DASH, isDigit } from '../../bytes/number.ts';
import { encodeText, matchesAt } from '../../bytes/text.ts';
import type { Layer } from './layer.ts';
import { skipBlanks, skipStamp, skipWord, wordAt } from './prefix.ts';
import type { Wrapper } from './wrapper.ts';

const LESS = 0x3c;
const GREATER = 0x3e;
const COLON = 0x3a;
const BRACKET_CLOSE = 0x5d;
const BACKSLASH = 0x5c;
const ONE = 0x31;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ').map(encodeText);
/** Host, program, process and message id of RFC 5424. */
const HEADER_WORDS = 4;

/** syslog (RFC 3164 and RFC 5424) and the text output of journalctl. */
export const syslog: Wrapper = {
  id: 'syslog',
  title: 'syslog, journalctl',
  samples: [
    {
      wrapped: 'Nov 21 03:33:07 node-1 istio-proxy[123]: LINE',
      inside: 'LINE',
      source: 'node-1',
      stamp: 'Nov 21 03:33:07',
    },
    {
      wrapped: '<134>Nov  1 03:33:07 node-1 istio-proxy: LINE',
      inside: 'LINE',
      source: 'node-1',
      stamp: 'Nov  1 03:33:07',
    },
    {
      wrapped: '2026-11-21T03:33:07+0100 node-1 envoy[7]: LINE',
      inside: 'LINE',
      source: 'node-1',
      stamp: '2026-11-21T03:33:07+0100',
    },
    {
      wrapped: '<134>1 2026-11-21T03:33:07.287Z node-1 istio-proxy 7 - [meta@1 a="\\]\\"" b="c"] LINE',
      inside: 'LINE',
      source: 'node-1',
      stamp: '2026-11-21T03:33:07.287Z',
    },
    { wrapped: '<14>1 2026-11-21T03:33:07Z node-1 envoy - - - \ufeffLINE', inside: 'LINE', source: 'node-1' },
  ],
  unwrap: (line, inside) => {
    const stampAt = skipPriority(line);
    const behind = isRfc5424(line, stampAt)
      ? skipRfc5424(line, stampAt)
      : skipTag(line, skipTime(line, stampAt));
    if (behind < 0) return false;
    inside.set(line.bytes, behind, line.end);
    return true;
  },
  sourceOf: (line) => {
    const { bytes, end } = line;
    const at = skipBlanks(bytes, skipTime(line, timeAt(line)), end);
    return wordAt(bytes, at, skipWord(bytes, at, end));
  },
  stampOf: (line) => {
    const at = timeAt(line);
    const behind = skipTime(line, at);
    return behind < 0 ? null : wordAt(line.bytes, at, behind);
  },
};

/** Offset behind `<134>`, or the start. */
function skipPriority({ bytes, start, end }: Layer): number {
  if (bytes[start] !== LESS) return start;
  let at = start + 1;
  while (at < end && at < start + 4 && isDigit(bytes[at])) at++;
  return bytes[at] === GREATER ? at + 1 : start;
}

/** The version stands before the time. */
function isRfc5424({ bytes, start, end }: Layer, at: number): boolean {
  return at > start && bytes[at] === ONE && at + 1 < end && skipStamp(bytes, at + 2, end) > 0;
}

function timeAt(line: Layer): number {
  const at = skipPriority(line);
  return isRfc5424(line, at) ? at + 2 : at;
}

/** Offset behind the time, or -1 when there is none. */
function skipTime({ bytes, end }: Layer, at: number): number {
  if (isDigit(bytes[at])) return skipStamp(bytes, at, end);
  if (!MONTHS.some((month) => matchesAt(bytes, at, end, month))) return -1;
  const dayAt = skipBlanks(bytes, at + 3, end);
  if (dayAt === at + 3 || !isDigit(bytes[dayAt])) return -1;
  const clockAt = skipBlanks(bytes, skipWord(bytes, dayAt, end), end);
  if (bytes[clockAt + 2] !== COLON || bytes[clockAt + 5] !== COLON || !isDigit(bytes[clockAt])) return -1;
  return skipWord(bytes, clockAt, end);
}

/** Offset behind ` HOST TAG[PID]: `, or -1. */
function skipTag({ bytes, end }: Layer, timeEnd: number): number {
  if (timeEnd < 0) return -1;
  const hostAt = skipBlanks(bytes, timeEnd, end);
  const tagAt = skipBlanks(bytes, skipWord(bytes, hostAt, end), end);
  if (bytes[hostAt] === BRACKET_OPEN || bytes[tagAt] === BRACKET_OPEN) return -1;
  const tagEnd = skipWord(bytes, tagAt, end);
  return tagEnd > tagAt && bytes[tagEnd - 1] === COLON ? skipBlanks(bytes, tagEnd, end) : -1;
}

function skipRfc5424({ bytes, end }: Layer, versionAt: number): number {
  let at = skipStamp(bytes, versionAt + 2, end);
  for (let word = 0; word < HEADER_WORDS; word++) at = skipWord(bytes, skipBlanks(bytes, at, end), end);
  at = skipBlanks(bytes, at, end);
  if (bytes[at] === DASH) at = skipBlanks(bytes, at + 1, end);
  else while (bytes[at] === BRACKET_OPEN && at < end) at = skipElement(bytes, at, end);
  at = skipBlanks(bytes, at, end);
  // A byte order mark says that the message is UTF-8.
  const hasBom = bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
  return Math.min(hasBom ? at + 3 : at, end);
}

/** Offset behind an element of structured data, where quotes and brackets in values are escaped. */
function skipElement(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== BRACKET_CLOSE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at + 1, end);
}
