import { skipJsonValue } from '../../bytes/json.ts';
import { BRACE_OPEN, QUOTE } from '../../bytes/number.ts';
import { isStartTimeAt } from '../record-start.ts';
import type { Layer } from './layer.ts';
import { MAX_PREFIX_BYTES } from './prefix.ts';
import type { Wrapper } from './wrapper.ts';

/** What no other wrapper knows, up to the start time in brackets. */
export const anyPrefix: Wrapper = {
  id: 'prefix',
  title: 'Any other text before a start time in brackets',
  samples: [
    { wrapped: 'some text: [2026-11-21T03:33:07.287Z] LINE', inside: '[2026-11-21T03:33:07.287Z] LINE' },
    { wrapped: 'see (12) [2026-11-21T03:33:07.287Z] LINE', inside: '[2026-11-21T03:33:07.287Z] LINE' },
  ],
  unwrap: (line, inside) => openAt(line, isStartTimeAt, inside),
};

/** The same up to a JSON object, and what stands behind it. */
export const anyPrefixOfJson: Wrapper = {
  id: 'prefix-json',
  title: 'Any other text around a JSON object',
  samples: [
    { wrapped: 'info access: {"LINE":1}', inside: '{"LINE":1}' },
    { wrapped: 'saw {"LINE":1} there', inside: '{"LINE":1}' },
    { wrapped: '{"LINE":1}$', inside: '{"LINE":1}' },
    { wrapped: 'cut: {"LINE":1,"b":"', inside: '{"LINE":1,"b":"' },
    {
      wrapped: 'tag {} { "LINE":"[2026-11-21T03:33:07.287Z]"}',
      inside: '{ "LINE":"[2026-11-21T03:33:07.287Z]"}',
    },
  ],
  unwrap: (line, inside) => {
    const { bytes, start, end } = line;
    const isFirst = opensKey(bytes, start, end);
    if (isFirst) inside.set(bytes, start, end);
    else if (!openAt(line, opensKey, inside)) return false;
    const behind = skipJsonValue(inside.bytes, inside.start, inside.end);
    if (behind > 0) inside.end = behind;
    // An object alone is not wrapped in anything.
    return !isFirst || (behind > 0 && behind < end);
  },
};

function openAt(
  { bytes, start, end }: Layer,
  begins: (bytes: Uint8Array, at: number, end: number) => boolean,
  inside: Layer,
): boolean {
  const stop = Math.min(end, start + MAX_PREFIX_BYTES);
  for (let at = start + 1; at < stop; at++) {
    if (!begins(bytes, at, end)) continue;
    inside.set(bytes, at, end);
    return true;
  }
  return false;
}

function opensKey(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at] !== BRACE_OPEN) return false;
  let next = at + 1;
  while (next < end && (bytes[next] ?? 0) <= 0x20) next++;
  return bytes[next] === QUOTE;
}
