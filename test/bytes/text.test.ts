import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copyBytes, decodeText, encodeText, matchesAt } from '../../src/bytes/text.ts';

describe('decodeText', () => {
  test('gives any text back, short or long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const bytes = encodeText(`é${text}é`);
        expect(decodeText(bytes, 2, bytes.length - 2)).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  test.for([127, 128, 129, 5000])('reads %i bytes of ASCII', (length) => {
    const bytes = encodeText('x'.repeat(length + 2));
    expect(decodeText(bytes, 1, length + 1)).toBe('x'.repeat(length));
  });

  test.for([4, 400])('puts U+FFFD where %i bytes are no UTF-8', (length) => {
    const bytes = new Uint8Array(length).fill(0x61);
    bytes.set([0xff, 0xfe], 1);
    expect(decodeText(bytes, 0, length)).toBe(`a\ufffd\ufffd${'a'.repeat(length - 3)}`);
  });

  test('reads a character that the span cuts as U+FFFD', () => {
    expect(decodeText(encodeText('aé'), 0, 2)).toBe('a\ufffd');
  });

  test('keeps a byte order mark, which within a line is text', () => {
    expect(decodeText(encodeText('\ufeffa'), 0, 4)).toBe('\ufeffa');
  });

  test('keeps control characters', () => {
    expect(decodeText(Uint8Array.of(0, 9, 27), 0, 3)).toBe('\u0000\t\u001b');
  });

  test('reads an empty span', () => {
    expect(decodeText(encodeText('abc'), 1, 1)).toBe('');
  });
});

describe('copyBytes', () => {
  test.for([
    ['a Uint8Array', Uint8Array.of(1, 2, 3, 4)],
    ['a Buffer, whose slice is a view', Buffer.from([1, 2, 3, 4])],
  ] as const)('gives a copy of %s', ([, bytes]) => {
    const copy = copyBytes(bytes, 1, 3);
    bytes.fill(9);
    expect([...copy]).toEqual([2, 3]);
  });
});

describe('matchesAt', () => {
  const bytes = encodeText('one two');

  test.for([
    ['two', 4, 7, true],
    ['two', 3, 7, false],
    ['two', 4, 6, false],
    ['one', -1, 7, false],
    ['', 7, 7, true],
  ] as const)('looks for %j at %i before %i', ([wanted, at, end, expected]) => {
    expect(matchesAt(bytes, at, end, encodeText(wanted))).toBe(expected);
  });
});
