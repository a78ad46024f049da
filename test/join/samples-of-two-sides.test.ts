import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { analyseLogs } from '../support/analyse.ts';
import { readSample } from '../support/samples.ts';
import { partSides, SIDE_FORMATS, type TwoSides } from '../support/two-sides.ts';
import { later, rename } from '../support/variants.ts';

type Format = keyof typeof SIDE_FORMATS;

/** Where requests end by a sample that holds the lines of both proxies; in Envoy's own format, where that tells less. */
const SITUATIONS: readonly (readonly [sample: string, hop: string, plainHop?: string])[] = [
  ['app-not-listening/client-and-server', 'refused application'],
  ['certificate-verification-failed/client-and-silent-server', 'refused servingProxy'],
  [
    'certificate-verification-failed/client-refuses-and-silent-server',
    'neverSent callingProxy',
    'neverSent between',
  ],
  ['headless-pod-ip-strict-mtls/client-and-server', 'refused servingProxy'],
  ['listener-drain-on-config-push/client-and-server', 'notAnswered application'],
  ['protocol-mismatch/client-and-server', 'refused servingProxy'],
  ['rbac-denied/client-and-server', 'refused servingProxy'],
  ['tls-conflict-mtls-to-plaintext/client-and-server', 'refused servingProxy'],
  ['tls-conflict-plaintext-to-strict/client-and-server', 'refused servingProxy'],
  ['upstream-crash-or-restart/client-and-server', 'notAnswered application'],
  ['upstream-own-timeout/client-and-server', 'notAnswered application'],
  ['upstream-response-timeout/client-and-server', 'notAnswered application'],
];

const ENOUGH_LINES = 12;
const HEALTHY = / 20\d - via_upstream /;
const ID = /"([0-9a-f]{8}-[0-9a-f-]{27})"/;

function keepLines({ client, server }: TwoSides, isKept: (line: string) => boolean): TwoSides {
  return { client: client.filter(isKept), server: server.filter(isKept) };
}

/** A third of the healthy requests left out, on both sides the same ones. */
function thin(sides: TwoSides): TwoSides {
  const isLeftOut = (line: string): boolean =>
    Number.parseInt(ID.exec(line)?.[1]?.slice(0, 4) ?? '1', 16) % 3 === 0;
  return keepLines(sides, (line) => !HEALTHY.test(line) || !isLeftOut(line));
}

const timeOf = (line: string): number => Date.parse(line.slice(1, 25));

/** What came in the first part of the time, of logs long enough to have one; some requests under way end behind it. */
function begin(sides: TwoSides): TwoSides {
  const times = [...sides.client, ...sides.server].map(timeOf);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  if (times.length < ENOUGH_LINES) return sides;
  return keepLines(sides, (line) => timeOf(line) <= first + 0.8 * (last - first));
}

const VARIANTS: Readonly<Record<string, (log: string) => TwoSides>> = {
  'as they were': partSides,
  'with other names, addresses and ports': (log) => partSides(rename(log)),
  'with fewer healthy requests': (log) => thin(partSides(log)),
  'in the first part': (log) => begin(partSides(log)),
};

/** Place of a cause among the findings and then among the alternatives of the first. */
function rankOf(id: string, { findings }: Report): number {
  const ids = findings.map(({ diagnosis }) => diagnosis.id);
  const others = findings[0]?.alternatives.map((alternative) => alternative.id) ?? [];
  const rank = [...ids, ...others].indexOf(id);
  return rank < 0 ? Number.POSITIVE_INFINITY : rank;
}

function hopOf({ findings: [first] }: Report): string | null {
  return first?.hop == null ? null : `${first.hop.outcome} ${first.hop.place}`;
}

const FORMATS: readonly Format[] = ['text', 'json', 'plain'];
const CASES = SITUATIONS.flatMap(([sample, hop, plainHop]) =>
  FORMATS.flatMap((format) =>
    Object.entries(VARIANTS).map(([variant, vary]) => ({
      name: `${sample} ${variant}, as ${format}`,
      id: sample.split('/')[0] ?? '',
      hop: format === 'plain' ? (plainHop ?? hop) : hop,
      sides: vary(readSample(`${sample}.log`)),
      render: SIDE_FORMATS[format],
    })),
  ),
);

describe.each(CASES)('$name', ({ id, hop, sides, render }) => {
  let alone: Report;
  let both: Report;

  beforeAll(async () => {
    const [client, server] = [sides.client.map(render), sides.server.map(render)];
    [alone, both] = await Promise.all([analyseLogs(client), analyseLogs(client, server)]);
  });

  test('names the hop', () => {
    expect(hopOf(both)).toBe(hop);
  });

  test('counts each failing request once', () => {
    expect(both.requests.failed).toBe(alone.requests.failed);
  });

  test('does not put the cause further down for the other log', () => {
    expect(rankOf(id, both)).toBeLessThanOrEqual(rankOf(id, alone));
  });
});

/** Other requests than those of the client, which went well. */
function strange(lines: readonly string[]): readonly string[] {
  return lines
    .filter((line) => HEALTHY.test(line))
    .map((line) => line.replace(ID, (_, id: string) => `"ffff${id.slice(4)}"`));
}

/** Second logs that say nothing of the first. */
const STRANGERS: Readonly<Record<string, (sides: TwoSides) => readonly string[]>> = {
  'of another caller': ({ client }) => strange(client),
  'of another service': ({ server }) => rename(strange(server).join('\n')).split('\n'),
  'of another time': ({ server }) => later(strange(server).join('\n')).split('\n'),
};

describe.each(
  FORMATS.flatMap((format) =>
    SITUATIONS.flatMap(([sample]) =>
      Object.entries(STRANGERS).map(([stranger, make]) => ({
        name: `${sample} with a log ${stranger}, as ${format}`,
        sides: partSides(readSample(`${sample}.log`)),
        make,
        render: SIDE_FORMATS[format],
      })),
    ),
  ),
)('$name', ({ sides, make, render }) => {
  test('names no hop, and the same cause', async () => {
    const client = sides.client.map(render);
    const stranger = make(sides)
      .filter((line) => line !== '')
      .map(render);
    const [alone, both] = await Promise.all([analyseLogs(client), analyseLogs(client, stranger)]);
    expect(hopOf(both)).toBeNull();
    expect(both.findings[0]?.diagnosis.id).toBe(alone.findings[0]?.diagnosis.id);
  });
});
