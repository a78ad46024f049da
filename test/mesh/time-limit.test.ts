import { expect, test } from 'vitest';
import { fitsLimit, isNoLimit, lengthen } from '../../src/mesh/time-limit.ts';

test.for([
  ['2s', '20s'],
  ['0.5s', '5s'],
  ['1.1s', '11s'],
  ['1.13s', '11.3s'],
  ['250ms', '2500ms'],
  ['1m30s', '10m300s'],
] as const)('%s becomes %s', ([limit, longer]) => {
  expect(lengthen(limit)).toBe(longer);
});

test('a limit of nothing is none, in any unit', () => {
  expect(['0s', '0.0s', '0ms', '0.000s'].every(isNoLimit)).toBe(true);
  expect(['0.1s', '10s', '5m'].some(isNoLimit)).toBe(false);
});

test('requests end at the limit, or after as many as there are tries', () => {
  expect(fitsLimit(1000, '1s')).toBe(true);
  expect(fitsLimit(500, '1s')).toBe(true);
  expect(fitsLimit(100, '1s')).toBe(false);
  expect(fitsLimit(3200, '1s')).toBe(false);
  expect(fitsLimit(3200, '1s', 3)).toBe(true);
  expect(fitsLimit(null, '1s')).toBe(true);
});
