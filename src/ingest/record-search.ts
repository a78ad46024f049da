import { skipJsonBlanks, skipJsonValue } from '../bytes/json.ts';
import { BRACE_OPEN } from '../bytes/number.ts';
import type { FormatChoice, RecordFormat } from '../model/record-format.ts';
import type { Unwrapper } from './unwrapper.ts';
import type { Layer } from './wrappers/layer.ts';

/** Takes what a search finds. */
export interface SearchTarget {
  /** A record, whose fields lie in the spans. */
  found(bytes: Uint8Array, start: number, end: number, format: RecordFormat, line: number): void;
  /** A record of which a part is missing. */
  foundPartial(bytes: Uint8Array, start: number, end: number, format: RecordFormat, line: number): void;
  /** A piece of a line; false when it is a line of its own. */
  takePiece(inside: Layer, line: number): boolean;
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
