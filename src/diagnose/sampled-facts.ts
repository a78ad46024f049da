import type { FailureGroup } from '../model/aggregate.ts';
import type { DurationFacts, ReuseFacts } from '../model/group-facts.ts';

/** Limits that people configure, in milliseconds: timeouts of proxies, frameworks and load balancers. */
const ROUND_LIMIT_STEP_MS = [
  [1000, 100],
  [10_000, 500],
  [60_000, 1000],
  [Number.POSITIVE_INFINITY, 5000],
] as const;
/** How far a duration may lie from the limit that ended it: 0.6 % and a few milliseconds for the timer and the log. */
const ROUND_SLACK_SHARE = 0.006;
const ROUND_SLACK_MS = 8;
/** Timers do not get worse without end: half a percent of seven minutes would make every other duration round. */
const MAX_ROUND_SLACK_MS = 300;
/** Shorter durations are round by chance. */
const MIN_ROUND_MS = 200;
/** Idle gaps are constant when the middle half lies within a tenth of the median, or within this. */
const CONSTANT_IDLE_SHARE = 0.15;
const CONSTANT_IDLE_MS = 250;
const MIN_REUSED = 3;

/** Value below which `share` of the sorted values lie. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** The configured limit that a duration looks like, or null. */
export function roundLimit(durationMs: number): number | null {
  if (durationMs < MIN_ROUND_MS) return null;
  const step =
    ROUND_LIMIT_STEP_MS.find(([below]) => durationMs < below * (1 + ROUND_SLACK_SHARE))?.[1] ?? 1000;
  const nearest = Math.round(durationMs / step) * step;
  const slack = Math.min(MAX_ROUND_SLACK_MS, nearest * ROUND_SLACK_SHARE) + ROUND_SLACK_MS;
  return Math.abs(durationMs - nearest) <= slack ? nearest : null;
}

/** How long the failures of a group took, from its sampled records; null when durations are not logged. */
export function readDurations(group: FailureGroup): DurationFacts | null {
  const sorted = group.sampled.flatMap((record) => record.durationMs ?? []).sort((a, b) => a - b);
  if (sorted.length === 0 || group.durationMs === null) return null;
  const medianMs = quantile(sorted, 0.5);
  const spreadMs = quantile(sorted, 0.9) - quantile(sorted, 0.1);
  const isNarrow = spreadMs <= medianMs * 2 * ROUND_SLACK_SHARE + 2 * ROUND_SLACK_MS;
  return {
    medianMs,
    minMs: group.durationMs.min,
    maxMs: group.durationMs.max,
    spreadMs,
    roundMs: isNarrow ? roundLimit(medianMs) : null,
  };
}

/** How failures lie after the last answer on the same upstream connection; null when too few are known to be reused. */
export function readReuse(group: FailureGroup): ReuseFacts | null {
  const onConnection = group.sampled.filter((record) => record.hasConnection);
  if (onConnection.length === 0) return null;
  const idle = onConnection
    .flatMap(({ idleMs }) => (typeof idleMs === 'number' ? idleMs : []))
    .sort((a, b) => a - b);
  const medianIdleMs = quantile(idle, 0.5);
  const middle = quantile(idle, 0.75) - quantile(idle, 0.25);
  const isConstant =
    idle.length >= MIN_REUSED && middle <= Math.max(CONSTANT_IDLE_MS, medianIdleMs * CONSTANT_IDLE_SHARE);
  return { reused: idle.length, judged: onConnection.length, medianIdleMs, isConstant };
}
