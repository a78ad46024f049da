import { describe, expect, test } from 'vitest';
import {
  chanceOfAtLeast,
  chanceOfNone,
  dispersionOf,
  dispersionOfRates,
} from '../../src/compare/statistics.ts';

/** The same chance, added up term by term. */
function binomialTail(hits: number, count: number, share: number): number {
  let sum = 0;
  for (let k = hits; k <= count; k++) {
    let choose = 1;
    for (let i = 0; i < k; i++) choose *= (count - i) / (i + 1);
    sum += choose * share ** k * (1 - share) ** (count - k);
  }
  return sum;
}

describe('chances', () => {
  test.each([
    [1, 1, 0.5],
    [7, 0, 0.5],
    [12, 30, 0.2],
    [40, 10, 0.5],
    [3, 97, 0.01],
    [55, 45, 0.7],
  ])('at least %i hits beside %i others at a share of %f', (hits, others, share) => {
    expect(chanceOfAtLeast(hits, others, share)).toBeCloseTo(binomialTail(hits, hits + others, share), 10);
  });

  test('no hit at all is certain, and a whole share too', () => {
    expect(chanceOfAtLeast(0, 5, 0.5)).toBe(1);
    expect(chanceOfAtLeast(5, 5, 1)).toBe(1);
    expect(chanceOfAtLeast(5, 5, 0)).toBe(0);
  });

  test('counts of a busy mesh neither overflow nor lose all precision', () => {
    expect(chanceOfAtLeast(1_000_000, 1_000_000, 0.5)).toBeCloseTo(0.5, 2);
    expect(chanceOfAtLeast(1_010_000, 990_000, 0.5)).toBeLessThan(1e-6);
  });

  test('no failure of three where three of three failed before: 1 in 64', () => {
    // Beta(3.5, 0.5): 0.5 · 1.5 · 2.5 / (4 · 5 · 6).
    expect(chanceOfNone(3, 3, 3)).toBeCloseTo(1.875 / 120, 10);
  });

  test('where nothing was read, no failure is certain', () => {
    expect(chanceOfNone(3, 10, 0)).toBeCloseTo(1, 10);
  });
});

describe('scatter', () => {
  test('even counts scatter no less than by chance', () => {
    expect(dispersionOf([5, 5, 5, 5])).toBe(1);
    expect(dispersionOf([])).toBe(1);
    expect(dispersionOf([0, 0])).toBe(1);
  });

  test('one burst scatters by its size', () => {
    expect(dispersionOf([0, 0, 0, 100])).toBe(100);
  });

  test('unequal traffic alone is no scatter', () => {
    const steady = [100, 200, 400].map((traffic) => ({ traffic, requests: traffic / 10 }));
    expect(dispersionOfRates(steady)).toBe(1);
    expect(dispersionOfRates([...steady, { traffic: 100, requests: 60 }])).toBeGreaterThan(5);
    expect(dispersionOfRates([{ traffic: 0, requests: 0 }])).toBe(1);
  });
});
