import {
  BACKSLASH,
  BRACE_CLOSE,
  BRACE_OPEN,
  BRACKET_OPEN,
  COMMA,
  DASH,
  QUOTE,
  SPACE,
} from '../src/bytes/number.ts';
import { decodeText, encodeText, matchesAt } from '../src/bytes/text.ts';
import type { Field } from '../src/model/field.ts';
import { LOGGED_ABSENT, NOT_IN_FORMAT, spanOf } from '../src/model/field.ts';
import type { LineParser, ParseOutcome } from '../src/model/record-format.ts';

const COLON = 0x3a;
const BRACKET_CLOSE = 0x5d;
const LETTER_N = 0x6e;
/** Bounds the tables of keys when an input makes up new ones line after line. */
const MAX_KNOWN_KEYS = 4096;
const NOT_A_VALUE = -1;
const NULL = encodeText('null');

/** A record needs one of these, else any JSON object would be an access log. */
const TELLING_FIELDS: readonly Field[] = ['responseCode', 'responseFlags'];

/**
 * Parses one JSON object per line. Keys come in the same order line after line, so each key is first compared with the
 * one that stood at its place before; only a new key is looked up by name.
 */
export class JsonParser implements LineParser {
  readonly encoding = 'json';
  readonly fields: ReadonlySet<Field>;
  readonly #required: readonly number[];
  readonly #telling: readonly number[] = TELLING_FIELDS.map(spanOf);
  readonly #fieldOf: (key: string) => Field | null;
  readonly #expected: { readonly key: Uint8Array; readonly slot: number }[] = [];
  readonly #slotByKey = new Map<string, number>();

  /** `fieldOf` names the field of a key; a line that lacks one of `required` is not of this format. */
  constructor(required: readonly Field[], fieldOf: (key: string) => Field | null) {
    this.fields = new Set(required);
    this.#required = required.map(spanOf);
    this.#fieldOf = fieldOf;
  }

  parse(bytes: Uint8Array, start: number, end: number, spans: Int32Array, _full: boolean): ParseOutcome {
    if (bytes[start] !== BRACE_OPEN) return 'NOT_THIS_FORMAT';
    spans.fill(NOT_IN_FORMAT);
    let at = skipBlanks(bytes, start + 1, end);
    for (let place = 0; at < end && bytes[at] === QUOTE; place++) {
      const keyEnd = findStringEnd(bytes, at + 1, end);
      if (keyEnd < 0) return 'BAD_JSON';
      const slot = this.#slotOf(bytes, at + 1, keyEnd, place);
      at = skipBlanks(bytes, keyEnd + 1, end);
      if (bytes[at] !== COLON) return 'BAD_JSON';
      at = readValue(bytes, skipBlanks(bytes, at + 1, end), end, spans, slot);
      if (at < 0) return 'BAD_JSON';
      at = skipBlanks(bytes, at, end);
      if (bytes[at] !== COMMA) break;
      at = skipBlanks(bytes, at + 1, end);
    }
    if (bytes[at] !== BRACE_CLOSE) return 'BAD_JSON';
    at = skipBlanks(bytes, at + 1, end);
    // An element of an array that stands one a line keeps its comma.
    if (bytes[at] === COMMA && at < end) at = skipBlanks(bytes, at + 1, end);
    if (at !== end) return 'BAD_JSON';
    return this.#isRecord(spans) ? 'parsed' : 'NOT_THIS_FORMAT';
  }

  #isRecord(spans: Int32Array): boolean {
    for (const slot of this.#required) if (spans[slot] === NOT_IN_FORMAT) return false;
    return this.#telling.some((slot) => spans[slot] !== NOT_IN_FORMAT);
  }

  #slotOf(bytes: Uint8Array, start: number, end: number, place: number): number {
    const expected = this.#expected[place];
    if (
      expected !== undefined &&
      expected.key.length === end - start &&
      matchesAt(bytes, start, end, expected.key)
    ) {
      return expected.slot;
    }
    const key = decodeText(bytes, start, end);
    let slot = this.#slotByKey.get(key);
    if (slot === undefined) {
      const field = this.#fieldOf(key);
      slot = field === null ? -1 : spanOf(field);
      if (this.#slotByKey.size < MAX_KNOWN_KEYS) this.#slotByKey.set(key, slot);
    }
    if (place < MAX_KNOWN_KEYS) this.#expected[place] = { key: bytes.slice(start, end), slot };
    return slot;
  }
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] ?? 0) <= SPACE) at++;
  return at;
}

/** Offset of the quote that ends a string begun before `start`, or -1. */
function findStringEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  return NOT_A_VALUE;
}

/** Writes the span of the value at `at` and returns the offset behind it, or -1. */
function readValue(bytes: Uint8Array, at: number, end: number, spans: Int32Array, slot: number): number {
  const byte = bytes[at];
  if (byte === QUOTE) {
    const stop = findStringEnd(bytes, at + 1, end);
    if (stop < 0) return NOT_A_VALUE;
    writeValue(bytes, at + 1, stop, spans, slot);
    return stop + 1;
  }
  if (byte === BRACE_OPEN || byte === BRACKET_OPEN) return skipNested(bytes, at, end);
  let stop = at;
  while (stop < end && bytes[stop] !== COMMA && bytes[stop] !== BRACE_CLOSE && (bytes[stop] ?? 0) > SPACE)
    stop++;
  if (stop === at) return NOT_A_VALUE;
  if (byte === LETTER_N) {
    if (stop - at !== NULL.length || !matchesAt(bytes, at, stop, NULL)) return NOT_A_VALUE;
    if (slot >= 0) spans[slot] = spans[slot + 1] = LOGGED_ABSENT;
    return stop;
  }
  writeValue(bytes, at, stop, spans, slot);
  return stop;
}

function writeValue(bytes: Uint8Array, start: number, end: number, spans: Int32Array, slot: number): void {
  if (slot < 0) return;
  const absent = end - start === 1 && bytes[start] === DASH;
  spans[slot] = absent ? LOGGED_ABSENT : start;
  spans[slot + 1] = absent ? LOGGED_ABSENT : end;
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
