import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileTextFormat } from '../../parsers/text-parser.ts';
import type { Field } from '../../src/model/field.ts';
import { FIELD_OPERATORS, FIELDS } from '../../src/model/field.ts';
import { parseLine, pick, recordOf } from './parse-line.ts';
import type { Values } from './render.ts';
import { LAYOUTS, render } from './render.ts';

const INTEGERS: readonly Field[] = [
  'responseCode',
  'bytesReceived',
  'bytesSent',
  'duration',
  'upstreamServiceTime',
  'upstreamRequestAttemptCount',
];
const HEADERS: readonly Field[] = ['xForwardedFor', 'userAgent', 'requestId'];
const PHRASES: readonly Field[] = ['upstreamTransportFailureReason', 'mixerStatus', ...HEADERS];

const istioText = compileTextFormat(LAYOUTS['istio-text'] ?? '');
const envoyDefault = compileTextFormat(LAYOUTS['envoy-default'] ?? '');

const word = fc
  .string({ unit: fc.constantFrom(...'abzAZ019./:_-{},|[]é→'), minLength: 1, maxLength: 12 })
  .filter((text) => text !== '-');
const phrase = fc
  .string({ unit: fc.constantFrom(...'ab 0.:-é'), minLength: 1, maxLength: 16 })
  .filter((text) => text !== '-');
const integer = fc.nat().map(String);
const flags = fc
  .uniqueArray(fc.constantFrom('UF', 'URX', 'NR', 'UC', 'DPE', 'NFCF', 'UpstreamConnectionFailure'), {
    minLength: 1,
    maxLength: 3,
  })
  .map((names) => names.join(','));

function anyValue(field: Field, isQuoted: boolean): fc.Arbitrary<string | null> {
  if (field === 'responseFlags') return fc.option(flags);
  if (INTEGERS.includes(field)) return fc.option(integer);
  return fc.option(isQuoted && PHRASES.includes(field) ? phrase : word);
}

interface Column {
  readonly field: Field;
  readonly isQuoted: boolean;
  readonly value: string | null;
}

const columns = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...FIELDS), fc.boolean()), {
    selector: ([field]) => field,
    minLength: 1,
  })
  .chain((chosen) =>
    fc.tuple(
      ...chosen.map(([field, isQuoted]) =>
        anyValue(field, isQuoted).map(
          (value): Column => ({
            field,
            // Side by side and bare, these two are refused: both hold blanks.
            isQuoted: isQuoted || field === 'userAgent' || field === 'xForwardedFor',
            value,
          }),
        ),
      ),
    ),
  );

function formatOf(all: readonly Column[], separator: string): string {
  return all
    .map(({ field, isQuoted }) =>
      isQuoted ? `"%${FIELD_OPERATORS[field]}%"` : `%${FIELD_OPERATORS[field]}%`,
    )
    .join(separator);
}

describe('a compiled text format', () => {
  test('reads back what it renders, whatever its columns, their order and their quotes', () => {
    fc.assert(
      fc.property(columns, fc.constantFrom(' ', ' ; '), (all, separator) => {
        const format = formatOf(all, separator);
        const values: Values = Object.fromEntries(all.map(({ field, value }) => [field, value]));
        const record = recordOf(compileTextFormat(format), render(format, values));
        expect(pick(record, FIELDS)).toStrictEqual({ ...pick(record, FIELDS), ...values });
      }),
      { numRuns: 300 },
    );
  });

  test('reads the same without the headers, whatever its columns', () => {
    const others = FIELDS.filter((field) => !HEADERS.includes(field));
    fc.assert(
      fc.property(columns, (all) => {
        const format = formatOf(all, ' ');
        const line = render(format, Object.fromEntries(all.map(({ field, value }) => [field, value])));
        const parser = compileTextFormat(format);
        expect(pick(recordOf(parser, line, false), others)).toStrictEqual(
          pick(recordOf(parser, line), others),
        );
      }),
      { numRuns: 150 },
    );
  });

  test('leaves what it does not log undefined', () => {
    const { responseCode, method } = recordOf(compileTextFormat('%RESPONSE_CODE%'), '200');
    expect({ responseCode, method }).toStrictEqual({ responseCode: '200', method: undefined });
  });

  test.for([
    ['a plain dash', '%UPSTREAM_HOST% x', '- x'],
    ['a quoted dash', '"%UPSTREAM_HOST%" x', '"-" x'],
    ['nothing in quotes, as omit_empty_values prints it', '"%UPSTREAM_HOST%" x', '"" x'],
    ['nothing between blanks', 'a %UPSTREAM_HOST% x', 'a  x'],
  ] as const)('takes %s for no value', ([, format, line]) => {
    expect(recordOf(compileTextFormat(format), line).upstreamHost).toBeNull();
  });

  test('tells empty details (two blanks: NFCF) from absent ones', () => {
    const parser = compileTextFormat('%RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %DURATION%');
    const details = ['NFCF  0', 'NFCF - 0'].map((line) => recordOf(parser, line).responseCodeDetails);
    expect(details).toStrictEqual(['', null]);
  });

  test('reads a TCP line', () => {
    const line =
      '[2026-11-21T03:38:15.106Z] "- - -" 0 UH - - "-" 0 0 0 - "-" "-" "-" "-" "-" BlackHoleCluster - 192.0.2.15:5432 10.244.1.10:39653 - -';
    expect(recordOf(istioText, line)).toMatchObject({
      method: null,
      path: null,
      protocol: null,
      responseCode: '0',
      upstreamHost: null,
      upstreamCluster: 'BlackHoleCluster',
    });
  });

  test('reads the protocol of a request that had no more than that', () => {
    const line =
      '[2021-11-22T21:54:57.850Z] "- - HTTP/1.1" 400 DPE http1.codec_error - "-" 0 11 0 - "-" "-" "-" "-" "-" - - 192.0.2.1:10101 192.0.2.2:36656 - -';
    expect(recordOf(istioText, line)).toMatchObject({ method: null, path: null, protocol: 'HTTP/1.1' });
  });

  test('reads IPv6 addresses', () => {
    const values: Values = {
      authority: '[2001:db8::1]:80',
      upstreamHost: '[2001:db8::2]:10002',
      upstreamLocalAddress: '[2001:db8::3]:1',
      downstreamRemoteAddress: '[2406:da24:8:c201:6969::14]:45890',
    };
    const line = render(LAYOUTS['istio-text'] ?? '', { responseCode: '200', ...values });
    expect(recordOf(istioText, line)).toMatchObject(values);
  });

  test('keeps the quotes that Mixer put into its own', () => {
    const parser = compileTextFormat('%RESPONSE_FLAGS% "%DYNAMIC_METADATA(istio.mixer:status)%" %DURATION%');
    expect(recordOf(parser, 'UAEX ""RESOURCE_EXHAUSTED:Quota is exhausted for: x"" 5').mixerStatus).toBe(
      '"RESOURCE_EXHAUSTED:Quota is exhausted for: x"',
    );
  });

  test('does not take two quoted values for one', () => {
    const parser = compileTextFormat('%RESPONSE_CODE% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %DURATION%');
    expect(parseLine(parser, '503 "-" "-" 5').outcome).toBe('FIELD_COUNT');
  });

  test('reads %% as a per cent sign', () => {
    const parser = compileTextFormat('%%%RESPONSE_CODE%%% of %DURATION%');
    expect(recordOf(parser, '%503% of 7')).toMatchObject({ responseCode: '503', duration: '7' });
  });

  test('reads a value that the format cuts to a length', () => {
    const format = '"%REQ(USER-AGENT):5%" %REQ(:METHOD):2% %RESPONSE_CODE%';
    expect(recordOf(compileTextFormat(format), '"Mozil" GE 200')).toMatchObject({
      userAgent: 'Mozil',
      method: 'GE',
    });
  });

  test('drops the line end that a format ends with', () => {
    expect(recordOf(compileTextFormat('%RESPONSE_CODE%\n'), '200').responseCode).toBe('200');
  });

  test('reads a start time that holds blanks', () => {
    const parser = compileTextFormat('[%START_TIME(%Y/%m/%d %H:%M:%S)%] %RESPONSE_CODE%');
    expect(recordOf(parser, '[2026/11/21 03:28:02] 200').startTime).toBe('2026/11/21 03:28:02');
  });

  test('reads a failure reason with blanks from the right end too', () => {
    const parser = compileTextFormat(
      '%RESPONSE_CODE% "%REQ(USER-AGENT)%" "%UPSTREAM_TRANSPORT_FAILURE_REASON%"',
    );
    expect(recordOf(parser, '503 "curl" "TLS error: no peer certificate"')).toMatchObject({
      userAgent: 'curl',
      upstreamTransportFailureReason: 'TLS error: no peer certificate',
    });
  });

  test('keeps bytes that are no UTF-8 from shifting anything', () => {
    const line = Buffer.from(
      '[t] "GET / HTTP/1.1" 200 - 0 1 2 3 "-" "\xff\xfe é" "id" "a:80" "10.0.0.1:80"',
      'latin1',
    );
    expect(recordOf(envoyDefault, line)).toMatchObject({ responseCode: '200', authority: 'a:80' });
  });

  test.for([
    ['an empty line', ''],
    ['the begin alone', '[2026-11-21T03:33:07.287Z'],
    ['a code that is no number', '[t] "GET / HTTP/1.1" abc - 0 1 2 3 "-" "-" "-" "-" "-"'],
    ['flags that are none', '[t] "GET / HTTP/1.1" 200 U?F 0 1 2 3 "-" "-" "-" "-" "-"'],
    ['a missing header', '[t] "GET / HTTP/1.1" 200 - 0 1 2 3 "-" "-" "-" "-"'],
    ['something behind the end', '[t] "GET / HTTP/1.1" 200 - 0 1 2 3 "-" "-" "-" "-" "-" x'],
    ['an open quote', '[t] "GET / HTTP/1.1" 200 - 0 1 2 3 "-" "-" "-" "-" "-'],
  ])('refuses %s', ([, line]) => {
    expect(parseLine(envoyDefault, line ?? '').outcome).not.toBe('parsed');
  });

  test('refuses every beginning of a line', () => {
    const line = '[t] "GET / HTTP/1.1" 200 - 0 1 2 3 "1.1.1.1, 2.2.2.2" "a b" "id" "a:80" "10.0.0.1:80"';
    const parsed = Array.from(line, (_, length) => length).filter(
      (length) => parseLine(envoyDefault, line.slice(0, length)).outcome === 'parsed',
    );
    expect(parsed).toEqual([]);
  });
});
