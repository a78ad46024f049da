import { skipJsonBlanks, skipJsonValue } from '../bytes/json.ts';
import { BRACE_OPEN } from '../bytes/number.ts';
import { decodeText, encodeText, matchesAt } from '../bytes/text.ts';
import type { Field } from '../model/field.ts';
import { FIELDS, spanOf } from '../model/field.ts';
import type { FormatChoice, RecordFormat } from '../model/record-format.ts';
import { findRecordStart, isStartTimeAt } from './record-start.ts';
import type { Unwrapper } from './unwrapper.ts';
import type { Layer } from './wrappers/layer.ts';
import { skipStamp } from './wrappers/prefix.ts';

/** Takes what a search finds. */
export interface SearchTarget {
  /** A record, whose fields lie in the spans. */
  found(bytes: Uint8Array, start: number, end: number, format: RecordFormat, line: number): void;
  /** A record of which a part is missing. */
  foundPartial(bytes: Uint8Array, start: number, end: number, format: RecordFormat, line: number): void;
  /** A piece of a line; false when it is a line of its own. */
  takePiece(inside: Layer, line: number): boolean;
}

/** A way to read a wrapped line. */
export interface Reading {
  readonly bytes: Uint8Array;
  readonly isCertain: boolean;
}

/** Free texts that no cause is weighed by: a blank more or less in them is no matter. */
const NOT_WEIGHED: readonly Field[] = ['userAgent', 'xForwardedFor'];
const WEIGHED = FIELDS.map((field, i) => ({ field, i })).filter(({ field }) => !NOT_WEIGHED.includes(field));
const PATH = FIELDS.indexOf('path');
const START_TIME = spanOf('startTime');
/** Of `kubectl logs --prefix`. */
const POD_PREFIX = encodeText('[pod/');
const ADDRESS_FIELDS: readonly Field[] = [
  'upstreamHost',
  'upstreamLocalAddress',
  'downstreamLocalAddress',
  'downstreamRemoteAddress',
];
const ADDRESSES = ADDRESS_FIELDS.map((field) => FIELDS.indexOf(field));

/** False where a wrong blank shows: Envoy refuses a path with one, trims headers, and no address is a cluster. */
function isPlausible(values: readonly string[]): boolean {
  return (
    values[PATH]?.includes(' ') !== true &&
    values.every((value) => value.trim() === value) &&
    ADDRESSES.every((at) => values[at]?.includes('|') !== true)
  );
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return WEIGHED.every(({ i }) => a[i] === b[i]);
}

/** Looks for the record of a line in every format and wrapper, the more special before the more general. */
export class RecordSearch {
  readonly #choice: FormatChoice;
  readonly #spans: Int32Array;
  readonly #unwrapper: Unwrapper;
  readonly #target: SearchTarget;
  readonly #json: readonly RecordFormat[];
  readonly #special: readonly RecordFormat[];
  readonly #general: readonly RecordFormat[];
  readonly #guessed: readonly RecordFormat[];

  constructor(choice: FormatChoice, spans: Int32Array, unwrapper: Unwrapper, target: SearchTarget) {
    this.#choice = choice;
    this.#spans = spans;
    this.#unwrapper = unwrapper;
    this.#target = target;
    this.#guessed = choice.formats.filter(({ isGuessed }) => isGuessed === true);
    const known = choice.formats.filter(({ isGuessed }) => isGuessed !== true);
    this.#json = known.filter(({ parser }) => parser.encoding === 'json');
    const isOnlyOne = choice.formats.length === 1;
    this.#special = known.filter(({ isGeneral }) => isOnlyOne || isGeneral !== true);
    this.#general = known.filter((format) => !this.#special.includes(format));
  }

  /** True when the line holds a record, or a piece of one, which the target then has. */
  searchLine(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    this.#unwrapper.close();
    if (this.#hidesWrapper(bytes, start, end) && this.#searchWrapped(this.#special, bytes, start, end, line))
      return true;
    if (this.#tryFormats(this.#special, bytes, start, end, line)) {
      this.#unwrapper.notePlain();
      return true;
    }
    return (
      this.#searchWrapped(this.#special, bytes, start, end, line) ||
      (bytes[start] !== BRACE_OPEN && this.#tryFormats(this.#general, bytes, start, end, line)) ||
      this.#searchWrapped(this.#general, bytes, start, end, line) ||
      this.#searchGuessed(bytes, start, end, line)
    );
  }

  /**
   * True where the first value of a user's own text format, which may be any text, would take what is wrapped around the
   * line for a part of it.
   */
  #hidesWrapper(bytes: Uint8Array, start: number, end: number): boolean {
    const isOwnText =
      this.#choice.lenient === null && this.#special.some(({ parser }) => parser.encoding === 'text');
    if (!isOwnText) return false;
    if (bytes[start] === BRACE_OPEN || matchesAt(bytes, start, end, POD_PREFIX)) return true;
    return skipStamp(bytes, start, end) > 0 && !this.#beginsWithTime(bytes, start, end);
  }

  #beginsWithTime(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#special.some(
      ({ parser }) =>
        parser.parse(bytes, start, end, this.#spans, false) === 'parsed' && this.#spans[START_TIME] === start,
    );
  }

  /** The same for lines that were joined to one. */
  searchJoined(joined: Uint8Array, line: number): boolean {
    return (
      this.#tryFormats(this.#special, joined, 0, joined.length, line) ||
      this.#searchWrapped(this.#special, joined, 0, joined.length, line) ||
      this.#tryFormats(this.#general, joined, 0, joined.length, line) ||
      this.#searchGuessed(joined, 0, joined.length, line) ||
      this.#tryLenient(joined, 0, joined.length, line) ||
      this.#unwrapper.search(joined, 0, joined.length, ({ bytes, start, end }) =>
        this.#tryLenient(bytes, start, end, line),
      )
    );
  }

  /** The same for the lines of one JSON object. */
  searchJson(joined: Uint8Array, line: number): boolean {
    if (this.#tryFormats(this.#json, joined, 0, joined.length, line)) return true;
    const isWhole =
      skipJsonBlanks(joined, skipJsonValue(joined, 0, joined.length), joined.length) === joined.length;
    return (
      isWhole &&
      (this.#searchWrapped(this.#special, joined, 0, joined.length, line) ||
        this.#searchGuessed(joined, 0, joined.length, line))
    );
  }

  /** The same for a line that nothing else takes: what somebody left of one. */
  searchFragment(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    const { fragment } = this.#choice;
    if (fragment?.parser.parse(bytes, start, end, this.#spans, true) !== 'parsed') return false;
    this.#unwrapper.close();
    this.#target.foundPartial(bytes, start, end, fragment, line);
    return true;
  }

  /** True for a line of a format that is known by name. */
  isRecord(bytes: Uint8Array, start: number, end: number): boolean {
    const isParsed = ({ parser }: RecordFormat): boolean =>
      parser.parse(bytes, start, end, this.#spans, false) === 'parsed';
    return this.#special.some(isParsed) || this.#general.some(isParsed);
  }

  /**
   * The first of several readings of a wrapped line that is a record. It is certain when the pieces show how they were
   * cut and no other reading differs in what counts.
   */
  chooseReading(readings: readonly Uint8Array[], isTold: boolean): Reading | null {
    let chosen: Uint8Array | null = null;
    let best: readonly string[] = [];
    let isCertain = true;
    for (const [i, bytes] of readings.entries()) {
      const values = this.#valuesOf(bytes);
      if (values === null || !isPlausible(values)) continue;
      if (i === 0 && isTold) return { bytes, isCertain: true };
      if (chosen !== null) isCertain &&= isSame(best, values);
      else {
        chosen = bytes;
        best = values;
      }
    }
    return chosen === null ? null : { bytes: chosen, isCertain };
  }

  /** The values of a record of a special format, in the order of the fields. */
  #valuesOf(bytes: Uint8Array): readonly string[] | null {
    const found = Math.max(0, findRecordStart(bytes, 0, bytes.length));
    const from = isStartTimeAt(bytes, found, bytes.length) ? found : 0;
    for (const { parser } of this.#special) {
      const spans = this.#spans;
      if (parser.parse(bytes, from, bytes.length, spans, true) !== 'parsed') continue;
      return FIELDS.map((field) => {
        const at = spans[spanOf(field)] ?? -1;
        return at < 0 ? String(at) : decodeText(bytes, at, spans[spanOf(field) + 1] ?? at);
      });
    }
    return null;
  }

  /** True for what reads as a record with a part missing, as people paste them. */
  isPasted(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#choice.lenient?.parser.parse(bytes, start, end, this.#spans, true) === 'parsed';
  }

  /** Looks into wrappers for a record, or for a piece of one. */
  #searchWrapped(
    formats: readonly RecordFormat[],
    bytes: Uint8Array,
    start: number,
    end: number,
    line: number,
  ): boolean {
    if (formats.length === 0) return false;
    return this.#unwrapper.search(bytes, start, end, (inside) => {
      if (inside.isPartial) return this.#target.takePiece(inside, line);
      // An object is opened first, lest values are found in its texts.
      if (formats === this.#general && inside.bytes[inside.start] === BRACE_OPEN) return false;
      return this.#tryFormats(formats, inside.bytes, inside.start, inside.end, line);
    });
  }

  /** What is inside of an object says more than the object. */
  #searchGuessed(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    if (this.#searchWrapped(this.#guessed, bytes, start, end, line)) return true;
    this.#unwrapper.close();
    if (!this.#tryFormats(this.#guessed, bytes, start, end, line)) return false;
    this.#unwrapper.notePlain();
    return true;
  }

  #tryFormats(
    formats: readonly RecordFormat[],
    bytes: Uint8Array,
    start: number,
    end: number,
    line: number,
  ): boolean {
    for (const format of formats) {
      if (format.parser.parse(bytes, start, end, this.#spans, false) !== 'parsed') continue;
      this.#target.found(bytes, start, end, format, line);
      return true;
    }
    return false;
  }

  #tryLenient(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    const { lenient } = this.#choice;
    if (lenient === null || !this.isPasted(bytes, start, end)) return false;
    this.#target.foundPartial(bytes, start, end, lenient, line);
    return true;
  }
}
