import { describe, expect, test } from 'vitest';
import {
  formatBits,
  formatBytes,
  formatChance,
  formatConfidence,
  formatCount,
  formatDuration,
  formatPercent,
  formatPeriod,
  formatTime,
  listAll,
  listFirst,
  plural,
  withFullStop,
} from '../../src/report/wording.ts';

/** The no-break spaces are for the layout. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

test.for([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1_234_567, '1,234,567'],
] as const)('%i is written %s', ([count, written]) => {
  expect(formatCount(count)).toBe(written);
});

test.for([
  [0, '0 %'],
  [0.000_01, '<0.1 %'],
  [0.012, '1.2 %'],
  [0.05, '5 %'],
  [0.0996, '10 %'],
  [0.314, '31 %'],
  [0.996, '99.6 %'],
  [0.999_99, '>99.9 %'],
  [1, '100 %'],
] as const)('a share of %d is %s, never rounded to all or nothing', ([share, written]) => {
  expect(plain(formatPercent(share))).toBe(written);
});

test.for([
  [0.001, 'under 1 %'],
  [0.931, '93 %'],
  [0.999, 'over 99 %'],
] as const)('a confidence of %d is %s', ([confidence, written]) => {
  expect(plain(formatConfidence(confidence))).toBe(written);
});

describe('chance', () => {
  test.for([
    [4, 0.12, '1 in 4,800'],
    [1, 0.5, '1 in 2'],
    [2, 0.5, '1 in 4'],
    [1, 0.7, '1 in 1.4'],
    [3, 0.45, '1 in 11'],
    [57, 0.12, 'less than 1 in a billion'],
    [3, 0, 'less than 1 in a billion'],
    [3, 1, '1 in 1'],
  ] as const)('%i draws of a share of %d: %s', ([n, q, written]) => {
    expect(formatChance(n, q)).toBe(written);
  });
});

describe('time', () => {
  test('is UTC to the second', () => {
    expect(plain(formatTime('2026-11-21T03:27:29.465Z'))).toBe('2026-11-21 03:27:29Z');
  });

  test('another spelling is left as it is', () => {
    expect(formatTime('yesterday')).toBe('yesterday');
  });

  test.for([
    ['2026-11-21T03:27:29.100Z', '2026-11-21T03:27:29.900Z', '2026-11-21 03:27:29Z'],
    ['2026-11-21T03:27:29Z', '2026-11-21T03:27:43Z', '2026-11-21 03:27:29Z to 03:27:43Z (14 s)'],
    // 13.2 s, which is no difference of the times beside it.
    ['2026-11-21T03:27:29.900Z', '2026-11-21T03:27:43.100Z', '2026-11-21 03:27:29Z to 03:27:43Z (14 s)'],
    [
      '2026-11-20T23:00:00Z',
      '2026-11-21T01:05:09Z',
      '2026-11-20 23:00:00Z to 2026-11-21 01:05:09Z (2 h 5 min)',
    ],
  ] as const)('%s to %s', ([from, to, written]) => {
    expect(plain(formatPeriod(from, to))).toBe(written);
  });

  test.for([
    [0, '0 ms'],
    [450, '450 ms'],
    [14_000, '14 s'],
    [854_022, '14 min 14 s'],
    [3_600_000, '1 h'],
    [90_061_000, '1 d 1 h'],
  ] as const)('%i ms last %s', ([durationMs, written]) => {
    expect(plain(formatDuration(durationMs))).toBe(written);
  });
});

test.for([
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_234_567, '1.2 MB'],
  [45_600, '46 kB'],
  [9_990_000_000_000_000, '9990 TB'],
] as const)('%i bytes are %s', ([bytes, written]) => {
  expect(plain(formatBytes(bytes))).toBe(written);
});

test('bits have one digit where they are not whole', () => {
  expect([4, -2, 3.14].map(formatBits)).toEqual(['4', '2', '3.1']);
});

test('counts agree with their noun', () => {
  expect([1, 2].map((count) => plain(plural(count, 'diagnosis', 'diagnoses')))).toEqual([
    '1 diagnosis',
    '2 diagnoses',
  ]);
});

test('lists name the first and count the rest', () => {
  expect(plain(listFirst(['a', 'b', 'c', 'd'], 2))).toBe('a, b, +2 more');
  expect(listFirst(['a'], 2)).toBe('a');
});

test('lists read like a sentence', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listAll)).toEqual(['', 'a', 'a and b', 'a, b and c']);
});

test('sentences end once', () => {
  expect(['a', 'a.', 'a?'].map(withFullStop)).toEqual(['a.', 'a.', 'a?']);
});
