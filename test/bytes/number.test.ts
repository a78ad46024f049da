import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDigit, parseUnsigned } from '../../src/bytes/number.ts';
import { encodeText } from '../../src/bytes/text.ts';

function parse(text: string): number {
  const bytes = encodeText(`9${text}9`);
  return parseUnsigned(bytes, 1, bytes.length - 1);
}

describe('parseUnsigned', () => {
  test('reads every safe integer back', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(parse(String(value))).toBe(value);
      }),
    );
  });

  test('ignores leading zeros', () => {
    expect(parse('000503')).toBe(503);
  });

  test.for(['', '-', '-1', '+1', ' 1', '1 ', '1.5', '1e3', '٣', 'abc', '0x1f'])('refuses %j', (text) => {
    expect(parse(text)).toBe(-1);
  });

  test('refuses a span that ends before it starts', () => {
    expect(parseUnsigned(encodeText('123'), 2, 1)).toBe(-1);
  });
});

test('isDigit knows the ten digits alone', () => {
  const digits = Array.from({ length: 256 }, (_, byte) => byte).filter(isDigit);
  expect(String.fromCharCode(...digits)).toBe('0123456789');
});

test('isDigit says no where there is no byte', () => {
  expect(isDigit(undefined)).toBe(false);
});
