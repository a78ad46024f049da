import { BRACKET_OPEN } from '../../bytes/number.ts';
import { encodeText, matchesAt } from '../../bytes/text.ts';
import { MAX_PREFIX_BYTES, skipBlanks, wordAt } from './prefix.ts';
import type { Wrapper } from './wrapper.ts';

const BRACKET_CLOSE = 0x5d;
const SLASH = 0x2f;
const POD = encodeText('pod/');

/** `kubectl logs --prefix`. */
export const kubectlPrefix: Wrapper = {
  id: 'kubectl-prefix',
  title: 'kubectl logs --prefix',
  samples: [
    {
      wrapped: '[pod/productpage-v1-87d54dd59-p4c4f/istio-proxy] LINE',
      inside: 'LINE',
      source: 'productpage-v1-87d54dd59-p4c4f',
    },
  ],
  unwrap: ({ bytes, start, end }, inside) => {
    const close = findClose(bytes, start, end);
    if (close < 0) return false;
    inside.set(bytes, skipBlanks(bytes, close + 1, end), end);
    return true;
  },
  sourceOf: ({ bytes, start, end }) => {
    const close = findClose(bytes, start, end);
    const from = start + 1 + POD.length;
    const slash = close < 0 ? -1 : bytes.subarray(from, close).indexOf(SLASH);
    return wordAt(bytes, from, slash < 0 ? close : from + slash);
  },
};

/** Offset of the bracket that ends `[pod/NAME/CONTAINER]`, or -1. */
function findClose(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== BRACKET_OPEN || !matchesAt(bytes, start + 1, end, POD)) return -1;
  const stop = Math.min(end, start + MAX_PREFIX_BYTES);
  for (let at = start + 1; at < stop; at++) if (bytes[at] === BRACKET_CLOSE) return at;
  return -1;
}
