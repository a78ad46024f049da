import { formatBytes, formatDuration, formatPercent } from './wording.ts';

/** How far reading has come. */
export interface ReadingState {
  readonly bytes: number;
  /** Null when the end is not known: standard input, a pipe. */
  readonly totalBytes: number | null;
  readonly elapsedMs: number;
}

const SECOND_MS = 1000;

/** `120 MB of 216 MB (56 %), 85 MB/s, 1 s left`. */
export function describeReading({ bytes, totalBytes, elapsedMs }: ReadingState): string {
  const bytesPerMs = elapsedMs > 0 ? bytes / elapsedMs : 0;
  const rate = bytesPerMs > 0 ? `, ${formatBytes(bytesPerMs * SECOND_MS)}/s` : '';
  // A file that grows while it is read has more than it had.
  if (totalBytes === null || bytes > totalBytes) return `${formatBytes(bytes)} read${rate}`;
  const leftMs = bytesPerMs > 0 ? (totalBytes - bytes) / bytesPerMs : null;
  const left =
    leftMs === null ? '' : `, ${formatDuration(Math.max(1, Math.ceil(leftMs / SECOND_MS)) * SECOND_MS)} left`;
  const share = totalBytes === 0 ? 1 : bytes / totalBytes;
  return `${formatBytes(bytes)} of ${formatBytes(totalBytes)} (${formatPercent(share)})${rate}${left}`;
}
