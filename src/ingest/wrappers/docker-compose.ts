import type { Layer } from './layer.ts';
import { skipBlanks, skipWord, wordAt } from './prefix.ts';
import type { Wrapper } from './wrapper.ts';

const BAR = 0x7c;

/** `docker compose logs`: the container's name, padded, and a bar. */
export const dockerCompose: Wrapper = {
  id: 'docker-compose',
  title: 'docker compose logs',
  samples: [
    { wrapped: 'envoy-1     | LINE', inside: 'LINE', source: 'envoy-1' },
    { wrapped: 'envoy-1  |LINE', inside: 'LINE', source: 'envoy-1' },
  ],
  unwrap: (line, inside) => {
    const { bytes, start, end } = line;
    const bar = findBar(line);
    if (bar <= start) return false;
    inside.set(bytes, skipBlanks(bytes, bar + 1, end), end);
    return true;
  },
  sourceOf: (line) => wordAt(line.bytes, line.start, skipWord(line.bytes, line.start, line.end)),
};

function findBar({ bytes, start, end }: Layer): number {
  const wordEnd = skipWord(bytes, start, end);
  const bar = skipBlanks(bytes, wordEnd, end);
  return wordEnd > start && bar < end && bytes[bar] === BAR ? bar : -1;
}
