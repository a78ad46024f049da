import type { FailureGroup, TimeSpan } from '../model/aggregate.ts';
import type { ReportFinding, ReportInterval } from '../model/report.ts';
import { toIso } from './rounding.ts';

/** Failures further apart than this are separate intervals. */
const BURST_GAP_MS = 15_000;
const MAX_INTERVALS = 50;

/** When the failures of the groups were seen. */
export function toPeriod(
  groups: readonly FailureGroup[],
): Pick<ReportFinding, 'firstSeen' | 'lastSeen' | 'intervals'> {
  const time = groups.reduce<TimeSpan | null>((span, group) => joinSpans(span, group.time), null);
  return {
    firstSeen: time === null ? null : toIso(time.first),
    lastSeen: time === null ? null : toIso(time.last),
    intervals: toIntervals(groups),
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
