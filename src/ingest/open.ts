import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { readArchive } from './archive.ts';
import type { ByteCounter } from './byte-counter.ts';
import { readPath, readStream } from './byte-source.ts';
import type { ArchiveFormat } from './compression.ts';
import { detectPacking, isUndecided } from './compression.ts';
import { decompress } from './decompress.ts';
import type { InputSource } from './inputs.ts';
import { LeftOut } from './left-out.ts';
import { findNameObjection } from './log-file-name.ts';
import { detectEncoding, isHeaderOpen, toUtf8 } from './text-encoding.ts';

/** One log of an input: the input itself, or one of those in an archive. Its chunks come before the next log does. */
export interface OpenedLog {
  /** Path of the input; behind it, after `!`, the name within an archive: `logs.tar.gz!pod/istio-proxy.log`. */
  readonly path: string;
  readonly chunks: AsyncGenerator<Uint8Array, void, undefined>;
  readonly isInArchive: boolean;
}

/** How inputs are opened, and who is told what of them. */
export interface OpenOptions {
  /** Told of files in archives that are no logs; `onDamage` when it is not given. */
  readonly onLeftOut?: (message: string) => void;
  /** Told once per log why it could not be read, or not to its end, and what else was left out; the message names it. */
  readonly onDamage: (message: string) => void;
  /** Ends reading early, without an error and without damage. */
  readonly signal?: AbortSignal;
  /** Counts what is read, before it is unpacked. */
  readonly counter?: ByteCounter;
  /** Whether the first bytes of a file are those of a log; files in archives whose names say so are taken anyhow. */
  readonly looksLikeLog?: (head: Uint8Array) => boolean;
}

/** Packings within each other: `.gz` in `.tar` in `.zst` in `.zip` is four. More is made to do harm. */
const MAX_DEPTH = 6;
/** No archive needs longer names than a file system can have. */
const MAX_SHOWN_NAME = 4096;
/** So much of a file without the name of a log is looked at. */
const JUDGED_BYTES = 8 * 1024;
const NOTHING = new Uint8Array(0);
/** What a workbook or document of an office program is, unpacked. */
const OFFICE_FILE = /^(?:xl|word|ppt)\/|^content\.xml$/;

/**
 * The logs of one input, unpacked. Never throws for a bad input: all that could be read comes, then the end, and the
 * damage is reported. Nothing stays open when the consumer stops early. Reading a file overlaps with the consumer's
 * work, so chunks are not reused. Nothing is written anywhere, and no more is held than packed data needs to be unpacked.
 */
export async function* openLogs(
  source: InputSource,
  stdin: Readable,
  options: OpenOptions,
): AsyncGenerator<OpenedLog, void, undefined> {
  const { signal, counter } = options;
  if (signal?.aborted) return;
  const { path } = source;
  const isResumed = source.kind === 'resumed';
  const name = source.kind === 'stdin' ? 'standard input' : path;
  const report = reportOnce(name, options);
  const read = isResumed
    ? source.open(report)
    : source.kind === 'stdin'
      ? readStream(stdin, { report, signal })
      : readPath(path, { report, signal });
  const packed = counter === undefined ? read : counter.count(read);
  const layer = { path, name, depth: 0, isInArchive: false, report, unpacksFrom: quotePath(source) };
  // What was read before is known to be plain.
  const logs = isResumed ? [{ path, chunks: packed, isInArchive: false }] : unpack(packed, layer, options);
  for await (const log of logs) {
    if (signal?.aborted) return;
    yield { ...log, chunks: untilAborted(log.chunks, signal) };
    if (signal?.aborted) return;
  }
}

/** One damage leads to others (a read error also cuts the gzip data); the first is the cause. */
function reportOnce(name: string, { onDamage, signal }: OpenOptions): (damage: string) => void {
  let isDamaged = false;
  return (damage) => {
    if (!isDamaged && !signal?.aborted) onDamage(`${name}: ${damage}`);
    isDamaged = true;
  };
}

async function* untilAborted(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    if (signal?.aborted) return;
    yield chunk;
    if (signal?.aborted) return;
  }
}

/** Bytes that may be packed, and how they were come upon. */
interface PackedLayer {
  readonly path: string;
  /** The path in a sentence. */
  readonly name: string;
  readonly depth: number;
  readonly isInArchive: boolean;
  readonly report: (damage: string) => void;
  /** What to name in a command that unpacks it. */
  readonly unpacksFrom: string;
}

async function* unpack(
  packed: AsyncGenerator<Uint8Array, void, undefined>,
  layer: PackedLayer,
  options: OpenOptions,
): AsyncGenerator<OpenedLog, void, undefined> {
  const { path, depth, isInArchive, report } = layer;
  try {
    const head = await readHead(packed);
    const packing = detectPacking(head);
    const whole = putBack(head, packed);
    if (packing.kind === 'plain') return yield { path, chunks: asUtf8(head, whole), isInArchive };
    // What is listed with no line in it has a note that says why.
    const nothing = { path, chunks: putBack(NOTHING, []), isInArchive };
    if (depth === MAX_DEPTH) {
      report(`is packed ${MAX_DEPTH} times over and was not unpacked further`);
      return yield nothing;
    }
    switch (packing.kind) {
      case 'compressed':
        return yield* unpack(
          decompress(packing.method, whole, report),
          { ...layer, depth: depth + 1 },
          options,
        );
      case 'archive':
        return yield* openArchive(packing.format, whole, layer, options);
      case 'unsupported':
        report(
          `is compressed with ${packing.name}, which faultline does not read; run: ${packing.unpackWith} ${layer.unpacksFrom} | faultline -`,
        );
        return yield nothing;
      default:
        return packing satisfies never;
    }
  } finally {
    await packed.return();
  }
}

async function* openArchive(
  format: ArchiveFormat,
  bytes: AsyncGenerator<Uint8Array, void, undefined>,
  { path, name: archive, depth, report }: PackedLayer,
  options: OpenOptions,
): AsyncGenerator<OpenedLog, void, undefined> {
  const left = new LeftOut();
  let logs = 0;
  for await (const { name, content } of readArchive(format, bytes, report)) {
    const inner = `${path}!${name.slice(0, MAX_SHOWN_NAME)}`;
    const layer = {
      path: inner,
      name: inner,
      depth: depth + 1,
      isInArchive: true,
      report: reportOnce(inner, options),
      unpacksFrom: 'FILE',
    };
    let isLog = false;
    if (OFFICE_FILE.test(name)) {
      report('is a file of an office program; save it as CSV or as plain text, and give that');
      await content.return();
      continue;
    }
    for await (const log of openMember(name, unpack(content, layer, options), options)) {
      isLog = true;
      yield log;
    }
    await content.return();
    if (isLog) logs++;
    else left.add(name);
  }
  if (left.count > 0) (options.onLeftOut ?? options.onDamage)(`${archive}: ${left}`);
  if (logs === 0) yield { path, chunks: putBack(NOTHING, []), isInArchive: false };
}

/** What a member holds, where its name or its content are those of a log. */
async function* openMember(
  name: string,
  logs: AsyncGenerator<OpenedLog, void, undefined>,
  options: OpenOptions,
): AsyncGenerator<OpenedLog, void, undefined> {
  const objection = findNameObjection(posix.basename(name));
  if (objection === 'hidden') return;
  for await (const log of logs) {
    const accepted = objection === undefined ? log : await acceptByContent(log, options);
    if (accepted !== null) yield accepted;
  }
}

/** A file without the name of a log may be one all the same. */
async function acceptByContent(log: OpenedLog, { looksLikeLog }: OpenOptions): Promise<OpenedLog | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < JUDGED_BYTES) {
    const next = await log.chunks.next();
    if (next.done) break;
    parts.push(next.value);
    length += next.value.length;
  }
  const head = Buffer.concat(parts);
  if (looksLikeLog?.(head) === true) return { ...log, chunks: putBack(head, log.chunks) };
  await log.chunks.return();
  return null;
}

/** As many chunks in one as it takes to know the packing, and no more, lest a slow pipe keeps its first line waiting. */
async function readHead(packed: AsyncGenerator<Uint8Array, void, undefined>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (isUndecided(head) || isHeaderOpen(head)) {
    const next = await packed.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

/** The text as it can be cut into lines. */
function asUtf8(
  head: Uint8Array,
  whole: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoding = detectEncoding(head);
  return encoding === null ? whole : toUtf8(encoding, whole);
}

async function* putBack(
  head: Uint8Array,
  rest: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (head.length > 0) yield head;
  yield* rest;
}

/** The path as a shell reads it back, for a command that people copy. */
function quotePath(source: InputSource): string {
  if (source.kind === 'stdin') return 'FILE';
  if (/^[\w./@%+=:,-]+$/.test(source.path)) return source.path;
  return `'${source.path.replaceAll("'", "'\\''")}'`;
}
