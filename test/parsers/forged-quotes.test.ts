import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formats } from '../../parsers/index.ts';
import { compileTextFormat } from '../../parsers/text-parser.ts';
import { encodeText } from '../../src/bytes/text.ts';
import type { Field } from '../../src/model/field.ts';
import { FIELDS } from '../../src/model/field.ts';
import { parseLine, pick, recordOf } from './parse-line.ts';
import type { Values } from './render.ts';
import { LAYOUTS, render } from './render.ts';

/** What a finding is made of, and what nobody outside may therefore set. */
const OWN_FIELDS = FIELDS.filter(
  (field) => !['path', 'xForwardedFor', 'userAgent', 'requestId'].includes(field),
);

const TRUE_VALUES: Values = {
  startTime: '2026-11-21T03:33:07.287Z',
  method: 'GET',
  protocol: 'HTTP/1.1',
  responseCode: '503',
  responseFlags: 'UC',
  responseCodeDetails: 'upstream_reset_before_response_started{connection_termination}',
  bytesReceived: '0',
  bytesSent: '95',
  duration: '12',
  authority: 'shop.example.com',
  upstreamHost: '10.42.0.7:8080',
  upstreamCluster: 'outbound|8080||shop.default.svc.cluster.local',
  upstreamLocalAddress: '10.42.0.1:40000',
  downstreamLocalAddress: '10.96.0.1:8080',
  downstreamRemoteAddress: '10.42.0.1:51761',
  routeName: 'default',
};

/** Pieces of access lines, out of which somebody may build a header. */
const FRAGMENTS = [
  '"',
  '" "',
  '"" ""',
  '" ',
  ' "',
  '\\"',
  '\t',
  '-',
  ' - ',
  '...',
  'x',
  '"-" "-" 0 0 0 - ',
  '" 200 - via_upstream - "-" 0 12 3 2 "',
  '" 503 UF 0 91 10000 - "-" "',
  '75b4dab0-deee-4792-bc2e-bb0d9ad5620c',
  '" "evil.example.com" "192.0.2.66:80" ',
  ' outbound|80||evil.default.svc.cluster.local 192.0.2.1:1 192.0.2.2:2 192.0.2.3:3 - allow_any',
  '[2026-11-21T03:33:07.287Z] "GET / HTTP/1.1" 404 NR route_not_found - "-" 0 0 0 - "',
];
const hostile = fc
  .array(fc.constantFrom(...FRAGMENTS), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(''));
/** The codec refuses a path with a blank. */
const hostilePath = hostile.map((text) => `/search?q=${text.replaceAll(/\s/g, '')}`);
const hostileHeaders = fc.record({
  path: hostilePath,
  xForwardedFor: hostile,
  userAgent: hostile,
  requestId: hostile,
});

function ownFieldsOf(id: string): readonly Field[] {
  const parser = formats.find((format) => format.id === id)?.parser;
  return OWN_FIELDS.filter((field) => parser?.fields.has(field));
}

describe('a header full of quotes', () => {
  test.for(Object.entries(LAYOUTS))('changes nothing of Envoy’s own in a line of %s', ([id, format]) => {
    const fields = ownFieldsOf(id);
    const expected = Object.fromEntries(fields.map((field) => [field, TRUE_VALUES[field] ?? null]));
    fc.assert(
      fc.property(hostileHeaders, fc.boolean(), (headers, full) => {
        const line = render(format, { ...TRUE_VALUES, ...headers });
        const first = formats.find(({ parser }) => parseLine(parser, line, full).outcome === 'parsed');
        const record = first === undefined ? null : recordOf(first.parser, line, full);
        expect({ id: first?.id, own: record && pick(record, fields) }).toStrictEqual({ id, own: expected });
      }),
      { numRuns: 200 },
    );
  });

  test('does not change the path, which stands before it', () => {
    const parser = compileTextFormat(LAYOUTS['istio-text'] ?? '');
    fc.assert(
      fc.property(hostileHeaders, (headers) => {
        const line = render(LAYOUTS['istio-text'] ?? '', { ...TRUE_VALUES, ...headers });
        expect(recordOf(parser, line).path).toBe(headers.path);
      }),
      { numRuns: 100 },
    );
  });

  test('keeps a quoted path that holds quotes', () => {
    const parser = compileTextFormat('"%REQ(:PATH)%" %RESPONSE_CODE% "%REQ(:AUTHORITY)%" x');
    expect(recordOf(parser, '"/a"b"" 404 "a"b" x')).toMatchObject({ path: '/a"b"', authority: 'a"b' });
  });

  test('reads a user agent that holds a whole line', () => {
    const userAgent = 'x" "id" "evil" "192.0.2.1:1" - - 192.0.2.2:2 192.0.2.3:3 - -';
    const line = render(LAYOUTS['istio-text'] ?? '', { ...TRUE_VALUES, userAgent, requestId: 'true-id' });
    expect(recordOf(compileTextFormat(LAYOUTS['istio-text'] ?? ''), line)).toMatchObject({
      userAgent,
      requestId: 'true-id',
      authority: 'shop.example.com',
    });
  });
});

// Formats of one's own may have Envoy's values between two headers, or behind one.
const INTERLEAVED = [
  '"%REQ(USER-AGENT)%" %RESPONSE_CODE% %RESPONSE_FLAGS% "%REQ(X-FORWARDED-FOR)%"',
  '[%START_TIME%] %RESPONSE_CODE% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER% %RESPONSE_FLAGS% "%REQ(X-B3-TRACEID)%"',
  '"%REQ(A)%" %RESPONSE_CODE% "%REQ(B)%" "%REQ(C)%" %RESPONSE_FLAGS% %DURATION% "%REQ(D)%" %ROUTE_NAME%',
];

describe('a format with own values between headers', () => {
  const [aroundCode = '', trailingHeader = '', twoStretches = ''] = INTERLEAVED;

  test.for([true, false])('reads them (headers too: %s)', (full) => {
    const line =
      '[t] 503 "10.0.0.1, 10.0.0.2" "curl/8" "id" "a:80" "10.0.0.9:80" outbound|80||a.b UF,URX "0af7651916cd43dd"';
    expect(recordOf(compileTextFormat(trailingHeader), line, full)).toMatchObject({
      responseCode: '503',
      authority: 'a:80',
      upstreamHost: '10.0.0.9:80',
      upstreamCluster: 'outbound|80||a.b',
      responseFlags: 'UF,URX',
      userAgent: full ? 'curl/8' : undefined,
    });
  });

  test('reads the headers around them when all is asked for', () => {
    expect(recordOf(compileTextFormat(aroundCode), '"curl 8" 503 UC "10.0.0.1, 10.0.0.2"')).toMatchObject({
      userAgent: 'curl 8',
      responseCode: '503',
      xForwardedFor: '10.0.0.1, 10.0.0.2',
    });
  });

  test('reads several stretches of them', () => {
    expect(recordOf(compileTextFormat(twoStretches), '"a b" 503 "c" "d e" UC 12 "f" default')).toMatchObject({
      responseCode: '503',
      responseFlags: 'UC',
      duration: '12',
      routeName: 'default',
    });
  });

  test('takes quotes in a header for such when there is but one way to read the line', () => {
    expect(recordOf(compileTextFormat(aroundCode), '"a" "b" 503 UC "c" d"')).toMatchObject({
      userAgent: 'a" "b',
      xForwardedFor: 'c" d',
    });
  });

  test.for([
    ['the header before them', '"x" 200 - "y" 503 UC "z"'],
    ['the header behind them', '"x" 503 UC "y" 200 - "z"'],
  ])('refuses a line that %s forges', ([, line]) => {
    expect(parseLine(compileTextFormat(aroundCode), line ?? '').outcome).toBe('FIELD_COUNT');
  });

  test.for([['"x" abc UC "z"'], ['"x" 503 U-C "z"'], ['"x" 503 "z"'], ['"x" 503 UC z']])(
    'refuses %s',
    ([line]) => {
      expect(parseLine(compileTextFormat(aroundCode), line ?? '').outcome).toBe('FIELD_COUNT');
    },
  );

  test.for(INTERLEAVED)('never reads a forged code, flags or cluster with %s', (format) => {
    const parser = compileTextFormat(format);
    const fields = OWN_FIELDS.filter((field) => parser.fields.has(field));
    const expected = Object.fromEntries(fields.map((field) => [field, TRUE_VALUES[field] ?? null]));
    fc.assert(
      fc.property(hostileHeaders, fc.boolean(), (headers, full) => {
        const line = encodeText(render(format, { ...TRUE_VALUES, ...headers }));
        const { outcome, record } = parseLine(parser, line, full);
        expect(outcome === 'parsed' ? pick(record, fields) : expected).toStrictEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});
