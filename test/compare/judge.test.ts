import { describe, expect, test } from 'vitest';
import type { Measured } from '../../src/compare/judge.ts';
import { judgeChange } from '../../src/compare/judge.ts';
import type { Change } from '../../src/model/comparison.ts';

const of = (requests: number, traffic: number, total = 10_000, dispersion = 1): Measured => ({
  requests,
  traffic,
  total,
  dispersion,
});

const CASES: readonly (readonly [why: string, before: Measured, now: Measured, change: Change])[] = [
  ['twice the failures in twice the traffic', of(50, 1000), of(100, 2000), 'same'],
  ['twice the failures in as much traffic', of(50, 1000), of(100, 1000), 'worse'],
  ['a handful more is chance', of(4, 1000), of(9, 1000), 'same'],
  ['half the failures in as much traffic', of(200, 1000), of(100, 1000), 'better'],
  ['half the failures in half the traffic', of(200, 1000), of(100, 500), 'same'],
  [
    'a tenth more, beyond chance in much traffic, is not notable',
    of(50_000, 1e6, 1e6),
    of(55_000, 1e6, 1e6),
    'same',
  ],
  ['failures that come in clumps prove less', of(50, 1000, 10_000, 8), of(100, 1000), 'same'],
  ['one failure where there was none', of(0, 10_000), of(1, 10_000), 'same'],
  ['six failures where there was none', of(0, 10_000), of(6, 10_000), 'same'],
  ['ten failures where there was none', of(0, 10_000), of(10, 10_000), 'new'],
  ['an outage of a small service', of(0, 3, 3), of(3, 3, 3), 'new'],
  ['a place that nobody asked for before', of(0, 0), of(5, 5), 'new'],
  ['a single stray request to an unknown place', of(0, 0), of(1, 1), 'same'],
  ['a log of one line', of(0, 0, 10), of(1, 1, 1), 'new'],
  ['nothing to compare with', of(0, 0, 0), of(3, 100), 'new'],
  ['a single failure and nothing to compare with', of(0, 0, 0), of(1, 100), 'same'],
  ['a flood is over', of(200, 1000), of(0, 1000), 'gone'],
  ['a flood, and then hardly any traffic', of(200, 10_000), of(0, 5), 'same'],
  ['a flood, and then no traffic at the place', of(200, 1000), of(0, 0), 'same'],
  ['one failure, and then none', of(1, 1000), of(0, 1000), 'same'],
  ['an authority without a route gets one, and leaves no traffic behind', of(200, 200), of(0, 0), 'gone'],
  ['an authority without a route, and then no traffic at all', of(200, 200), of(0, 0, 0), 'same'],
  ['ever more requests to an authority without a route', of(20, 20), of(200, 200), 'worse'],
];

describe('noise and change', () => {
  test.each(CASES)('%s', (_, before, now, change) => {
    const judgement = judgeChange(before, now);
    expect(judgement.change).toBe(change);
    expect(judgement.because).not.toMatch(/NaN|Infinity|undefined/);
  });
});
