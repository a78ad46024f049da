import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDigit, parseMilliseconds, parseUnsigned } from '../../src/bytes/number.ts';
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

describe('parseMilliseconds', () => {
  test.for([
    ['12ms', 12],
    ['968.030256ms', 968],
    ['0.29s', 290],
    ['15s', 15_000],
    ['2m', 120_000],
    ['1500us', 1],
    ['2500µs', 2],
    ['3000000ns', 3],
  ] as const)('reads %s as %d', ([text, milliseconds]) => {
    const bytes = encodeText(text);
    expect(parseMilliseconds(bytes, 0, bytes.length)).toBe(milliseconds);
  });

  test.for(['', 'ms', '-1ms', '1', '1h', '1.s', '1 ms', '1e3ms', `${'9'.repeat(40)}ms`])(
    'refuses %j',
    (text) => {
      const bytes = encodeText(text);
      expect(parseMilliseconds(bytes, 0, bytes.length)).toBe(-1);
    },
  );
});

test('isDigit knows the ten digits alone', () => {
  const digits = Array.from({ length: 256 }, (_, byte) => byte).filter(isDigit);
  expect(String.fromCharCode(...digits)).toBe('0123456789');
});

test('isDigit says no where there is no byte', () => {
  expect(isDigit(undefined)).toBe(false);
});
