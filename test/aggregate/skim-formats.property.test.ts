import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formats } from '../../parsers/index.ts';
import { compileTextFormat } from '../../parsers/text-parser.ts';
import { TrafficKernel } from '../../src/aggregate/traffic-kernel.ts';
import { wrappers } from '../../src/ingest/wrappers/registry.ts';
import type { Field } from '../../src/model/field.ts';
import { createSpans, FIELD_OPERATORS, FIELDS, spanOf } from '../../src/model/field.ts';
import type { LinesOrigin, SkimmableWrapper } from '../../src/model/line-block.ts';
import { SKIMMABLE_WRAPPERS } from '../../src/model/line-block.ts';
import type { RecordFormat } from '../../src/model/record-format.ts';
import { UserError } from '../../src/model/user-error.ts';
import { render } from '../parsers/render.ts';
import { KERNEL } from '../support/kernel.ts';
import { ODD_VALUES } from './odd-values.ts';
import { expectSame, expectSameWhereverCut } from './skimming.ts';

const RUNS = 25;
const TIMEOUT_MS = 240_000;

type Values = Readonly<Partial<Record<Field, string | null>>>;

/** Values of a few fields, mostly such as a healthy request has. */
const values: fc.Arbitrary<Values> = fc
  .array(
    fc
      .constantFrom(...FIELDS.filter((field) => (ODD_VALUES[field] ?? []).length > 0))
      .chain((field) => fc.constantFrom(...(ODD_VALUES[field] ?? [])).map((value) => ({ [field]: value }))),
    { maxLength: 4 },
  )
  .map((each): Values => Object.assign({}, ...each));

const HEALTHY: Values = {
  startTime: '2026-11-21T03:00:00.120Z',
  method: 'GET',
  path: '/reviews/1',
  protocol: 'HTTP/1.1',
  responseCode: '200',
  responseFlags: '-',
  responseCodeDetails: 'via_upstream',
  bytesReceived: '0',
  // More than a TLS alert, so that TCP connections are healthy too.
  bytesSent: '4178',
  duration: '4',
  requestId: 'd7fddf3e-6170-42f2-ad8b-9cc1a047e24d',
  userAgent: 'curl/8.5.0',
  authority: 'reviews:9080',
  upstreamHost: '10.244.1.21:9080',
  upstreamCluster: 'outbound|9080||reviews.default.svc.cluster.local',
  upstreamLocalAddress: '10.244.1.10:41000',
  downstreamLocalAddress: '10.96.41.7:9080',
  downstreamRemoteAddress: '10.244.1.10:50000',
};

/** Writes the values over those of a line; what the line does not hold stays away. */
function overwrite({ parser }: RecordFormat, line: string, changed: Values): Buffer {
  const bytes = Buffer.from(line);
  const spans = createSpans();
  parser.parse(bytes, 0, bytes.length, spans, true);
  const places = FIELDS.flatMap((field) => {
    const [start = -1, end = -1] = spans.subarray(spanOf(field));
    return field in changed && start >= 0 ? [{ start, end, value: changed[field] ?? '-' }] : [];
  }).sort((a, b) => b.start - a.start);
  let text: Buffer = bytes;
  for (const { start, end, value } of places) {
    const written = parser.encoding === 'json' ? JSON.stringify(value).slice(1, -1) : value;
    text = Buffer.concat([text.subarray(0, start), Buffer.from(written), text.subarray(end)]);
  }
  return text;
}

function toLog(lines: readonly (Buffer | string)[], lineEnd: string): Buffer {
  return Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from(lineEnd)]));
}

const lineEnd = fc.constantFrom('\n', '\r\n');
const manyValues = fc.array(values, { minLength: 1, maxLength: 12 });

interface FormatPart {
  readonly field: Field;
  readonly isQuoted: boolean;
  readonly separator: string;
  /** Gives the place. */
  readonly weight: number;
}

const CODE_AND_FLAGS: readonly FormatPart[] = [
  { field: 'responseCode', isQuoted: false, separator: ' ', weight: 50 },
  { field: 'responseFlags', isQuoted: false, separator: ' ', weight: 50 },
];

/** A few operators in any order, with quotes or without; often there are headers among them. */
const ownTextFormat = fc
  .array(
    fc.record<FormatPart>({
      field: fc.constantFrom(...FIELDS),
      isQuoted: fc.boolean(),
      separator: fc.constantFrom(' ', ' ', ' ', '\t', ' | ', ' ['),
      weight: fc.nat(100),
    }),
    { minLength: 2, maxLength: 12 },
  )
  .map((parts) =>
    [...CODE_AND_FLAGS, ...parts]
      .toSorted((a, b) => a.weight - b.weight)
      .map(({ field, isQuoted, separator }, i) => {
        const operator = `%${FIELD_OPERATORS[field]}%`;
        return `${i === 0 ? '' : separator}${isQuoted ? `"${operator}"` : operator}`;
      })
      .join(''),
  );

/** Some values may hold what follows them. */
function isFormat(format: string): boolean {
  try {
    return compileTextFormat(format).encoding === 'text';
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

const ownJsonFormat = fc
  .uniqueArray(fc.constantFrom(...FIELDS), { maxLength: 12 })
  .map((fields) => [...new Set<Field>(['responseCode', 'responseFlags', ...fields])]);

function renderJson(fields: readonly Field[], line: Values): string {
  const members = fields.map((field) => {
    const value = line[field] ?? null;
    return [field, /^[1-9][0-9]{0,9}$/.test(value ?? '') ? Number(value) : value];
  });
  return JSON.stringify(Object.fromEntries(members));
}

const AROUND: Readonly<Record<SkimmableWrapper, (line: string) => string>> = {
  'kubectl-prefix': (line) => `[pod/reviews-v1-545db77b95-2ps7q/istio-proxy] ${line}`,
  stamp: (line) => `2026-11-21T03:33:07.287209278Z ${line}`,
  cri: (line) => `2026-11-21T03:33:07.287209278Z stdout F ${line}`,
  'docker-json': (line) => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-11-21' }),
};
const ORIGIN: LinesOrigin = {
  input: 0,
  source: { log: '0.log', pod: null },
  line: 1,
  areOfSeveral: false,
  areWrapped: false,
  wrappers: [],
};

describe('lines that are skimmed', { timeout: TIMEOUT_MS }, () => {
  test.for(formats)('count as the parser of $id counts them, with any values', (format) => {
    fc.assert(
      fc.property(fc.constantFrom(...format.samples), manyValues, lineEnd, ({ line }, all, end) => {
        const changed = all.map((each) => overwrite(format, line, each));
        const healthy = overwrite(format, line, HEALTHY);
        const healthier = all.map((each) => overwrite(format, healthy.toString(), each));
        expectSame(toLog([line, line, healthy, ...changed, healthy, ...healthier, line], end));
      }),
      { numRuns: RUNS },
    );
  });

  test('count as the parser of any text format counts them', () => {
    fc.assert(
      fc.property(ownTextFormat.filter(isFormat), manyValues, lineEnd, (format, all, end) => {
        const lines = [{}, ...all].map((each) => render(format, { ...HEALTHY, ...each }));
        expectSame(toLog(lines, end), format);
      }),
      { numRuns: 8 * RUNS },
    );
  });

  test('count as the parser of any JSON format counts them', () => {
    fc.assert(
      fc.property(ownJsonFormat, manyValues, lineEnd, (fields, all, end) => {
        const format = Object.fromEntries(fields.map((field) => [field, `%${FIELD_OPERATORS[field]}%`]));
        const lines = [{}, {}, ...all].map((each) => renderJson(fields, { ...HEALTHY, ...each }));
        expectSame(toLog(lines, end), JSON.stringify(format));
      }),
      { numRuns: 3 * RUNS },
    );
  });

  test.for(formats.filter(({ parser }) => parser.program !== null))(
    'are all lines of a healthy log of $id',
    (format) => {
      const [sample] = format.samples;
      const line = Buffer.from(overwrite(format, sample?.line ?? '', HEALTHY));
      const log = toLog(Array<Buffer>(20).fill(line), '\n');
      const { parser } = format;
      const block = { bytes: log, start: 0, end: log.length, skimmed: 0 };
      expect(parser.parse(log, 0, line.length, createSpans(), false)).toBe('parsed');
      expect(new TrafficKernel(KERNEL).skim(block, 0, parser, ORIGIN)).toBe(log.length);
      expect(block.skimmed).toBe(20);
    },
  );

  test.for(Object.entries(AROUND))('are all lines of a healthy log within %s', ([id, wrap]) => {
    const [format] = formats;
    if (format === undefined) throw new Error('there is no format');
    const line = overwrite(format, format.samples[0]?.line ?? '', HEALTHY).toString();
    const log = toLog(Array<Buffer>(20).fill(Buffer.from(wrap(line))), '\n');
    const block = { bytes: log, start: 0, end: log.length, skimmed: 0 };
    const origin = {
      ...ORIGIN,
      areWrapped: true,
      wrappers: SKIMMABLE_WRAPPERS.filter((other) => other === id),
    };
    expect(wrappers.map((wrapper) => wrapper.id)).toContain(id);
    expect(new TrafficKernel(KERNEL).skim(block, 0, format.parser, origin)).toBe(log.length);
  });

  test.for(formats)('give the same wherever a chunk of $id ends', (format) => {
    const [sample] = format.samples;
    const line = sample?.line ?? '';
    const healthy = overwrite(format, line, HEALTHY);
    expectSameWhereverCut(toLog([healthy, line, healthy], '\r\n'));
  });
});
