import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findJsonMember, skipJsonBlanks, skipJsonValue, unescapeJson } from '../../src/bytes/json.ts';
import { encodeText } from '../../src/bytes/text.ts';

function unescapeText(text: string): string {
  const bytes = encodeText(text);
  const target = new Uint8Array(bytes.length);
  return Buffer.from(target.subarray(0, unescapeJson(bytes, 0, bytes.length, target))).toString();
}

function memberOf(text: string, key: string): string | null {
  const bytes = encodeText(text);
  const at = findJsonMember(bytes, 0, bytes.length, encodeText(key));
  return at < 0 ? null : text.slice(at, skipJsonValue(bytes, at, bytes.length));
}

/** JSON with every character of a text escaped. */
function escapeAll(text: string): string {
  return [...text.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}

describe('unescapeJson', () => {
  test('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(unescapeText(JSON.stringify(text).slice(1, -1))).toBe(text);
      }),
    );
  });

  test('reads every character from its number', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(unescapeText(escapeAll(text))).toBe(text);
      }),
    );
  });

  test.for(['\\x', '\\', '\\u12', '\\u12g4', 'a\\'])('leaves %s as it is', (text) => {
    expect(unescapeText(text)).toBe(text);
  });
});

describe('findJsonMember', () => {
  test.for([
    ['{"a":1,"b":"x"}', 'b', '"x"'],
    ['{ "a" : {"b":1} , "b" : [1,"]"] }', 'b', '[1,"]"]'],
    ['{"a":"\\"b\\":1","b":null}', 'b', 'null'],
    ['{"a":{"b":1}}', 'b', null],
    ['{"a":1', 'b', null],
    ['{"a" 1,"b":2}', 'b', null],
    ['[{"b":1}]', 'b', null],
    ['{"a":"x', 'b', null],
    ['{"a', 'b', null],
    ['{"a":1;"b":2}', 'b', null],
  ] as const)('in %s finds %s', ([text, key, value]) => {
    expect(memberOf(text, key)).toBe(value);
  });
});

test('skipJsonValue ends where the value ends', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value, null, 1);
      const bytes = encodeText(`${text} , 1`);
      expect(skipJsonValue(bytes, 0, bytes.length)).toBe(encodeText(text).length);
      expect(skipJsonBlanks(bytes, encodeText(text).length, bytes.length)).toBe(encodeText(text).length + 1);
    }),
  );
});

test.for(['', '{"a":1', '["', '"abc'])('skipJsonValue knows that %s does not end', (text) => {
  expect(skipJsonValue(encodeText(text), 0, encodeText(text).length)).toBe(-1);
});
