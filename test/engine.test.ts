import { expect, test, vi } from 'vitest';
import { Engine } from '../src/engine.ts';

const MB = 1024 * 1024;

/** An engine and what it is told. */
function engineOf(code: { readonly isWanted: boolean }) {
  const told: string[] = [];
  const engine = new Engine({
    code: { ...code, keep: () => void told.push('keep') },
    setFlag: (flag) => void told.push(flag),
  });
  return { engine, told };
}

function flagsFor(totalBytes: number | null, bytesRead = 0): readonly string[] {
  vi.useFakeTimers();
  const { engine, told } = engineOf({ isWanted: false });
  engine.spareMemory({ totalBytes, bytesRead: () => bytesRead });
  vi.advanceTimersByTime(5000);
  vi.useRealTimers();
  return told;
}

test('memory is spared for large logs alone, and once', () => {
  expect(flagsFor(200 * MB)).toEqual([]);
  expect(flagsFor(2000 * MB)).toEqual(['--optimize-for-size']);
});

test('memory is spared for a stream as soon as it proves to be large', () => {
  expect(flagsFor(null, 200 * MB)).toEqual([]);
  expect(flagsFor(null, 600 * MB)).toEqual(['--optimize-for-size']);
});

test('code is kept once, and its engine left as it is until then', () => {
  const first = engineOf({ isWanted: true });
  first.engine.keepCode();
  expect([first.engine.keepsFlags, first.told]).toEqual([true, ['keep']]);
  const later = engineOf({ isWanted: false });
  later.engine.keepCode();
  expect([later.engine.keepsFlags, later.told]).toEqual([false, []]);
});

// The engine refuses code that was compiled under other flags, so that each run would make it anew.
test('code is not kept when memory had to be spared', () => {
  const { engine, told } = engineOf({ isWanted: true });
  engine.spareMemory({ totalBytes: 2000 * MB, bytesRead: () => 0 });
  engine.keepCode();
  expect(told).toEqual(['--optimize-for-size']);
});
