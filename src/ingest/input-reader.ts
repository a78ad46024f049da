import { skipJsonBlanks, skipJsonValue } from '../bytes/json.ts';
import { BACKSLASH, BRACE_CLOSE, BRACE_OPEN, BRACKET_OPEN, COMMA, QUOTE, SPACE } from '../bytes/number.ts';
import { decodeText } from '../bytes/text.ts';
import { readFrameSource } from './frame-source.ts';
import { LineReader, MAX_LINE_BYTES } from './lines.ts';
import type { RecordReader } from './record-reader.ts';

/** So much of an input tells whether it is lines or a document. */
export const HEAD_BYTES = 64 * 1024;
const FIRST_UNIT_BYTES = 4096;
/** Loki too has lists of texts, but those begin with a stamp. */
const LONG_TEXT_BYTES = 48;
const LF = 0x0a;
/** In UTF-8. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
const COLON = 0x3a;
const BRACKET_CLOSE = 0x5d;
/** Keys under which exports list their entries. */
const LISTS = [
  ...[
    'result',
    'results',
    'values',
    'streams',
    'hits',
    'events',
    'logEvents',
    'entries',
    'data',
    'logs',
    'records',
    'frames',
  ],
  ...['items', 'rows', 'messages', 'resourceLogs', 'scopeLogs', 'instrumentationLibraryLogs', 'logRecords'],
  ...['datarows', 'tables', 'columns', 'logEntry', 'log_entry', 'resource_logs', 'scope_logs', 'log_records'],
];
const LIST_KEYS: ReadonlySet<string> = new Set(LISTS);
const LONGEST_LIST_KEY = Math.max(...LISTS.map((key) => key.length));
const VALUE_KEYS: ReadonlySet<string> = new Set(['kvlistValue', 'kvlist_value', 'arrayValue', 'array_value']);
const HAS_LIST = new RegExp(`"(?:${LISTS.join('|')})"\\s*:\\s*\\[\\s*[{\\[]`);

/**
 * Reads an input that is lines, or a JSON document: one array, the answer of an interface with its entries in a list,
 * objects without line ends between them. A document is never held: each entry is handed on when it ends.
 */
export class InputReader {
  readonly #records: RecordReader;
  readonly #lines: LineReader;
  #head: Uint8Array | null = new Uint8Array(0);
  #document: DocumentReader | null = null;
  #documentBytes = 0;

  constructor(records: RecordReader) {
    this.#records = records;
    this.#lines = new LineReader(records);
  }

  /** Bytes pushed so far. */
  get bytes(): number {
    return this.#documentBytes + this.#lines.bytes;
  }

  get looksLikeUtf16(): boolean {
    return this.#lines.looksLikeUtf16;
  }

  push(chunk: Uint8Array): void {
    if (this.#head === null) {
      this.#pass(chunk);
      return;
    }
    // The usual log says with its first byte that it is no document.
    if (this.#head.length === 0 && !mayOpenDocument(chunk)) {
      this.#head = null;
      this.#pass(chunk);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    if (this.#head.length >= HEAD_BYTES) this.#decide(this.#head);
  }

  /** Call once, after the last chunk. */
  end(): void {
    if (this.#head !== null) this.#decide(this.#head);
    this.#document?.end();
    this.#lines.end();
    this.#records.end();
  }

  #decide(head: Uint8Array): void {
    this.#head = null;
    const start = skipMark(head);
    if (!isDocument(head.subarray(start))) {
      this.#pass(head);
      return;
    }
    this.#document = new DocumentReader(this.#records);
    this.#documentBytes += start;
    this.#pass(head.subarray(start));
  }

  #pass(chunk: Uint8Array): void {
    if (this.#document === null) {
      this.#lines.push(chunk);
      return;
    }
    const taken = this.#document.push(chunk);
    this.#documentBytes += taken;
    if (taken === chunk.length) return;
    // What is no JSON ends the document; lines may follow it.
    this.#document.end();
    this.#document = null;
    this.#lines.push(chunk.subarray(taken));
  }
}

/** Offset behind the byte order mark, or behind what a small chunk holds of it. */
function skipMark(bytes: Uint8Array): number {
  let at = 0;
  while (at < BYTE_ORDER_MARK.length && bytes[at] === BYTE_ORDER_MARK[at]) at++;
  return at === BYTE_ORDER_MARK.length || at === bytes.length ? at : 0;
}

function mayOpenDocument(bytes: Uint8Array): boolean {
  const byte = bytes[skipJsonBlanks(bytes, skipMark(bytes), bytes.length)];
  return byte === undefined || byte === BRACE_OPEN || byte === BRACKET_OPEN;
}

/** True when the first bytes of an input are those of a document, which cannot be cut into lines. */
export function isDocument(head: Uint8Array): boolean {
  const { length } = head;
  const at = skipJsonBlanks(head, 0, length);
  if (head[at] === BRACKET_OPEN) {
    const first = head[skipJsonBlanks(head, at + 1, length)];
    return first === BRACE_OPEN || first === BRACKET_OPEN || first === QUOTE;
  }
  if (head[at] !== BRACE_OPEN) return false;
  const behind = skipJsonValue(head, at, length);
  if (behind < 0 && head.indexOf(LF) < 0) return length >= HEAD_BYTES || hasList(head, length);
  return hasList(head, behind < 0 ? length : behind) || (behind > 0 && head[behind] === BRACE_OPEN);
}

function hasList(head: Uint8Array, end: number): boolean {
  return HAS_LIST.test(decodeText(head, 0, end));
}

/** Walks through a document and hands each entry on as a line. */
class DocumentReader {
  readonly #records: RecordReader;
  /** Containers that are open, with the byte that closes each; those of the entry itself come last. */
  readonly #open: number[] = [];
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

  constructor(records: RecordReader) {
    this.#records = records;
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
    if (this.#entryBytes > MAX_LINE_BYTES || !this.#handOnColumn(lines))
      this.#records.entry(this.#entry, this.#entryBytes, lines);
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
