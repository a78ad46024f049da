import type { GroupFacts } from '../../src/model/group-facts.ts';

type Judge = (g: GroupFacts) => boolean | null;

/** Who looks after workers once a second ends them up to so much later, and a moment for the log. */
const LOOKED_AFTER_MS = 1050;
/** Such limits are set in steps of this, and shorter ones are met by chance. */
const LIMIT_STEP_MS = 5000;
const SHORTEST_LIMIT_MS = 10_000;

/** One in five comes within a second after a step by chance, so few of them prove nothing. */
const ENOUGH_FOR_LIMIT = 4;
/** A limit is passed at any moment between two looks. Work that always takes the same time ends where it likes, not by them. */
const LEAST_SPREAD_MS = 200;

/** All failures came somewhere within a second after the same round number of seconds; null where they are few. */
export function endWithinSecondAfterLimit({ durations, requests }: GroupFacts): boolean | null {
  if (durations === null || requests < ENOUGH_FOR_LIMIT) return null;
  const limitMs = Math.floor(durations.minMs / LIMIT_STEP_MS) * LIMIT_STEP_MS;
  return (
    limitMs >= SHORTEST_LIMIT_MS &&
    durations.maxMs <= limitMs + LOOKED_AFTER_MS &&
    durations.maxMs - durations.minMs >= LEAST_SPREAD_MS
  );
}

/** The failures took this long or longer, by their median: single outliers do not count. */
export const tookAtLeast =
  (ms: number): Judge =>
  (g) =>
    g.durations && g.durations.medianMs >= ms;

/** The failures took this long at most, by their median. */
export const tookAtMost =
  (ms: number): Judge =>
  (g) =>
    g.durations && g.durations.medianMs <= ms;

/** Fewer may all have been quick by chance. */
const ENOUGH_FOR_NONE = 10;

/** Of waits that last up to a second or more, so many are not all a third of one by chance. */
const ENOUGH_SHORT = 4;

/** Not one failure took longer; null where they are few. */
export const noneTookLonger =
  (ms: number): Judge =>
  (g) =>
    g.durations === null || g.requests < ENOUGH_SHORT ? null : g.durations.maxMs <= ms;

/**
 * Not one failure took a millisecond: a closed port answers within one round trip, while a handshake takes two and the
 * arithmetic of keys.
 */
export function tookNoTimeAtAll(g: GroupFacts): boolean | null {
  return g.durations && g.requests >= ENOUGH_FOR_NONE && g.durations.maxMs < 1;
}

/** The failures lie close together at a length that people configure: a timer ended them, not the work. */
export function endedByTimer(g: GroupFacts): boolean | null {
  return g.durations && g.durations.roundMs !== null;
}
