const EMPTY = new Uint8Array(0);
const FIRST_BUFFER_BYTES = 4096;

/** A line, or what is inside of one: a stretch of bytes that is valid while the line is looked at. */
export class Layer {
  bytes: Uint8Array = EMPTY;
  start = 0;
  end = 0;
  /** The text goes on in a later line: a piece of CRI marked `P`, or of docker without its line end. */
  isPartial = false;
  #buffer: Uint8Array = EMPTY;

  /** Points at bytes that stay where they are. */
  set(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.isPartial = false;
  }

  /** Room for a text that is written anew; `setWritten` then says how long it became. */
  reserve(byteLength: number): Uint8Array {
    if (this.#buffer.length < byteLength)
      this.#buffer = new Uint8Array(Math.max(byteLength, this.#buffer.length * 2, FIRST_BUFFER_BYTES));
    return this.#buffer;
  }

  /** Points at the first bytes of the room. */
  setWritten(byteLength: number): void {
    this.set(this.#buffer, 0, byteLength);
  }
}
