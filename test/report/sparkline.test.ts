import { expect, test } from 'vitest';
import { drawSparkline } from '../../src/report/sparkline.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 10, 21, 3, 0, second)).toISOString();
const window = { from: at(0), to: at(40) };

test('failures stand at their time of the log, the highest at the highest level', () => {
  const requests = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 800, 400];
  expect(drawSparkline({ from: at(10), bucketMs: 1000, requests }, window, 10)).toBe('··▁··█····');
  expect(drawSparkline({ from: at(10), bucketMs: 1000, requests }, window, 40)).toBe(
    '··········▁·········█▄··················',
  );
});

test('has no more columns than there are buckets', () => {
  expect(drawSparkline({ from: at(0), bucketMs: 8000, requests: [4, 0, 2] }, window, 40)).toBe('█·▄··');
});

test('a bucket that begins before the log is at its begin', () => {
  expect(drawSparkline({ from: at(-3), bucketMs: 4000, requests: [1] }, window, 5)).toBe('█····');
});

test('a log of one moment has no picture', () => {
  expect(drawSparkline({ from: at(0), bucketMs: 1000, requests: [3] }, { from: at(0), to: at(0) }, 40)).toBe(
    '',
  );
});
