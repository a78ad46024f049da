import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { finishHash, hashBytes, hashNumber, keyOf, startHash } from '../../src/bytes/hash.ts';
import { encodeText } from '../../src/bytes/text.ts';

function keyOfParts(seed: number, ...parts: readonly (string | number)[]): number {
  const state = { a: 0, b: 0 };
  startHash(state, seed);
  for (const part of parts) {
    const bytes = encodeText(String(part));
    if (typeof part === 'number') hashNumber(state, part);
    else hashBytes(state, bytes, 0, bytes.length);
  }
  finishHash(state);
  return keyOf(state);
}

describe('a hash', () => {
  // Caps keep the keys with the smallest hash, and parts of a log are merged by them: another hash is another report.
  test.for([
    [0, [], 1_413_640_929_270_338],
    [1, ['outbound|9080||reviews.default.svc.cluster.local'], 881_426_434_990_850],
    [2, ['10.0.0.1:80', 503], 2_292_708_666_611_753],
    [1, ['abc'], 2_510_230_790_676_923],
  ] as const)('of seed %i and %j stays what it was', ([seed, parts, key]) => {
    expect(keyOfParts(seed, ...parts)).toBe(key);
  });

  test('is a safe integer below 2^52', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), fc.integer(), (seed, text, number) => {
        const key = keyOfParts(seed, text, number);
        expect(Number.isSafeInteger(key) && key >= 0 && key < 2 ** 52).toBe(true);
      }),
    );
  });

  test('does not depend on where the bytes lie', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(9), (content, offset) => {
        const bytes = new Uint8Array(offset + content.length + 3).fill(7);
        bytes.set(content, offset);
        const [first, second] = [content, bytes].map((all, i) => {
          const state = { a: 0, b: 0 };
          startHash(state, 1);
          hashBytes(state, all, i * offset, i * offset + content.length);
          finishHash(state);
          return keyOf(state);
        });
        expect(first).toBe(second);
      }),
    );
  });

  test('differs from seed to seed', () => {
    const keys = Array.from({ length: 100 }, (_, seed) => keyOfParts(seed, 'a'));
    expect(new Set(keys).size).toBe(100);
  });

  test.for([
    [
      ['ab', 'c'],
      ['a', 'bc'],
    ],
    [['a'], ['a', '']],
    [['a\u0000'], ['a']],
    [[1], ['1']],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
  ] as const)('tells %j from %j', ([first, second]) => {
    expect(keyOfParts(1, ...first)).not.toBe(keyOfParts(1, ...second));
  });

  test('does not meet itself among the keys of a large log', () => {
    const keys = new Set<number>();
    for (let i = 0; i < 50_000; i++) keys.add(keyOfParts(1, `10.${i >> 8}.${i & 255}.1:8080`));
    expect(keys.size).toBe(50_000);
  });

  test('spreads over slots by either of its ends', () => {
    const keys = Array.from({ length: 6400 }, (_, i) => keyOfParts(1, `cluster-${i}`));
    const slots = new Set(keys.map((key) => key % 64));
    const bands = new Set(keys.map((key) => Math.floor(key / 2 ** 46)));
    expect([slots.size, bands.size]).toEqual([64, 64]);
  });
});
