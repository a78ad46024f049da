import { BACKSLASH, BRACE_CLOSE, BRACE_OPEN, QUOTE, SPACE } from '../bytes/number.ts';
import { copyBytes } from '../bytes/text.ts';

/** A pretty-printed Istio record has some 30 lines. */
const MAX_JSON_LINES = 256;
const MAX_TEXT_LINES = 16;
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
  #braces = new BraceCounter();
  /** Takes every line end for the end of a string, as damage would have it. */
  #plainBraces = new BraceCounter();
  #breaksString = false;
  #endsAtMargin = false;

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
    this.#braces = new BraceCounter();
    this.#plainBraces = new BraceCounter();
    this.#breaksString = false;
    this.#keep(bytes, start, end, line);
  }

  /** A line end falls within a string of the JSON: it was wrapped, not printed so. */
  get breaksString(): boolean {
    return this.#breaksString;
  }

  /** Takes the next line if there is room; false means that the record ends before it. */
  take(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    const isFull =
      this.#kept.length >= (this.isJson ? MAX_JSON_LINES : MAX_TEXT_LINES) ||
      this.#bytes + end - start > MAX_BYTES;
    if (isFull) return false;
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
    const { depth, inString } = this.#braces;
    return this.isJson && ((depth <= 0 && !inString) || (this.#plainBraces.depth <= 0 && this.#endsAtMargin));
  }

  /** The kept lines; the assembler is then empty. */
  finish(): readonly KeptLine[] {
    const kept = this.#kept;
    this.#kept = [];
    return kept;
  }

  #keep(bytes: Uint8Array, start: number, end: number, line: number): void {
    this.#kept.push({ bytes: copyBytes(bytes, start, end), line });
    this.#bytes += end - start;
    if (this.isJson) this.#countBraces(bytes, start, end);
  }

  #countBraces(bytes: Uint8Array, start: number, end: number): void {
    this.#braces.scan(bytes, start, end);
    this.#plainBraces.scan(bytes, start, end);
    this.#plainBraces.inString = false;
    this.#breaksString ||= this.#braces.inString;
    const at = skipMarks(bytes, start, end);
    this.#endsAtMargin = bytes[at] === BRACE_CLOSE && skipMarks(bytes, at + 1, end) === end;
  }
}

class BraceCounter {
  depth = 0;
  inString = false;

  scan(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) this.inString = !this.inString;
      else if (byte === BACKSLASH) at++;
      else if (!this.inString && byte === BRACE_OPEN) this.depth++;
      else if (!this.inString && byte === BRACE_CLOSE) this.depth--;
    }
  }
}

/** True for the first byte of a line that shows it to go on with the one before: a mail quote, an indent, a quoted value. */
export function continuesText(first: number | undefined): boolean {
  return first === GREATER_THAN || first === QUOTE || (first !== undefined && first <= SPACE);
}

/** Lines as one, parted by blanks; text without the mail quotes and indents that its lines begin with. */
export function joinLines(lines: readonly KeptLine[], isJson: boolean): Uint8Array {
  const parts = lines.map(({ bytes }) =>
    isJson ? bytes : bytes.subarray(skipMarks(bytes, 0, bytes.length)),
  );
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length + 1, -1));
  let at = 0;
  for (const part of parts) {
    if (at > 0) joined[at++] = SPACE;
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** From the mail quotes and blanks that a line begins with to what follows them. */
function skipMarks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === GREATER_THAN || (bytes[at] ?? 0) <= SPACE)) at++;
  return at;
}
