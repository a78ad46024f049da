import type { FailureGroup, SampledRecord, TimeSpan } from '../model/aggregate.ts';

/** How far the clocks of two proxies, and their lines of one connection, may lie apart; the least that will do is taken. */
const SLACKS_MS = [3, 10, 50] as const;
/** So improbable must it be that lines fall into the requests by chance, … */
const LEAST_BITS = 6;
/** … and to have tried so many slacks makes it less so. */
const TRIED_BITS = Math.log2(SLACKS_MS.length);
/** Of either side so many must meet one of the other: of a log that was cut the last ones do not. */
const MOST_SHARE = 0.8;
/** Fewer moments than these are no burst, of which the parts would meet by chance. */
const LEAST_OF_BURST = 3;

/**
 * Whether lines that name nobody fall into a caller's failed requests, and the requests onto such lines, too exactly to do so by
 * chance: the two ends of a handful of connections, too few to have a rhythm. `log` is the time that was looked at.
 */
export function areAtSameMoments(
  nameless: FailureGroup,
  caller: FailureGroup,
  log: TimeSpan | null,
): boolean {
  // A sample of the requests would leave lines without theirs.
  if (caller.sampled.length < caller.requests || nameless.sampled.length === 0) return false;
  return SLACKS_MS.some((slackMs) => bitsWithin(slackMs, nameless, caller, log) >= LEAST_BITS + TRIED_BITS);
}

interface Sides {
  readonly requests: readonly TimeSpan[];
  /** Start times of the lines that name nobody. */
  readonly moments: readonly number[];
  readonly slackMs: number;
}

/** How improbable it is by chance that the lines lie within so much of the requests; 0 where they do not. */
function bitsWithin(
  slackMs: number,
  nameless: FailureGroup,
  caller: FailureGroup,
  log: TimeSpan | null,
): number {
  const requests = caller.sampled.flatMap((record) => toSpan(record, slackMs));
  const moments = nameless.sampled.flatMap(({ timeMs }) => timeMs ?? []);
  const within = moments.filter((at) => requests.some((span) => holds(span, at)));
  const met = requests.filter((span) => moments.some((at) => holds(span, at)));
  const isWhole = nameless.sampled.length === nameless.requests;
  if (within.length < MOST_SHARE * nameless.sampled.length) return 0;
  if (isWhole && met.length < MOST_SHARE * caller.requests) return 0;
  const spans = [...requests, ...moments.map((at) => ({ first: at, last: at }))];
  const whole = met.length < LEAST_OF_BURST ? log : unionOf(spans);
  if (whole === null) return 0;
  const byTime = -met.length * Math.log2(shareOf(requests, whole));
  return Math.max(byTime, bitsAtStart({ requests, moments, slackMs }, whole));
}

/** The same of the first attempt of each request, which begins with it, where requests take much of the time. */
function bitsAtStart({ requests, moments, slackMs }: Sides, whole: TimeSpan): number {
  const starts = requests.map(({ first }) => ({ first, last: first + 2 * slackMs }));
  const met = starts.filter((span) => moments.some((at) => holds(span, at)));
  const nearby = moments.map((at) => ({ first: at - slackMs, last: at + slackMs }));
  return -met.length * Math.log2(shareOf(nearby, whole));
}

function toSpan({ timeMs, durationMs }: SampledRecord, slackMs: number): readonly TimeSpan[] {
  if (timeMs === null) return [];
  return [{ first: timeMs - slackMs, last: timeMs + Math.max(0, durationMs ?? 0) + slackMs }];
}

function holds({ first, last }: TimeSpan, at: number): boolean {
  return at >= first && at <= last;
}

function unionOf(spans: readonly TimeSpan[]): TimeSpan {
  return {
    first: Math.min(...spans.map(({ first }) => first)),
    last: Math.max(...spans.map(({ last }) => last)),
  };
}

/** How much of the whole the spans cover, at most all. */
function shareOf(spans: readonly TimeSpan[], { first, last }: TimeSpan): number {
  let covered = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const span of [...spans].sort((a, b) => a.first - b.first)) {
    covered += Math.max(0, span.last - Math.max(span.first, end));
    end = Math.max(end, span.last);
  }
  return Math.min(1, covered / Math.max(1, last - first));
}
