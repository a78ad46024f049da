import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { analyseWithMesh } from '../support/analyse.ts';

/**
 * Folders with the logs of both sides of some calls, `client.*` and `server.*`, and a `truth.json` that says what was wrong:
 * `LOGS=FOLDER npx vitest run test/join/labelled-logs.test.ts`. Without one, the logs of the stories.
 */
const FOLDER = process.env['LOGS'] ?? fileURLToPath(new URL('../../docs/', import.meta.url));
const STORY = { causes: [{ accept: ['tls-conflict-plaintext-to-strict'] }], requests: { failed: 17 } };

/** Where requests end by the cause; for certificates by whose is wrong. */
const HOPS: Readonly<Record<string, string>> = {
  'app-not-listening': 'refused application',
  'rbac-denied': 'refused servingProxy',
  'headless-pod-ip-strict-mtls': 'refused servingProxy',
  'tls-conflict-plaintext-to-strict': 'refused servingProxy',
  'tls-conflict-mtls-to-plaintext': 'refused servingProxy',
  'upstream-response-timeout': 'notAnswered application',
  'certificate-verification-failed client': 'refused servingProxy',
  'certificate-verification-failed server': 'neverSent callingProxy',
};
/** Envoy's own format logs no reason: a connection that was never made may have been ended by either side. */
const HOP_WITHOUT_REASON = 'neverSent between';

interface Sides {
  readonly name: string;
  readonly client: string;
  readonly server: string;
  readonly accept: readonly string[];
  readonly failed: number;
  readonly hop: string;
}

function readTruth(
  folder: string,
): typeof STORY & { causes: { wrong?: string; flags?: readonly string[] }[] } {
  const path = join(folder, 'truth.json');
  if (!existsSync(path)) return STORY;
  const { causes, requests } = JSON.parse(readFileSync(path, 'utf8'));
  const failed = Object.values<number>(requests.failed_by_label).reduce((sum, count) => sum + count, 0);
  return { causes, requests: { failed } };
}

function listSides(): readonly Sides[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).sort();
  return files
    .filter((file) => /(?:^|\/)client\.[^/]*log(?:\.gz)?$/.test(file))
    .map((file): Sides => {
      const client = join(FOLDER, file);
      const { causes, requests } = readTruth(dirname(client));
      const [cause] = causes;
      const accept = causes.flatMap((item) => item.accept);
      const id = accept[0] ?? '';
      const isWithoutReason =
        /envoy-default/.test(file) &&
        id === 'certificate-verification-failed' &&
        cause?.flags?.includes('URX,UF');
      const side = cause?.wrong?.startsWith('client') === true ? 'client' : 'server';
      return {
        name: file,
        client,
        server: client.replace(/client(\.[^/]*)$/, 'server$1'),
        accept,
        failed: requests.failed,
        hop: isWithoutReason === true ? HOP_WITHOUT_REASON : (HOPS[id] ?? HOPS[`${id} ${side}`] ?? ''),
      };
    });
}

const SIDES = listSides();

describe.each(SIDES)('$name', ({ client, server, accept, failed, hop }) => {
  let alone: Report;
  let both: Report;

  beforeAll(async () => {
    alone = await analyseWithMesh([client], []);
    both = await analyseWithMesh([client, server], []);
  }, 120_000);

  const isRight = ({ findings: [first] }: Report): boolean =>
    first !== undefined && accept.includes(first.diagnosis.id);

  test('ends at the hop that failed', () => {
    const { outcome, place } = both.findings[0]?.hop ?? {};
    expect(`${outcome} ${place}`).toBe(hop);
  });

  test('counts each failing request once', () => {
    expect(both.requests.failed).toBe(failed);
  });

  test('is not told worse with the other log', () => {
    expect(isRight(both) || !isRight(alone)).toBe(true);
  });
});
