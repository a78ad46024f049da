import { findJsonStringEnd } from '../../bytes/json.ts';
import { QUOTE } from '../../bytes/number.ts';
import { encodeText, matchesAt } from '../../bytes/text.ts';
import { writeString } from './json-text.ts';
import type { Layer } from './layer.ts';
import { MAX_PREFIX_BYTES } from './prefix.ts';
import type { Wrapper } from './wrapper.ts';

const KEYS = [
  '"log"=>"',
  '"message"=>"',
  '"message" => "',
  'msg="',
  'message="',
  'log="',
  'line="',
  'body="',
].map(encodeText);

/** Fluent Bit's standard output (`"log"=>"…"`) and logfmt with the line in a value. */
export const quotedMessage: Wrapper = {
  id: 'quoted-message',
  title: 'Fluent Bit stdout, logfmt with the line in msg="…"',
  samples: [
    {
      wrapped:
        '[0] kube.var.log: [[1795231987.287, {}], {"stream"=>"stdout", "log"=>"a \\"LINE\\"\\n", "x"=>"y"}]',
      inside: 'a "LINE"',
    },
    { wrapped: 'time="2026-11-21T03:33:07Z" level=info msg="a \\"LINE\\"" app=x', inside: 'a "LINE"' },
  ],
  unwrap: (line, inside) => {
    const from = findMessage(line);
    const stop = from < 0 ? -1 : findJsonStringEnd(line.bytes, from, line.end);
    return stop >= 0 && writeString(line.bytes, from, stop, inside);
  },
};

/** Offset behind the quote that opens the message, or -1. */
function findMessage({ bytes, start, end }: Layer): number {
  const stop = Math.min(end, start + MAX_PREFIX_BYTES);
  for (let at = start; at < stop; at++) {
    if (bytes[at] !== QUOTE) continue;
    // The quote that opens a value ends each of the keys.
    for (const key of KEYS)
      if (matchesAt(bytes, at + 1 - key.length, end, key) && at + 1 - key.length >= start) return at + 1;
  }
  return -1;
}
