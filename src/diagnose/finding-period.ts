import type { FailureGroup, TimeSpan } from '../model/aggregate.ts';
import type { ReportFinding, ReportInterval, ReportTimeline } from '../model/report.ts';
import { toIso } from './rounding.ts';

/** Failures further apart than this are separate intervals. */
const BURST_GAP_MS = 15_000;
const MAX_INTERVALS = 50;
/** More columns than this no page has room for. */
const MAX_TIMELINE_BUCKETS = 96;

/** When the failures of the groups were seen. */
export function toPeriod(
  groups: readonly FailureGroup[],
): Pick<ReportFinding, 'firstSeen' | 'lastSeen' | 'intervals' | 'timeline'> {
  const time = groups.reduce<TimeSpan | null>((span, group) => joinSpans(span, group.time), null);
  return {
    firstSeen: time === null ? null : toIso(time.first),
    lastSeen: time === null ? null : toIso(time.last),
    intervals: toIntervals(groups),
    timeline: toTimeline(groups),
  };
}

function joinSpans(a: TimeSpan | null, b: TimeSpan | null): TimeSpan | null {
  if (a === null || b === null) return a ?? b;
  return { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) };
}

/** Onset and end of each burst, from the time buckets of the groups. */
function toIntervals(groups: readonly FailureGroup[]): readonly ReportInterval[] {
  const buckets = groups
    .flatMap(({ histogram }) =>
      histogram.buckets.map(([bucket, requests]) => ({
        from: bucket * histogram.widthMs,
        to: (bucket + 1) * histogram.widthMs,
        requests,
      })),
    )
    .sort((a, b) => a.from - b.from);
  const intervals: { from: number; to: number; requests: number }[] = [];
  for (const bucket of buckets) {
    const last = intervals[intervals.length - 1];
    if (last !== undefined && bucket.from - last.to <= BURST_GAP_MS) {
      last.to = Math.max(last.to, bucket.to);
      last.requests += bucket.requests;
    } else intervals.push({ ...bucket });
  }
  return intervals
    .slice(0, MAX_INTERVALS)
    .map(({ from, to, requests }) => ({ from: toIso(from), to: toIso(to), requests }));
}

/** The histograms of the groups in one, with fewer buckets: the width doubles, so that every bucket falls into one. */
function toTimeline(groups: readonly FailureGroup[]): ReportTimeline | null {
  const histograms = groups.map(({ histogram }) => histogram).filter(({ buckets }) => buckets.length > 0);
  if (histograms.length === 0) return null;
  const starts = histograms.flatMap(({ widthMs, buckets }) => buckets.map(([bucket]) => bucket * widthMs));
  const [first, last] = [minOf(starts), -minOf(starts.map((start) => -start))];
  let bucketMs = -minOf(histograms.map(({ widthMs }) => -widthMs));
  const bucketOf = (timeMs: number): number => Math.floor(timeMs / bucketMs) - Math.floor(first / bucketMs);
  while (bucketOf(last) >= MAX_TIMELINE_BUCKETS) bucketMs *= 2;
  const requests = new Array<number>(bucketOf(last) + 1).fill(0);
  for (const { widthMs, buckets } of histograms) {
    for (const [bucket, count] of buckets) {
      const at = bucketOf(bucket * widthMs);
      requests[at] = (requests[at] ?? 0) + count;
    }
  }
  return { from: toIso(Math.floor(first / bucketMs) * bucketMs), bucketMs, requests };
}

/** Spreading a long list into Math.min overflows the stack. */
function minOf(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}
