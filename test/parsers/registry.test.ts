import { describe, expect, test } from 'vitest';
import { chooseFormats, formats, lenientFormat } from '../../parsers/index.ts';
import { encodeText } from '../../src/bytes/text.ts';
import type { Field } from '../../src/model/field.ts';
import { FIELDS } from '../../src/model/field.ts';
import type { FormatSample, RecordFormat } from '../../src/model/record-format.ts';
import { UserError } from '../../src/model/user-error.ts';
import { fieldsOf, loggedFieldsOf, parseLine, pick, recordOf } from './parse-line.ts';

type Row = readonly [id: string, line: string, format: RecordFormat, sample: FormatSample];

function rowsOf(all: readonly RecordFormat[]): Row[] {
  return all.flatMap((format) =>
    format.samples.map((sample): Row => [format.id, sample.line.slice(0, 90), format, sample]),
  );
}

const ALL = [...formats, lenientFormat];
const SAMPLES = rowsOf(ALL);
const STRICT_SAMPLES = rowsOf(formats);
/** Left out by a parse that is not full. */
const HEADERS: readonly Field[] = ['xForwardedFor', 'userAgent', 'requestId'];

describe('the registry of formats', () => {
  test('names every format once', () => {
    const ids = ALL.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  test.for(ALL.map((format) => [format.id, format] as const))('has samples of %s', ([, format]) => {
    expect(format.samples.length).toBeGreaterThan(0);
  });

  test.for(SAMPLES)('%s reads the expected fields of %s', ([, , format, sample]) => {
    const record = recordOf(format.parser, sample.line);
    expect(pick(record, fieldsOf(sample.expect))).toStrictEqual(sample.expect);
  });

  test.for(SAMPLES)('%s expects something of %s', ([, , , sample]) => {
    expect(fieldsOf(sample.expect)).not.toEqual([]);
  });

  test.for(STRICT_SAMPLES)('%s is the first to parse %s', ([id, , , sample]) => {
    const first = formats.find(({ parser }) => parseLine(parser, sample.line).outcome === 'parsed');
    expect(first?.id).toBe(id);
  });

  test.for(STRICT_SAMPLES.filter(([, , { parser }]) => parser.encoding === 'text'))(
    '%s alone parses %s, whatever the order',
    ([id, , , sample]) => {
      const takers = formats.filter(({ parser }) => parseLine(parser, sample.line).outcome === 'parsed');
      expect(takers.map((taker) => taker.id)).toEqual([id]);
    },
  );

  test.for(STRICT_SAMPLES)('%s reads the same of %s when it skips the headers', ([, , format, sample]) => {
    const others = FIELDS.filter((field) => !HEADERS.includes(field));
    const skipping = recordOf(format.parser, sample.line, false);
    expect(pick(skipping, others)).toStrictEqual(pick(recordOf(format.parser, sample.line), others));
  });

  test.for(STRICT_SAMPLES.filter(([, , { parser }]) => parser.fields.size > 0))(
    '%s declares the fields that it finds in %s',
    ([, , format, sample]) => {
      const logged = loggedFieldsOf(recordOf(format.parser, sample.line));
      expect(new Set(logged)).toEqual(format.parser.fields);
    },
  );

  test.for(rowsOf([lenientFormat]))('%s is needed for %s', ([, , , sample]) => {
    const takers = formats.filter(({ parser }) => parseLine(parser, sample.line).outcome === 'parsed');
    expect(takers).toEqual([]);
  });

  test.for(SAMPLES)('%s says why it refuses a third of %s', ([, , , sample]) => {
    const third = sample.line.slice(0, sample.line.length / 3);
    const outcomes = formats.map(({ parser }) => parseLine(parser, third).outcome);
    expect(outcomes).not.toContain('parsed');
  });
});

describe('looksLikeRecord', () => {
  const { looksLikeRecord } = chooseFormats(null);
  const looks = (line: string): boolean => {
    const bytes = encodeText(line);
    return looksLikeRecord(bytes, 0, bytes.length);
  };

  test.for(SAMPLES.filter(([, line]) => /^["[]/.test(line) && !line.startsWith('[05/')))(
    'knows the begin of the %s line %s',
    ([, , , { line }]) => {
      expect(looks(line)).toBe(true);
    },
  );

  test.for([
    '[2026-11-21 03:06:59.596][21841][warning][misc] deprecated option',
    '2026-11-21T03:06:59.596000Z\tinfo\tEnvoy proxy is ready',
    '"a quoted sentence", she said',
    'GET / HTTP/1.1',
    '{"path":"/"}',
  ])('does not take %s for a record', (line) => {
    expect(looks(line)).toBe(false);
  });
});

describe('chooseFormats', () => {
  test('tries all formats and the lenient one when none is named', () => {
    const { formats: tried, lenient } = chooseFormats(null);
    const ids = [...tried, lenient].map((format) => format?.id);
    // A table has no line that could be read without its header, so it has no samples and no name.
    expect(ids.filter((id) => id !== 'table')).toEqual(ALL.map(({ id }) => id));
    expect(ids).toContain('table');
  });

  test.for(ALL.map(({ id }) => [id] as const))('takes the name %s for that format alone', ([id]) => {
    const { formats: tried, lenient } = chooseFormats([id]);
    expect({ ids: tried.map((format) => format.id), lenient }).toEqual({ ids: [id], lenient: null });
  });

  test('compiles a format string', () => {
    const [own] = chooseFormats(['%RESPONSE_CODE% %RESPONSE_FLAGS%']).formats;
    expect([...(own?.parser.fields ?? [])]).toEqual(['responseCode', 'responseFlags']);
  });

  test('compiles a JSON format object, whatever its keys are called', () => {
    const [own] = chooseFormats([' {"a": "%RESPONSE_CODE%", "b": "%UPSTREAM_HOST%"}']).formats;
    const record = own === undefined ? null : recordOf(own.parser, '{"a":503,"b":"10.0.0.1:80","status":1}');
    expect(record).toMatchObject({ responseCode: '503', upstreamHost: '10.0.0.1:80' });
  });

  test('compiles a JSON format object with objects and lists in it', () => {
    const format =
      '{"http":{"code":"%RESPONSE_CODE%","host.name":"%REQ(:AUTHORITY)%"},"hosts":["%UPSTREAM_HOST%"],"v":1}';
    const [own] = chooseFormats([format]).formats;
    const line = '{"v":1,"http":{"host.name":"a","code":503,"flags":"XX"},"hosts":["10.0.0.1:80"]}';
    expect(own && recordOf(own.parser, line)).toMatchObject({
      responseCode: '503',
      authority: 'a',
      upstreamHost: '10.0.0.1:80',
      responseFlags: undefined,
    });
  });

  test('takes every line for a record of the format that the user named', () => {
    const { looksLikeRecord } = chooseFormats(['envoy-default']);
    expect(looksLikeRecord(encodeText('anything'), 0, 8)).toBe(true);
  });

  test.for([
    ['istio', /neither the name of a format nor an Envoy format string/],
    ['{"a": "%RESPONSE_CODE%"', /does not parse/],
    ['{"a": "%START_TIME%"}', /neither %RESPONSE_CODE% nor %RESPONSE_FLAGS%/],
    ['%RESPONSE_CODE% 100%', /character 20: here a % starts no operator/],
  ] as const)('refuses the format %s', ([format, message]) => {
    expect(() => chooseFormats([format])).toThrowError(message);
  });

  test('tells the known names to whoever misspells one', () => {
    const failure = (() => {
      try {
        return chooseFormats(['istio-txt']);
      } catch (error) {
        return error;
      }
    })();
    expect(failure instanceof UserError ? failure.hint : '').toContain('istio-text-1.8, istio-text-1.2');
  });
});
