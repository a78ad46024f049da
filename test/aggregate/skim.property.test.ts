import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formats } from '../../parsers/index.ts';
import * as caps from '../../src/aggregate/caps.ts';
import { listTrafficKeys } from '../../src/model/traffic-key.ts';
import type { Event, LayoutName } from './log-lines.ts';
import { LAYOUT_NAMES, render, TCP } from './log-lines.ts';
import { ODD_VALUES } from './odd-values.ts';
import { expectSame, expectSameInChunks, expectSameWhereverCut, read } from './skimming.ts';

const RUNS = 60;
/** More than MAX_KNOWN in src/aggregate/wasm/sources.ts. */
const MANY_PODS = 1100;
const TIMEOUT_MS = 240_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const oddEvent: fc.Arbitrary<Event> = fc
  .tuple(
    fc.record(
      Object.fromEntries(
        Object.entries(ODD_VALUES).map(([field, values]) => [field, fc.constantFrom(...(values ?? []))]),
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

const STAMP = '2026-11-21T03:33:07.287209278Z';
/** What stands around a line; docker splits long ones, and escapes what is no ASCII too if it is told so. */
const WRAPPINGS: Readonly<Record<string, (text: string) => string>> = {
  kubectl: (text) => `[pod/reviews-v1-545db77b95-2ps7q/istio-proxy] ${STAMP} ${text}`,
  timestamps: (text) => `${STAMP} ${text}`,
  'timestamps of a zone': (text) => `2026-11-21 03:33:07.287+01:00\t ${text}`,
  cri: (text) => `${STAMP} stdout F ${text}`,
  'cri with a tag': (text) => `${STAMP} stderr F:a ${text}`,
  'cri in pieces': (text) => `${STAMP} stdout P ${text.slice(0, 50)}\n${STAMP} stdout F ${text.slice(50)}`,
  docker: (text) => JSON.stringify({ log: `${text}\n`, stream: 'stdout', time: STAMP }),
  // Go escapes what means something to HTML.
  'docker as it is': (text) =>
    JSON.stringify({ log: `${text}\n`, stream: 'stderr', time: STAMP }).replace(
      /[<>&\x7f]/g,
      (byte) => `\\u00${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
    ),
  'docker without a line end': (text) => JSON.stringify({ log: text, stream: 'stdout', time: STAMP }),
  'docker that was cut': (text) => JSON.stringify({ log: `${text}\n`, stream: 'stdout' }).slice(0, -1),
  'docker behind a pod': (text) =>
    `[pod/a/istio-proxy] ${JSON.stringify({ log: `${text}\n`, stream: 'stdout', time: STAMP })}`,
  'docker with a line end within': (text) => JSON.stringify({ log: `${text}\n${text}\n`, stream: 'stdout' }),
  stern: (text) => `reviews-v1-545db77b95-2ps7q istio-proxy ${text}`,
  plain: (text) => text,
  'log line of the proxy': () => `${STAMP.slice(0, 23)}Z\tinfo\txdsproxy\tconnected to upstream XDS server`,
};

/** Lines that are mostly wrapped alike. */
const wrappedLog = fc
  .tuple(
    oddLog,
    fc.constantFrom(...Object.keys(WRAPPINGS)),
    fc.array(fc.tuple(fc.nat(40), fc.constantFrom(...Object.keys(WRAPPINGS))), { maxLength: 5 }),
  )
  .map(([log, usual, others]) =>
    log
      .split('\n')
      .filter((text) => text !== '')
      .map((text, i) => WRAPPINGS[others.find(([at]) => at === i)?.[1] ?? usual]?.(text) ?? text)
      .join('\n'),
  );

const SAMPLE_LINES: readonly Buffer[] = [
  ...readdirSync(join(ROOT, 'samples'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) =>
      readFileSync(join(ROOT, 'samples', name), 'latin1')
        .split('\n')
        .slice(0, 3),
    ),
  ...formats.flatMap(({ samples }) => samples.map(({ line: text }) => Buffer.from(text).toString('latin1'))),
  // Most of those tell of failures.
  ...LAYOUT_NAMES.flatMap((layout) =>
    [{}, { ...TCP, bytesSent: '4096' }, { responseCode: '404' }].map((event) => render(event, layout)),
  ),
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
  place: fc.nat(4000),
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

/** Lines of a few pods, each of them several times: from the second time on their kind and their pod are known. */
const logOfPods = fc
  .tuple(oddLog, fc.array(fc.constantFrom('a', 'b-1', 'b-2'), { minLength: 1, maxLength: 7 }), fc.boolean())
  .map(([log, pods, isTwice]) => {
    const lines = log.split('\n').filter((text) => text !== '');
    const prefix = (i: number): string => `[pod/${pods[i % pods.length]}/istio-proxy] `;
    return [...lines, ...lines, ...lines]
      .map((text, i) => `${prefix(i)}${isTwice ? prefix(i + 1) : ''}${text}\n`)
      .join('');
  });

describe('lines that are skimmed', { timeout: TIMEOUT_MS }, () => {
  test('count as their parser counts them, whichever pods are named before them', () => {
    fc.assert(
      fc.property(logOfPods, (log) => expectSame(Buffer.from(log))),
      { numRuns: RUNS },
    );
  });

  test('name the pods of failing lines that are skimmed', () => {
    const failing = render({ responseCode: '503', responseFlags: 'UH' });
    const pods = ['a', 'b', 'a', 'b', 'b', 'c', 'a'];
    const log = pods.map((pod) => `[pod/${pod}/istio-proxy] ${failing}\n`).join('');
    const [group] = read(Buffer.from(log), { skims: true }).groups;
    expect(group?.sources.entries.map(({ key, requests }) => [key, requests]).toSorted()).toEqual([
      ['0.log\ta', 3],
      ['0.log\tb', 3],
      ['0.log\tc', 1],
    ]);
    expect(group?.lines.map(({ pod }) => pod)).toEqual(['a', 'b', 'a']);
  });

  test('count as their parsers would count them, however odd their values', () => {
    fc.assert(
      fc.property(oddLog, (log) => expectSame(Buffer.from(log))),
      { numRuns: RUNS },
    );
  });

  test('count as their parsers would count them, whatever bytes are changed', () => {
    fc.assert(
      fc.property(mutatedLog, (log) => expectSame(log)),
      { numRuns: RUNS * 4 },
    );
  });

  test('count as their parsers would count them, whatever they are wrapped in', () => {
    fc.assert(
      fc.property(wrappedLog, (log) => expectSame(Buffer.from(`${log}\n`))),
      { numRuns: RUNS * 4 },
    );
  });

  test('count as their parsers would count them, whatever bytes of wrapped lines are changed', () => {
    fc.assert(
      fc.property(wrappedLog, fc.array(mutation, { minLength: 1, maxLength: 4 }), (log, mutations) =>
        expectSame(mutations.reduce(mutate, Buffer.from(`${log}\n`))),
      ),
      { numRuns: RUNS * 2 },
    );
  });

  test('count two objects of docker on one line as their parser counts them', () => {
    const docker = (text: string): string => WRAPPINGS['docker']?.(text) ?? text;
    const [one, other] = [docker(render({})), docker(render({ responseCode: '503', responseFlags: 'UF' }))];
    for (const pair of [`${one}${other}`, `${other}${one}`, `${one}${one}`])
      expectSame(Buffer.from(`${one}\n${other}\n${pair}\n${one}\n${other}\n`));
  });

  test('count the same wherever chunks end, wrapped too', () => {
    const events = [{}, {}, { responseCode: '503', responseFlags: 'UF' }, TCP, {}, { path: '/ü' }, {}];
    for (const wrap of ['kubectl', 'cri', 'docker', 'stern']) {
      const lines = events.map((event) => `${WRAPPINGS[wrap]?.(render(event)) ?? ''}\n`);
      expectSameWhereverCut(Buffer.from([...lines, render({}), '\n', ...lines.slice(0, 2)].join('')));
    }
  });

  test('count as their parsers count them, whatever bytes are changed and wherever chunks end', () => {
    const log = fc.oneof(
      mutatedLog,
      wrappedLog.map((text) => Buffer.from(text)),
      logOfPods.map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(log, fc.array(fc.nat(20_000), { minLength: 1, maxLength: 12 }), expectSameInChunks),
      { numRuns: 3 * RUNS },
    );
  });

  test('count the same wherever chunks end', () => {
    const log = Buffer.from(
      [{}, { responseCode: '503', responseFlags: 'UF' }, TCP, {}, { path: '/ü' }]
        .map((event) => `${render(event)}\r\n`)
        .join(''),
    );
    expectSameWhereverCut(log);
  });

  test('count the same keys when there are more than are kept', () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => {
      const upstreamCluster = `outbound|80||s${i}.a.svc.cluster.local`;
      const failing = i % 1000 === 7 ? { responseCode: '503', responseFlags: 'UF' } : {};
      return `${render({ upstreamCluster, path: `/p${i.toString(26)}`, authority: `h${i % 9000}`, ...failing })}\n`;
    });
    const log = Buffer.from(lines.join(''));
    for (const joins of [false, true]) expectSame(log, undefined, joins);
    expect(read(log, { skims: true }).traffic.scopes.total).toEqual({ healthy: 9990, failed: 10 });
  });

  test('count the same when there are more kinds of failures than a verdict is remembered on', () => {
    const lines = Array.from({ length: caps.MAX_VERDICTS + 50 }, (_, i) =>
      render({ responseCode: '503', responseFlags: 'UF', responseCodeDetails: `reason_${i % 7}{at_${i}}` }),
    );
    expectSame(Buffer.from([...lines, ...lines].map((text) => `${text}\n`).join('')));
  });

  test('count the same when more pods are named than are remembered', () => {
    const failing = render({ responseCode: '503', responseFlags: 'UF' });
    const lines = Array.from({ length: MANY_PODS }, (_, i) => `[pod/p-${i}/istio-proxy] ${failing}\n`);
    const log = Buffer.from([...lines, ...lines].join(''));
    expectSame(log);
    expect(read(log, { skims: true }).groups[0]?.sources.total).toBe(2 * MANY_PODS);
  });

  test('keep the keys of JSON logs without their escapes', () => {
    const event = { authority: 'a"b\\ü.example', path: '/x"y/é', upstreamHost: 'h"\t' };
    const log = [0, 1, 2].map(() => `${render(event, 'istio-json')}\n`).join('');
    const { traffic } = read(Buffer.from(log), { skims: true });
    expect([
      listTrafficKeys(traffic.authorities),
      listTrafficKeys(traffic.paths),
      listTrafficKeys(traffic.endpoints),
    ]).toEqual([['a"b\\ü.example'], ['/x"y/é'], ['h"\t']]);
  });
});
