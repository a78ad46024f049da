import { expect, test, vi } from 'vitest';
import { spareMemory } from '../../src/command/engine.ts';

const MB = 1024 * 1024;

function flagsFor(totalBytes: number | null, bytesRead = 0): readonly string[] {
  vi.useFakeTimers();
  const flags: string[] = [];
  spareMemory({ totalBytes, bytesRead: () => bytesRead }, (flag) => flags.push(flag));
  vi.advanceTimersByTime(5000);
  vi.useRealTimers();
  return flags;
}

test('memory is spared for large logs alone, and once', () => {
  expect(flagsFor(200 * MB)).toEqual([]);
  expect(flagsFor(2000 * MB)).toEqual(['--optimize-for-size']);
});

test('memory is spared for a stream as soon as it proves to be large', () => {
  expect(flagsFor(null, 200 * MB)).toEqual([]);
  expect(flagsFor(null, 600 * MB)).toEqual(['--optimize-for-size']);
});
