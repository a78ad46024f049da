import { expect, test } from 'vitest';
import { describeReading } from '../../src/report/progress.ts';

const MB = 1_000_000;

test.for([
  [{ bytes: 120 * MB, totalBytes: 216 * MB, elapsedMs: 1500 }, '120 MB of 216 MB (56 %), 80 MB/s, 2 s left'],
  [
    { bytes: 216 * MB, totalBytes: 216 * MB, elapsedMs: 2000 },
    '216 MB of 216 MB (100 %), 108 MB/s, 1 s left',
  ],
  [
    { bytes: 2 * MB, totalBytes: 20_000 * MB, elapsedMs: 1000 },
    '2.0 MB of 20 GB (<0.1 %), 2.0 MB/s, 2 h 46 min left',
  ],
  [{ bytes: 0, totalBytes: 216 * MB, elapsedMs: 2000 }, '0 bytes of 216 MB (0 %)'],
  [{ bytes: 5 * MB, totalBytes: null, elapsedMs: 1000 }, '5.0 MB read, 5.0 MB/s'],
  [{ bytes: 300 * MB, totalBytes: 216 * MB, elapsedMs: 1000 }, '300 MB read, 300 MB/s'],
] as const)('%j', ([state, text]) => {
  expect(describeReading(state).replaceAll('\u00a0', ' ')).toBe(text);
});
