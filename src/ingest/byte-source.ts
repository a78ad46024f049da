import { open as openDescriptor } from 'node:fs';
import { constants, type FileHandle, open, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { describeSystemError } from '../model/system-error.ts';

/** Measured on a local disk: larger chunks gain nothing, 64 KiB ones cost twice the time. */
const CHUNK_BYTES = 1024 * 1024;

export interface ByteSourceOptions {
  readonly report: (damage: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The bytes of a file or named pipe; the next chunk is being read while the consumer works on this one. */
export async function* readPath(
  path: string,
  options: ByteSourceOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  let source: FileHandle | Socket;
  try {
    source = (await stat(path)).isFIFO() ? await openPipe(path, options.signal) : await open(path);
  } catch (error) {
    return options.report(`cannot be opened: ${describeSystemError(error)}`);
  }
  if (source instanceof Socket) yield* readStream(source, options);
  else yield* readHandle(source, options);
}

type ReadResult = { readonly bytes: Uint8Array } | { readonly error: unknown };

async function* readHandle(
  handle: FileHandle,
  { report }: ByteSourceOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  let ahead = readChunk(handle);
  try {
    for (;;) {
      const result = await ahead;
      if ('error' in result) return report(`cannot be read to its end: ${describeSystemError(result.error)}`);
      if (result.bytes.length === 0) return;
      ahead = readChunk(handle);
      yield result.bytes;
    }
  } finally {
    // A descriptor must not be closed under a read.
    await ahead;
    await handle.close();
  }
}

/** Never rejects, as nobody may be waiting when a read ahead fails. */
async function readChunk(handle: FileHandle): Promise<ReadResult> {
  try {
    const { buffer, bytesRead } = await handle.read(
      Buffer.allocUnsafeSlow(CHUNK_BYTES),
      0,
      CHUNK_BYTES,
      null,
    );
    return { bytes: buffer.subarray(0, bytesRead) };
  } catch (error) {
    return { error };
  }
}

/** The bytes of a stream such as the standard input, which is destroyed when reading ends early. */
export async function* readStream(
  stream: Readable,
  { report, signal }: ByteSourceOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const stop = () => stream.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  try {
    for await (const chunk of stream) yield toBytes(chunk);
  } catch (error) {
    if (signal?.aborted) return;
    // The iterator gives up what the stream had read before the error; it is still there.
    for (let chunk: unknown = stream.read(); chunk !== null; chunk = stream.read()) yield toBytes(chunk);
    report(`cannot be read to its end: ${describeSystemError(error)}`);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** A stream on which somebody set an encoding gives text. */
function toBytes(chunk: unknown): Uint8Array {
  return chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
}

/**
 * Opens a named pipe as a socket, because a read from it as a file occupies a thread until somebody writes and cannot
 * be called off. The opening itself waits for a writer, and is set free by a short-lived one of our own.
 */
async function openPipe(path: string, signal: AbortSignal | undefined): Promise<Socket> {
  let writer: Promise<FileHandle | undefined> | undefined;
  const release = () => {
    // Not for writing alone: that fails if the reader is a moment late.
    writer = open(path, constants.O_RDWR | constants.O_NONBLOCK).catch(() => undefined);
  };
  signal?.addEventListener('abort', release, { once: true });
  if (signal?.aborted) release();
  try {
    const fd = await promisify(openDescriptor)(path, 'r');
    return new Socket({ fd, readable: true, writable: false });
  } finally {
    signal?.removeEventListener('abort', release);
    await (await writer)?.close();
  }
}
