import { findJsonMember, findJsonStringEnd } from '../../bytes/json.ts';
import { BACKSLASH, BRACE_OPEN, QUOTE } from '../../bytes/number.ts';
import { decodeText, encodeText, matchesAt } from '../../bytes/text.ts';
import { writeString } from './json-text.ts';
import type { Wrapper } from './wrapper.ts';

const LOG = encodeText('log');
const STREAM = encodeText('stream');
const TIME = encodeText('time');
/** What docker writes between the log and the stream, and how near to the end of the line. */
const END_OF_LOG = encodeText('","stream":"');
const TAIL_BYTES = 96;
const LETTER_N = 0x6e;
/** docker cuts longer lines into pieces of this size, and only the last has a line end. */
const PIECE_BYTES = 16 * 1024;

/** The log files of docker's json-file driver. */
export const dockerJson: Wrapper = {
  id: 'docker-json',
  title: 'docker json-file',
  isOfOne: true,
  samples: [
    {
      wrapped: '{"log":"\\"LINE\\"\\n","stream":"stdout","time":"2026-11-21T03:33:07.287209278Z"}',
      inside: '"LINE"',
      stamp: '2026-11-21T03:33:07.287209278Z',
    },
    { wrapped: '{"stream":"stdout","time":"x","attrs":{"tag":"t"},"log":"LINE"}', inside: 'LINE' },
  ],
  unwrap: ({ bytes, start, end }, inside) => {
    if (bytes[start] !== BRACE_OPEN) return false;
    const at = findJsonMember(bytes, start, end, LOG);
    if (at < 0 || bytes[at] !== QUOTE) return false;
    const stop = findEnd(bytes, start, at, end);
    if (stop <= at) return false;
    const hasLineEnd = bytes[stop - 1] === LETTER_N && bytes[stop - 2] === BACKSLASH;
    const isFilled = writeString(bytes, at + 1, stop, inside);
    inside.isPartial = !hasLineEnd && inside.end - inside.start >= PIECE_BYTES;
    return isFilled;
  },
  stampOf: ({ bytes, start, end }) => {
    const at = findJsonMember(bytes, start, end, TIME);
    const stop = at < 0 || bytes[at] !== QUOTE ? -1 : findJsonStringEnd(bytes, at + 1, end);
    return stop < 0 ? null : decodeText(bytes, at + 1, stop);
  },
};

/** Offset of the quote that ends the log at `at`, or -1; the stream must be told too, which docker writes behind the log. */
function findEnd(bytes: Uint8Array, start: number, at: number, end: number): number {
  // Within the log a quote has a backslash before it, so that this cannot stand there.
  for (let next = Math.max(at + 1, end - TAIL_BYTES); next < end; next++)
    if (bytes[next] === QUOTE && matchesAt(bytes, next, end, END_OF_LOG)) return next;
  return findJsonMember(bytes, start, end, STREAM) < 0 ? -1 : findJsonStringEnd(bytes, at + 1, end);
}
