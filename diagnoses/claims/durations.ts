import type { GroupFacts } from '../../src/model/group-facts.ts';

type Judge = (g: GroupFacts) => boolean | null;

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
