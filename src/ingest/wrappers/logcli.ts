import { findJsonStringEnd } from '../../bytes/json.ts';
import { BRACE_CLOSE, BRACE_OPEN, QUOTE } from '../../bytes/number.ts';
import { decodeText } from '../../bytes/text.ts';
import type { Layer } from './layer.ts';
import { MAX_PREFIX_BYTES, skipBlanks, skipStamp, wordAt } from './prefix.ts';
import type { Wrapper } from './wrapper.ts';

const EQUALS = 0x3d;
const LABELS_MAY_TAKE = 4 * MAX_PREFIX_BYTES;
const POD_LABEL = /(?:^|[{,\s])(?:pod|pod_name|instance|filename|host)="([^"]*)"/;

/** Loki's logcli and Grafana's text export: a time, perhaps, and the labels of the stream in braces. */
export const logcli: Wrapper = {
  id: 'logcli',
  title: 'Loki: logcli output with labels',
  samples: [
    {
      wrapped: '2026-11-21T03:33:07Z {app="a b", pod="reviews-v1-0"} {"LINE":1}',
      inside: '{"LINE":1}',
      source: 'reviews-v1-0',
      stamp: '2026-11-21T03:33:07Z',
    },
    { wrapped: '{app="}",pod="x"} LINE', inside: 'LINE', source: 'x' },
    { wrapped: '2026-11-21T03:33:07+01:00 {} LINE', inside: 'LINE' },
  ],
  unwrap: (line, inside) => {
    const { bytes, start, end } = line;
    const open = labelsAt(line);
    const close = findLabelsEnd(bytes, open, end);
    if (close < 0 || (close === open + 1 && open === start)) return false;
    const at = skipBlanks(bytes, close + 1, end);
    if (at === close + 1) return false;
    inside.set(bytes, at, end);
    return true;
  },
  sourceOf: (line) => {
    const open = labelsAt(line);
    const close = findLabelsEnd(line.bytes, open, line.end);
    return POD_LABEL.exec(decodeText(line.bytes, open, close))?.[1] ?? null;
  },
  stampOf: ({ bytes, start, end }) => {
    const behind = skipStamp(bytes, start, end);
    return behind < 0 ? null : wordAt(bytes, start, behind);
  },
};

function labelsAt({ bytes, start, end }: Layer): number {
  const behind = skipStamp(bytes, start, end);
  return behind < 0 ? start : skipBlanks(bytes, behind, end);
}

/** Offset of the brace that ends `{name="value", …}`, or -1: no JSON object has a bare key. */
function findLabelsEnd(bytes: Uint8Array, open: number, end: number): number {
  if (bytes[open] !== BRACE_OPEN || open + 1 >= end) return -1;
  if (bytes[open + 1] === BRACE_CLOSE) return open + 1;
  const stop = Math.min(end, open + LABELS_MAY_TAKE);
  let hasValue = false;
  for (let at = open + 1; at < stop; at++) {
    if (bytes[at] === BRACE_CLOSE) return hasValue ? at : -1;
    if (bytes[at] !== QUOTE) continue;
    if (bytes[at - 1] !== EQUALS) return -1;
    hasValue = true;
    at = findJsonStringEnd(bytes, at + 1, stop);
    if (at < 0) return -1;
  }
  return -1;
}
