import { type FileHandle, open } from 'node:fs/promises';
import { describeSystemError, readErrorCode } from '../model/system-error.ts';
import { UserError } from '../model/user-error.ts';
import type { CompressionMethod } from './compression.ts';
import { detectPacking } from './compression.ts';
import { decompress } from './decompress.ts';
import { hashBytes, TAIL_BYTES, type Tail, tailOf } from './file-tail.ts';
import { identityOf, type LogHandles } from './log-handles.ts';
import { readSpan } from './read-span.ts';

const CHUNK_BYTES = 512 * 1024;
/** So much tells also a tar archive. */
const HEAD_BYTES = 512;

/** A log that was opened: what happens to its name afterwards does not matter. */
export interface LogFile {
  readonly path: string;
  readonly handle: () => Promise<FileHandle>;
  /** Device and inode. */
  readonly identity: string;
  readonly size: number;
  readonly modifiedMs: number;
  /** How it is compressed; null when it is plain. */
  readonly packedBy: CompressionMethod | null;
}

/**
 * Opens a plain or compressed log; null when it is something else, such as an archive, or cannot be opened.
 *
 * @throws UserError UNREADABLE_INPUT when the process cannot open any more files: that says nothing of this one.
 */
export async function openLogFile(path: string, handles: LogHandles): Promise<LogFile | null> {
  const handle = await open(path).catch((error: unknown) => {
    if (isShortOfHandles(error)) throw tooManyOpen(path, error);
    return null;
  });
  if (handle === null) return null;
  const facts = await handle.stat({ bigint: true });
  const head = await readSpan(handle, 0, HEAD_BYTES);
  const packing = detectPacking(head);
  const identity = identityOf(facts);
  await handles.keep(identity, handle);
  const file: LogFile = {
    path,
    handle: () => handles.get(identity, path),
    identity,
    size: Number(facts.size),
    modifiedMs: Number(facts.mtimeMs),
    packedBy: packing.kind === 'compressed' ? packing.method : null,
  };
  const isLog =
    facts.isFile() && (packing.kind === 'plain' || (packing.kind === 'compressed' && (await holdsLog(file))));
  return isLog ? file : null;
}

function isShortOfHandles(error: unknown): boolean {
  const code = readErrorCode(error);
  return code === 'EMFILE' || code === 'ENFILE';
}

function tooManyOpen(path: string, cause: unknown): UserError {
  return new UserError({
    code: 'UNREADABLE_INPUT',
    message: `cannot read ${path}: ${describeSystemError(cause)}`,
    hint: 'Nothing was counted. Raise the limit (ulimit -n), and run again.',
    cause,
  });
}

/** False for an archive that was compressed as a whole. */
async function holdsLog(file: LogFile): Promise<boolean> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readLogFile(file, { start: 0, end: HEAD_BYTES }, () => undefined))
    chunks.push(chunk);
  return detectPacking(Buffer.concat(chunks)).kind === 'plain';
}

/** Bytes of the file, unpacked, from one offset to before another. */
export async function* readLogFile(
  file: LogFile,
  span: { readonly start: number; readonly end: number },
  report: (damage: string) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (file.packedBy === null) return yield* readPlain(file, span);
  let at = 0;
  for await (const chunk of decompress(
    file.packedBy,
    readPlain(file, { start: 0, end: file.size }),
    report,
  )) {
    const from = Math.max(0, span.start - at);
    const to = Math.min(chunk.length, span.end - at);
    if (from < to) yield chunk.subarray(from, to);
    at += chunk.length;
    if (at >= span.end) return;
  }
}

async function* readPlain(
  file: LogFile,
  { start, end }: { readonly start: number; readonly end: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = start; at < end; at += CHUNK_BYTES) {
    const stop = Math.min(end, at + CHUNK_BYTES);
    const chunk = await readSpan(await file.handle(), at, stop);
    // What is missing has been copied elsewhere, where the next run finds it.
    if (chunk.length < stop - at) throw cutShort(file.path);
    yield chunk;
  }
}

/** The log was emptied under our hands. */
export function cutShort(path: string): UserError {
  return new UserError({
    code: 'UNREADABLE_INPUT',
    message: `${path} was cut short while it was read`,
    hint: 'Nothing was counted. Run again: what is left of the log and what it was rotated to are read then.',
  });
}

/** What a file holds at its end, and before each of some offsets. */
export interface Content {
  /** Length when unpacked. */
  readonly length: number;
  readonly isDamaged: boolean;
  /** Hash of the last bytes before the offset, for those offsets that lie in the file. */
  readonly tails: ReadonlyMap<number, string>;
}

/** Hashes before the offsets; packed files have to be unpacked for that. */
export async function inspectContent(file: LogFile, offsets: readonly number[]): Promise<Content> {
  if (file.packedBy !== null) return inspectPacked(file, offsets);
  const tails = new Map<number, string>();
  for (const offset of new Set(offsets)) {
    if (offset > file.size) continue;
    tails.set(
      offset,
      hashBytes(await readSpan(await file.handle(), Math.max(0, offset - TAIL_BYTES), offset)),
    );
  }
  return { length: file.size, isDamaged: false, tails };
}

async function inspectPacked(file: LogFile, offsets: readonly number[]): Promise<Content> {
  const tails = new Map<number, string>();
  let isDamaged = false;
  let length = 0;
  let window: Uint8Array = new Uint8Array(0);
  const everything = { start: 0, end: Number.POSITIVE_INFINITY };
  for await (const chunk of readLogFile(file, everything, () => {
    isDamaged = true;
  })) {
    const both = Buffer.concat([window, chunk]);
    const base = length - window.length;
    for (const offset of offsets) {
      if (offset <= length || offset > length + chunk.length) continue;
      const end = offset - base;
      tails.set(offset, hashBytes(both.subarray(Math.max(0, end - TAIL_BYTES), end)));
    }
    length += chunk.length;
    window = both.subarray(Math.max(0, both.length - TAIL_BYTES));
  }
  return { length, isDamaged, tails };
}

/** The tail of the file before an offset, as it is remembered. */
export async function readTail(file: LogFile, offset: number): Promise<Tail> {
  // One byte more, so that it shows whether the first line of the window is whole.
  const start = Math.max(0, offset - TAIL_BYTES - 1);
  const chunks: Uint8Array[] = [];
  for await (const chunk of readLogFile(file, { start, end: offset }, () => undefined))
    chunks.push(chunk.slice());
  return tailOf(Buffer.concat(chunks));
}
