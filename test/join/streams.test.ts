import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { analyseFile, analyseText } from '../support/analyse.ts';
import { ROOT } from '../support/command.ts';

const LOGS = ['upstream-response-timeout', 'rbac-denied', 'tls-conflict-plaintext-to-strict'];

function outcomesOf({ findings }: Report): unknown[] {
  return findings.map(({ diagnosis, requests, confidence, hop }) => [
    diagnosis.id,
    requests,
    confidence,
    hop?.outcome,
    hop?.joined,
  ]);
}

describe('the logs of both proxies in a short stream', () => {
  test.for(LOGS)('are joined as those in a file: %s', async (slug) => {
    const path = join(ROOT, 'samples', slug, 'client-and-server.log');
    const [piped, read] = [await analyseText(readFileSync(path, 'utf8')), await analyseFile(path)];
    expect(piped.requests).toEqual(read.requests);
    expect(outcomesOf(piped)).toEqual(outcomesOf(read));
    expect(read.findings[0]?.hop?.joined).toBeGreaterThan(0);
  });
});
