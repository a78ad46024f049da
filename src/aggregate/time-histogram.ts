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
  #buckets: number[] = [];
  #requests: number[] = [];

  /** Ignores NaN. */
  add(timeMs: number, requests = 1): void {
    if (Number.isNaN(timeMs)) return;
    this.#addTo(Math.floor(timeMs / this.#widthMs), requests);
    while (this.#buckets.length > MAX_TIME_BUCKETS) this.#widenTo(2 * this.#widthMs);
  }

  /** Adds all of another histogram; the wider of the two widths is taken. */
  addAll({ widthMs, buckets, requests }: TimeHistogram): void {
    if (widthMs > this.#widthMs) this.#widenTo(widthMs);
    buckets.forEach((bucket, i) => {
      this.add(bucket * widthMs, requests[i] ?? 0);
    });
  }

  /** Lines mostly come in order of time, so the place is looked for from the end. */
  #addTo(bucket: number, requests: number): void {
    let at = this.#buckets.length;
    while (at > 0 && (this.#buckets[at - 1] ?? 0) > bucket) at--;
    if (at > 0 && this.#buckets[at - 1] === bucket) {
      this.#requests[at - 1] = (this.#requests[at - 1] ?? 0) + requests;
      return;
    }
    this.#buckets.splice(at, 0, bucket);
    this.#requests.splice(at, 0, requests);
  }

  #widenTo(widthMs: number): void {
    const factor = widthMs / this.#widthMs;
    const [buckets, requests] = [this.#buckets, this.#requests];
    this.#widthMs = widthMs;
    this.#buckets = [];
    this.#requests = [];
    buckets.forEach((bucket, i) => {
      this.#addTo(Math.floor(bucket / factor), requests[i] ?? 0);
    });
  }

  finish(): TimeHistogram {
    return { widthMs: this.#widthMs, buckets: this.#buckets.slice(), requests: this.#requests.slice() };
  }
}
