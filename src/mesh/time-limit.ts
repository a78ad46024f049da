const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** Durations of shapes are lower edges of bands, and the next edge is at most this much higher. */
const BAND = 3;
/** What the proxy takes to notice that a limit is over: a share of it, and some milliseconds. */
const LATE_SHARE = 0.1;
const LATE_MS = 20;
/** Envoy waits a little before it tries again. */
const BACK_OFF_MS = 150;
/** So much longer a limit is set: what the service needs nobody knows. */
const MORE_TIME = 10;
const NONE = /^0(\.0*)?m?s$/;

/** True for a duration of nothing, by which limits are turned off. */
export function isNoLimit(duration: string): boolean {
  return NONE.test(duration);
}

/** The logged duration may be that of the limit, or of as many as there are tries: bands are coarse. */
export function fitsLimit(durationMs: number | null | undefined, limit: string, tries = 1): boolean {
  const limitMs = [...limit.matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? 's'] ?? 1),
    0,
  );
  const longestMs = (limitMs * (1 + LATE_SHARE) + LATE_MS) * tries + BACK_OFF_MS * (tries - 1);
  return durationMs == null || (durationMs <= longestMs && durationMs * BAND >= limitMs);
}

/** `2s` becomes `20s`. */
export function lengthen(duration: string): string {
  // The product of a fraction may lie a hair beside the number that is meant.
  return duration.replace(/[\d.]+/g, (number) => String(Number((Number(number) * MORE_TIME).toFixed(3))));
}
