import { describe, expect, test } from 'vitest';
import { quantile, readDurations, readReuse, roundLimit } from '../../src/diagnose/sampled-facts.ts';
import type { DurationFacts, ReuseFacts } from '../../src/model/group-facts.ts';
import type { Event } from '../aggregate/log-lines.ts';
import { at, render } from '../aggregate/log-lines.ts';
import { onlyGroup } from '../aggregate/reading.ts';

const UC: Event = {
  responseCode: '503',
  responseFlags: 'UC',
  responseCodeDetails: 'upstream_reset_before_response_started{connection_termination}',
};

describe('a configured limit', () => {
  test.for([
    [999, 1000],
    [1010, 1000],
    [4497, 4500],
    [5003, 5000],
    [15_004, 15_000],
    [29_999, 30_000],
    [60_000, 60_000],
    [120_001, 120_000],
    [300_250, 300_000],
    [3_600_100, 3_600_000],
    [300, 300],
  ] as const)('is seen in %i ms: %i', ([durationMs, limit]) => {
    expect(roundLimit(durationMs)).toBe(limit);
  });

  test.for([[413_322], [100], [7], [0], [1050], [2340], [16_240], [92_300], [3_601_900]] as const)(
    'is not seen in %i ms',
    ([durationMs]) => {
      expect(roundLimit(durationMs)).toBeNull();
    },
  );
});

describe('durations', () => {
  function durations(...all: readonly (number | null)[]): DurationFacts | null {
    const lines = all.map((duration, i) =>
      render({ ...UC, startTime: at(1000 * i), duration: duration === null ? null : String(duration) }),
    );
    return readDurations(onlyGroup(lines));
  }

  test('give median, range, spread of the middle and a common limit', () => {
    expect(durations(15_001, 14_999, 15_003, 15_000, 15_001)).toEqual({
      medianMs: 15_001,
      minMs: 14_999,
      maxMs: 15_003,
      spreadMs: 4,
      roundMs: 15_000,
    });
  });

  test('show no limit when they lie apart', () => {
    expect(durations(1000, 2000, 3000, 4000)?.roundMs).toBeNull();
  });

  test('show a limit of a single failure', () => {
    expect(durations(413_322)?.roundMs).toBeNull();
    expect(durations(30_001)?.roundMs).toBe(30_000);
  });

  test('are not judged where none was logged', () => {
    expect(durations(null, null)).toBeNull();
  });

  test('come from those that were logged', () => {
    expect(durations(null, 40)).toMatchObject({ medianMs: 40, minMs: 40, maxMs: 40 });
  });
});

describe('reuse of connections', () => {
  /** Each connection answers and fails `gap` milliseconds later; null: it never answered. */
  function reuse(...gaps: readonly (number | null)[]): ReuseFacts | null {
    const lines = gaps.flatMap((gap, i) => {
      const upstreamLocalAddress = `10.0.0.1:${40_000 + i}`;
      const answer = render({ startTime: at(10_000 * i), upstreamLocalAddress });
      const failure = render({ ...UC, startTime: at(10_000 * i + (gap ?? 0)), upstreamLocalAddress });
      return gap === null ? [failure] : [answer, failure];
    });
    return readReuse(onlyGroup(lines));
  }

  test('has a constant gap when the middle half lies within 250 ms or 15 % of the median', () => {
    expect(reuse(2000, 2100, 2050, 2020)).toEqual({
      reused: 4,
      judged: 4,
      medianIdleMs: 2050,
      isConstant: true,
    });
    expect(reuse(5000, 5600, 5300, 5100, 900)).toMatchObject({ isConstant: true });
    expect(reuse(60, 130, 300, 20)).toMatchObject({ isConstant: true });
  });

  test('has no constant gap when the gaps differ, or when there are fewer than three', () => {
    expect(reuse(100, 900, 4000, 2500, 7000)).toMatchObject({ isConstant: false });
    expect(reuse(2000, 2001)).toMatchObject({ reused: 2, isConstant: false });
  });

  test('counts connections that never answered as judged', () => {
    expect(reuse(2000, null, null)).toMatchObject({ reused: 1, judged: 3 });
  });

  test('is not judged where no connection is logged', () => {
    expect(readReuse(onlyGroup([render({ ...UC, upstreamLocalAddress: null })]))).toBeNull();
  });
});

describe('quantile', () => {
  test.for([
    [[], 0.5, 0],
    [[7], 0.5, 7],
    [[1, 2, 3, 4], 0.5, 3],
    [[1, 2, 3, 4], 1, 4],
    [[1, 2, 3, 4], 0, 1],
  ] as const)('of %j at %f is %i', ([sorted, share, value]) => {
    expect(quantile(sorted, share)).toBe(value);
  });
});
