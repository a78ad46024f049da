import { BzipBits, OutOfData } from './bzip-bits.ts';
import { BzipBlock } from './bzip-block.ts';

/** What a block may take when it is packed: 900,000 symbols of at most 20 bits, and its tables. */
const LARGEST_BLOCK_BYTES = 2_400_000;
const STREAM_MAGIC = 0x425a68;
const BLOCK_MAGIC = [0x314159, 0x265359] as const;
const END_MAGIC = [0x177245, 0x385090] as const;
const LEVEL_BYTES = 100_000;
const DIGIT_ZERO = 0x30;

const CUT = 'its bzip2 data ends in the middle; everything before that was read';
const CORRUPT = 'its bzip2 data is corrupt; the part around the damage and all behind it was not read';
const FOLLOWED = 'bytes that are not bzip2 data follow its end and were left out';

/**
 * Unpacks bzip2 data of one or several streams, a block at a time and that in pieces: a block of some bytes may stand for
 * 46 MB, which the libraries for Node hold as a whole. Damage is reported, not thrown.
 */
export async function* bunzip2(
  input: AsyncIterable<Uint8Array>,
  report: (damage: string) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const unpacker = new Unpacker();
  try {
    yield* unpacker.unpack(input);
    if (!unpacker.isBetweenStreams) report(CUT);
    else if (unpacker.isOver) report(FOLLOWED);
  } catch (error) {
    if (error instanceof OutOfData) report(CUT);
    else if (error instanceof BadBlock) report(CORRUPT);
    else throw error;
  }
}

/** Thrown within this file at data that cannot be. */
class BadBlock extends Error {}

/** Goes from one part of the data to the next: the begin of a stream, a block, the end of a stream. */
class Unpacker {
  readonly #bits = new BzipBits();
  #block: BzipBlock | null = null;
  #hasStreams = false;
  /** What comes is none of bzip2. */
  isOver = false;

  get isBetweenStreams(): boolean {
    return this.#block === null && this.#hasStreams;
  }

  async *unpack(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of input) {
      this.#bits.append(chunk);
      while (!this.isOver && this.#bits.bytesLeft >= LARGEST_BLOCK_BYTES) yield* this.#step();
      if (this.isOver) return;
    }
    while (!this.isOver && this.#bits.hasContent()) yield* this.#step();
  }

  *#step(): Generator<Uint8Array, void, undefined> {
    if (this.#block === null) {
      this.#openStream();
      return;
    }
    const first = this.#bits.read(24);
    const second = this.#bits.read(24);
    if (first === END_MAGIC[0] && second === END_MAGIC[1]) {
      // The checksum of all blocks; each was checked by its own.
      this.#bits.read(16);
      this.#bits.read(16);
      this.#bits.alignToByte();
      this.#block = null;
    } else if (first === BLOCK_MAGIC[0] && second === BLOCK_MAGIC[1]) {
      if (!this.#block.decode(this.#bits)) throw new BadBlock();
      yield* this.#block.unpack();
      if (!this.#block.isSound) throw new BadBlock();
    } else throw new BadBlock();
  }

  #openStream(): void {
    const magic = this.#bits.read(24);
    const level = this.#bits.read(8) - DIGIT_ZERO;
    if (magic !== STREAM_MAGIC || level < 1 || level > 9) {
      if (!this.#hasStreams) throw new BadBlock();
      this.isOver = true;
      return;
    }
    this.#hasStreams = true;
    this.#block = new BzipBlock(level * LEVEL_BYTES);
  }
}
