import type { TimeSpan } from './aggregate.ts';

/** A span from running bounds that start at infinity; null when nothing had a time. */
export function toTimeSpan(first: number, last: number): TimeSpan | null {
  return Number.isFinite(first) && Number.isFinite(last) ? { first, last } : null;
}

/** The span that holds both. */
export function joinTimeSpans(a: TimeSpan | null, b: TimeSpan | null): TimeSpan | null {
  if (a === null || b === null) return a ?? b;
  return { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) };
}
