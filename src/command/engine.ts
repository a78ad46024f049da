import { setFlagsFromString } from 'node:v8';

/** Of a log of so many bytes nobody notices the time that it takes to keep the memory small. */
const LARGE_BYTES = 512 * 1024 * 1024;
const ASK_EVERY_MS = 500;

/** How far reading has come. */
interface Reading {
  readonly totalBytes: number | null;
  readonly bytesRead: () => number;
}

/**
 * Lets the engine collect garbage more often while a large log is read: by itself it lets its heap grow to three times of
 * what is in use. Where nobody knows how long a stream is, as soon as it proves to be large.
 */
export function spareMemory({ totalBytes, bytesRead }: Reading, set = setFlagsFromString): void {
  const spare = (): void => set('--optimize-for-size');
  if (totalBytes !== null) {
    if (totalBytes > LARGE_BYTES) spare();
    return;
  }
  const timer = setInterval(() => {
    if (bytesRead() <= LARGE_BYTES) return;
    clearInterval(timer);
    spare();
  }, ASK_EVERY_MS);
  timer.unref();
}
