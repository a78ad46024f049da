import { describe, expect, test } from 'vitest';
import type { PublishedLine } from './fixtures/published-lines.ts';
import { PUBLISHED_LINES } from './fixtures/published-lines.ts';
import { fieldsOf, pick } from './parse-line.ts';
import { readLog, sumOfLines } from './read-log.ts';

const ROWS = PUBLISHED_LINES.map((line): readonly [string, string, PublishedLine] => [
  line.what,
  line.origin,
  line,
]);

describe('a published line', () => {
  test.for(ROWS)('%s (%s) is read', ([, , { text, expect: expected }]) => {
    const records = readLog(text).records.map(({ record }) => pick(record, fieldsOf(expected)));
    expect(records).toStrictEqual([expected]);
  });

  test.for(ROWS)('%s (%s) is told by its format', ([, , { text, format }]) => {
    expect(readLog(text).summary.formats).toEqual({ [format]: 1 });
  });

  test.for(ROWS)('%s (%s) is accounted for', ([, , { text }]) => {
    const { lines } = readLog(text).summary;
    expect([lines.read, lines.records + lines.continuation, sumOfLines(lines)]).toEqual(
      Array(3).fill(text.split('\n').length),
    );
  });
});

test('all published lines together are as many records', () => {
  const all = readLog(PUBLISHED_LINES.map(({ text }) => text).join('\n'));
  expect(all.records.length).toBe(PUBLISHED_LINES.length);
});
