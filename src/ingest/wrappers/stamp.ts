import { skipBlanks, skipStamp, wordAt } from './prefix.ts';
import type { Wrapper } from './wrapper.ts';

/** A stamp and nothing else before the line: `kubectl logs --timestamps`, `docker logs -t`, Grafana's text download. */
export const stamp: Wrapper = {
  id: 'stamp',
  title: 'A time before each line (kubectl --timestamps, docker logs -t, Grafana text)',
  isOfOne: true,
  samples: [
    {
      wrapped: '2026-11-21T03:33:07.287209278Z LINE',
      inside: 'LINE',
      stamp: '2026-11-21T03:33:07.287209278Z',
    },
    { wrapped: '2026-11-21 03:33:07.287\tLINE', inside: 'LINE', stamp: '2026-11-21 03:33:07.287' },
  ],
  unwrap: ({ bytes, start, end }, inside) => {
    const behind = skipStamp(bytes, start, end);
    if (behind < 0 || behind === end) return false;
    inside.set(bytes, skipBlanks(bytes, behind, end), end);
    return true;
  },
  stampOf: ({ bytes, start, end }) => {
    const behind = skipStamp(bytes, start, end);
    return behind < 0 ? null : wordAt(bytes, start, behind);
  },
};
