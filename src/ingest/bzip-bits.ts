/** Thrown where bits are asked for and there are none. */
export class OutOfData extends Error {}

/** Bits of bzip2 data, the highest of each byte first, out of chunks that are added behind. */
export class BzipBits {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #bits = 0;
  #count = 0;

  append(chunk: Uint8Array): void {
    this.#bytes = this.bytesLeft === 0 ? chunk : Buffer.concat([this.#bytes.subarray(this.#at), chunk]);
    this.#at = 0;
  }

  /** Whole bytes that were not looked at. */
  get bytesLeft(): number {
    return this.#bytes.length - this.#at;
  }

  /** Something other than the NUL bytes that tapes and block devices fill up with. */
  hasContent(): boolean {
    return this.#count > 0 || this.#bytes.subarray(this.#at).some((byte) => byte !== 0);
  }

  /** The next bits as a number; 24 at most. */
  read(count: number): number {
    while (this.#count < count) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new OutOfData();
      this.#at++;
      // No more than 31 bits are ever held.
      this.#bits = ((this.#bits << 8) | byte) & 0x7fffffff;
      this.#count += 8;
    }
    this.#count -= count;
    return (this.#bits >>> this.#count) & ((1 << count) - 1);
  }

  alignToByte(): void {
    this.#count -= this.#count % 8;
  }
}
