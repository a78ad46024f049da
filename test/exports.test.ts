import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../src/model/report.ts';
import { EXPORTS } from './ingest/wrappers/exports/exports.mjs';
import { sumOfLines } from './parsers/read-log.ts';
import { analyseBytes } from './support/analyse.ts';
import { ROOT } from './support/command.ts';

const SAMPLES = ['mixed/demo.log', 'cluster-not-found/istio-1.6-json.log'];

function outcomeOf({ requests, lines, findings }: Report): unknown {
  return {
    total: requests.total,
    failed: requests.failed,
    partial: lines.partial,
    findings: findings.map((finding) => [
      finding.diagnosis.id,
      finding.requests,
      Math.round(finding.confidence * 1000),
    ]),
  };
}

describe.each(SAMPLES)('%s', (sample) => {
  // What the proxy says of itself reads like any other text before a line.
  const lines = readFileSync(join(ROOT, 'samples', sample), 'utf8')
    .split('\n')
    .filter((line) => /^[[{]/.test(line));
  const plain = Buffer.from(`${lines.join('\n')}\n`);

  test.each(Object.entries(EXPORTS))('gives the findings of the plain log: %s', async (_, wrap) => {
    const report = await analyseBytes(Buffer.from(wrap(lines)));
    expect(outcomeOf(report)).toEqual(outcomeOf(await analyseBytes(plain)));
    expect(sumOfLines(report.lines)).toBe(report.lines.read);
  });
});
