import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { MIN_PARALLEL_BYTES } from './ingest/parallel.ts';

/** More threads than this only wait for the disk. */
const MAX_HANDS = 4;

/** What a thread makes for one line dies with it: a small young generation is as fast and keeps the peak low. */
const LIMITS = { maxYoungGenerationSizeMb: 12 };

/** How many threads read side by side, the main one among them. */
export function countHands(): number {
  return Math.min(MAX_HANDS, availableParallelism());
}

/** The threads that help to read; see src/thread.ts for what is to be said to them. */
export class ReadingThreads {
  readonly #waiting: Worker[] = [];

  /**
   * Starts threads when the arguments of the process name files so large that they will be wanted: a thread takes longer to
   * start than the arguments to be understood. Those that are not taken end with the process.
   */
  foresee(args: readonly string[]): void {
    const bytes = args.reduce((sum, arg) => sum + sizeOf(arg), 0);
    if (bytes < MIN_PARALLEL_BYTES) return;
    for (let i = 1; i < countHands(); i++) {
      const thread = start();
      thread.unref();
      this.#waiting.push(thread);
      thread.once('error', () => this.#forget(thread));
    }
  }

  /** A thread that has come to nothing is none to wait for. */
  #forget(thread: Worker): void {
    const place = this.#waiting.indexOf(thread);
    if (place >= 0) this.#waiting.splice(place, 1);
  }

  /** A thread that waits for its task. */
  take(): Worker {
    const thread = this.#waiting.pop() ?? start();
    thread.ref();
    return thread;
  }
}

/** Bytes of a file; 0 for what is none. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

function start(): Worker {
  return new Worker(new URL('./worker.cjs', import.meta.url), { resourceLimits: LIMITS });
}
