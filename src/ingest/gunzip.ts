import { createGunzip } from 'node:zlib';
import { readErrorCode } from '../model/system-error.ts';
import { Inflater, OUTPUT_BYTES } from './inflater.ts';

const LARGEST_SLICE_BYTES = 16 * 1024;
const SMALLEST_SLICE_BYTES = 64;
/** A slice is this part of what came before it. */
const SLICE_SHARE = 16;

/**
 * Unpacks gzip data of one or several members while the consumer works on what was unpacked before. Damage is
 * reported, not thrown. Truncated data loses nothing. Of corrupt data the slice with the error is lost, because zlib
 * discards the output of a failing call: at most a sixteenth of the packed bytes before it, at most 16 KiB.
 */
export async function* gunzip(
  input: AsyncIterable<Uint8Array>,
  report: (damage: string) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const inflater = new Inflater(createGunzip({ chunkSize: OUTPUT_BYTES }));
  let offset = 0;
  try {
    for await (const chunk of input) {
      if (!inflater.isEnded) yield* unpackChunk(inflater, chunk, offset);
      if (inflater.error !== undefined) return report(describeError(inflater.error));
      if (inflater.isEnded && hasContent(chunk, Math.max(0, inflater.bytesRead - offset))) {
        return report('bytes that are not gzip data follow its end and were left out');
      }
      offset += chunk.length;
    }
    if (!inflater.isEnded) yield* await inflater.finish();
    if (inflater.error !== undefined) report(describeError(inflater.error));
  } finally {
    inflater.close();
  }
}

/** `offset` is where the chunk begins in the packed input. */
async function* unpackChunk(
  inflater: Inflater,
  chunk: Uint8Array,
  offset: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let ready: readonly Uint8Array[] = [];
  for (let at = 0; at < chunk.length && !inflater.isEnded; ) {
    const slice = chunk.subarray(at, at + sliceSize(offset + at));
    at += slice.length;
    const unpacking = inflater.write(slice);
    yield* ready;
    ready = await unpacking;
  }
  // Not held back until the next chunk: a pipe may take its time.
  yield* ready;
}

/** Small at the start, so that an error early in a small file does not take everything with it. */
function sliceSize(offset: number): number {
  return Math.max(SMALLEST_SLICE_BYTES, Math.min(LARGEST_SLICE_BYTES, Math.floor(offset / SLICE_SHARE)));
}

/** Tapes and block devices fill up with NUL, which is no damage. */
function hasContent(chunk: Uint8Array, from: number): boolean {
  return chunk.subarray(from).some((byte) => byte !== 0);
}

function describeError(error: Error): string {
  // zlib has one code for every shortage of input; at the end of the input it means that more should have come.
  return readErrorCode(error) === 'Z_BUF_ERROR'
    ? 'its gzip data ends in the middle; everything before that was read'
    : `its gzip data is corrupt (${error.message}); the part around the damage and all behind it was not read`;
}
