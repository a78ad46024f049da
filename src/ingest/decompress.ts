import { bunzip2 } from './bunzip2.ts';
import type { CompressionMethod } from './compression.ts';
import { gunzip } from './gunzip.ts';

/** Unpacks one stream. Damage is reported, not thrown: what came before it is there. */
type Decompress = (
  input: AsyncIterable<Uint8Array>,
  report: (damage: string) => void,
) => AsyncGenerator<Uint8Array, void, undefined>;

/** Slices of the packed bytes: four of them may stand for 128 KiB of zstd, and what is damaged is lost by the slice. */
const SLICE_BYTES = 1024;

const METHODS: Readonly<Record<CompressionMethod, Decompress>> = {
  gzip: gunzip,
  zstd: (input, report) => pump(input, report, 'zstd', openZstd),
  bzip2: bunzip2,
  xz: unxz,
};

/** The bytes that were packed, while the consumer takes them. Damage is reported, not thrown. */
export function decompress(
  method: CompressionMethod,
  input: AsyncIterable<Uint8Array>,
  report: (damage: string) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  return METHODS[method](input, report);
}

/** Answers each slice with what comes out of it; throws at damage. */
interface Decoder {
  readonly push: (slice: Uint8Array) => void;
  readonly end: () => void;
}

type OpenDecoder = (emit: (unpacked: Uint8Array) => void) => Promise<Decoder>;

/** Node has zstd from 22.15 on only; this one is in JavaScript, and checks no checksums. */
const openZstd: OpenDecoder = async (emit) => {
  const { Decompress: Zstd } = await import('fzstd');
  const zstd = new Zstd((unpacked) => emit(unpacked));
  return { push: (slice) => zstd.push(slice), end: () => zstd.push(new Uint8Array(0), true) };
};

async function* pump(
  input: AsyncIterable<Uint8Array>,
  report: (damage: string) => void,
  name: string,
  open: OpenDecoder,
): AsyncGenerator<Uint8Array, void, undefined> {
  let ready: Uint8Array[] = [];
  const decoder = await open((unpacked) => {
    if (unpacked.length > 0) ready.push(unpacked);
  });
  const take = () => {
    const taken = ready;
    ready = [];
    return taken;
  };
  for await (const chunk of input) {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      const isWhole = attempt(() => decoder.push(chunk.subarray(at, at + SLICE_BYTES)));
      yield* take();
      if (!isWhole) return report(describeCorruption(name));
    }
  }
  const isWhole = attempt(() => decoder.end());
  yield* take();
  if (!isWhole) report(`its ${name} data ends in the middle; everything before that was read`);
}

/** False when it throws, whatever: libraries meet damage in many ways. */
function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

function describeCorruption(name: string): string {
  return `its ${name} data is corrupt, or followed by something else; the part around the damage and all behind it was not read`;
}

async function* unxz(
  input: AsyncIterable<Uint8Array>,
  report: (damage: string) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { default: xz } = await import('xz-decompress');
  let ending: 'end' | { readonly error: unknown } | undefined;
  const slices = sliced(input, (how) => {
    ending = how;
  });
  try {
    for await (const unpacked of new xz.XzReadableStream(ReadableStream.from(slices))) yield unpacked;
  } catch {
    // What went wrong with the input is for others to tell.
    if (typeof ending === 'object') throw ending.error;
    report(
      ending === 'end'
        ? 'its xz data ends in the middle; everything before that was read'
        : describeCorruption('xz'),
    );
  } finally {
    await slices.return();
  }
}

/** Small pieces, since the decoder drops what came out of a piece that proves to be damaged. */
async function* sliced(
  input: AsyncIterable<Uint8Array>,
  onEnding: (how: 'end' | { readonly error: unknown }) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of input) {
      for (let at = 0; at < chunk.length; at += SLICE_BYTES) yield chunk.subarray(at, at + SLICE_BYTES);
    }
    onEnding('end');
  } catch (error) {
    onEnding({ error });
    throw error;
  }
}
