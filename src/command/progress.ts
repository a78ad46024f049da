import { describeProgress } from '../render.ts';
import type { ReadingProgress } from '../run.ts';
import type { Terminal } from './terminal.ts';

/** Work that is shorter needs no progress. */
const FIRST_AFTER_MS = 700;
const EVERY_MS = 200;

/** Back to the first column, then clear to the end of the line. */
const CLEAR_LINE = '\r\u001b[K';

/** One line on standard error that says how far reading has come, for people who wait at a terminal. */
export class ProgressLine {
  readonly #stderr: Terminal['stderr'];
  readonly #isWanted: boolean;
  #timer: NodeJS.Timeout | undefined;
  #isShown = false;

  constructor({ stderr, env }: Terminal, isWanted: boolean) {
    this.#stderr = stderr;
    this.#isWanted = isWanted && stderr.isTTY === true && env['TERM'] !== 'dumb';
  }

  /** Begins to show; nothing comes of it where nobody looks. */
  start(progress: ReadingProgress): void {
    if (!this.#isWanted) return;
    const startedAt = performance.now();
    this.#timer = setInterval(() => {
      const elapsedMs = performance.now() - startedAt;
      if (elapsedMs >= FIRST_AFTER_MS) this.#show(progress, elapsedMs);
    }, EVERY_MS);
    this.#timer.unref();
  }

  #show({ totalBytes, bytesRead }: ReadingProgress, elapsedMs: number): void {
    const text = describeProgress({ bytes: bytesRead(), totalBytes, elapsedMs });
    // No wider than a narrow terminal: a line that wraps cannot be cleared.
    this.#stderr.write(`${CLEAR_LINE}faultline: ${text}`);
    this.#isShown = true;
  }

  /** Takes the line away again. */
  stop(): void {
    clearInterval(this.#timer);
    if (this.#isShown) this.#stderr.write(CLEAR_LINE);
    this.#isShown = false;
  }
}
