import { describe, expect, test } from 'vitest';
import type { Coincidence, GroupFacts } from '../../src/model/group-facts.ts';
import type { Event } from '../aggregate/log-lines.ts';
import { at, render, TCP } from '../aggregate/log-lines.ts';
import { rank } from './diagnosing.ts';
import { hasFlag, toy } from './toy.ts';

// The look-alikes behind a 503 UC, with the table of claims that the ranking was designed by, at T = 1.

function noSuccess(g: GroupFacts): Coincidence | boolean | null {
  if (g.healthyOnFailingEndpoints === null) return null;
  return g.healthyOnFailingEndpoints === 0 && { n: g.requests, q: 0.5, what: 'an endpoint' };
}
const someSucceed = (g: GroupFacts): boolean | null =>
  g.healthyOnFailingEndpoints === null ? null : g.healthyOnFailingEndpoints > 0;
const reused = (g: GroupFacts): boolean | null => (g.reuse === null ? null : g.reuse.reused > 0);
const hasConstantGap = (g: GroupFacts): boolean | null => (g.reuse === null ? null : g.reuse.isConstant);
const isQuick = (g: GroupFacts): boolean | null => (g.durations === null ? null : g.durations.medianMs <= 5);
const isNarrow = (g: GroupFacts): boolean | null =>
  g.durations === null || g.requests < 2 ? null : g.durations.medianMs > 0 && g.durations.spreadMs <= 3;
const serverSaysNr = (g: GroupFacts): boolean =>
  g.pairedWith(({ shape }) => shape.responseFlags.includes('NR')) > 0;

const NO_SUCCESS = { about: 'endpoint', claim: 'no success on those endpoints', group: noSuccess } as const;
const SUCCEED = {
  about: 'endpoint',
  claim: 'some succeed on the same endpoints',
  group: someSucceed,
} as const;
const REUSED = { about: 'reuse', claim: 'success earlier on the same connection', group: reused } as const;
const CONSTANT = { about: 'reuse', claim: 'the idle gap is nearly constant', group: hasConstantGap } as const;
const ONE_PATH = {
  about: 'path',
  claim: 'one path template',
  group: (g: GroupFacts) => g.onOnePath,
} as const;
const NARROW = { about: 'duration', claim: 'narrow duration that is not 0', group: isNarrow } as const;
const QUICK = { about: 'duration', claim: 'median of at most 5 ms', group: isQuick } as const;
const SERVER_NR = { about: 'peer', claim: "the server's NR for the same pair", group: serverSaysNr } as const;

const applies = hasFlag('UC');
const FOUR = [
  toy({
    id: 'plaintext',
    prior: 'usual',
    applies,
    evidence: [
      { for: 'strong', ...NO_SUCCESS },
      { against: 'decisive', ...SUCCEED },
      { against: 'decisive', ...REUSED },
      { for: 'weak', ...QUICK },
      { for: 'decisive', ...SERVER_NR },
    ],
  }),
  toy({
    id: 'certificate',
    prior: 'uncommon',
    applies,
    evidence: [
      { for: 'strong', ...NO_SUCCESS },
      { against: 'decisive', ...SUCCEED },
      { against: 'decisive', ...REUSED },
      { for: 'weak', ...QUICK },
      { against: 'strong', ...SERVER_NR },
    ],
  }),
  toy({
    id: 'race',
    prior: 'common',
    applies,
    evidence: [
      { against: 'decisive', ...NO_SUCCESS },
      { for: 'weak', ...SUCCEED },
      { for: 'strong', ...REUSED },
      { for: 'decisive', ...CONSTANT },
      { against: 'strong', ...ONE_PATH },
      { for: 'weak', ...QUICK },
      { against: 'strong', ...SERVER_NR },
    ],
  }),
  toy({
    id: 'crash',
    prior: 'usual',
    applies,
    evidence: [
      { against: 'moderate', ...NO_SUCCESS },
      { for: 'weak', ...SUCCEED },
      { for: 'weak', ...REUSED },
      { for: 'strong', ...ONE_PATH },
      { for: 'moderate', ...NARROW },
    ],
  }),
];

const UC: Event = {
  responseCode: '503',
  responseFlags: 'UC',
  responseCodeDetails: 'upstream_reset_before_response_started{connection_termination}',
  upstreamServiceTime: null,
  bytesSent: '95',
};

/** Confidence by id, the unknown included, rounded to hundredths. */
function confidences(lines: readonly string[]): Record<string, number> {
  const ranked = rank(lines, FOUR).shapes.find(({ shape }) => shape.responseFlags.includes('UC'));
  const shares = (ranked?.candidates ?? []).map(({ diagnosis, confidence }) => [diagnosis.id, confidence]);
  return { ...Object.fromEntries(shares), unknown: ranked?.unknown ?? 1 };
}

/** Within what the design's rounding hides. */
function expectNear(confidence: number | undefined, stated: number): void {
  expect(Math.abs((confidence ?? 0) - stated), `${confidence} is not about ${stated}`).toBeLessThan(0.02);
}

/** A log in which one service refuses plaintext on both endpoints, whatever the path, beside a healthy one. */
const STRICT_CLIENT = Array.from({ length: 20 }, (_, i) =>
  i % 2 === 0
    ? render({
        ...UC,
        startTime: at(200 * i),
        duration: i % 3 === 0 ? '1' : '0',
        path: `/p${'abcdefghijklmnopqrst'[i]}`,
        upstreamHost: `10.244.1.${21 + (i % 4)}:9080`,
        upstreamLocalAddress: `10.244.1.10:${41_000 + i}`,
      })
    : render({ startTime: at(200 * i), upstreamCluster: 'outbound|9080||ratings.default.svc.cluster.local' }),
);
const STRICT_SERVER = Array.from({ length: 10 }, (_, i) =>
  render({
    ...TCP,
    startTime: at(400 * i),
    responseFlags: 'NR',
    responseCodeDetails: 'filter_chain_not_found',
    upstreamCluster: null,
    upstreamHost: null,
    upstreamLocalAddress: null,
    bytesSent: '0',
    downstreamLocalAddress: '10.244.1.21:9080',
    downstreamRemoteAddress: `10.244.1.10:${41_000 + 2 * i}`,
  }),
);

/** Thirteen connections, each idle for `gapsMs[i]` between an answer and a failure. */
function reusedConnections(gapsMs: readonly number[], failure: (i: number) => Event): readonly string[] {
  return gapsMs.flatMap((gapMs, i) => {
    const upstreamLocalAddress = `10.244.1.10:${42_000 + i}`;
    const path = `/p${'abcdefghijklmnopqrst'[i]}`;
    return [
      render({ startTime: at(9000 * i), upstreamLocalAddress, path, duration: '30' }),
      render({ ...UC, path, ...failure(i), startTime: at(9000 * i + gapMs), upstreamLocalAddress }),
    ];
  });
}

describe('503 UC reads as', () => {
  test('plaintext to a STRICT server, from the client log alone', () => {
    const { plaintext, certificate, race, crash } = confidences(STRICT_CLIENT);
    expectNear(plaintext, 0.78);
    expectNear(certificate, 0.19);
    expect((race ?? 1) + (crash ?? 1)).toBeLessThan(0.02);
  });

  test("plaintext to a STRICT server, beyond doubt with the server's log", () => {
    expect(confidences([...STRICT_CLIENT, ...STRICT_SERVER])['plaintext']).toBeGreaterThan(0.99);
  });

  test('a keep-alive race, when 13 of 13 connections were idle for 2.0 to 2.1 s', () => {
    const gaps = Array.from({ length: 13 }, (_, i) => 2000 + 8 * i);
    const lines = reusedConnections(gaps, (i) => ({ duration: String(10 + 7 * i) }));
    expectNear(confidences(lines)['race'], 0.995);
  });

  test('a crash, with irregular gaps on one route', () => {
    const gaps = Array.from({ length: 13 }, (_, i) => 100 + 400 * i + (i % 3) * 900);
    const lines = reusedConnections(gaps, () => ({ path: '/export', duration: '12' }));
    expectNear(confidences(lines)['crash'], 0.98);
  });

  // The design rounds this row to .44 .22 .11 .11, unknown .11, which gives the certificate its claim without its prior.
  test('nothing for certain, as a single line', () => {
    const { race, plaintext, crash, certificate, unknown } = confidences([render({ ...UC, duration: '3' })]);
    const sum = 4 + 2 + 1 + 0.5 + 1;
    expect(race).toBeCloseTo(4 / sum);
    expect(plaintext).toBeCloseTo(2 / sum);
    expect(crash).toBeCloseTo(1 / sum);
    expect(certificate).toBeCloseTo(0.5 / sum);
    expect(unknown).toBeCloseTo(1 / sum);
  });
});
