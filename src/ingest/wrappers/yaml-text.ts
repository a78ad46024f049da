import { findJsonStringEnd, unescapeJson } from '../../bytes/json.ts';
import { DASH, QUOTE } from '../../bytes/number.ts';
import type { Layer } from './layer.ts';
import { skipBlanks, skipWord } from './prefix.ts';
import type { Wrapper } from './wrapper.ts';

const APOSTROPHE = 0x27;
const COLON = 0x3a;

/** A line in quotes as the value of a key, or as an element of a list: gcloud, and whatever else prints YAML. */
export const yamlText: Wrapper = {
  id: 'yaml-text',
  title: 'YAML: the line in quotes behind a key or a dash',
  samples: [
    { wrapped: 'textPayload: "a \\"LINE\\""', inside: 'a "LINE"' },
    { wrapped: "  - message: 'a \"LINE\" of ''x'''", inside: 'a "LINE" of \'x\'' },
    { wrapped: "- 'LINE'", inside: 'LINE' },
  ],
  unwrap: (line, inside) => {
    const { bytes, end } = line;
    const at = findValue(line);
    if (at < 0) return false;
    const isWhole =
      bytes[at] === QUOTE ? findJsonStringEnd(bytes, at + 1, end) === end - 1 : bytes[end - 1] === APOSTROPHE;
    if (!isWhole || end - at < 3) return false;
    const target = inside.reserve(end - at);
    const length =
      bytes[at] === QUOTE
        ? unescapeJson(bytes, at + 1, end - 1, target)
        : copySingleQuoted(bytes.subarray(at + 1, end - 1), target);
    inside.setWritten(length);
    return length > 0;
  },
};

/** Offset of the quote that opens the value, or -1. */
function findValue({ bytes, start, end }: Layer): number {
  let at = skipBlanks(bytes, start, end);
  const isElement = bytes[at] === DASH;
  if (isElement) at = skipBlanks(bytes, at + 1, end);
  if (!isQuote(bytes[at])) {
    const keyEnd = skipWord(bytes, at, end);
    if (keyEnd === at || bytes[keyEnd - 1] !== COLON) return -1;
    at = skipBlanks(bytes, keyEnd, end);
  } else if (!isElement) return -1;
  return at < end && isQuote(bytes[at]) ? at : -1;
}

function isQuote(byte: number | undefined): boolean {
  return byte === QUOTE || byte === APOSTROPHE;
}

/** Copies a text in which two apostrophes stand for one; returns its length. */
function copySingleQuoted(text: Uint8Array, target: Uint8Array): number {
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    target[length++] = text[at] ?? 0;
    if (text[at] === APOSTROPHE && text[at + 1] === APOSTROPHE) at++;
  }
  return length;
}
