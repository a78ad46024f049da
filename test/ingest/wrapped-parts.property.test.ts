import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildReport } from '../../src/diagnose/build-report.ts';
import { beginsRecord } from '../../src/ingest/parts.ts';
import type { Aggregate } from '../../src/model/aggregate.ts';
import { merge, readToMerge } from '../aggregate/reading.ts';
import { TOYS } from '../diagnose/toy.ts';
import { linesOfSample } from '../support/samples.ts';
import { EXPORTS } from './wrappers/exports/exports.mjs';
import { WRAPPINGS } from './wrappers/wrappings.mjs';

const RUNS = 8;
const TIMEOUT_MS = 60_000;
const CUT_ANYWHERE = [
  ...['docker-json', 'cri', 'journald-json', 'logcli-jsonl', 'fluent-bit', 'kubectl-prefix', 'syslog-5424'],
  ...['csv', 'google-ndjson', 'elasticsearch-ndjson', 'mixed-wrappers', 'with-proxy-log', 'csv-all-quoted'],
];
/** Of several physical lines each: cut where the program would. */
const CUT_AT_RECORDS = ['cri-pieces', 'elasticsearch-bulk'];

const LINES = ['mixed/demo.log', 'connect-timeout/packets-dropped.log'].flatMap(linesOfSample);

function reportOf(aggregate: Aggregate): string {
  return JSON.stringify(
    buildReport(aggregate, {
      diagnoses: TOYS,
      version: '0.0.0',
      eraOfFormat: () => null,
      isSuppressed: () => false,
      only: null,
      notes: [],
    }),
  );
}

function wrapped(name: string): readonly string[] {
  const wrap = WRAPPINGS[name] ?? EXPORTS[name];
  if (wrap === undefined) throw new Error(`no wrapping is called ${name}`);
  return String(wrap(LINES)).replace(/\n$/, '').split('\n');
}

function readCut(lines: readonly string[], places: readonly number[]): Aggregate {
  const ends = [0, ...[...new Set(places)].sort((a, b) => a - b), lines.length];
  const parts = ends
    .slice(1)
    .map((end, i) => readToMerge([{ path: 'a.log', continues: i > 0, lines: lines.slice(ends[i], end) }]));
  return merge(parts);
}

describe('a wrapped log that is cut at line ends, read in parts and merged', { timeout: TIMEOUT_MS }, () => {
  test.each([...CUT_ANYWHERE, ...CUT_AT_RECORDS])('gives the report of the whole: %s', (name) => {
    const lines = wrapped(name);
    const starts = lines.flatMap((line, i) =>
      i > 0 && (CUT_ANYWHERE.includes(name) || beginsRecord(Buffer.from(`${line}\n`), 0)) ? [i] : [],
    );
    expect(starts.length).toBeGreaterThan(3);
    const whole = reportOf(readCut(lines, []));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...starts), { minLength: 1, maxLength: 3 }), (places) => {
        expect(reportOf(readCut(lines, places))).toBe(whole);
      }),
      { numRuns: RUNS },
    );
  });
});
