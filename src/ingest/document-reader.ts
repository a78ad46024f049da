import { skipJsonBlanks, skipJsonValue } from '../bytes/json.ts';
import { BACKSLASH, BRACE_CLOSE, BRACE_OPEN, BRACKET_OPEN, COMMA, QUOTE, SPACE } from '../bytes/number.ts';
import { decodeText, encodeText } from '../bytes/text.ts';
import { LIST_KEYS, LONGEST_LIST_KEY } from './document-head.ts';
import { readFrameSource } from './frame-source.ts';
import { MAX_LINE_BYTES } from './lines.ts';
import type { RecordReader } from './record-reader.ts';

const FIRST_UNIT_BYTES = 4096;
/** Of containers within each other beyond these it only counts how many there are: no log has more. */
const MAX_DEPTH = 1024;
/** Loki too has lists of texts, but those begin with a stamp. */
const LONG_TEXT_BYTES = 48;
const LF = 0x0a;
const COLON = 0x3a;
const BRACKET_CLOSE = 0x5d;
const VALUE_KEYS: ReadonlySet<string> = new Set(['kvlistValue', 'kvlist_value', 'arrayValue', 'array_value']);

/** Walks through a document and hands each entry on as a line. */
export class DocumentReader {
  readonly #records: RecordReader;
  /** Containers that are open, with the byte that closes each; those of the entry itself come last. */
  readonly #open: number[] = [];
  /** Containers that are open within these. */
  #deeper = 0;
  /** Containers that only hold entries. */
  #frames = 0;
  #isEntry = false;
  /** Containers that are open within what said who wrote the lines. */
  #sourceDepth = 0;
  #inString = false;
  #isEscaped = false;
  /** The string that began last: where an object has a key, it is the key. */
  #keyLength = 0;
  readonly #key = new Uint8Array(LONGEST_LIST_KEY + 1);
  #lastKey = '';
  /** The object that began last is a value of OpenTelemetry, whose list holds parts of the value. */
  #isOfValue = false;
  /** A list of entries may begin: its key was met, and its bracket. */
  #awaitsElement = false;
  #entry: Uint8Array = new Uint8Array(FIRST_UNIT_BYTES);
  #entryBytes = 0;
  #line = 1;
  #entryLine = 1;
  #countedLine = 0;
  #hasRest = false;
  /** Names of the values of each entry that is a list, as they stand in the document. */
  readonly #columns: readonly string[] | null;

  constructor(records: RecordReader, columns: readonly string[] | null = null) {
    this.#records = records;
    this.#columns = columns;
  }

  /** Reads the chunk and returns how much of it belongs to the document. */
  push(chunk: Uint8Array): number {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#open.length === 0 && !this.#inString && !continuesDocument(byte)) return at;
      this.#take(byte);
    }
    return chunk.length;
  }

  end(): void {
    if (this.#isEntry && this.#entryBytes > 0) this.#handOn();
    const last = this.#hasRest ? this.#line : this.#line - 1;
    if (last > this.#countedLine) this.#records.continueDocument(last - this.#countedLine);
    this.#countedLine = last;
  }

  #take(byte: number): void {
    this.#hasRest = byte !== LF;
    if (this.#inString) this.#takeInString(byte);
    else if (byte === QUOTE) this.#openString();
    else if (byte === BRACE_OPEN) this.#openContainer(BRACE_CLOSE);
    else if (byte === BRACKET_OPEN) this.#openContainer(BRACKET_CLOSE);
    else if (byte === BRACE_CLOSE || byte === BRACKET_CLOSE) this.#closeContainer(byte);
    else this.#takeOther(byte);
    if (byte === LF) this.#line++;
  }

  #takeInString(byte: number): void {
    this.#keep(byte);
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) {
      this.#inString = false;
      if (this.#isEntry && this.#open.length === this.#frames) this.#handOn();
      return;
    }
    if (this.#keyLength < this.#key.length) this.#key[this.#keyLength++] = byte;
  }

  #openString(): void {
    this.#awaitsElement = false;
    if (!this.#isEntry && this.#open.at(-1) === BRACKET_CLOSE) this.#begin();
    this.#inString = true;
    this.#keyLength = 0;
    this.#keep(QUOTE);
  }

  #openContainer(closer: number): void {
    if (this.#open.length < MAX_DEPTH) this.#enterContainer(closer);
    else {
      this.#deeper++;
      this.#keep(closer === BRACE_CLOSE ? BRACE_OPEN : BRACKET_OPEN);
    }
  }

  #enterContainer(closer: number): void {
    // The list holds containers: what holds the list is no entry itself, but frames of entries.
    if (this.#awaitsElement) {
      if (this.#isEntry) this.#noteSource();
      this.#frames = this.#open.length;
      this.#isEntry = false;
    }
    const isList = closer === BRACKET_CLOSE && this.#isListKey();
    this.#awaitsElement = isList;
    if (!this.#isEntry) {
      const isOutmost = this.#open.length === 0;
      if (isOutmost && closer === BRACKET_CLOSE) {
        this.#open.push(closer);
        this.#frames = 1;
        return;
      }
      if (isOutmost || this.#open.at(-1) === BRACKET_CLOSE) this.#begin();
    }
    this.#isOfValue = closer === BRACE_CLOSE && VALUE_KEYS.has(this.#lastKey);
    this.#lastKey = '';
    this.#open.push(closer);
    this.#keep(closer === BRACE_CLOSE ? BRACE_OPEN : BRACKET_OPEN);
  }

  /** What was taken for an entry holds entries: it may say who wrote them. */
  #noteSource(): void {
    const bytes = Math.min(this.#entryBytes, MAX_LINE_BYTES);
    const source = readFrameSource(decodeText(this.#entry, 0, bytes));
    if (source === null) return;
    this.#records.setFrameSource(source);
    this.#sourceDepth = this.#frames + 1;
  }

  /** A key of a list stands before it, and only objects around it. */
  #isListKey(): boolean {
    if (!LIST_KEYS.has(this.#lastKey) || this.#isOfValue) return false;
    for (let at = this.#frames; at < this.#open.length; at++)
      if (this.#open[at] !== BRACE_CLOSE) return false;
    return true;
  }

  #closeContainer(closer: number): void {
    this.#awaitsElement = false;
    this.#lastKey = '';
    this.#keep(closer);
    if (this.#deeper > 0) {
      this.#deeper--;
      return;
    }
    // A bracket too many, or the wrong one, is left to the reader of the entry.
    this.#open.pop();
    if (this.#isEntry && this.#open.length <= this.#frames) this.#handOn();
    if (this.#open.length < this.#frames) this.#frames = this.#open.length;
    if (this.#open.length >= this.#sourceDepth) return;
    this.#records.setFrameSource(null);
    this.#sourceDepth = 0;
  }

  #takeOther(byte: number): void {
    if (byte === COLON) this.#lastKey = decodeText(this.#key, 0, this.#keyLength);
    else if (byte > SPACE) {
      this.#awaitsElement = false;
      if (byte === COMMA) this.#lastKey = '';
    }
    this.#keep(byte === LF || byte === 0x0d ? SPACE : byte);
  }

  #begin(): void {
    this.#isEntry = true;
    this.#entryBytes = 0;
    this.#entryLine = this.#line;
    this.#frames = this.#open.length;
  }

  #keep(byte: number): void {
    if (!this.#isEntry) return;
    if (this.#entryBytes < MAX_LINE_BYTES) {
      if (this.#entryBytes === this.#entry.length) {
        const larger = new Uint8Array(this.#entry.length * 2);
        larger.set(this.#entry);
        this.#entry = larger;
      }
      this.#entry[this.#entryBytes] = byte;
    }
    this.#entryBytes++;
  }

  #handOn(): void {
    this.#isEntry = false;
    const lines = this.#entryLine - this.#countedLine;
    this.#countedLine = this.#entryLine;
    if (this.#entryBytes > MAX_LINE_BYTES) this.#records.entry(this.#entry, this.#entryBytes, lines);
    else if (!this.#handOnRow(lines) && !this.#handOnColumn(lines))
      this.#records.entry(this.#entry, this.#entryBytes, lines);
  }

  /** A row of a table, as an object with the names of the columns. False for other entries. */
  #handOnRow(lines: number): boolean {
    if (this.#columns === null || this.#entry[0] !== BRACKET_OPEN) return false;
    const values = valuesOf(this.#entry.subarray(0, this.#entryBytes));
    if (values.length !== this.#columns.length) return false;
    const members = this.#columns.map((name, i) => `${name}:${values[i]}`);
    const row = encodeText(`{${members.join(',')}}`);
    this.#records.entry(row, row.length, lines);
    return true;
  }

  /** Grafana hands out panels by column: a list of all lines, each of which is an entry. False for other entries. */
  #handOnColumn(lines: number): boolean {
    const bytes = this.#entry.subarray(0, this.#entryBytes);
    const elements = bytes[0] === BRACKET_OPEN ? longTextsOf(bytes) : [];
    for (const [i, [start, end]] of elements.entries())
      this.#records.entry(bytes.subarray(start, end), end - start, i === 0 ? lines : 0);
    return elements.length > 0;
  }
}

/** The elements of a list as they stand there. */
function valuesOf(bytes: Uint8Array): readonly string[] {
  const values: string[] = [];
  let at = skipJsonBlanks(bytes, 1, bytes.length);
  while (at < bytes.length && bytes[at] !== BRACKET_CLOSE) {
    const behind = skipJsonValue(bytes, at, bytes.length);
    if (behind < 0) return [];
    values.push(decodeText(bytes, at, behind));
    at = skipJsonBlanks(bytes, behind, bytes.length);
    if (bytes[at] === COMMA) at = skipJsonBlanks(bytes, at + 1, bytes.length);
  }
  return values;
}

/** Where the elements of a list lie if there are several and the first is a long text; else nothing. */
function longTextsOf(bytes: Uint8Array): readonly (readonly [number, number])[] {
  const elements: [number, number][] = [];
  let at = skipJsonBlanks(bytes, 1, bytes.length);
  while (bytes[at] === QUOTE) {
    const behind = skipJsonValue(bytes, at, bytes.length);
    if (behind < 0) return [];
    elements.push([at, behind]);
    const next = skipJsonBlanks(bytes, behind, bytes.length);
    if (bytes[next] !== COMMA) break;
    at = skipJsonBlanks(bytes, next + 1, bytes.length);
  }
  const [first] = elements;
  const isLong = first !== undefined && first[1] - first[0] >= LONG_TEXT_BYTES;
  return isLong && elements.length > 1 ? elements : [];
}

function continuesDocument(byte: number): boolean {
  return byte <= SPACE || byte === COMMA || byte === BRACE_OPEN || byte === BRACKET_OPEN;
}
