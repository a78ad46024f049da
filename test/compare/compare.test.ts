import { describe, expect, test } from 'vitest';
import { compareSnapshots } from '../../src/compare/compare.ts';
import { toSnapshot } from '../../src/compare/snapshot.ts';
import type { ReportComparison } from '../../src/model/comparison.ts';
import type { Report } from '../../src/model/report.ts';
import { compareReports } from '../../src/run.ts';
import { analyseText } from '../support/analyse.ts';
import { linesOfSample } from '../support/samples.ts';

const LINES = linesOfSample('mixed/demo.log');
function report(lines: readonly string[]): Promise<Report> {
  return analyseText(`${lines.join('\n')}\n`);
}

async function compare(before: readonly string[], now: readonly string[]): Promise<ReportComparison> {
  const snapshots = await Promise.all([report(before), report(now)]);
  return compareSnapshots(toSnapshot(snapshots[0]), toSnapshot(snapshots[1]), {
    baseline: 'before',
    minConfidence: 0,
  });
}

const words = ({ changes }: ReportComparison): readonly string[] =>
  changes.map(({ change, diagnosis }) => `${change} ${diagnosis.id}`);

const isLedger = (line: string): boolean => line.includes('ledger');
const isNotify = (line: string): boolean => line.includes('notify');

/** Two faults at a port at which nothing else happens. */
const AT_PORT = ['https-to-http-port/service-port.log', 'http-1-0-client/gateway.log'].flatMap((sample) =>
  linesOfSample(sample)
    .filter((line) => / (?:400|426) DPE /.test(line))
    .map((line) => line.replace(/(?:\d+\.){3}\d+:(?:9080|8080) (?=\S+ - )/, '10.96.41.7:7777 ')),
);

describe('two logs', () => {
  test('several causes that share a place without a single success are gone with it', async () => {
    const { changes } = await compare([...LINES, ...AT_PORT, ...AT_PORT, ...AT_PORT], LINES);
    const atPort = changes.filter(({ scope }) => scope === 'port 7777');
    expect(atPort.map(({ change }) => change)).toEqual(['gone', 'gone']);
  });

  test('the same log has changed in nothing', async () => {
    const { changes } = await compare(LINES, LINES);
    expect(new Set(changes.map(({ change }) => change))).toEqual(new Set(['same']));
    expect(changes.length).toBeGreaterThan(2);
  });

  test('the halves of one log, line by line in turn, are the same', async () => {
    const even = LINES.filter((_, i) => i % 2 === 0);
    const odd = LINES.filter((_, i) => i % 2 === 1);
    const { changes } = await compare(even, odd);
    expect(changes.filter(({ change }) => change !== 'same')).toEqual([]);
  });

  test('what is mended is gone, what was not there is new, and the rest stays', async () => {
    const before = LINES.filter((line) => !isLedger(line));
    const now = LINES.filter((line) => !isNotify(line) || line.includes(' 200 '));
    expect(words(await compare(before, now))).toEqual([
      'new cluster-not-found',
      expect.stringMatching(/^(gone|same) tls-conflict/),
      'same upstream-response-timeout',
    ]);
  });

  test('rates stand beside the traffic of their place', async () => {
    const { changes } = await compare(LINES, LINES);
    const timeout = changes.find(({ diagnosis }) => diagnosis.id === 'upstream-response-timeout');
    expect(timeout?.now).toEqual({ requests: 24, traffic: 87 });
    expect(timeout?.before).toEqual(timeout?.now);
  });
});

describe('reports of other versions', () => {
  test('without a table of traffic the sum of all requests is compared with', async () => {
    const { traffic: _, comparison: __, redaction: ___, ...older } = await report(LINES);
    const text = JSON.stringify(older);
    const { changes } = await compareReports({ name: 'a', text }, { name: 'b', text }, 0);
    expect(new Set(changes.map(({ change }) => change))).toEqual(new Set(['same']));
    expect(changes[0]?.now.traffic).toBe(187);
  });

  test.each([
    ['', 'is empty'],
    ['not json', 'is not JSON'],
    ['[]', 'no report of faultline'],
    ['{"a":1}', 'no report of faultline'],
    ['{"schemaVersion":99}', 'has schemaVersion 99'],
    ['{"schemaVersion":1}', 'not a whole report: its requests'],
    ['{"schemaVersion":1,"requests":{"total":-1,"failed":0}}', 'its requests'],
    ['{"schemaVersion":1,"requests":{"total":1,"failed":0},"findings":[{}]}', 'its findings'],
  ])('%j is refused by name', async (text, why) => {
    const bad = { name: 'base.json', text };
    await expect(compareReports(bad, bad, 0)).rejects.toMatchObject({
      code: 'BAD_BASELINE',
      message: expect.stringMatching(new RegExp(`^base.json .*${why}`)),
    });
  });
});

describe('causes that are hard to tell apart', () => {
  test('a change of name at the same place is no change of the world', async () => {
    const before = await report(LINES);
    const renamed: Report = {
      ...before,
      findings: before.findings.map((finding) =>
        finding.diagnosis.id !== 'upstream-response-timeout'
          ? finding
          : {
              ...finding,
              diagnosis: { ...finding.diagnosis, id: 'stream-idle-timeout' },
              alternatives: [
                { id: 'upstream-response-timeout', title: '', confidence: 0.4, bits: 0, tellApart: null },
              ],
              scopes: finding.scopes.map((scope) => ({
                ...scope,
                fingerprint: scope.fingerprint.replace('upstream-response-timeout', 'stream-idle-timeout'),
              })),
            },
      ),
    };
    const comparison = compareSnapshots(toSnapshot(before), toSnapshot(renamed), {
      baseline: 'before',
      minConfidence: 0,
    });
    expect(words(comparison)).toContain('same stream-idle-timeout');
    expect(comparison.changes).toHaveLength(before.findings.length);
  });
});
