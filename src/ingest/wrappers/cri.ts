import { SPACE } from '../../bytes/number.ts';
import { encodeText, matchesAt } from '../../bytes/text.ts';
import { skipBlanks, skipStamp, skipWord, wordAt } from './prefix.ts';
import type { Wrapper } from './wrapper.ts';

const STREAMS = ['stdout ', 'stderr '].map(encodeText);
const PARTIAL = 0x50;
const FULL = 0x46;
const COLON = 0x3a;

/** The log files of the kubelet (containerd, CRI-O): time, stream, `F` or `P` for a line or a piece of one. */
export const cri: Wrapper = {
  id: 'cri',
  title: 'CRI log file (containerd, CRI-O)',
  isOfOne: true,
  samples: [
    {
      wrapped: '2026-11-21T03:33:07.287209278+01:00 stdout F LINE',
      inside: 'LINE',
      stamp: '2026-11-21T03:33:07.287209278+01:00',
    },
    { wrapped: '2026-11-21T03:33:07.287209278Z stderr F:extra LINE', inside: 'LINE' },
  ],
  unwrap: ({ bytes, start, end }, inside) => {
    const stampEnd = skipStamp(bytes, start, end);
    if (stampEnd < 0 || !STREAMS.some((stream) => matchesAt(bytes, stampEnd + 1, end, stream))) return false;
    const tagAt = skipBlanks(bytes, skipWord(bytes, stampEnd + 1, end), end);
    const tag = bytes[tagAt];
    const tagEnd = skipWord(bytes, tagAt, end);
    // The tag may be followed by others, behind colons.
    if ((tag !== FULL && tag !== PARTIAL) || (tagEnd > tagAt + 1 && bytes[tagAt + 1] !== COLON)) return false;
    // One blank only: what a piece begins with belongs to the line.
    const from = bytes[tagEnd] === SPACE ? tagEnd + 1 : tagEnd;
    inside.set(bytes, Math.min(from, end), end);
    inside.isPartial = tag === PARTIAL;
    return true;
  },
  stampOf: ({ bytes, start, end }) => {
    const behind = skipStamp(bytes, start, end);
    return behind < 0 ? null : wordAt(bytes, start, behind);
  },
};
