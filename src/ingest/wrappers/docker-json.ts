import { findJsonMember, findJsonStringEnd } from '../../bytes/json.ts';
import { BACKSLASH, BRACE_OPEN, QUOTE } from '../../bytes/number.ts';
import { decodeText, encodeText } from '../../bytes/text.ts';
import { openValue } from './json-text.ts';
import type { Wrapper } from './wrapper.ts';

const LOG = encodeText('log');
const STREAM = encodeText('stream');
const TIME = encodeText('time');
const LETTER_N = 0x6e;
/** docker cuts longer lines into pieces of this size, and only the last has a line end. */
const PIECE_BYTES = 16 * 1024;

/** The log files of docker's json-file driver. */
export const dockerJson: Wrapper = {
  id: 'docker-json',
  title: 'docker json-file',
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
    if (at < 0 || bytes[at] !== QUOTE || findJsonMember(bytes, start, end, STREAM) < 0) return false;
    const stop = findJsonStringEnd(bytes, at + 1, end);
    const hasLineEnd = bytes[stop - 1] === LETTER_N && bytes[stop - 2] === BACKSLASH;
    if (!openValue(bytes, at, end, inside)) return false;
    inside.isPartial = !hasLineEnd && inside.end - inside.start >= PIECE_BYTES;
    return true;
  },
  stampOf: ({ bytes, start, end }) => {
    const at = findJsonMember(bytes, start, end, TIME);
    const stop = at < 0 || bytes[at] !== QUOTE ? -1 : findJsonStringEnd(bytes, at + 1, end);
    return stop < 0 ? null : decodeText(bytes, at + 1, stop);
  },
};
