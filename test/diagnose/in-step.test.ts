import { expect, test } from 'vitest';
import { areInStep } from '../../src/diagnose/in-step.ts';
import type { TimeHistogram } from '../../src/model/aggregate.ts';

function histogram(counts: readonly number[], widthMs = 1000, start = 100): TimeHistogram {
  const buckets = counts.flatMap((requests, i) => (requests === 0 ? [] : start + i));
  return { widthMs, buckets, requests: counts.filter((requests) => requests > 0) };
}

const RATE = [3, 0, 5, 1, 2, 0, 4, 6, 1, 0, 2, 7];
const OTHER_RATE = [1, 4, 0, 2, 6, 3, 0, 1, 5, 2, 4, 0];

test('two series of the same moments are in step', () => {
  expect(areInStep(histogram(RATE), histogram(RATE))).toBe(true);
});

test('three tries for each request are in step with the requests', () => {
  expect(areInStep(histogram(RATE), histogram(RATE.map((n) => 3 * n)))).toBe(true);
});

test('some that fall into the next second do not matter', () => {
  const late = [...RATE];
  late[2] = 4;
  late[3] = 2;
  expect(areInStep(histogram(RATE), histogram(late))).toBe(true);
});

test('two faults of one window that have nothing to do with each other are not', () => {
  expect(areInStep(histogram(RATE), histogram(OTHER_RATE))).toBe(false);
});

test('a series and the same one some seconds later are not', () => {
  expect(areInStep(histogram(RATE), histogram(RATE, 1000, 103))).toBe(false);
});

test('steady rates say nothing', () => {
  const long = Array.from({ length: 40 }, () => 2);
  expect(areInStep(histogram(long), histogram(long, 1000, 90))).toBe(false);
});

test('a handful of failures is too few', () => {
  expect(areInStep(histogram([1, 0, 2, 0, 1]), histogram([1, 0, 2, 0, 1]))).toBe(false);
});

test('histograms of different widths are compared at the wider one', () => {
  const fine = Array.from({ length: 24 }, (_, i) => RATE[i % 12] ?? 0);
  const coarse: number[] = [];
  for (let i = 0; i < fine.length; i += 2) coarse.push((fine[i] ?? 0) + (fine[i + 1] ?? 0));
  expect(areInStep(histogram(fine), histogram(coarse, 2000, 50))).toBe(true);
});
