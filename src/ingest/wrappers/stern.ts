import { BRACKET_OPEN } from '../../bytes/number.ts';
import { encodeText, matchesAt } from '../../bytes/text.ts';
import type { Layer } from './layer.ts';
import { mayBeginLine, skipBlanks, skipWord, wordAt } from './prefix.ts';
import type { Wrapper } from './wrapper.ts';

const BRACKET_CLOSE = 0x5d;
const COLON = 0x3a;
/** Namespace, pod and container. */
const MAX_NAMES = 3;
const ARROW = encodeText('› ');

/** stern and kubetail: pod and container, with and without brackets, perhaps the namespace first. */
export const stern: Wrapper = {
  id: 'stern',
  title: 'stern, kubetail: pod and container before each line',
  samples: [
    {
      wrapped: 'productpage-v1-87d54dd59-p4c4f istio-proxy [2026-11-21T03:33:07.287Z] LINE',
      inside: '[2026-11-21T03:33:07.287Z] LINE',
      source: 'productpage-v1-87d54dd59-p4c4f',
    },
    {
      wrapped: 'bookinfo productpage-v1-87d54dd59-p4c4f istio-proxy {"LINE":1}',
      inside: '{"LINE":1}',
      source: 'productpage-v1-87d54dd59-p4c4f',
    },
    {
      wrapped: '[reviews-v1-545db77b95-2ps7q istio-proxy] [2026-11-21T03:33:07.287Z] LINE',
      inside: '[2026-11-21T03:33:07.287Z] LINE',
      source: 'reviews-v1-545db77b95-2ps7q',
    },
    {
      wrapped: 'reviews-v1-545db77b95-2ps7q[istio-proxy]: [2026-11-21T03:33:07.287Z] LINE',
      inside: '[2026-11-21T03:33:07.287Z] LINE',
      source: 'reviews-v1-545db77b95-2ps7q',
    },
  ],
  unwrap: (line, inside) => {
    const { bytes, start, end } = line;
    const behind = skipNames(line, null);
    if (behind < 0) return false;
    inside.set(bytes, behind, end);
    return behind > start;
  },
  sourceOf: (line) => {
    const names: string[] = [];
    skipNames(line, names);
    return names.at(-2) ?? names.at(-1) ?? null;
  },
};

/** Offset behind the names in front of what may be a line, or -1. */
function skipNames({ bytes, start, end }: Layer, names: string[] | null): number {
  const isBracketed = bytes[start] === BRACKET_OPEN;
  return isBracketed ? skipInBrackets(bytes, start + 1, end, names) : skipBare(bytes, start, end, names);
}

/** `[POD CONTAINER]`, `[POD]`. */
function skipInBrackets(bytes: Uint8Array, from: number, end: number, names: string[] | null): number {
  let at = from;
  for (let count = 1; count <= MAX_NAMES; count++) {
    const stop = skipName(bytes, at, end);
    if (stop === at) return -1;
    names?.push(wordAt(bytes, at, stop) ?? '');
    if (bytes[stop] === BRACKET_CLOSE) return behindNames(bytes, stop + 1, end);
    at = skipBlanks(bytes, stop, end);
    if (at === stop) return -1;
  }
  return -1;
}

/** `NAMESPACE POD CONTAINER`, `POD › CONTAINER`, `POD[CONTAINER]:`. */
function skipBare(bytes: Uint8Array, from: number, end: number, names: string[] | null): number {
  let at = from;
  for (let count = 1; count <= MAX_NAMES; count++) {
    const stop = skipName(bytes, at, end);
    if (stop === at) return -1;
    names?.push(wordAt(bytes, at, stop) ?? '');
    if (count === 1 && bytes[stop] === BRACKET_OPEN) return skipInBrackets(bytes, stop + 1, end, names);
    at = skipBlanks(bytes, stop, end);
    if (at === stop) return -1;
    if (matchesAt(bytes, at, end, ARROW)) at = skipBlanks(bytes, at + ARROW.length, end);
    if (mayBeginLine(bytes, at, end)) return at;
  }
  return -1;
}

function behindNames(bytes: Uint8Array, from: number, end: number): number {
  const at = skipBlanks(bytes, bytes[from] === COLON ? from + 1 : from, end);
  return mayBeginLine(bytes, at, end) ? at : -1;
}

/** Names of Kubernetes are letters, digits, `-` and `.`; stern joins some with `/`, GKE with `_`. */
function skipName(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    const isLetter = ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) || byte === 0x5f;
    const isOther = byte >= 0x2d && byte <= 0x39;
    if (!isLetter && !isOther) break;
  }
  return skipWord(bytes, from, Math.min(at, end));
}
