import { closeSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { logNameOf } from '../model/log-source.ts';
import { detectPacking } from './compression.ts';
import { HEAD_BYTES, isDocument } from './document-head.ts';
import type { InputSource } from './inputs.ts';
import { MIN_PARALLEL_BYTES } from './parallel.ts';
import { isStartTimeAt } from './record-start.ts';

/** About what one thread reads while another starts and, at the end, hands over its aggregate. */
const HEAD_START_BYTES = 8 * 1024 * 1024;
/** How far behind the middle of a file a line is looked for that begins a record. */
const CUT_WINDOW_BYTES = 256 * 1024;
/** What is read at once, so that it fits into the cache of a processor. */
const CHUNK_BYTES = 256 * 1024;
/** A hundredth of a second. */
const CHUNKS_AT_ONCE = 16;
/** Control bytes within so many bytes tell a packed file. */
const MAGIC_BYTES = 8;
const LF = 0x0a;
const PRINTABLE = 0x20;
/** A brace or bracket alone on the first line. */
const PRETTY = /^\s*[{[]\s*\n/;
/** A record behind a longer prefix is no place to cut. */
const MAX_PREFIX_BYTES = 256;

/** A stretch of a plain file that begins and ends at line ends; `end` is exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** An input, or the stretch of one that a part reads. */
export interface PartInput {
  readonly source: InputSource;
  readonly range: ByteRange | null;
}

/**
 * Shares inputs out among up to `hands` readers, in order: merged in this order they give the whole. One part unless
 * there is enough to do and all of it lies in plain files.
 */
export async function planParts(
  sources: readonly InputSource[],
  hands: number,
): Promise<readonly (readonly PartInput[])[]> {
  const whole = [sources.map((source) => ({ source, range: null }))];
  const sizes = sources.map((source) => (source.kind === 'file' ? source.bytes : 0));
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const count = Math.min(hands, Math.floor(total / (MIN_PARALLEL_BYTES / 2)));
  if (count < 2 || total < MIN_PARALLEL_BYTES || sources.some((source) => source.kind !== 'file'))
    return whole;
  const parts: PartInput[][] = Array.from({ length: count }, () => []);
  let before = 0;
  let lastPart = 0;
  for (const [i, source] of sources.entries()) {
    const bytes = sizes[i] ?? 0;
    const bounds = partBounds(total, count);
    const firstPart = bounds.filter((bound) => bound <= before).length;
    const goals = bounds.map((bound) => bound - before).filter((goal) => goal > 0 && goal < bytes);
    const lead = lastPart < firstPart ? await findLead(sources[i - 1], source) : 0;
    if (lead > 0) parts[lastPart]?.push({ source, range: { start: 0, end: lead } });
    const starts = await findStarts(source, goals);
    for (const [k, range] of toRanges(starts, lead)) {
      lastPart = firstPart + k;
      parts[lastPart]?.push({ source, range });
    }
    before += bytes;
  }
  return parts.filter((part) => part.length > 0);
}

/** Where all parts but the first would begin, in bytes of all inputs. The first is read while the other threads start. */
function partBounds(total: number, count: number): readonly number[] {
  const shared = total - HEAD_START_BYTES;
  return Array.from(
    { length: count - 1 },
    (_, part) => HEAD_START_BYTES + Math.floor((shared * (part + 1)) / count),
  );
}

/**
 * Where the first record of a file begins, if the file before it is of the same log and ends within a line: what stands
 * before may be the rest of that line, and is left to who reads it. Else 0.
 */
async function findLead(previous: InputSource | undefined, source: InputSource): Promise<number> {
  if (previous === undefined || logNameOf(previous.path) !== logNameOf(source.path)) return 0;
  if (!(await endsWithinLine(previous))) return 0;
  const [start = null] = await findStarts(source, [0]);
  return start ?? 0;
}

/** A packed file does, as far as one can see without unpacking it. */
async function endsWithinLine(source: InputSource): Promise<boolean> {
  if (source.kind !== 'file' || source.bytes === 0) return false;
  const handle = await open(source.path).catch(() => null);
  if (handle === null) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, source.bytes - 1);
    return bytesRead === 1 && buffer[0] !== LF;
  } finally {
    await handle.close();
  }
}

/** For each goal the offset of a line near it that begins a record, or null; empty when the file has to stay whole. */
async function findStarts(
  source: InputSource,
  goals: readonly number[],
): Promise<readonly (number | null)[]> {
  if (goals.length === 0) return [];
  const handle = await open(source.path).catch(() => null);
  if (handle === null) return [];
  try {
    if (!(await isPlainText(handle))) return [];
    return await Promise.all(goals.map((goal) => findRecordLine(handle, goal)));
  } finally {
    await handle.close();
  }
}

/**
 * The stretches between the starts that were found, from `lead` on, each with its place among the parts that the file
 * reaches into.
 */
function toRanges(
  starts: readonly (number | null)[],
  lead: number,
): readonly (readonly [number, ByteRange | null])[] {
  const cuts = [lead, ...starts].flatMap((start, k) => (start === null ? [] : [{ start, k }]));
  if (cuts.length === 1 && lead === 0) return [[0, null]];
  return cuts.map(({ start, k }, i) => [k, { start, end: cuts[i + 1]?.start ?? Number.POSITIVE_INFINITY }]);
}

/** Packed files begin with control bytes, UTF-16 with bytes above ASCII; a JSON document has no lines to cut at. */
async function isPlainText(handle: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  const head = buffer.subarray(0, bytesRead);
  // The first bytes of a tar archive are text.
  if (detectPacking(head).kind !== 'plain') return false;
  return (
    bytesRead > 0 && !isDocument(head) && !isPretty(head) && head.subarray(0, MAGIC_BYTES).every(isTextByte)
  );
}

/** Objects over several lines each: their lines may hold what a record begins with. */
function isPretty(head: Uint8Array): boolean {
  return PRETTY.test(
    Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, MAGIC_BYTES)).toString('latin1'),
  );
}

function isTextByte(byte: number): boolean {
  return byte === LF || byte === 0x09 || byte === 0x0d || (byte >= PRINTABLE && byte < 0x7f);
}

/** Offset of the first line behind `goal` that begins a record; null when none is near. */
async function findRecordLine(handle: FileHandle, goal: number): Promise<number | null> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(CUT_WINDOW_BYTES), 0, CUT_WINDOW_BYTES, goal);
  const bytes = buffer.subarray(0, bytesRead);
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    if (beginsRecord(bytes, at + 1)) return goal + at + 1;
  }
  return null;
}

/** A start time in brackets behind at most a prefix, or a JSON object with its first key on the same line. */
export function beginsRecord(bytes: Uint8Array, start: number): boolean {
  if (bytes[start] === 0x7b && bytes[start + 1] === 0x22) return true;
  const stop = Math.min(bytes.length, start + MAX_PREFIX_BYTES);
  for (let at = start; at < stop && bytes[at] !== LF; at++)
    if (isStartTimeAt(bytes, at, bytes.length)) return true;
  return false;
}

/** The bytes of a stretch. A chunk is valid until the next one is asked for. */
export async function* readRange(
  path: string,
  { start, end }: ByteRange,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    for (let at = start, chunks = 1; ; chunks++) {
      // Not by another thread: what this one has read itself is at hand when it looks at it, and the system reads ahead.
      // Signals and messages are heard now and then.
      if (chunks % CHUNKS_AT_ONCE === 0) await setImmediate();
      const bytesRead = signal?.aborted ? 0 : readSync(file, buffer, 0, Math.min(CHUNK_BYTES, end - at), at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    closeSync(file);
  }
}
