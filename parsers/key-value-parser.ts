import { BACKSLASH, DASH, QUOTE, SPACE } from '../src/bytes/number.ts';
import { decodeText } from '../src/bytes/text.ts';
import type { Field } from '../src/model/field.ts';
import { LOGGED_ABSENT, NOT_IN_FORMAT, spanOf } from '../src/model/field.ts';
import type { LineParser, ParseOutcome } from '../src/model/record-format.ts';

const EQUALS = 0x3d;
const RESPONSE_CODE = spanOf('responseCode');
const RESPONSE_FLAGS = spanOf('responseFlags');

/** Parses `key=value key="value with blanks"` lines, keys taken by name. Needs a response code and flags. */
export class KeyValueParser implements LineParser {
  readonly encoding = 'text';
  readonly fields: ReadonlySet<Field> = new Set();
  readonly #fieldOf: (key: string) => Field | null;

  constructor(fieldOf: (key: string) => Field | null) {
    this.#fieldOf = fieldOf;
  }

  parse(bytes: Uint8Array, start: number, end: number, spans: Int32Array, _full: boolean): ParseOutcome {
    spans.fill(NOT_IN_FORMAT);
    let at = start;
    while (at < end) {
      while (at < end && (bytes[at] ?? 0) <= SPACE) at++;
      const keyStart = at;
      while (at < end && bytes[at] !== EQUALS && (bytes[at] ?? 0) > SPACE) at++;
      if (bytes[at] !== EQUALS || at === end) continue;
      const valueStart = at + 1;
      at = findValueEnd(bytes, valueStart, end);
      this.#write(bytes, keyStart, valueStart, at, spans);
    }
    return spans[RESPONSE_CODE] === NOT_IN_FORMAT || spans[RESPONSE_FLAGS] === NOT_IN_FORMAT
      ? 'NOT_THIS_FORMAT'
      : 'parsed';
  }

  #write(bytes: Uint8Array, keyStart: number, valueStart: number, end: number, spans: Int32Array): void {
    const field = this.#fieldOf(decodeText(bytes, keyStart, valueStart - 1));
    if (field === null) return;
    const quoted = bytes[valueStart] === QUOTE && end - valueStart >= 2;
    const [from, to] = quoted ? [valueStart + 1, end - 1] : [valueStart, end];
    const absent = to - from === 1 && bytes[from] === DASH;
    const slot = spanOf(field);
    spans[slot] = absent ? LOGGED_ABSENT : from;
    spans[slot + 1] = absent ? LOGGED_ABSENT : to;
  }
}

function findValueEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  if (bytes[at] === QUOTE) {
    for (at++; at < end && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    return Math.min(at + 1, end);
  }
  while (at < end && (bytes[at] ?? 0) > SPACE) at++;
  return at;
}
