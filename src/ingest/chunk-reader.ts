/** Reads a stream of chunks by counts of bytes. */
export class ChunkReader {
  readonly #chunks: AsyncGenerator<Uint8Array, void, undefined>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncGenerator<Uint8Array, void, undefined>) {
    this.#chunks = chunks;
  }

  /** As many bytes, or fewer where the stream ends. */
  async read(count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let missing = count;
    while (missing > 0) {
      const chunk = await this.next();
      if (chunk === null) break;
      parts.push(chunk.subarray(0, missing));
      this.putBack(chunk.subarray(missing));
      missing -= Math.min(missing, chunk.length);
    }
    return Buffer.concat(parts);
  }

  /** What comes next, in one piece as it is at hand; null at the end. */
  async next(): Promise<Uint8Array | null> {
    const rest = this.#rest;
    this.#rest = rest.subarray(rest.length);
    if (rest.length > 0) return rest;
    for (;;) {
      const { done, value } = await this.#chunks.next();
      if (done) return null;
      if (value.length > 0) return value;
    }
  }

  /** Gives back what was taken last. */
  putBack(bytes: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([bytes, this.#rest]);
  }

  /** The next bytes as they come; fewer where the stream ends. */
  async *take(count: number): AsyncGenerator<Uint8Array, number, undefined> {
    let missing = count;
    while (missing > 0) {
      const chunk = await this.next();
      if (chunk === null) break;
      const part = chunk.subarray(0, missing);
      this.putBack(chunk.subarray(missing));
      missing -= part.length;
      yield part;
    }
    return missing;
  }
}
