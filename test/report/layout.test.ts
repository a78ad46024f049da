import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeForTerminal } from '../../src/report/escape.ts';
import { bullet, createPage, cutLine, type Page, prose, styled, table } from '../../src/report/layout.ts';
import { ANSI_PAINT, PLAIN_PAINT } from '../../src/report/paint.ts';
import { clip, clipMiddle, visibleWidth } from '../../src/report/width.ts';

const PAGE = createPage(60);
const NARROW: Page = { width: 12, cutWidth: 12, paint: PLAIN_PAINT };

describe('escaping', () => {
  test.for([
    ['\u001b[31m', '\\x1b[31m'],
    ['\u009b31m', '\\x9b31m'],
    ['a\tb\r\n', 'a\\tb\\r\\n'],
    ['\u202egnp', '\\u202egnp'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud83d', '\\ud83d'],
    ['\u2028', '\\u2028'],
    ['e\u0301\u0301\u0301\u0301\u0301', 'e\u0301\u0301\u0301\u0301\\u0301'],
  ] as const)('%j is shown as %j', ([raw, shown]) => {
    expect(escapeForTerminal(raw)).toBe(shown);
  });

  test('leaves what is harmless as it is', () => {
    const text = 'outbound|9080||ratings.default {é 日本 😀} "quoted" \\x1b';
    expect(escapeForTerminal(text)).toBe(text);
  });

  test('escaping twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        const once = escapeForTerminal(raw);
        expect(escapeForTerminal(once)).toBe(once);
      }),
    );
  });
});

describe('width', () => {
  test.for([
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['😀', 2],
  ] as const)('%s takes %i columns', ([text, columns]) => {
    expect(visibleWidth(text)).toBe(columns);
  });

  test('cuts the end, or the middle', () => {
    expect(clip('abcdefgh', 5)).toBe('abcd…');
    expect(clipMiddle('abcdefgh', 5)).toBe('ab…gh');
  });

  test('a cut text is never wider than asked for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 3, max: 30 }), (raw, width) => {
        expect(visibleWidth(clip(raw, width))).toBeLessThanOrEqual(width);
        expect(visibleWidth(clipMiddle(raw, width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('prose', () => {
  test('wraps at blanks and hangs behind the margin', () => {
    expect(bullet(NARROW, 1, styled('plain', '-'), 'one two three')).toEqual([' - one two', '   three']);
  });

  test('keeps a name whole that is wider than the page: it is there to be copied', () => {
    expect(prose(NARROW, 2, 'see outbound|9080||reviews')).toEqual(['  see', '  outbound|9080||reviews']);
  });

  test('breaks a word without end', () => {
    const lines = prose(NARROW, 2, 'x'.repeat(121));
    expect(lines).toHaveLength(13);
    expect(lines.at(-1)).toBe('  x');
  });

  test('does not part a number from its unit', () => {
    expect(prose(NARROW, 0, 'abc def 100\u00a0ms')).toEqual(['abc def', '100 ms']);
  });

  test('paints parts of a word and joins neighbours of one style', () => {
    const lines = prose({ width: 40, cutWidth: 40, paint: ANSI_PAINT }, 0, [
      '(',
      styled('good', 'so it'),
      styled('good', ' is'),
      ')',
    ]);
    expect(lines).toEqual(['(\u001b[32mso it is\u001b[39m)']);
  });

  test('nothing gives no line', () => {
    expect(prose(PAGE, 0, '')).toEqual([]);
    expect(bullet(PAGE, 0, styled('plain', '-'), ' ')).toEqual([]);
  });

  test('the address of a page stays whole, however long', () => {
    const address = `https://www.example.org/${'configuration/'.repeat(9)}#substitution-formatter`;
    expect(prose(PAGE, 0, `see ${address} for more`)).toEqual(['see', address, 'for more']);
  });

  test('no line is wider than the page, whatever the words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        for (const line of prose(createPage(120), 0, text))
          expect(visibleWidth(line)).toBeLessThanOrEqual(120);
      }),
    );
  });
});

describe('table', () => {
  const columns = [
    { header: 'n', align: 'right', max: 5 },
    { header: 'name', align: 'left', max: 4 },
    { header: 'place', align: 'left', max: 99 },
  ] as const;

  test('aligns columns, cuts what is too wide, leaves no trailing blank', () => {
    expect(
      table({ width: 20, cutWidth: 20, paint: PLAIN_PAINT }, 1, columns, [
        ['1', 'abcdef', 'outbound|9080|reviews'],
        ['1,000', '日', ''],
      ]),
    ).toEqual(['     n  name  place', '     1  abc…  out…ws', ' 1,000  日']);
  });
});

test('a cut line keeps to the page', () => {
  expect(cutLine(NARROW, 2, 'abcdefghijklmno')).toBe('  abcdefghi…');
});
