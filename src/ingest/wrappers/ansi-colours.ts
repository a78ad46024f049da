import { BRACKET_OPEN, isDigit } from '../../bytes/number.ts';
import { encodeText, matchesAt } from '../../bytes/text.ts';
import type { Wrapper } from './wrapper.ts';

const ESC = 0x1b;
const SEMICOLON = 0x3b;
/** The escape as it is, and as tools spell it that show control characters. */
const INTRODUCERS = [
  String.fromCharCode(ESC),
  '^[',
  '\\x1b',
  '\\x1B',
  '\\e',
  '\\033',
  '\\u001b',
  '\\u001B',
  '␛',
].map((text) => encodeText(`${text}[`));

/** Colours of a terminal, as they are or spelled out. */
export const ansiColours: Wrapper = {
  id: 'ansi-colours',
  title: 'Colours of a terminal within the line',
  isOfOne: true,
  samples: [
    { wrapped: '\u001b[32mpod-1\u001b[0m \u001b[1;31mLINE\u001b[m', inside: 'pod-1 LINE' },
    { wrapped: '\\x1b[32mLINE\\x1b[0m', inside: 'LINE' },
    { wrapped: '^[[38;5;9mLINE^[[K', inside: 'LINE' },
  ],
  unwrap: ({ bytes, start, end }, inside) => {
    let target: Uint8Array | null = null;
    let length = 0;
    for (let at = start; at < end; ) {
      const behind = skipSequence(bytes, at, end);
      if (behind > at) {
        if (target === null) {
          target = inside.reserve(end - start);
          target.set(bytes.subarray(start, at));
          length = at - start;
        }
        at = behind;
      } else {
        if (target !== null) target[length++] = bytes[at] ?? 0;
        at++;
      }
    }
    if (target === null) return false;
    inside.setWritten(length);
    return true;
  },
};

/** Offset behind the sequence `ESC [ 1 ; 31 m` that begins here, or `at`. */
function skipSequence(bytes: Uint8Array, at: number, end: number): number {
  const byte = bytes[at] ?? 0;
  if (byte !== ESC && byte !== 0x5e && byte !== 0x5c && byte !== 0xe2) return at;
  const introducer = INTRODUCERS.find((text) => matchesAt(bytes, at, end, text));
  if (introducer === undefined) return at;
  let stop = at + introducer.length;
  while (stop < end && (isDigit(bytes[stop]) || bytes[stop] === SEMICOLON)) stop++;
  const last = bytes[stop] ?? 0;
  const isCommand = stop < end && ((last >= 0x41 && last <= 0x5a) || (last >= 0x61 && last <= 0x7a));
  return isCommand && bytes[stop] !== BRACKET_OPEN ? stop + 1 : at;
}
