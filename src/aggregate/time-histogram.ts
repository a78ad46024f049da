import type { TimeHistogram, TimeSpan } from '../model/aggregate.ts';
import { FIRST_BUCKET_MS, MAX_TIME_BUCKETS } from './caps.ts';

/** A span from running bounds that start at infinity; null when nothing had a time. */
export function toTimeSpan(first: number, last: number): TimeSpan | null {
  return Number.isFinite(first) && Number.isFinite(last) ? { first, last } : null;
}

/** The span that holds both. */
export function joinTimeSpans(a: TimeSpan | null, b: TimeSpan | null): TimeSpan | null {
  if (a === null || b === null) return a ?? b;
  return { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) };
}

/**
 * Counts requests per time bucket. When the buckets are too many their width doubles, which depends on the set of times
 * alone and not on their order.
 */
export class TimeHistogramBuilder {
  #widthMs = FIRST_BUCKET_MS;
  #buckets = new Map<number, number>();

  /** Ignores NaN. */
  add(timeMs: number, requests = 1): void {
    if (Number.isNaN(timeMs)) return;
    const bucket = Math.floor(timeMs / this.#widthMs);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + requests);
    while (this.#buckets.size > MAX_TIME_BUCKETS) this.#widenTo(2 * this.#widthMs);
  }

  /** Adds all of another histogram; the wider of the two widths is taken. */
  addAll(other: TimeHistogram): void {
    if (other.widthMs > this.#widthMs) this.#widenTo(other.widthMs);
    for (const [bucket, requests] of other.buckets) this.add(bucket * other.widthMs, requests);
  }

  #widenTo(widthMs: number): void {
    const factor = widthMs / this.#widthMs;
    const wider = new Map<number, number>();
    for (const [bucket, requests] of this.#buckets) {
      const target = Math.floor(bucket / factor);
      wider.set(target, (wider.get(target) ?? 0) + requests);
    }
    this.#widthMs = widthMs;
    this.#buckets = wider;
  }

  finish(): TimeHistogram {
    return { widthMs: this.#widthMs, buckets: [...this.#buckets].sort((a, b) => a[0] - b[0]) };
  }
}
