import { expect, test } from 'vitest';
import { joinHops } from '../../src/join/join-hops.ts';
import { MAX_HEALTHY_HOPS } from '../../src/model/aggregate.ts';
import { readPart } from '../aggregate/reading.ts';
import { analyseText } from '../support/analyse.ts';
import { clientLine, serverLine } from './lines.ts';

const REQUESTS = 200;
const PODS = 100;
/** Of the requests that a sample gives, one in sixty may be missed or made up. */
const TOLERANCE = 60;

const idOf = (n: number): string => `7e57aaaa-0000-4000-8000-${String(n).padStart(12, '0')}`;

test('one stream with the prefixes of a hundred pods is joined', async () => {
  const failure = { code: 503, flags: 'UF', details: 'x' };
  const lines = Array.from({ length: REQUESTS }, (_, n) => {
    const parts = { at: 10 * n, id: idOf(n), port: 40_000 + n };
    const [client, server] =
      n % 10 === 0
        ? [
            { ...parts, code: 503 },
            { ...parts, ...failure },
          ]
        : [parts, parts];
    const pod = n % PODS;
    return [
      `[pod/client-${pod}/istio-proxy] ${clientLine(client)}`,
      `[pod/server-${pod}/istio-proxy] ${serverLine(server)}`,
    ].join('\n');
  });
  const { requests, findings } = await analyseText(`${lines.join('\n')}\n`);
  expect(requests).toMatchObject({ total: REQUESTS, failed: REQUESTS / 10 });
  expect(findings[0]?.hop).toMatchObject({ outcome: 'refused', place: 'application' });
  const [, calling, serving] = findings[0]?.hop?.path ?? [];
  expect(calling?.pods).toContain('client-10');
  expect(serving?.pods).toContain('server-10');
});

test('what is too much to keep is joined by a sample, and counted close to the truth', () => {
  const count = MAX_HEALTHY_HOPS;
  const side = (line: typeof clientLine): string[] =>
    Array.from({ length: count }, (_, n) => line({ at: n, id: idOf(n), port: 1024 + (n % 60_000) }));
  const { hops, ...rest } = readPart([
    { path: 'client.log', continues: false, lines: side(clientLine) },
    { path: 'server.log', continues: false, lines: side(serverLine) },
  ]);
  expect(hops.healthy.key).toHaveLength(MAX_HEALTHY_HOPS);
  const { joined, isEstimated } = joinHops({ hops, ...rest });
  expect(isEstimated).toBe(true);
  expect(Math.abs(joined - count)).toBeLessThan(count / TOLERANCE);
}, 60_000);
