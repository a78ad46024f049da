import { versions } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { ReadingThreads } from './reading-threads.ts';

/** From this version on the engine has a quick compiler between the interpreter and the thorough one. */
const FIRST_GRADUAL_ENGINE = 12;
/** Bytes of byte code that a function runs through before it is compiled thoroughly; fifteen times the usual. */
const INTERRUPT_BUDGET = 1_000_000;

/** Of a log of so many bytes nobody notices the time that it takes to keep the memory small. */
const LARGE_BYTES = 512 * 1024 * 1024;
const ASK_EVERY_MS = 500;

/**
 * Keeps the engine of Node 20 from compiling thoroughly what runs for a moment only: the threads that do so would take a
 * third of the processors from those that read. What runs for long is compiled all the same. It holds for all threads, and
 * is called when they have started: code that was compiled earlier, Node's own too, is good for the usual flags only.
 */
export function calmEngine(): void {
  if (Number.parseInt(versions.v8, 10) >= FIRST_GRADUAL_ENGINE) return;
  setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
}

/** Memory is spared for logs of so many bytes. */
export function isLarge(bytes: number): boolean {
  return bytes > LARGE_BYTES;
}

/** How far reading has come. */
interface Reading {
  readonly totalBytes: number | null;
  readonly bytesRead: () => number;
}

/** What becomes of the code that the engine compiles in this run. */
export interface CompiledCode {
  /** No run before has left any, and this one can. */
  readonly isWanted: boolean;
  /** Leaves it to later runs. */
  readonly keep: () => void;
}

/** What the engine is given to work with. */
export interface Means {
  readonly code?: CompiledCode;
  readonly threads?: ReadingThreads;
  readonly setFlag?: (flag: string) => void;
}

const NO_CODE: CompiledCode = { isWanted: false, keep: () => undefined };

/**
 * The JavaScript engine under the program: its threads, its flags and its code. Code that is to be kept must be compiled
 * under the usual flags.
 */
export class Engine {
  readonly #code: CompiledCode;
  readonly #setFlag: (flag: string) => void;
  readonly threads: ReadingThreads;
  #hasUsualFlags = true;

  constructor({ code = NO_CODE, threads = new ReadingThreads(), setFlag = setFlagsFromString }: Means = {}) {
    this.#code = code;
    this.threads = threads;
    this.#setFlag = setFlag;
  }

  /** Its flags are to stay as they are. */
  get keepsFlags(): boolean {
    return this.#code.isWanted;
  }

  /**
   * Lets the engine collect garbage more often while a large log is read: by itself it lets its heap grow to three times of
   * what is in use. Where nobody knows how long a stream is, as soon as it proves to be large.
   */
  spareMemory({ totalBytes, bytesRead }: Reading): void {
    if (totalBytes !== null) {
      if (isLarge(totalBytes)) this.#spare();
      return;
    }
    const timer = setInterval(() => {
      if (!isLarge(bytesRead())) return;
      clearInterval(timer);
      this.#spare();
    }, ASK_EVERY_MS);
    timer.unref();
  }

  #spare(): void {
    this.#hasUsualFlags = false;
    this.#setFlag('--optimize-for-size');
  }

  /** Leaves the code of this run to later ones, which then start sooner. To be called when all of it has run. */
  keepCode(): void {
    if (this.#code.isWanted && this.#hasUsualFlags) this.#code.keep();
  }
}
