import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseFormats, formats } from '../../parsers/index.ts';
import { Aggregator } from '../../src/aggregate/aggregator.ts';
import { LineReader } from '../../src/ingest/lines.ts';
import { ProxyLogCollector } from '../../src/ingest/proxy-log-events.ts';
import type { RecordSink } from '../../src/ingest/record-reader.ts';
import { RecordReader } from '../../src/ingest/record-reader.ts';
import type { Aggregate } from '../../src/model/aggregate.ts';
import { listTrafficKeys } from '../../src/model/traffic-key.ts';
import { KERNEL } from '../support/kernel.ts';
import type { Event, LayoutName } from './log-lines.ts';
import { LAYOUT_NAMES, render, TCP } from './log-lines.ts';

const RUNS = 60;
const TIMEOUT_MS = 240_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Reads a log, plainly healthy lines by the kernel or, without `skims`, every line by its parser. */
function read(log: Uint8Array, skims: boolean, chunkBytes = log.length || 1): Aggregate {
  const aggregator = new Aggregator({ sinceMs: null, untilMs: null, accepts: null }, KERNEL);
  const plain: RecordSink = {
    skim: (_, at) => at,
    readSpans: () => false,
    add: (bytes, spans, parser, place) => aggregator.add(bytes, spans, parser, place),
  };
  const proxyLog = new ProxyLogCollector();
  const records = new RecordReader(0, chooseFormats(null), skims ? aggregator : plain, proxyLog);
  const reader = new LineReader(records);
  for (let at = 0; at < log.length; at += chunkBytes) {
    const chunk = Uint8Array.from(log.subarray(at, at + chunkBytes));
    reader.push(chunk);
    chunk.fill(0x21);
  }
  reader.end();
  records.end();
  return aggregator.finish([records.finish('a.log', reader.bytes, false)], proxyLog.finish(), true);
}

function expectSame(log: Uint8Array): void {
  expect(read(log, true)).toEqual(read(log, false));
}

/** Values that tell a careful reader from a hasty one. */
const ODD: Readonly<Partial<Record<keyof Event, readonly (string | null)[]>>> = {
  startTime: [
    null,
    '2024-02-29T23:59:59.999Z',
    '2026-02-29T00:00:00.000Z',
    '2026-02-30T00:00:00.000Z',
    '2026-13-01T00:00:00.000Z',
    '2026-04-31T00:00:00.000Z',
    '2026-12-31T23:59:60.000Z',
    '2026-11-21T24:00:00.000Z',
    '2026-11-21T03:00:00Z',
    '2026-11-21T03:00:00.123456Z',
    '2026-11-21T03:00:00.5+02:00',
    '2026-11-21T03:00:00,250Z',
    '2026-11-21T03:00:00.',
    '1969-12-31T23:59:59.000Z',
    '0001-01-01T00:00:00.000Z',
    '2000-03-01T00:00:00.000Z',
    '2100-03-01T00:00:00.000Z',
    '1763694000.125',
    '2026-11-21T03:0a:00.000Z',
  ],
  method: [null, 'CONNECT', 'G"ET'],
  path: [
    null,
    '/',
    '/a/b/c/d/e/f/g/h',
    '/v1/orders/12345/items?x=1#y',
    '/deadbeef01/550e8400-e29b-41d4-a716-446655440000',
    '/v12/x9/EUR27/v1a',
    `/${'x'.repeat(41)}/${'y'.repeat(40)}`,
    '/search?q="quoted"',
    '/"',
    '/ü/日本語',
    '*',
    '//double//slash/',
    '-',
  ],
  responseCode: ['100', '101', '204', '304', '399', '400', '404', '426', '499', '500', '0', '1000', null],
  responseFlags: ['-', 'DI', 'UF,URX', 'ZZ', 'RFCF', 'upstream_x'],
  responseCodeDetails: [null, 'via_upstream', 'via_upstreaX', 'vpa_upstream', 'direct_response', 'x'],
  connectionTerminationDetails: [null, 'rbac_access_denied_matched_policy[none]'],
  upstreamTransportFailureReason: [null, 'TLS_error:|268435703', 'a "b" c'],
  bytesSent: ['0', '512', '513', '99999999999', null],
  userAgent: [null, 'a" "b', '" 200 - "', 'Mozilla/5.0 (X11; Linux) "quoted"', '"'],
  xForwardedFor: [null, '10.0.0.1, 10.0.0.2', '" "'],
  requestId: [null, 'no-uuid', '" "x'],
  authority: [null, 'reviews:9080', 'a"b', `${'a'.repeat(600)}.example`, 'ü.example', '[fd00::1]:80'],
  upstreamHost: [null, '[fd00::1]:9080', 'envoy://internal', 'unix:///x', '10.0.0.1'],
  upstreamCluster: [null, 'PassthroughCluster', 'outbound|80|v1|a.b.svc.cluster.local', '"quoted'],
  upstreamLocalAddress: [null, '[fd00::2]:41000', '10.0.0.9', ':1', '1::2'],
  downstreamLocalAddress: [null, '[::]:15006', '0.0.0.0:0'],
  downstreamRemoteAddress: [null, '[fd00::3]:1', '10.9.8.7', 'x:1'],
  requestedServerName: [null, 'outbound_.80_._.a.b.svc.cluster.local', 'a.example'],
  routeName: [null, 'default', 'a b'],
  grpcStatus: [null, '0', '14'],
};

const oddEvent: fc.Arbitrary<Event> = fc
  .tuple(
    fc.record(
      Object.fromEntries(
        Object.entries(ODD).map(([field, values]) => [field, fc.constantFrom(...(values ?? []))]),
      ),
      { requiredKeys: [] },
    ),
    fc.boolean(),
  )
  .map(([odd, isTcp]): Event => (isTcp ? { ...TCP, bytesSent: '4096', ...odd } : odd));

const line = fc
  .tuple(oddEvent, fc.constantFrom<LayoutName>(...LAYOUT_NAMES), fc.constantFrom('\n', '\r\n', '\n\n'))
  .map(([event, layout, end]) => `${render(event, layout)}${end}`);

/** Mostly of one layout, as logs are. */
const oddLog = fc
  .tuple(
    fc.constantFrom<LayoutName>(...LAYOUT_NAMES),
    fc.array(oddEvent, { minLength: 3, maxLength: 30 }),
    line,
  )
  .map(([layout, events, stray]) => events.map((event) => `${render(event, layout)}\n`).join('') + stray);

const SAMPLE_LINES: readonly Buffer[] = [
  ...readdirSync(join(ROOT, 'samples'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) =>
      readFileSync(join(ROOT, 'samples', name), 'latin1')
        .split('\n')
        .slice(0, 3),
    ),
  ...formats.flatMap(({ samples }) => samples.map(({ line: text }) => Buffer.from(text).toString('latin1'))),
]
  .filter((text) => text.length > 20)
  .map((text) => Buffer.from(text, 'latin1'));

/** Bytes that mean something to a parser, and some that are no text at all. */
const BYTES = [...Buffer.from('"\\-,: []{}|\t0aZ\r'), 0, 0x80, 0xc3, 0xff];

interface Mutation {
  readonly kind: 'delete' | 'insert' | 'replace';
  readonly place: number;
  readonly byte: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('delete', 'insert', 'replace'),
  place: fc.nat(2000),
  byte: fc.constantFrom(...BYTES),
});

function mutate(sample: Buffer, { kind, place, byte }: Mutation): Buffer {
  const at = place % (sample.length + 1);
  const [head, tail] = [sample.subarray(0, at), sample.subarray(at)];
  if (kind === 'insert') return Buffer.concat([head, Buffer.of(byte), tail]);
  return Buffer.concat([head, kind === 'delete' ? Buffer.of() : Buffer.of(byte), tail.subarray(1)]);
}

/** Whole lines, so that the format is settled, then the same line changed again and again. */
const mutatedLog = fc
  .tuple(
    fc.constantFrom(...SAMPLE_LINES),
    fc.array(fc.array(mutation, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 }),
  )
  .map(([sample, mutations]) =>
    Buffer.concat(
      [sample, sample, ...mutations.map((each) => each.reduce(mutate, sample)), sample].flatMap((text) => [
        text,
        Buffer.from('\n'),
      ]),
    ),
  );

describe('lines that are skimmed', { timeout: TIMEOUT_MS }, () => {
  test('count as their parsers would count them, however odd their values', () => {
    fc.assert(
      fc.property(oddLog, (log) => expectSame(Buffer.from(log))),
      { numRuns: RUNS },
    );
  });

  test('count as their parsers would count them, whatever bytes are changed', () => {
    fc.assert(fc.property(mutatedLog, expectSame), { numRuns: RUNS * 4 });
  });

  test('count the same wherever chunks end', () => {
    const log = Buffer.from(
      [{}, { responseCode: '503', responseFlags: 'UF' }, TCP, {}, { path: '/ü' }]
        .map((event) => `${render(event)}\r\n`)
        .join(''),
    );
    const whole = read(log, false);
    for (let chunkBytes = 1; chunkBytes <= log.length; chunkBytes += 7)
      expect(read(log, true, chunkBytes)).toEqual(whole);
  });

  test('keep the keys of JSON logs without their escapes', () => {
    const event = { authority: 'a"b\\ü.example', path: '/x"y/é', upstreamHost: 'h"\t' };
    const log = [0, 1, 2].map(() => `${render(event, 'istio-json')}\n`).join('');
    const { traffic } = read(Buffer.from(log), true);
    expect([
      listTrafficKeys(traffic.authorities),
      listTrafficKeys(traffic.paths),
      listTrafficKeys(traffic.endpoints),
    ]).toEqual([['a"b\\ü.example'], ['/x"y/é'], ['h"\t']]);
  });
});
