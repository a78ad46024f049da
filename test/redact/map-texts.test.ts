import { expect, test } from 'vitest';
import { mapTexts } from '../../src/redact/map-texts.ts';

const upper = (text: string): string => text.toUpperCase();

test('changes every text, however deep, and nothing else', () => {
  const value = { a: 'x', b: [{ c: 'y', d: 1 }, null, ['z']], e: true };
  expect(mapTexts(value, { text: upper })).toEqual({ a: 'X', b: [{ c: 'Y', d: 1 }, null, ['Z']], e: true });
  expect(value).toEqual({ a: 'x', b: [{ c: 'y', d: 1 }, null, ['z']], e: true });
});

test('says which property holds the text', () => {
  const seen: string[] = [];
  const text = (value: string, key: string): string => {
    seen.push(`${key}=${value}`);
    return value;
  };
  mapTexts({ a: 'x', list: ['y', { b: 'z' }] }, { text });
  expect(seen).toEqual(['a=x', '=y', 'b=z']);
});

test('shares what stays as it is', () => {
  const value = { changed: { text: 'x' }, same: { text: 'X', list: [1, 'Y'] } };
  const mapped = mapTexts(value, { text: upper });
  expect(mapped).toEqual({ changed: { text: 'X' }, same: { text: 'X', list: [1, 'Y'] } });
  expect(mapped.same).toBe(value.same);
  expect(mapTexts(value.same, { text: upper })).toBe(value.same);
});

test('changes the keys of the one object that has texts as keys', () => {
  const value = { flags: { uh: 1 }, others: { uh: 1 } };
  expect(mapTexts(value, { text: upper, keyedByTexts: 'flags', key: upper })).toEqual({
    flags: { UH: 1 },
    others: { uh: 1 },
  });
});
