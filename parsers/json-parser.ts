import {
  BACKSLASH,
  BRACE_CLOSE,
  BRACE_OPEN,
  BRACKET_OPEN,
  COMMA,
  QUOTE,
  SPACE,
} from '../src/bytes/number.ts';
import { copyBytes, decodeText, encodeText, matchesAt } from '../src/bytes/text.ts';
import type { Field } from '../src/model/field.ts';
import { LOGGED_ABSENT, NOT_IN_FORMAT, spanOf } from '../src/model/field.ts';
import type { LineParser, LineProgram, ParseOutcome, ProgramMember } from '../src/model/record-format.ts';
import type { LeastFields } from './code-and-flags.ts';
import { isJsonRecord } from './code-and-flags.ts';
import type { NamedField } from './field-names.ts';
import { writeSpan } from './write-span.ts';

const COLON = 0x3a;
const BRACKET_CLOSE = 0x5d;
const LETTER_N = 0x6e;
/** Bounds the tables of keys when an input makes up new ones line after line. */
const MAX_KNOWN_KEYS = 4096;
const NOT_A_VALUE = -1;
const NULL = encodeText('null');

/** What makes an object a record. */
export interface JsonRecordRule {
  /** A line that lacks one of these is not of this format. */
  readonly required: readonly Field[];
  /** The field of a key. */
  readonly fieldOf: (key: string) => NamedField | null;
  readonly least: LeastFields;
}

/**
 * Parses one JSON object per line. Keys come in the same order line after line, so each key is first compared with the
 * one that stood at its place before; only a new key is looked up by name.
 */
export class JsonParser implements LineParser {
  readonly encoding = 'json';
  readonly fields: ReadonlySet<Field>;
  readonly #required: readonly number[];
  readonly #least: LeastFields;
  readonly #fieldOf: (key: string) => NamedField | null;
  readonly #expected: ProgramMember[] = [];
  #program: LineProgram | null = null;
  readonly #fieldByKey = new Map<string, NamedField | null>();

  constructor({ required, fieldOf, least }: JsonRecordRule) {
    this.fields = new Set(required);
    this.#required = required.map(spanOf);
    this.#least = least;
    this.#fieldOf = fieldOf;
  }

  /** The members as they stood in the lines before. Quickly read are only lines that log both code and flags. */
  get program(): LineProgram {
    const required = [...this.#required, spanOf('responseCode'), spanOf('responseFlags')];
    this.#program ??= { kind: 'json', members: [...this.#expected], required };
    return this.#program;
  }

  parse(bytes: Uint8Array, start: number, end: number, spans: Int32Array, _full: boolean): ParseOutcome {
    if (start >= end || bytes[start] !== BRACE_OPEN) return 'NOT_THIS_FORMAT';
    spans.fill(NOT_IN_FORMAT);
    const close = this.#readMembers(bytes, start + 1, end, spans);
    if (close < 0 || !isLast(bytes, close, end)) return 'BAD_JSON';
    return this.#isRecord(bytes, spans) ? 'parsed' : 'NOT_THIS_FORMAT';
  }

  /** Writes the spans of all members and returns the offset of the closing brace, or -1. */
  #readMembers(bytes: Uint8Array, start: number, end: number, spans: Int32Array): number {
    let at = skipBlanks(bytes, start, end);
    for (let place = 0; at < end && bytes[at] === QUOTE; place++) {
      const keyEnd = findStringEnd(bytes, at + 1, end);
      if (keyEnd < 0) return NOT_A_VALUE;
      const slot = this.#slotOf(bytes, at + 1, keyEnd, place, spans);
      at = skipBlanks(bytes, keyEnd + 1, end);
      if (at >= end || bytes[at] !== COLON) return NOT_A_VALUE;
      at = readValue(bytes, skipBlanks(bytes, at + 1, end), end, spans, slot);
      if (at < 0) return NOT_A_VALUE;
      at = skipBlanks(bytes, at, end);
      if (at >= end || bytes[at] !== COMMA) break;
      at = skipBlanks(bytes, at + 1, end);
    }
    return at < end && bytes[at] === BRACE_CLOSE ? at : NOT_A_VALUE;
  }

  #isRecord(bytes: Uint8Array, spans: Int32Array): boolean {
    for (const slot of this.#required) if (spans[slot] === NOT_IN_FORMAT) return false;
    return isJsonRecord(bytes, spans, this.#least);
  }

  /** Where to write the value of a key; -1 where nobody reads it or the line gave the field by its default name. */
  #slotOf(bytes: Uint8Array, start: number, end: number, place: number, spans: Int32Array): number {
    let known = this.#expected[place];
    if (known === undefined || known.key.length !== end - start || !matchesAt(bytes, start, end, known.key)) {
      known = this.#lookUp(bytes, start, end);
      if (place < MAX_KNOWN_KEYS) {
        this.#expected[place] = known;
        this.#program = null;
      }
    }
    return known.isDefault || (spans[known.slot] ?? 0) < 0 ? known.slot : -1;
  }

  #lookUp(bytes: Uint8Array, start: number, end: number): ProgramMember {
    const text = decodeText(bytes, start, end);
    let named = this.#fieldByKey.get(text);
    if (named === undefined) {
      named = this.#fieldOf(text);
      if (this.#fieldByKey.size < MAX_KNOWN_KEYS) this.#fieldByKey.set(text, named);
    }
    return {
      key: copyBytes(bytes, start, end),
      slot: named === null ? -1 : spanOf(named.field),
      isDefault: named?.isDefault === true,
    };
  }
}

/** True when nothing follows the closing brace; an element of an array that stands one a line keeps its comma. */
function isLast(bytes: Uint8Array, close: number, end: number): boolean {
  let at = skipBlanks(bytes, close + 1, end);
  if (at < end && bytes[at] === COMMA) at = skipBlanks(bytes, at + 1, end);
  return at === end;
}

/** Offset of the first byte from `start` on that is no blank. */
export function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] ?? 0) <= SPACE) at++;
  return at;
}

/** Offset of the quote that ends a string begun before `start`, or -1. */
export function findStringEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  return NOT_A_VALUE;
}

/** Writes the span of the value at `at` and returns the offset behind it, or -1. */
export function readValue(
  bytes: Uint8Array,
  at: number,
  end: number,
  spans: Int32Array,
  slot: number,
): number {
  const byte = bytes[at];
  if (byte === QUOTE) {
    const stop = findStringEnd(bytes, at + 1, end);
    if (stop < 0) return NOT_A_VALUE;
    writeSpan(bytes, at + 1, stop, spans, slot);
    return stop + 1;
  }
  if (byte === BRACE_OPEN || byte === BRACKET_OPEN) return skipNested(bytes, at, end);
  let stop = at;
  while (stop < end && isPlain(bytes[stop])) stop++;
  if (stop === at) return NOT_A_VALUE;
  if (byte === LETTER_N) {
    if (stop - at !== NULL.length || !matchesAt(bytes, at, stop, NULL)) return NOT_A_VALUE;
    if (slot >= 0) spans[slot] = spans[slot + 1] = LOGGED_ABSENT;
    return stop;
  }
  writeSpan(bytes, at, stop, spans, slot);
  return stop;
}

/** A byte of a number or a word. */
function isPlain(byte: number | undefined): boolean {
  return byte !== COMMA && byte !== BRACE_CLOSE && byte !== BRACKET_CLOSE && (byte ?? 0) > SPACE;
}

function skipNested(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = findStringEnd(bytes, at + 1, end);
      if (at < 0) return NOT_A_VALUE;
    } else if (byte === BRACE_OPEN || byte === BRACKET_OPEN) depth++;
    else if ((byte === BRACE_CLOSE || byte === BRACKET_CLOSE) && --depth === 0) return at + 1;
  }
  return NOT_A_VALUE;
}
