import { describe, expect, test } from 'vitest';
import { fieldOfName } from '../../parsers/field-names.ts';
import { KeyValueParser } from '../../parsers/key-value-parser.ts';
import { parseLine, recordOf } from './parse-line.ts';

const parser = new KeyValueParser(fieldOfName);

describe('KeyValueParser', () => {
  test('reads keys in any order, between words that are none', () => {
    expect(recordOf(parser, 'ACCESS flags=UT [x] code=504 path=/a?b=c trailing')).toMatchObject({
      responseCode: '504',
      responseFlags: 'UT',
      path: '/a?b=c',
    });
  });

  test('keeps blanks and escaped quotes within quotes', () => {
    expect(recordOf(parser, 'code=200 flags=- user-agent="a \\"b\\" c" path="/x"')).toMatchObject({
      userAgent: 'a \\"b\\" c',
      path: '/x',
    });
  });

  test.for(['-', '"-"', '""', ''])('takes %j for no value', (value) => {
    expect(recordOf(parser, `code=200 flags=- upstream_host=${value}`).upstreamHost).toBeNull();
  });

  test('prefers the default name of a field to others', () => {
    expect(recordOf(parser, 'response_code=503 status=200 flags=UF').responseCode).toBe('503');
  });

  test.for([
    ['no flags', 'code=200 path=/'],
    ['no code', 'flags=UF path=/'],
    ['a code that is no number', 'status=ok flags=-'],
    ['flags that are none', 'status=200 flags=0x1!'],
    ['no pair at all', 'hello world'],
    ['nothing', ''],
    ['ztunnel’s layout', 'info\taccess\tconnection complete\tsrc.addr=10.0.0.1:1 duration="2ms"'],
  ])('refuses a line with %s', ([, line]) => {
    expect(parseLine(parser, line ?? '').outcome).toBe('NOT_THIS_FORMAT');
  });

  test('reads a value whose quote is not closed up to the end', () => {
    expect(recordOf(parser, 'code=200 flags=- path="/abc').path).toBe('"/abc');
  });
});
