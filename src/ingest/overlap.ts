import { type FileHandle, open } from 'node:fs/promises';
import { decodeText } from '../bytes/text.ts';
import { detectPacking } from './compression.ts';
import { decompress } from './decompress.ts';
import type { InputSource } from './inputs.ts';
import { readSpan } from './read-span.ts';

/** Lines of each file that are looked for in the others, evenly spread and with the last one. */
const PROBES = 4;
const WINDOW_BYTES = 256 * 1024;
const LINE_BYTES = 16 * 1024;
/** A search in two halves comes this near, and then looks at every byte. */
const NEAR_BYTES = 128 * 1024;
/** Of more files only the first lines are compared: what is looked for grows with the square of their number. */
const MAX_SEARCHED_FILES = 24;
const LF = 0x0a;
/** The first time of a line, which in a log grows; written in one way all through a file. */
const TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?/;

interface Probe {
  readonly line: Buffer;
  readonly time: string;
}

/** A file to look into, and lines of it to look for elsewhere. */
interface Probed {
  /** Null when it is compressed: it can only be read from its begin. */
  readonly handle: FileHandle | null;
  readonly bytes: number;
  readonly probes: readonly Probe[];
}

/**
 * Whether some line of one file is likely to stand in another too. Costs some reads per pair of files, none of which is
 * read whole: some lines of each are looked for in the others, where their time says that they would be.
 */
export async function mayOverlap(sources: readonly InputSource[]): Promise<boolean> {
  const files: Probed[] = [];
  try {
    for (const source of sources)
      if (source.kind === 'file') files.push(await probe(source.path, source.bytes));
    const firsts = files.flatMap(({ probes }) => probes[0]?.line.toString('latin1') ?? []);
    if (new Set(firsts).size < firsts.length) return true;
    if (files.length > MAX_SEARCHED_FILES) return false;
    for (const file of files)
      for (const other of files) if (other !== file && (await holdsOneOf(other, file.probes))) return true;
    return false;
  } finally {
    await Promise.all(files.map(({ handle }) => handle?.close()));
  }
}

async function probe(path: string, bytes: number): Promise<Probed> {
  const handle = await open(path).catch(() => null);
  if (handle === null) return { handle, bytes, probes: [] };
  const head = await readSpan(handle, 0, LINE_BYTES);
  const packing = detectPacking(head);
  if (packing.kind !== 'plain') {
    const first = packing.kind === 'compressed' ? await firstBytes(packing.method, head) : new Uint8Array(0);
    await handle.close();
    return { handle: null, bytes, probes: toProbe(first, 0) };
  }
  const probes: Probe[] = [];
  for (let i = 0; i < PROBES; i++) {
    const at = Math.floor(((bytes - 1) * i) / PROBES);
    probes.push(...toProbe(await readSpan(handle, at, at + LINE_BYTES), at));
  }
  const end = await readSpan(handle, Math.max(0, bytes - LINE_BYTES), bytes);
  const last = end.subarray(0, end.lastIndexOf(LF));
  probes.push(...toProbe(end.subarray(last.lastIndexOf(LF) + 1), 0));
  return { handle, bytes, probes };
}

async function firstBytes(method: 'gzip' | 'zstd' | 'bzip2' | 'xz', head: Uint8Array): Promise<Uint8Array> {
  async function* given() {
    yield head;
  }
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of decompress(method, given(), () => undefined)) {
    pieces.push(piece);
    length += piece.length;
    if (length > LINE_BYTES) break;
  }
  return Buffer.concat(pieces);
}

/** The first whole line that has a time; `offset` is where the bytes stand in their file. */
function toProbe(bytes: Uint8Array, offset: number): readonly Probe[] {
  const start = offset === 0 ? 0 : bytes.indexOf(LF) + 1;
  const end = bytes.indexOf(LF, start);
  if (end <= start) return [];
  const [time] = TIME.exec(decodeText(bytes, start, end)) ?? [];
  return time === undefined ? [] : [{ line: Buffer.from(bytes.subarray(start, end)), time }];
}

async function holdsOneOf({ handle, bytes }: Probed, probes: readonly Probe[]): Promise<boolean> {
  if (handle === null) return false;
  for (const { line, time } of probes) {
    const at = await findTime(handle, bytes, time);
    const window = await readSpan(
      handle,
      Math.max(0, at - WINDOW_BYTES / 2),
      at + NEAR_BYTES + WINDOW_BYTES / 2,
    );
    if (Buffer.from(window).includes(line)) return true;
  }
  return false;
}

/** An offset near which lines have the time; a log is in order of time, or nearly so. */
async function findTime(handle: FileHandle, bytes: number, time: string): Promise<number> {
  let low = 0;
  let high = bytes;
  while (high - low > NEAR_BYTES) {
    const middle = Math.floor((low + high) / 2);
    const [probed] = toProbe(await readSpan(handle, middle, middle + LINE_BYTES), middle);
    if (probed !== undefined && probed.time < time) low = middle;
    else high = middle;
  }
  return low;
}
