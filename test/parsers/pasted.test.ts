import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PastedParser } from '../../parsers/pasted-parser.ts';
import { encodeText } from '../../src/bytes/text.ts';
import { PARSE_FAILURES } from '../../src/model/record-format.ts';
import { parseLine, recordOf } from './parse-line.ts';
import type { Values } from './render.ts';
import { LAYOUTS, render } from './render.ts';

const parser = new PastedParser();

const VALUES: Values = {
  startTime: '2026-11-21T03:33:07.287Z',
  method: 'GET',
  path: '/a',
  protocol: 'HTTP/1.1',
  responseCode: '503',
  responseFlags: 'UF,URX',
  responseCodeDetails: 'upstream_reset_before_response_started{connection_failure}',
  upstreamTransportFailureReason: 'delayed_connect_error:_111',
  bytesReceived: '1',
  bytesSent: '95',
  duration: '12',
  xForwardedFor: '10.0.0.1, 10.0.0.2',
  userAgent: 'Mozilla/5.0 (X11)',
  requestId: '3a7cbcc1-af72-47fb-bbac-a7672951f50f',
  authority: 'shop:80',
  upstreamHost: '10.42.0.7:8080',
  upstreamCluster: 'outbound|8080||shop.default.svc.cluster.local',
  downstreamLocalAddress: '10.96.0.1:8080',
  downstreamRemoteAddress: '10.42.0.1:51761',
  routeName: 'default',
};

function lineOf(layout: string, values: Values = VALUES): string {
  return render(LAYOUTS[layout] ?? '', values);
}

/** The values that a layout has. */
function valuesOf(layout: string): Values {
  const format = LAYOUTS[layout] ?? '';
  const isLogged = (field: string): boolean =>
    format.includes(
      {
        responseCodeDetails: '%RESPONSE_CODE_DETAILS%',
        upstreamTransportFailureReason: '%UPSTREAM_TRANSPORT',
        upstreamCluster: '%UPSTREAM_CLUSTER%',
        downstreamLocalAddress: '%DOWNSTREAM_LOCAL',
        downstreamRemoteAddress: '%DOWNSTREAM_REMOTE',
        routeName: '%ROUTE_NAME%',
      }[field] ?? '',
    );
  return Object.fromEntries(Object.entries(VALUES).filter(([field]) => isLogged(field)));
}

describe('PastedParser', () => {
  test.for(Object.keys(LAYOUTS))('reads a whole line of %s', (layout) => {
    expect(recordOf(parser, lineOf(layout))).toMatchObject(valuesOf(layout));
  });

  test.for(Object.keys(LAYOUTS))('reads a line of %s without its start time', (layout) => {
    const line = lineOf(layout).replace(/^\[[^\]]*\] /, '');
    expect(recordOf(parser, line)).toMatchObject({ ...valuesOf(layout), startTime: undefined });
  });

  test.for(Object.keys(LAYOUTS))('reads a line of %s with its quotes escaped', (layout) => {
    expect(recordOf(parser, lineOf(layout).replaceAll('"', '\\"'))).toMatchObject(valuesOf(layout));
  });

  test.for(Object.keys(LAYOUTS))('reads a line of %s within the JSON of a collector', (layout) => {
    const line = JSON.stringify({ log: `${lineOf(layout)}\n`, stream: 'stdout', kubernetes: { pod: 'a b' } });
    expect(recordOf(parser, line)).toMatchObject(valuesOf(layout));
  });

  test.for(Object.keys(LAYOUTS))('reads a line of %s with columns added', (layout) => {
    expect(recordOf(parser, `${lineOf(layout)} "Internal" -`)).toMatchObject(valuesOf(layout));
  });

  test.for([
    ['21/Nov/2026:03:33:07 +0000'],
    ['2026-11-21 03:33:07.287'],
    ['2026/11/21T03:33:07+0000 1795231987'],
  ])('takes the start time %s, which holds blanks', ([time]) => {
    const line = lineOf('istio-text').replace(/^\[[^\]]*\]/, `[${time}]`);
    expect(recordOf(parser, line)).toMatchObject({ startTime: time });
  });

  test('takes no other text in brackets for a time', () => {
    const line = lineOf('istio-text').replace(/^\[[^\]]*\]/, '[worker 12 of 34]');
    expect(recordOf(parser, line)).toMatchObject({ startTime: undefined });
  });

  test('leaves out what was cut off', () => {
    const line = lineOf('istio-text').replace(/ outbound.*/, '');
    expect(recordOf(parser, line)).toMatchObject({
      upstreamHost: '10.42.0.7:8080',
      upstreamCluster: undefined,
      routeName: undefined,
    });
  });

  test.for(['...', '…'])('does not take %s at the end for a value', (dots) => {
    const line = lineOf('istio-text').replace(/ 10\.96.*/, ` ${dots}`);
    expect(recordOf(parser, line)).toMatchObject({
      upstreamLocalAddress: null,
      downstreamLocalAddress: undefined,
    });
  });

  test('reads a path that holds blanks and other alphabets', () => {
    const line = lineOf('istio-text', { ...VALUES, path: '/straße/商品 x?q=é' });
    expect(recordOf(parser, line)).toMatchObject({ path: '/straße/商品 x?q=é', protocol: 'HTTP/1.1' });
  });

  test('finds the start time behind words of other alphabets', () => {
    expect(recordOf(parser, `日志 → ${lineOf('istio-text')}`).startTime).toBe('2026-11-21T03:33:07.287Z');
  });

  test.for([
    ['"- - -"', { method: null, path: null, protocol: null }],
    ['"- - "', { method: null, path: null, protocol: null }],
    ['"- - HTTP/1.1"', { method: null, path: null, protocol: 'HTTP/1.1' }],
    ['"CONNECT - HTTP/2"', { method: 'CONNECT', path: null, protocol: 'HTTP/2' }],
    ['"OPTIONS * HTTP/1.1"', { method: 'OPTIONS', path: '*', protocol: 'HTTP/1.1' }],
    ['"GET /a"', { method: 'GET', path: '/a', protocol: undefined }],
  ] as const)('reads the request %s', ([request, expected]) => {
    expect(recordOf(parser, `${request} 0 - 0 0 0 - "-" "-" "-" "-" "-"`)).toMatchObject(expected);
  });

  test('takes the one quoted reason of a line without a route name for a Mixer status', () => {
    const line = lineOf('istio-text-1.1', { ...VALUES, mixerStatus: 'OK' });
    expect(recordOf(parser, line)).toMatchObject({
      mixerStatus: 'OK',
      upstreamTransportFailureReason: undefined,
    });
  });

  test('takes the one quoted reason of a line with a route name for a transport failure', () => {
    expect(recordOf(parser, lineOf('istio-text-1.8'))).toMatchObject({
      mixerStatus: undefined,
      upstreamTransportFailureReason: 'delayed_connect_error:_111',
    });
  });

  test('reads the headers nearest to the authority when one of them holds quotes', () => {
    const line = lineOf('istio-text', { ...VALUES, userAgent: 'a" "b" "c' });
    expect(recordOf(parser, line)).toMatchObject({
      requestId: '3a7cbcc1-af72-47fb-bbac-a7672951f50f',
      authority: 'shop:80',
      upstreamHost: '10.42.0.7:8080',
    });
  });

  test.for([
    ['nothing', '', 'NOT_THIS_FORMAT'],
    ['words', 'hello world', 'NOT_THIS_FORMAT'],
    ['a request without a code', '"GET / HTTP/1.1"', 'NOT_THIS_FORMAT'],
    ['a request whose code is none', '"GET / HTTP/1.1" 123456 - 0 0 0', 'NOT_THIS_FORMAT'],
    ['a request whose flags are none', '"GET / HTTP/1.1" 200 512 "-" "curl/8"', 'NOT_THIS_FORMAT'],
    ['a request without sizes', '"GET / HTTP/1.1" 503 UF x', 'FIELD_COUNT'],
    ['sizes too far behind', '"GET / HTTP/1.1" 503 UF a b c d 0 0 0', 'FIELD_COUNT'],
    [
      'a web server’s line',
      '1.2.3.4 - - [21/Nov/2026:03:28:02 +0000] "GET / HTTP/1.1" 200 512',
      'NOT_THIS_FORMAT',
    ],
  ] as const)('refuses %s', ([, line, outcome]) => {
    expect(parseLine(parser, line).outcome).toBe(outcome);
  });

  test('never throws, whatever is broken', () => {
    const line = encodeText(lineOf('istio-text-1.3'));
    const breaks = fc.array(
      fc.tuple(fc.nat(line.length - 1), fc.constantFrom(...encodeText('" \\-\u00000/Z'))),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(breaks, fc.nat(line.length), (changes, length) => {
        const bytes = line.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        expect(['parsed', ...PARSE_FAILURES]).toContain(parseLine(parser, bytes.subarray(0, length)).outcome);
      }),
      { numRuns: 300 },
    );
  });
});
