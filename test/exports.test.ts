import { beforeAll, describe, expect, test } from 'vitest';
import { EXPORTS } from './ingest/wrappers/exports/exports.mjs';
import { sumOfLines } from './parsers/read-log.ts';
import { analyseBytes } from './support/analyse.ts';
import { outcomeOf } from './support/outcome.ts';
import { linesOfSample } from './support/samples.ts';

const SAMPLES = ['mixed/demo.log', 'cluster-not-found/istio-1.6-json.log'];

describe.each(SAMPLES)('%s', (sample) => {
  // What the proxy says of itself reads like any other text before a line.
  const lines = linesOfSample(sample).filter((line) => /^[[{]/.test(line));
  let plain: unknown;

  beforeAll(async () => {
    plain = outcomeOf(await analyseBytes(Buffer.from(`${lines.join('\n')}\n`)));
  });

  test.each(Object.entries(EXPORTS))('gives the findings of the plain log: %s', async (_, wrap) => {
    const report = await analyseBytes(Buffer.from(wrap(lines)));
    expect(outcomeOf(report)).toEqual(plain);
    expect(sumOfLines(report.lines)).toBe(report.lines.read);
  });
});
