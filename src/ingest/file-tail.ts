import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { readSpan } from './read-span.ts';

/** As many bytes before an offset tell two logs apart; lines carry times and request ids. */
export const TAIL_BYTES = 4096;
const LINES_KEPT = 4;
const SEARCH_BYTES = 256 * 1024;
const LF = 0x0a;

/** What is remembered of the bytes before an offset. */
export interface Tail {
  readonly tail: string;
  readonly lastLines: readonly string[];
}

export function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}

/** The tail of bytes that end at an offset. */
export function tailOf(bytes: Uint8Array): Tail {
  const window = bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES));
  const lines: string[] = [];
  let end = window.at(-1) === LF ? window.length - 1 : window.length;
  while (end > 0 && lines.length < LINES_KEPT) {
    const before = window.lastIndexOf(LF, end - 1);
    // What the window cut off is no whole line.
    if (before === -1 && window.length < bytes.length) break;
    lines.unshift(hashBytes(window.subarray(before + 1, end)));
    end = before;
  }
  return { tail: hashBytes(window), lastLines: lines };
}

/** Offset behind the last line end in the span, or `start` when there is none. */
export async function findLastLineEnd(handle: FileHandle, start: number, end: number): Promise<number> {
  for (let stop = end; stop > start; ) {
    const from = Math.max(start, stop - SEARCH_BYTES);
    const at = (await readSpan(handle, from, stop)).lastIndexOf(LF);
    if (at !== -1) return from + at + 1;
    stop = from;
  }
  return start;
}

/** Offset behind the first line end at or after `start`; null when there is none. */
export async function findFirstLineEnd(
  handle: FileHandle,
  start: number,
  end: number,
): Promise<number | null> {
  for (let from = start; from < end; from += SEARCH_BYTES) {
    const at = (await readSpan(handle, from, Math.min(end, from + SEARCH_BYTES))).indexOf(LF);
    if (at !== -1) return from + at + 1;
  }
  return null;
}

/** The same in bytes at hand, for a log that was fetched anew: offset behind the lines known, or null. */
export class LineFinder {
  readonly #wanted: readonly string[];
  readonly #recent: string[] = [];
  #carry: Uint8Array = new Uint8Array(0);
  #at = 0;
  #found: number | null = null;

  constructor(lastLines: readonly string[]) {
    this.#wanted = lastLines;
  }

  /** Offset behind the last place where the lines stand in their order, as many of them as the log still holds. */
  get found(): number | null {
    return this.#found;
  }

  push(chunk: Uint8Array): void {
    const bytes = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk]);
    let start = 0;
    for (let lf = bytes.indexOf(LF); lf !== -1; lf = bytes.indexOf(LF, start)) {
      this.#take(bytes.subarray(start, lf), this.#at + lf + 1);
      start = lf + 1;
    }
    this.#carry = bytes.slice(start);
    this.#at += start;
  }

  #take(line: Uint8Array, end: number): void {
    this.#recent.push(hashBytes(line));
    if (this.#recent.length > this.#wanted.length) this.#recent.shift();
    const wanted = this.#wanted.slice(this.#wanted.length - this.#recent.length);
    if (wanted.length > 0 && wanted.every((hash, i) => hash === this.#recent[i])) this.#found = end;
  }
}
