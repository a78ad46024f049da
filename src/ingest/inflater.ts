import type { Gunzip, InflateRaw } from 'node:zlib';

/** Large enough that most slices come out in one piece; 16 KiB, the default, takes twice as long. */
export const OUTPUT_BYTES = 256 * 1024;

/** A stream of zlib, made to answer each piece of input with its output, and never to throw. */
export class Inflater {
  readonly #stream: Gunzip | InflateRaw;
  #unpacked: Uint8Array[] = [];
  #settle: () => void = () => {};
  /** Nothing more will come out: complete, or broken. */
  isEnded = false;
  error: Error | undefined;

  /** The stream is to have been made with `OUTPUT_BYTES` as its `chunkSize`. */
  constructor(stream: Gunzip | InflateRaw) {
    this.#stream = stream;
    this.#stream.on('data', (piece: Buffer) => this.#unpacked.push(piece));
    this.#stream.on('end', () => this.#end());
    this.#stream.on('error', (error) => this.#end(error));
  }

  /** Packed bytes that were used. */
  get bytesRead(): number {
    return this.#stream.bytesWritten;
  }

  write(slice: Uint8Array): Promise<readonly Uint8Array[]> {
    return this.#collect(() =>
      this.#stream.write(slice, (error) => {
        // An error settles when its event comes, which is after this and tells what is wrong.
        if (!error) this.#settle();
      }),
    );
  }

  /** Tells zlib that no more will come; only then does it complain that some is missing. */
  finish(): Promise<readonly Uint8Array[]> {
    return this.#collect(() => this.#stream.end());
  }

  close(): void {
    this.#stream.destroy();
  }

  #collect(start: () => void): Promise<readonly Uint8Array[]> {
    return new Promise((resolve) => {
      this.#settle = () => {
        resolve(this.#unpacked);
        this.#unpacked = [];
        this.#settle = () => {};
      };
      start();
    });
  }

  #end(error?: Error): void {
    this.isEnded = true;
    this.error ??= error;
    this.#settle();
  }
}
