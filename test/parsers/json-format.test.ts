import { describe, expect, test } from 'vitest';
import { compileJsonFormat } from '../../parsers/json-format.ts';
import { UserError } from '../../src/model/user-error.ts';
import { parseLine, recordOf } from './parse-line.ts';

describe('compileJsonFormat', () => {
  test('takes the field of a key from its operator, whatever the key is called', () => {
    const parser = compileJsonFormat(
      '{"path":"%RESPONSE_CODE%","x":"%REQ(:PATH)%","method":"%REQ(X-OTHER)%"}',
    );
    expect(recordOf(parser, '{"method":"a","path":"503","x":"/b"}')).toMatchObject({
      responseCode: '503',
      path: '/b',
      method: undefined,
    });
  });

  test('takes a key by its name when its value is more than one operator', () => {
    const parser = compileJsonFormat('{"code":"%RESPONSE_CODE%","path":"%REQ(:SCHEME)%://%REQ(:PATH)%"}');
    expect(recordOf(parser, '{"code":200,"path":"http:///a"}').path).toBe('http:///a');
  });

  test('ignores keys that the format does not have', () => {
    const parser = compileJsonFormat('{"code":"%RESPONSE_CODE%","labels":{"path":"%REQ(:PATH)%"}}');
    expect(recordOf(parser, '{"code":200,"path":"/a","status":"x"}')).toMatchObject({
      responseCode: '200',
      path: undefined,
    });
  });

  test('needs no more of a line than its code', () => {
    expect(recordOf(compileJsonFormat('{"c":"%RESPONSE_CODE%"}'), '{"c":503}').responseCode).toBe('503');
  });

  test('prefers the operator of Istio’s default where two log the same field', () => {
    const parser = compileJsonFormat('{"f":"%RESPONSE_FLAGS%","l":"%RESPONSE_FLAGS_LONG%"}');
    const flags = [
      '{"f":"UF","l":"UpstreamConnectionFailure"}',
      '{"l":"UpstreamConnectionFailure","f":"UF"}',
    ];
    expect(flags.map((line) => recordOf(parser, line).responseFlags)).toEqual(['UF', 'UF']);
  });

  test('refuses lines of other formats', () => {
    const parser = compileJsonFormat('{"c":"%RESPONSE_CODE%"}');
    expect(parseLine(parser, '{"response_code":503}').outcome).toBe('NOT_THIS_FORMAT');
  });

  test.for([
    ['{"a":', /does not parse/],
    ['["%RESPONSE_CODE%"]', /is no object/],
    ['null', /is no object/],
    ['{"a":"%START_TIME%"}', /logs neither/],
    ['{"a":"%RESPONSE_CODE"}', /here a % starts no operator/],
  ] as const)('refuses the format %s', ([format, message]) => {
    expect(() => compileJsonFormat(format)).toThrowError(UserError);
    expect(() => compileJsonFormat(format)).toThrowError(message);
  });
});
