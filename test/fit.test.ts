import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TEMPERATURE } from '../src/diagnose/temperature.ts';
import { ROOT } from './support/command.ts';

const TABLE = new Map(
  [...readFileSync(join(ROOT, 'docs/fit.md'), 'utf8').matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)].map(
    ([, name = '', value = '']) => [name, value],
  ),
);

test('the temperature in use is the one that the fit printed, whichever case is left out', () => {
  expect(TABLE.get('T over all')).toBe(String(TEMPERATURE));
  expect(TABLE.get('T with one case left out')).toBe(String(TEMPERATURE));
});

test('no left-out case moves the answer of another', () => {
  expect(TABLE.get('answers of other cases that move')).toBe('0');
});
