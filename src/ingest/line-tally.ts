import { decodeText } from '../bytes/text.ts';
import type { LineCounts, RejectedLine } from '../model/aggregate.ts';
import { NO_LINES } from '../model/line-counts.ts';

const MAX_REJECTED_PER_REASON = 3;
const MAX_SHOWN_BYTES = 512;

type Counts = { -readonly [K in keyof LineCounts]: number };

/** What a line with entries of a document can count as. */
const ENTRY_KINDS = ['records', 'proxyLog', 'failed', 'unrecognised', 'overlong', 'blank'] as const;
/** What a record can be besides. */
const SUBSETS = ['partial', 'outsideWindow', 'duplicates'] as const;
type EntryKind = (typeof ENTRY_KINDS)[number];

/** Accounts for every line of one input, and keeps the first that were not understood. */
export class LineTally {
  readonly counts: Counts = { ...NO_LINES };
  readonly rejected: RejectedLine[] = [];
  readonly #rejections = new Map<string, number>();
  #lineKind: EntryKind | undefined;

  overlong(head: Uint8Array, byteLength: number): void {
    this.counts.overlong++;
    const text = decodeText(head, 0, Math.min(head.length, MAX_SHOWN_BYTES));
    this.#note('OVERLONG', this.counts.read, `${text}… (${byteLength} bytes)`);
  }

  /** A line that became no record; `reason` is null when it does not look like one either. */
  reject(bytes: Uint8Array, start: number, end: number, line: number, reason: string | null): void {
    if (reason === null) this.counts.unrecognised++;
    else this.counts.failed++;
    const text = decodeText(bytes, start, Math.min(end, start + MAX_SHOWN_BYTES));
    this.#note(reason ?? 'UNRECOGNISED', line, text);
  }

  /** Lines that only hold entries of a document, or go on with one. */
  continueDocument(lines: number): void {
    this.counts.read += lines;
    this.counts.continuation += lines;
  }

  /**
   * Counts an entry of a document, which `read` reads as if it were a line, `lines` lines behind the last one: 0 where
   * several stand on a line, which counts once, as the best that is on it.
   */
  entry(lines: number, read: () => void): void {
    if (lines > 1) this.continueDocument(lines - 1);
    const before = { ...this.counts };
    if (lines === 0) this.counts.read--;
    read();
    const kind = ENTRY_KINDS.find((name) => this.counts[name] > before[name]);
    if (lines === 0) this.#settleShared(before, kind);
    else this.#lineKind = kind;
  }

  #settleShared(before: LineCounts, kind: EntryKind | undefined): void {
    const subset = SUBSETS.find((name) => this.counts[name] > before[name]);
    Object.assign(this.counts, before);
    if (kind !== 'records' || this.#lineKind === 'records' || this.#lineKind === undefined) return;
    this.counts[this.#lineKind]--;
    this.counts.records++;
    if (subset !== undefined) this.counts[subset]++;
    this.#lineKind = 'records';
  }

  #note(reason: string, line: number, text: string): void {
    const seen = this.#rejections.get(reason) ?? 0;
    this.#rejections.set(reason, seen + 1);
    if (seen < MAX_REJECTED_PER_REASON) this.rejected.push({ reason, line, text });
  }
}
