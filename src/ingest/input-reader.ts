import {
  columnsOf,
  HEAD_BYTES,
  isDocument,
  isTableByColumn,
  mayOpenDocument,
  skipMark,
} from './document-head.ts';
import { DocumentReader } from './document-reader.ts';
import { LineReader } from './lines.ts';
import type { RecordReader } from './record-reader.ts';

/**
 * Reads an input that is lines, or a JSON document: one array, the answer of an interface with its entries in a list,
 * objects without line ends between them. A document is never held: each entry is handed on when it ends.
 */
export class InputReader {
  readonly #records: RecordReader;
  #lines: LineReader;
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
    const text = head.subarray(start);
    if (isTableByColumn(text)) this.#refuseLines();
    else if (isDocument(text)) {
      this.#document = new DocumentReader(this.#records, columnsOf(text));
      this.#documentBytes += start;
      this.#pass(text);
      return;
    }
    this.#pass(head);
  }

  /** None of the lines is a record, though the names in them may be those of fields. */
  #refuseLines(): void {
    const records = this.#records;
    this.#lines = new LineReader({
      skim: (_, at) => at,
      line: (bytes, start, end) => records.refuse(bytes, start, end),
      overlong: (bytes, byteLength) => records.overlong(bytes, byteLength),
    });
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
