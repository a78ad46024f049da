import { BACKSLASH, BRACE_CLOSE, BRACE_OPEN, QUOTE, SPACE } from '../bytes/number.ts';
import { copyBytes } from '../bytes/text.ts';

/** A pretty-printed Istio record has some 30 lines. */
const MAX_JSON_LINES = 256;
const MAX_TEXT_LINES = 12;
const MAX_BYTES = 256 * 1024;
const GREATER_THAN = 0x3e;

/** A physical line that was kept because a record may go on behind it. */
export interface KeptLine {
  readonly bytes: Uint8Array;
  readonly line: number;
}

/** Joins the physical lines of one record: pretty-printed JSON, or a text line that a mail or ticket system wrapped. */
export class LineAssembler {
  #kind: 'json' | 'text' = 'text';
  #kept: KeptLine[] = [];
  #bytes = 0;
  #depth = 0;
  #inString = false;

  get isOpen(): boolean {
    return this.#kept.length > 0;
  }

  get isJson(): boolean {
    return this.#kind === 'json';
  }

  begin(kind: 'json' | 'text', bytes: Uint8Array, start: number, end: number, line: number): void {
    this.#kind = kind;
    this.#kept = [];
    this.#bytes = 0;
    this.#depth = 0;
    this.#inString = false;
    this.#keep(bytes, start, end, line);
  }

  /** Takes the next line if it can belong to the record; false means that the record ends before it. */
  take(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    const isFull =
      this.#kept.length >= (this.isJson ? MAX_JSON_LINES : MAX_TEXT_LINES) ||
      this.#bytes + end - start > MAX_BYTES;
    if (isFull || (!this.isJson && !continuesText(bytes[start]))) return false;
    this.#keep(bytes, start, end, line);
    return true;
  }

  /** True for a line that begins with a quote while what was kept has none: it goes on with the request. */
  awaits(bytes: Uint8Array, start: number, end: number): boolean {
    const [only, ...others] = this.#kept;
    if (this.isJson || only === undefined || others.length > 0) return false;
    return !only.bytes.includes(QUOTE) && bytes[skipMarks(bytes, start, end)] === QUOTE;
  }

  /** True when the braces of a JSON record are balanced. A text record is never known to be complete. */
  get isComplete(): boolean {
    return this.isJson && this.#depth <= 0;
  }

  /** The kept lines, and the record in one line; the assembler is then empty. */
  finish(): { readonly kept: readonly KeptLine[]; readonly joined: Uint8Array } {
    const kept = this.#kept;
    const parts = kept.map(({ bytes }) =>
      this.isJson ? bytes : bytes.subarray(skipMarks(bytes, 0, bytes.length)),
    );
    const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length + 1, -1));
    let at = 0;
    for (const part of parts) {
      if (at > 0) joined[at++] = SPACE;
      joined.set(part, at);
      at += part.length;
    }
    this.#kept = [];
    return { kept, joined };
  }

  #keep(bytes: Uint8Array, start: number, end: number, line: number): void {
    this.#kept.push({ bytes: copyBytes(bytes, start, end), line });
    this.#bytes += end - start;
    if (this.isJson) this.#countBraces(bytes, start, end);
  }

  #countBraces(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) this.#inString = !this.#inString;
      else if (byte === BACKSLASH) at++;
      else if (!this.#inString && byte === BRACE_OPEN) this.#depth++;
      else if (!this.#inString && byte === BRACE_CLOSE) this.#depth--;
    }
    // JSON strings cannot span lines: a quote left open is damage, not a string.
    this.#inString = false;
  }
}

/** Wrapped lines go on behind a mail quote, an indent or a quoted value. */
function continuesText(first: number | undefined): boolean {
  return first === GREATER_THAN || first === QUOTE || (first !== undefined && first <= SPACE);
}

/** From the mail quotes and blanks that a line begins with to what follows them. */
function skipMarks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === GREATER_THAN || (bytes[at] ?? 0) <= SPACE)) at++;
  return at;
}
