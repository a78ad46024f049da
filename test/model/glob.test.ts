import { expect, test } from 'vitest';
import { toMatcher } from '../../src/model/glob.ts';

test.for([
  [['outbound|80||*'], 'outbound|80||reviews', true],
  [['outbound|80||*'], 'inbound|80||reviews', false],
  [['*reviews*'], 'outbound|80||reviews.default', true],
  [['reviews'], 'reviews.default', false],
  [['v?'], 'v1', true],
  [['v?'], 'v10', false],
  [['a.b'], 'axb', false],
  [['(a+'], '(a+', true],
  [['a', 'b'], 'b', true],
  [['*'], 'two\nlines', true],
  [['*'], '', true],
  [['*'], null, false],
  [['*'], undefined, false],
  [[], 'a', false],
] as const)('%j matches %j: %s', ([globs, text, matches]) => {
  expect(toMatcher(globs)(text)).toBe(matches);
});
