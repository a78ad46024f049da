import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { diagnoses } from '../diagnoses/index.ts';
import type { Report } from '../src/model/report.ts';
import { analyse } from '../src/run.ts';
import { analyseFile } from './support/analyse.ts';
import { ROOT } from './support/command.ts';

const IS_ACCESS_LINE = /^\[\d{4}-\d\d-\d\dT|^\{"?/;

/** Samples in which the proxy's own lines stand between the access lines. */
const MIXED = diagnoses.flatMap(({ id, samples }) =>
  samples
    .map(({ file }) => join(ROOT, 'samples', id, file))
    .filter((path) => {
      const lines = readFileSync(path, 'utf8').trim().split('\n');
      return (
        lines.some((line) => /^\d{4}-\d\d-\d\dT\S+Z\t/.test(line)) &&
        lines.some((l) => IS_ACCESS_LINE.test(l))
      );
    })
    .map((path) => [id, path] as const),
);

/** The same log as two files: access lines, and what the proxy said. */
function analyseApart(path: string): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-apart-'));
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const write = (name: string, some: readonly string[]): string => {
    writeFileSync(join(folder, name), `${some.join('\n')}\n`);
    return join(folder, name);
  };
  return analyse({
    paths: [
      write(
        'access.log',
        lines.filter((line) => IS_ACCESS_LINE.test(line)),
      ),
      write(
        'proxy.log',
        lines.filter((line) => !IS_ACCESS_LINE.test(line)),
      ),
    ],
    stdin: Readable.from([]),
    format: null,
    selection: { sinceMs: null, untilMs: null, clusters: [], authorities: [], excludedPaths: [] },
    only: null,
    isSuppressed: () => false,
    version: '0.0.0',
    notes: [],
  });
}

describe('the log of the proxy as a file of its own', () => {
  test('there are samples to try it on', () => {
    expect(MIXED.length).toBeGreaterThan(5);
  });

  test.for(MIXED)('%s: %s is diagnosed alike', async ([, path]) => {
    const answer = ({ findings, notes }: Report): unknown => ({
      notes,
      findings: findings.map(({ diagnosis, confidence, requests }) => [diagnosis.id, confidence, requests]),
    });
    expect(answer(await analyseApart(path))).toEqual(answer(await analyseFile(path)));
  });

  test('its notable lines are notes, with their time', async () => {
    const { notes } = await analyseFile(
      join(ROOT, 'samples/config-propagation-delay/control-plane-lost.log'),
    );
    expect(notes).toContain(
      'The log of the proxy itself tells of a lost connection to the control plane (1 line, at 2026-11-21 03:26:58Z).',
    );
  });
});
