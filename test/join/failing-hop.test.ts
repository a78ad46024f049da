import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { HopOutcome, HopPlace } from '../../src/model/report.ts';
import { analyseFile, analyseLogs } from '../support/analyse.ts';
import { plainLine, plainTurnedAwayLine } from './lines.ts';

const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));

/**
 * Logs with both sides of each call: cause, how many requests failed in it, and where. Each failing request counts once,
 * however many records it has.
 */
const EXPECTED: readonly (readonly [string, number, HopOutcome, HopPlace])[] = [
  ['app-not-listening', 7, 'refused', 'application'],
  ['rbac-denied', 5, 'refused', 'servingProxy'],
  ['headless-pod-ip-strict-mtls', 12, 'refused', 'servingProxy'],
  ['tls-conflict-plaintext-to-strict', 12, 'refused', 'servingProxy'],
  ['tls-conflict-mtls-to-plaintext', 8, 'refused', 'servingProxy'],
  ['protocol-mismatch', 5, 'refused', 'servingProxy'],
  ['upstream-response-timeout', 7, 'notAnswered', 'application'],
  ['upstream-own-timeout', 1, 'notAnswered', 'application'],
  ['upstream-crash-or-restart', 4, 'notAnswered', 'application'],
];

describe('a log with both sides of a call', () => {
  test.for(EXPECTED)(
    'names the hop at which %s fails %i requests: %s, %s',
    async ([id, requests, outcome, place]) => {
      const { findings } = await analyseFile(`${SAMPLES}${id}/client-and-server.log`);
      const [first] = findings;
      expect(first?.diagnosis.id).toBe(id);
      expect(first?.requests).toBe(requests);
      expect(first?.hop).toMatchObject({ outcome, place });
    },
  );

  test('shows on the path what each proxy logged, and where', async () => {
    const { findings } = await analyseFile(
      `${SAMPLES}tls-conflict-plaintext-to-strict/client-and-server.log`,
    );
    expect(findings[0]?.status).toBe('confirmed');
    expect(findings[0]?.hop?.path.map(({ role, says }) => [role, says])).toEqual([
      ['caller', null],
      ['callingProxy', '503 UC upstream_reset_before_response_started{connection_termination}'],
      ['servingProxy', '0 NR filter_chain_not_found'],
      ['application', null],
    ]);
  });
});

describe('logs in a format without ids for connections and without addresses', () => {
  /** A caller's requests, uneven in time, and the connections that the server turned away, a moment later. */
  const TIMES = Array.from({ length: 40 }, (_, n) => 400 * n + 900 * ((n * n) % 7));
  const client = TIMES.map((at, n) => {
    const id = `7e57bbbb-0000-4000-8000-${String(n).padStart(12, '0')}`;
    return plainLine({ at, id, code: 503, flags: 'UC', durationMs: 1 }, '10.244.1.21:9080');
  });
  const server = TIMES.map((at) => plainTurnedAwayLine(at + 1));

  test('count once what comes and goes together, and end it at the server', async () => {
    const { requests, findings } = await analyseLogs(client, server);
    expect(requests).toMatchObject({ total: 40, failed: 40, byResponseCode: { 503: 40 } });
    expect(findings.map(({ requests: count }) => count)).toEqual([40]);
    expect(findings[0]?.hop).toMatchObject({ outcome: 'refused', place: 'servingProxy', joined: 40 });
  });

  test('join nothing that only overlaps', async () => {
    const { requests } = await analyseLogs(
      client,
      [...TIMES].map((_, n) => plainTurnedAwayLine(397 * n)),
    );
    expect(requests.total).toBe(80);
  });
});

test('the table of failures counts a request of two logs once', async () => {
  const { requests, failures } = await analyseFile(
    `${SAMPLES}tls-conflict-plaintext-to-strict/client-and-server.log`,
  );
  expect(failures.reduce((sum, row) => sum + row.requests, 0)).toBe(requests.failed);
});
