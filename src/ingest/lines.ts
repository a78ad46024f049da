import type { LineBlock } from '../model/line-block.ts';

/** Longest line that is handed on whole, in bytes without its line end; real access lines stay below 64 KiB. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** Takes the lines of one input, in order. Spans and heads are valid only during the call. */
export interface LineSink {
  /**
   * Offered whole lines before they are cut: takes as many from `at` on as need no closer look, and returns the offset
   * of the first that it does not take, or the block's end.
   */
  skim(block: LineBlock, at: number): number;
  /** One line, without `\n` and without one `\r` before it; empty lines come too (start = end). */
  line(bytes: Uint8Array, start: number, end: number): void;
  /** A line over the cap: its first bytes up to the cap, and its whole length without the line end. */
  overlong(head: Uint8Array, byteLength: number): void;
}

const LF = 10;
const CR = 13;
const BOM = [0xef, 0xbb, 0xbf] as const;
const FIRST_CARRY_BYTES = 4096;
/** `\r\n`. */
const LINE_END_BYTES = 2;

/**
 * Cuts chunks into lines, the same ones wherever the chunks are cut. Bytes are passed through as they are: NUL and
 * invalid UTF-8 are the parser's business. A last line without `\n` counts, and loses a `\r` at its end too.
 */
export class LineReader {
  readonly #sink: LineSink;
  readonly #maxLineBytes: number;
  #bytes = 0;
  /** The first bytes of the input are held back until it is clear whether they are a byte order mark. */
  #opening: number[] | undefined = [];
  #looksLikeUtf16 = false;
  /** A plain array like the chunks that the sink gets: two kinds of array would halve the speed of every scanner. */
  #carry: Uint8Array;
  /** Length of the unfinished line so far, which may be more than the carry keeps of it. */
  #pendingBytes = 0;
  #pendingLast = 0;

  constructor(sink: LineSink, maxLineBytes: number = MAX_LINE_BYTES) {
    this.#sink = sink;
    this.#maxLineBytes = maxLineBytes;
    this.#carry = new Uint8Array(Math.min(FIRST_CARRY_BYTES, maxLineBytes + LINE_END_BYTES));
  }

  /** Bytes pushed so far, byte order mark and line ends included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The input begins with a UTF-16 byte order mark, so nothing in it will parse (PowerShell's `>` writes such files). */
  get looksLikeUtf16(): boolean {
    return this.#looksLikeUtf16;
  }

  /** Hands on every line that ends within the chunk. The chunk may be reused afterwards. */
  push(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    if (this.#opening === undefined) this.#scan(buffer, 0);
    else this.#open(buffer, this.#opening);
  }

  /** Hands on the last line if it lacks its line end. Call once, after the last chunk. */
  end(): void {
    if (this.#opening !== undefined) this.#settleOpening(this.#opening);
    if (this.#pendingBytes > 0) this.#finishPending(false);
  }

  #open(buffer: Buffer, opening: number[]): void {
    let at = 0;
    while (opening.length < BOM.length && at < buffer.length) opening.push(buffer[at++] ?? 0);
    if (opening.length < BOM.length) return;
    // All of it lies in this chunk: scan in place, so that even the first line is not copied.
    if (at === BOM.length) {
      this.#opening = undefined;
      this.#noteUtf16(opening);
      this.#scan(buffer, isBom(opening) ? at : 0);
      return;
    }
    this.#settleOpening(opening);
    this.#scan(buffer, at);
  }

  #settleOpening(opening: number[]): void {
    this.#opening = undefined;
    this.#noteUtf16(opening);
    if (!isBom(opening)) this.#scan(Buffer.from(opening), 0);
  }

  #noteUtf16([first, second]: readonly number[]): void {
    this.#looksLikeUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  }

  #scan(buffer: Buffer, from: number): void {
    let start = from;
    // Buffer's own indexOf reaches memchr; a loop over the bytes is ten times slower.
    let lf = buffer.indexOf(LF, start);
    if (lf !== -1 && this.#pendingBytes > 0) {
      this.#keep(buffer, start, lf);
      this.#finishPending(true);
      start = lf + 1;
    }
    const sink = this.#sink;
    const max = this.#maxLineBytes;
    // A plain view for the sink: spans of a Buffer cost three times as much to cut out.
    const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
    const block = { bytes, start, end: buffer.lastIndexOf(LF) + 1, skimmed: 0 };
    while (start < block.end) {
      start = sink.skim(block, start);
      if (start >= block.end) break;
      lf = buffer.indexOf(LF, start);
      const end = lf > start && buffer[lf - 1] === CR ? lf - 1 : lf;
      if (end - start <= max) sink.line(bytes, start, end);
      else sink.overlong(bytes.subarray(start, start + max), end - start);
      start = lf + 1;
    }
    this.#keep(buffer, start, buffer.length);
  }

  /** Appends to the unfinished line, storing no more than one byte over the cap: that byte may be a `\r`. */
  #keep(buffer: Buffer, start: number, end: number): void {
    if (start >= end) return;
    const room = this.#maxLineBytes + 1 - this.#pendingBytes;
    if (room > 0) {
      const stop = Math.min(end, start + room);
      this.#reserve(this.#pendingBytes + stop - start);
      buffer.copy(this.#carry, this.#pendingBytes, start, stop);
    }
    this.#pendingBytes += end - start;
    this.#pendingLast = buffer[end - 1] ?? 0;
  }

  /** Hands on the line that several chunks made up. */
  #finishPending(hasLineEnd: boolean): void {
    const kept = this.#pendingBytes;
    const byteLength = this.#pendingLast === CR ? kept - 1 : kept;
    this.#pendingBytes = 0;
    if (byteLength > this.#maxLineBytes) {
      this.#sink.overlong(this.#carry.subarray(0, this.#maxLineBytes), byteLength);
      return;
    }
    if (!hasLineEnd || !this.#skimPending(kept)) this.#sink.line(this.#carry, 0, byteLength);
  }

  /** Offers the line as a block of its own: a closer look at one line of each chunk would take longer than the others. */
  #skimPending(length: number): boolean {
    this.#reserve(length + 1);
    this.#carry[length] = LF;
    const block = { bytes: this.#carry, start: 0, end: length + 1, skimmed: 0 };
    return this.#sink.skim(block, 0) === block.end;
  }

  #reserve(needed: number): void {
    if (needed <= this.#carry.length) return;
    // Doubling keeps the copying linear; the cap keeps a file without line ends from eating the memory.
    const size = Math.min(Math.max(needed, this.#carry.length * 2), this.#maxLineBytes + LINE_END_BYTES);
    const larger = new Uint8Array(size);
    larger.set(this.#carry);
    this.#carry = larger;
  }
}

function isBom(opening: readonly number[]): boolean {
  return BOM.every((byte, at) => opening[at] === byte);
}
