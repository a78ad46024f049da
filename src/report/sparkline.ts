import type { Report, ReportTimeline } from '../model/report.ts';

const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** No failure in this stretch of the log. */
const NONE = '·';

/**
 * Failures over the time of the whole log on `columns` columns; empty where there is no time to show. Levels are those of
 * the finding itself: a single failure is seen.
 */
export function drawSparkline(
  { from, bucketMs, requests }: ReportTimeline,
  window: NonNullable<Report['window']>,
  columns: number,
): string {
  const start = Math.min(Date.parse(window.from), Date.parse(from));
  const end = Math.max(Date.parse(window.to), Date.parse(from) + bucketMs * requests.length);
  if (end - start <= bucketMs) return '';
  // No column is shorter than a bucket: it would show gaps that are none.
  const width = Math.max(1, Math.min(columns, Math.floor((end - start) / bucketMs)));
  const sums = new Array<number>(width).fill(0);
  for (const [bucket, count] of requests.entries()) {
    const middle = Date.parse(from) + (bucket + 0.5) * bucketMs;
    const at = Math.min(width - 1, Math.floor(((middle - start) / (end - start)) * width));
    sums[at] = (sums[at] ?? 0) + count;
  }
  const most = Math.max(...sums);
  return sums
    .map((sum) => (sum === 0 ? NONE : (LEVELS[Math.ceil((sum / most) * LEVELS.length) - 1] ?? NONE)))
    .join('');
}
