import { BACKSLASH, BRACKET_OPEN, isDigit, QUOTE, SPACE } from '../src/bytes/number.ts';
import { decodeText } from '../src/bytes/text.ts';
import type { Field } from '../src/model/field.ts';
import { NOT_IN_FORMAT, spanOf } from '../src/model/field.ts';
import type { LineParser, ParseOutcome } from '../src/model/record-format.ts';
import { countCodeAndFlags } from './code-and-flags.ts';
import type { NamedField } from './field-names.ts';
import { writeSpan } from './write-span.ts';

const EQUALS = 0x3d;

/** Parses `key=value key="value with blanks"` lines, keys taken by name. Needs a response code and flags. */
export class KeyValueParser implements LineParser {
  readonly encoding = 'text';
  readonly program = null;
  readonly fields: ReadonlySet<Field> = new Set();
  readonly #fieldOf: (key: string) => NamedField | null;

  constructor(fieldOf: (key: string) => NamedField | null) {
    this.#fieldOf = fieldOf;
  }

  parse(bytes: Uint8Array, start: number, end: number, spans: Int32Array, _full: boolean): ParseOutcome {
    spans.fill(NOT_IN_FORMAT);
    // A word in brackets names the pod: it stands around the line. A time in brackets belongs to it.
    if (bytes[start] === BRACKET_OPEN && !isDigit(bytes[start + 1])) return 'NOT_THIS_FORMAT';
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
    return countCodeAndFlags(bytes, spans) === 2 ? 'parsed' : 'NOT_THIS_FORMAT';
  }

  #write(bytes: Uint8Array, keyStart: number, valueStart: number, end: number, spans: Int32Array): void {
    const named = this.#fieldOf(decodeText(bytes, keyStart, valueStart - 1));
    if (named === null) return;
    const slot = spanOf(named.field);
    if (!named.isDefault && (spans[slot] ?? 0) >= 0) return;
    const isQuoted = end - valueStart >= 2 && bytes[valueStart] === QUOTE && bytes[end - 1] === QUOTE;
    writeSpan(bytes, isQuoted ? valueStart + 1 : valueStart, isQuoted ? end - 1 : end, spans, slot);
  }
}

/** Offset behind the value at `start`: behind its closing quote, or at the blank that ends it. */
export function findValueEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  if (bytes[at] === QUOTE) {
    for (at++; at < end && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    return Math.min(at + 1, end);
  }
  while (at < end && (bytes[at] ?? 0) > SPACE) at++;
  return at;
}
