import type { TimeHistogram } from '../model/aggregate.ts';

/** Shifts against which the true alignment is held, in buckets. */
const SHIFTS = [1, 2, 3, 4] as const;
/** Aligned, two series of one event differ by less than this share of what they differ by when shifted. */
const IN_STEP_SHARE = 0.4;
/** With fewer, chance looks like step. */
const LEAST_REQUESTS = 10;
const LEAST_BUCKETS = 6;

type Series = ReadonlyMap<number, number>;

/** Requests per bucket of `widthMs`, which is a multiple of the histogram's own. */
function toSeries({ widthMs: own, buckets, requests }: TimeHistogram, widthMs: number): Series {
  const series = new Map<number, number>();
  buckets.forEach((bucket, i) => {
    const at = Math.floor((bucket * own) / widthMs);
    series.set(at, (series.get(at) ?? 0) + (requests[i] ?? 0));
  });
  return series;
}

function sum(series: Series): number {
  let total = 0;
  for (const requests of series.values()) total += requests;
  return total;
}

/** How much `b` differs from `factor` times `a`, when `a` is moved by `shift` buckets. */
function difference(a: Series, b: Series, factor: number, shift: number): number {
  let total = 0;
  for (const [at, requests] of a) total += Math.abs((b.get(at + shift) ?? 0) - factor * requests);
  for (const [at, requests] of b) if (!a.has(at - shift)) total += requests;
  return total;
}

/**
 * Whether two kinds of failure come and go together, second by second: the two ends of one event, where no address joins
 * their lines. Their counts may have a ratio, as tries have to requests. Two faults that merely overlap differ as much as
 * they would if one of them were moved by some seconds.
 */
export function areInStep(first: TimeHistogram, second: TimeHistogram): boolean {
  const widthMs = Math.max(first.widthMs, second.widthMs);
  const [a, b] = [toSeries(first, widthMs), toSeries(second, widthMs)];
  const [sumOfA, sumOfB] = [sum(a), sum(b)];
  if (Math.min(sumOfA, sumOfB) < LEAST_REQUESTS || Math.min(a.size, b.size) < LEAST_BUCKETS) return false;
  const factor = sumOfB / sumOfA;
  const shifted = SHIFTS.flatMap((shift) => [
    difference(a, b, factor, shift),
    difference(a, b, factor, -shift),
  ]);
  return difference(a, b, factor, 0) < IN_STEP_SHARE * Math.min(...shifted);
}
