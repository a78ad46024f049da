import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldOfName } from '../../parsers/field-names.ts';
import { istioJson } from '../../parsers/istio-json.ts';
import { JsonParser } from '../../parsers/json-parser.ts';
import { encodeText } from '../../src/bytes/text.ts';
import type { Field } from '../../src/model/field.ts';
import { FIELDS } from '../../src/model/field.ts';
import { PARSE_FAILURES } from '../../src/model/record-format.ts';
import type { RequestRecord } from '../../src/model/request-record.ts';
import { fieldsOf, parseLine, pick, recordOf } from './parse-line.ts';

const parser = new JsonParser({ required: [], fieldOf: fieldOfName, least: 'oneAndRequest' });

function createParser(): JsonParser {
  return new JsonParser({ required: [], fieldOf: fieldOfName, least: 'one' });
}

/** Istio's own names of some fields. */
const KEYS: Readonly<Partial<Record<Field, string>>> = {
  startTime: 'start_time',
  method: 'method',
  path: 'path',
  authority: 'authority',
  userAgent: 'user_agent',
  upstreamCluster: 'upstream_cluster',
  duration: 'duration',
  bytesSent: 'bytes_sent',
  routeName: 'route_name',
};
const KEYED_FIELDS = FIELDS.filter((field) => KEYS[field] !== undefined);

const scalar = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '/', '\n', '\u0000', '{', '}', '[', ',', ':', 'a', 'é', '🙂'),
  }),
  fc.constantFrom('-', '', 'null'),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const others = fc.dictionary(
  fc.string().filter((key) => fieldOfName(key) === null),
  fc.oneof(scalar, fc.jsonValue({ maxDepth: 2 })),
  { maxKeys: 4 },
);
const members = fc.tuple(
  fc.uniqueArray(fc.tuple(fc.constantFrom(...KEYED_FIELDS), scalar), { selector: ([field]) => field }),
  others,
);

/** How a JSON value comes out as a field. */
function textOf(value: unknown): string | null {
  return value === null || value === '-' || value === '' ? null : String(value);
}

interface GeneratedLine {
  readonly object: Readonly<Record<string, unknown>>;
  readonly expected: Partial<RequestRecord>;
}

const generatedLine: fc.Arbitrary<GeneratedLine> = members.chain(([fields, extra]) => {
  const entries: (readonly [string, unknown])[] = [
    ['response_code', 503],
    ['response_flags', 'UF,URX'],
    ...fields.map(([field, value]) => [KEYS[field] ?? '', value] as const),
    ...Object.entries(extra),
  ];
  const expected = Object.fromEntries(fields.map(([field, value]) => [field, textOf(value)]));
  return fc
    .shuffledSubarray(entries, { minLength: entries.length })
    .map((shuffled) => ({ object: Object.fromEntries(shuffled), expected }));
});

function assertReads(json: JsonParser, { object, expected }: GeneratedLine, indent: number): void {
  const line = JSON.stringify(object, null, indent).replaceAll('\n', ' ');
  expect(pick(recordOf(json, line), fieldsOf(expected))).toStrictEqual(expected);
}

describe('JsonParser', () => {
  test('reads what JSON.parse reads, whatever the values and the order of the keys', () => {
    fc.assert(
      fc.property(generatedLine, fc.constantFrom(0, 1), (line, indent) =>
        assertReads(createParser(), line, indent),
      ),
      { numRuns: 300 },
    );
  });

  test('reads line after line with other keys in other orders', () => {
    fc.assert(
      fc.property(fc.array(generatedLine, { minLength: 2, maxLength: 6 }), (lines) => {
        const json = createParser();
        for (const line of [...lines, ...lines]) assertReads(json, line, 0);
      }),
      { numRuns: 60 },
    );
  });

  test('remembers keys apart from the bytes that it was handed', () => {
    const json = createParser();
    const buffer = Buffer.from('{"response_code":503,"path":"/a"}');
    const spans = new Int32Array(2 * FIELDS.length);
    json.parse(buffer, 0, buffer.length, spans, true);
    buffer.write('{"response_code":503,"late":"/a"}');
    json.parse(buffer, 0, buffer.length, spans, true);
    expect(spans[2 * FIELDS.indexOf('path')]).toBe(-1);
  });

  test.for([
    ['null', 'null'],
    ['a dash', '"-"'],
    ['an empty string', '""'],
  ])('takes %s for no value', ([, value]) => {
    const line = `{"response_code":503,"response_flags":"UH","upstream_host":${value}}`;
    expect(recordOf(parser, line).upstreamHost).toBeNull();
  });

  test('keeps empty details, which NFCF has', () => {
    const line = '{"response_code":500,"response_flags":"NFCF","response_code_details":""}';
    expect(recordOf(parser, line).responseCodeDetails).toBe('');
  });

  test('tells a key that is not there from one without a value', () => {
    const line = '{"response_code":503,"response_flags":"-","route_name":null}';
    expect(pick(recordOf(parser, line), ['responseFlags', 'routeName', 'authority'])).toStrictEqual({
      responseFlags: null,
      routeName: null,
      authority: undefined,
    });
  });

  test.for([
    ['a number', '503', '503'],
    ['a number in quotes', '"503"', '503'],
    ['a bare dash, as a format of one’s own prints it', '-', null],
  ] as const)('reads a code that is %s', ([, code, expected]) => {
    const line = `{"method":"GET","response_code":${code},"response_flags":"UF"}`;
    expect(recordOf(parser, line).responseCode).toBe(expected);
  });

  test.for([
    ['quotes', '/a\\"b\\"', '/a"b"'],
    ['backslashes', '/a\\\\', '/a\\'],
    ['escaped quotes as Envoy prints them in bytes that are no UTF-8', '\\u00ff\\u0022', 'ÿ"'],
    ['UTF-8', '/é/🙂', '/é/🙂'],
    ['a backslash before the last quote', 'C:\\\\', 'C:\\'],
    ['braces and commas', '/{a},{\\"b', '/{a},{"b'],
  ])('reads a path with %s', ([, escaped, path]) => {
    expect(recordOf(parser, `{"path":"${escaped}","response_code":200,"response_flags":"-"}`).path).toBe(
      path,
    );
  });

  test('skips nested objects and arrays, whatever is in them', () => {
    const line =
      '{"labels":{"response_code":"1","deep":[{"a":"}]"},[]]},"list":["path",{"path":"x"}],"response_code":200,"response_flags":"-","path":"/a"}';
    expect(recordOf(parser, line)).toMatchObject({ responseCode: '200', path: '/a' });
  });

  test('takes the last of two equal keys, as JSON.parse does', () => {
    expect(recordOf(parser, '{"path":"/a","response_code":200,"path":"/b","bytes_sent":1}').path).toBe('/b');
  });

  test.for([
    ['before', '{"response_code":503,"status":"200","response_flags":"UF"}'],
    ['behind', '{"status":"200","response_code":503,"response_flags":"UF"}'],
  ])('prefers the default name that stands %s another name of the field', ([, line]) => {
    expect(recordOf(parser, line ?? '').responseCode).toBe('503');
  });

  test('reads the keys that JavaScript objects have by nature', () => {
    const line =
      '{"__proto__":{"path":"/x"},"constructor":"a","toString":"b","response_code":200,"response_flags":"-","path":"/a"}';
    expect(recordOf(parser, line).path).toBe('/a');
  });

  test.for([
    '{"response_code":200,"path":"/"},',
    ' { "response_code" : 200 , "path" : "/" } ',
    '{"response_code":200,"path":"/",}',
  ])('reads %s, which tools print', (line) => {
    const start = line.length - line.trimStart().length;
    expect(parseLine(parser, encodeText(line).subarray(start)).outcome).toBe('parsed');
  });

  test.for([
    ['', 'NOT_THIS_FORMAT'],
    ['[{"response_code":200,"path":"/"}]', 'NOT_THIS_FORMAT'],
    ['"response_code":200', 'NOT_THIS_FORMAT'],
    ['{', 'BAD_JSON'],
    ['{"response_code"', 'BAD_JSON'],
    ['{"response_code":', 'BAD_JSON'],
    ['{"response_code":}', 'BAD_JSON'],
    ['{"response_code":200', 'BAD_JSON'],
    ['{"response_code":200,"path":"/}', 'BAD_JSON'],
    ['{"response_code":200,"path":"/"} x', 'BAD_JSON'],
    ['{"response_code":200,"path":"/"}{"response_code":200}', 'BAD_JSON'],
    ['{"response_code" 200,"path":"/"}', 'BAD_JSON'],
    ['{"response_code":200 "path":"/"}', 'BAD_JSON'],
    ['{"response_code":200,"a":{"b":1,"path":"/"}', 'BAD_JSON'],
    ['{"response_code":200,"a":["b,"path":"/"}', 'BAD_JSON'],
    ['{"response_code":200,"path":nil}', 'BAD_JSON'],
    ["{'response_code':200,'path':'/'}", 'BAD_JSON'],
    ['{}', 'NOT_THIS_FORMAT'],
  ] as const)('answers %s with %s', ([line, outcome]) => {
    expect(parseLine(parser, line).outcome).toBe(outcome);
  });

  test('refuses every beginning of a line', () => {
    const [line = ''] = istioJson.samples.map((sample) => sample.line);
    const parsed = Array.from(line, (_, length) => parseLine(parser, line.slice(0, length)).outcome);
    expect(parsed).not.toContain('parsed');
  });

  test('never throws, whatever is broken', () => {
    const [line = ''] = istioJson.samples.map((sample) => sample.line);
    const breaks = fc.array(
      fc.tuple(fc.nat(line.length - 1), fc.constantFrom(...encodeText('"\\{}[],: n-0\u0000'))),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(breaks, fc.nat(line.length), (changes, length) => {
        const bytes = encodeText(line);
        for (const [at, byte] of changes) bytes[at] = byte;
        expect(['parsed', ...PARSE_FAILURES]).toContain(parseLine(parser, bytes.subarray(0, length)).outcome);
      }),
      { numRuns: 300 },
    );
  });
});

describe('JSON of other programs', () => {
  test.for([
    ['{"level":"error","ts":"2026-11-21T03:03:03Z","msg":"failed","code":14}'],
    ['{"level":"info","time":"2026-11-21T03:03:03Z","msg":"done","status":"ok","method":"GET"}'],
    ['{"flags":"a b","code":200,"path":"/"}'],
    ['{"time":"2026-11-21T03:03:03Z","status":200,"duration":12,"details":"x"}'],
    ['{"message":"hello"}'],
  ])('%s is no record', ([line]) => {
    expect(parseLine(parser, line ?? '').outcome).toBe('NOT_THIS_FORMAT');
  });

  test('is a record when it has a status and a request', () => {
    const line = '{"time":"2026-11-21T03:03:03Z","status":200,"noise":"x","request_method":"GET","uri":"/a"}';
    expect(recordOf(parser, line)).toMatchObject({ responseCode: '200', method: 'GET', path: '/a' });
  });
});

describe('fieldOfName', () => {
  test.for([
    ['response_code', 'responseCode'],
    ['responseCode', 'responseCode'],
    ['Response-Code', 'responseCode'],
    ['response.code', 'responseCode'],
    [':authority', 'authority'],
    ['@timestamp', 'startTime'],
    ['x-envoy-upstream-service-time', 'upstreamServiceTime'],
    ['x-envoy-origin-path', 'path'],
    ['xForwardedFor', 'xForwardedFor'],
    ['XForwardedFor', 'xForwardedFor'],
    ['HTTPMethod', 'method'],
    ['__proto__', null],
    ['constructor', null],
    ['', null],
  ] as const)('reads %s as %s', ([key, field]) => {
    expect(fieldOfName(key)?.field ?? null).toBe(field);
  });

  test('knows Istio’s default names from others', () => {
    expect([fieldOfName('path'), fieldOfName('uri')]).toEqual([
      { field: 'path', isDefault: true },
      { field: 'path', isDefault: false },
    ]);
  });
});
