import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIRST_BUCKET_MS, MAX_TIME_BUCKETS } from '../../src/aggregate/caps.ts';
import type { TimeHistogram } from '../../src/model/aggregate.ts';
import { joinTimeSpans, toTimeSpan } from '../../src/model/time-span.ts';
import { Failing } from './failing.ts';

const RUNS = 100;
const START = Date.UTC(2026, 10, 21, 3);
/** Bursts and lonely failures over anything from seconds to years. */
const times = fc
  .tuple(fc.constantFrom(1, 100, 10_000, 86_400_000), fc.array(fc.nat(5000), { maxLength: 400, size: 'max' }))
  .map(([stretch, offsets]) => offsets.map((offset) => START + offset * stretch));

const NOTHING: TimeHistogram = { widthMs: FIRST_BUCKET_MS, buckets: [], requests: [] };

function failAt(all: readonly number[]): Failing {
  const failing = new Failing();
  for (const timeMs of all) failing.fail('a', 'b', timeMs);
  return failing;
}

function histogramOf(all: readonly number[]): TimeHistogram {
  return failAt(all).groups()[0]?.histogram ?? NOTHING;
}

describe('the histogram of a failure group', () => {
  test('counts every time in the bucket that holds it, in no more buckets than allowed', () => {
    fc.assert(
      fc.property(times, (all) => {
        const { widthMs, buckets, requests } = histogramOf(all);
        const expected = new Map<number, number>();
        for (const timeMs of all) {
          const bucket = Math.floor(timeMs / widthMs);
          expected.set(bucket, (expected.get(bucket) ?? 0) + 1);
        }
        const rows = buckets.map((bucket, i) => [bucket, requests[i]]);
        expect(rows).toEqual([...expected].sort((a, b) => a[0] - b[0]));
        expect(buckets.length).toBeLessThanOrEqual(MAX_TIME_BUCKETS);
      }),
      { numRuns: RUNS },
    );
  });

  test('widens no more than it must, whatever the order of the times', () => {
    fc.assert(
      fc.property(times, (all) => {
        const { widthMs } = histogramOf(all);
        expect(histogramOf([...all].reverse())).toEqual(histogramOf(all));
        const half = new Set(all.map((timeMs) => Math.floor((2 * timeMs) / widthMs)));
        expect(widthMs === FIRST_BUCKET_MS || half.size > MAX_TIME_BUCKETS).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test('gives the histogram of the whole when those of parts are added', () => {
    fc.assert(
      fc.property(times, fc.nat(400), fc.nat(400), (all, one, two) => {
        const [first, second] = [Math.min(one, two), Math.max(one, two)];
        const parts = [all.slice(0, first), all.slice(first, second), all.slice(second)];
        const sum = new Failing();
        for (const part of [...parts].reverse()) sum.add(failAt(part));
        expect(sum.groups()[0]?.histogram ?? NOTHING).toEqual(histogramOf(all));
      }),
      { numRuns: RUNS },
    );
  });

  test('ignores what has no time', () => {
    expect(histogramOf([Number.NaN])).toEqual(NOTHING);
  });
});

describe('time spans', () => {
  test('hold both when they are joined', () => {
    expect(joinTimeSpans({ first: 3, last: 5 }, { first: 1, last: 4 })).toEqual({ first: 1, last: 5 });
    expect(joinTimeSpans(null, { first: 1, last: 4 })).toEqual({ first: 1, last: 4 });
    expect(joinTimeSpans(null, null)).toBeNull();
  });

  test('are none where nothing had a time', () => {
    expect(toTimeSpan(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)).toBeNull();
    expect(toTimeSpan(7, 7)).toEqual({ first: 7, last: 7 });
  });
});
