import type { FailureGroup, TimeSpan } from '../model/aggregate.ts';
import type { ReportFinding, ReportInterval, ReportTimeline } from '../model/report.ts';
import { joinTimeSpans } from '../model/time-span.ts';
import type { RankedShape } from './rank.ts';
import { toIso } from './rounding.ts';

/** Failures further apart than this are separate intervals. */
const BURST_GAP_MS = 15_000;
const MAX_INTERVALS = 50;
/** More columns than this no page has room for. */
const MAX_TIMELINE_BUCKETS = 96;

/** Failing requests of a stretch of time. */
interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly requests: number;
}

/** When the failures of the shapes were seen. */
export function toPeriod(
  shapes: readonly RankedShape[],
): Pick<ReportFinding, 'firstSeen' | 'lastSeen' | 'intervals' | 'timeline'> {
  const requestsOf = new Map<FailureGroup, number>();
  for (const { group, requests } of shapes)
    requestsOf.set(group.group, (requestsOf.get(group.group) ?? 0) + requests);
  const groups = [...requestsOf];
  const time = groups.reduce<TimeSpan | null>((span, [group]) => joinTimeSpans(span, group.time), null);
  const buckets = groups
    .flatMap(([group, requests]) => toBuckets(group, requests))
    .sort((a, b) => a.from - b.from);
  return {
    firstSeen: time === null ? null : toIso(time.first),
    lastSeen: time === null ? null : toIso(time.last),
    intervals: toIntervals(buckets),
    timeline: toTimeline(buckets),
  };
}

/**
 * The time buckets of a group. Only the group as a whole has them: where some of its requests belong to other findings,
 * every bucket gives its part, and the parts add up to the requests of this one.
 */
function toBuckets({ histogram, requests: all }: FailureGroup, requests: number): readonly Bucket[] {
  const { widthMs, buckets, requests: counts } = histogram;
  let before = 0;
  return buckets.flatMap((bucket, i) => {
    const after = before + (counts[i] ?? 0);
    const part = Math.round((after * requests) / all) - Math.round((before * requests) / all);
    before = after;
    return part === 0 ? [] : { from: bucket * widthMs, to: (bucket + 1) * widthMs, requests: part };
  });
}

/** Onset and end of each burst. */
function toIntervals(buckets: readonly Bucket[]): readonly ReportInterval[] {
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

/** The buckets of all groups in few of one width: it doubles, as those of the groups do, so that each falls into one. */
function toTimeline(buckets: readonly Bucket[]): ReportTimeline | null {
  const [{ from: first } = { from: 0 }] = buckets;
  const last = buckets.at(-1);
  if (last === undefined) return null;
  let bucketMs = buckets.reduce((widest, { from, to }) => Math.max(widest, to - from), 0);
  const bucketOf = (timeMs: number): number => Math.floor(timeMs / bucketMs) - Math.floor(first / bucketMs);
  while (bucketOf(last.from) >= MAX_TIMELINE_BUCKETS) bucketMs *= 2;
  const requests = new Array<number>(bucketOf(last.from) + 1).fill(0);
  for (const { from, requests: count } of buckets) {
    const at = bucketOf(from);
    requests[at] = (requests[at] ?? 0) + count;
  }
  return { from: toIso(Math.floor(first / bucketMs) * bucketMs), bucketMs, requests };
}
