import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { HopOutcome, HopPlace } from '../../src/model/report.ts';
import { analyseFile } from '../support/analyse.ts';

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
