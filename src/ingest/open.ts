import type { Readable } from 'node:stream';
import type { ByteCounter } from './byte-counter.ts';
import { readPath, readStream } from './byte-source.ts';
import { detectPacking, isUndecided } from './compression.ts';
import { gunzip } from './gunzip.ts';
import type { InputSource } from './inputs.ts';

export interface OpenOptions {
  /** Told once why an input could not be read, or not to its end; the message names the input. */
  readonly onDamage: (message: string) => void;
  /** Ends reading early, without an error and without damage. */
  readonly signal?: AbortSignal;
  /** Counts what is read, before it is unpacked. */
  readonly counter?: ByteCounter;
}

/**
 * The bytes of one input, unpacked if they are gzip. Never throws for a bad input: all that could be read comes, then
 * the end, and the damage is reported. Nothing stays open when the consumer stops early. Reading a file overlaps with
 * the consumer's work, so chunks are not reused.
 */
export async function* openInput(
  source: InputSource,
  stdin: Readable,
  { onDamage, signal, counter }: OpenOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (signal?.aborted) return;
  if (source.kind === 'resumed') return yield* openResumed(source, { onDamage, signal, counter });
  let isDamaged = false;
  const report = (damage: string) => {
    // One damage leads to others (a read error also cuts the gzip data); the first is the cause.
    if (!isDamaged && !signal?.aborted) onDamage(`${describeSource(source)}: ${damage}`);
    isDamaged = true;
  };
  const options = { report, signal };
  const read = source.kind === 'stdin' ? readStream(stdin, options) : readPath(source.path, options);
  const packed = counter === undefined ? read : counter.count(read);
  for await (const chunk of unpack(packed, source, report)) {
    if (signal?.aborted) return;
    yield chunk;
    if (signal?.aborted) return;
  }
}

async function* openResumed(
  source: Extract<InputSource, { kind: 'resumed' }>,
  {
    onDamage,
    signal,
    counter,
  }: Pick<OpenOptions, 'onDamage'> & {
    readonly signal: AbortSignal | undefined;
    readonly counter: ByteCounter | undefined;
  },
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = source.open((damage) => onDamage(`${source.path}: ${damage}`));
  for await (const chunk of counter === undefined ? chunks : counter.count(chunks)) {
    if (signal?.aborted) return;
    yield chunk;
  }
}

async function* unpack(
  packed: AsyncGenerator<Uint8Array, void, undefined>,
  source: InputSource,
  report: (damage: string) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const head = await readHead(packed);
    const packing = detectPacking(head);
    switch (packing.kind) {
      case 'plain':
        return yield* putBack(head, packed);
      case 'gzip':
        return yield* gunzip(putBack(head, packed), report);
      case 'unsupported':
        return report(
          `is compressed with ${packing.name}, which faultline does not read; run: ${packing.unpackWith} ${quotePath(source)} | faultline -`,
        );
      default:
        return packing satisfies never;
    }
  } finally {
    await packed.return();
  }
}

/** As many chunks in one as it takes to know the packing, and no more, lest a slow pipe keeps its first line waiting. */
async function readHead(packed: AsyncGenerator<Uint8Array, void, undefined>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (isUndecided(head)) {
    const next = await packed.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* putBack(
  head: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (head.length > 0) yield head;
  yield* rest;
}

function describeSource(source: InputSource): string {
  return source.kind === 'stdin' ? 'standard input' : source.path;
}

/** The path as a shell reads it back, for a command that people copy. */
function quotePath(source: InputSource): string {
  if (source.kind === 'stdin') return 'FILE';
  if (/^[\w./@%+=:,-]+$/.test(source.path)) return source.path;
  return `'${source.path.replaceAll("'", "'\\''")}'`;
}
