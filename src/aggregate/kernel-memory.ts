import type { KernelExports } from './kernel-exports.ts';

const FIRST_BYTES = 64 * 1024;

/** A stretch of a kernel's memory that grows when it must. */
export interface Room {
  at: number;
  size: number;
}

/** The memory of a kernel, into which is copied what the kernel is to see. */
export class KernelMemory {
  readonly #kernel: KernelExports;

  constructor(kernel: KernelExports) {
    this.#kernel = kernel;
  }

  openRoom(): Room {
    return { at: this.#kernel.allocate(FIRST_BYTES), size: FIRST_BYTES };
  }

  /** Makes the room at least so large; what was in it is lost when it grows. */
  fit(room: Room, size: number): void {
    if (size <= room.size) return;
    this.#kernel.release(room.at);
    room.size = 2 ** Math.ceil(Math.log2(size));
    room.at = this.#kernel.allocate(room.size);
  }

  write(bytes: Uint8Array, at: number): void {
    new Uint8Array(this.#kernel.memory.buffer, at, bytes.length).set(bytes);
  }

  /** A copy of the bytes that `write` writes at an address. */
  take(length: number, write: (at: number) => void): Uint8Array<ArrayBuffer> {
    const at = this.#kernel.allocate(length);
    write(at);
    const taken = new Uint8Array(this.#kernel.memory.buffer, at, length).slice();
    this.#kernel.release(at);
    return taken;
  }

  /** Lends a copy of the bytes, by its address. */
  lend(bytes: Uint8Array, use: (at: number) => void): void {
    const at = this.#kernel.allocate(bytes.length);
    this.write(bytes, at);
    use(at);
    this.#kernel.release(at);
  }
}
