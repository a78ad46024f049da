/** Bytes that were read, added up by all threads: an instance for each thread on the same memory. */
export class ByteCounter {
  readonly memory: SharedArrayBuffer;
  readonly #count: BigInt64Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#count = new BigInt64Array(memory);
  }

  get bytes(): number {
    return Number(Atomics.load(this.#count, 0));
  }

  /** The same chunks, counted as they are asked for. */
  async *count(
    chunks: AsyncGenerator<Uint8Array, void, undefined>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of chunks) {
      Atomics.add(this.#count, 0, BigInt(chunk.length));
      yield chunk;
    }
  }
}
