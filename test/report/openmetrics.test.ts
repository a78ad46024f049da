import { expect, test } from 'vitest';
import type { ReportChange } from '../../src/model/comparison.ts';
import type { Report } from '../../src/model/report.ts';
import { renderOpenMetrics } from '../../src/report/openmetrics.ts';
import { openMetricsErrors } from '../support/openmetrics.ts';
import { CONNECTION_REFUSED } from './fixture-findings.ts';
import { ENDLESS, HOSTILE, reportFullOf } from './fixture-hostile.ts';
import { withFinding, withParts } from './fixture-parts.ts';
import {
  healthyReport,
  oneFindingReport,
  thirtyFindingsReport,
  threeFindingsReport,
} from './fixture-reports.ts';

const ESCAPES = 'a"b\\c\nd{e="f"} 1';

/** One finding only: several of one diagnosis are no report. */
function firstFindingOf(report: Report): Report {
  return withParts(report, { findings: report.findings.slice(0, 1) });
}

const REPORTS: Readonly<Record<string, Report>> = {
  healthy: healthyReport(),
  'three findings': threeFindingsReport(),
  'thirty findings': thirtyFindingsReport(),
  hostile: firstFindingOf(reportFullOf(HOSTILE)),
  escapes: firstFindingOf(reportFullOf(ESCAPES)),
  endless: firstFindingOf(reportFullOf(ENDLESS)),
};

test.for(Object.entries(REPORTS))('%s is valid', ([, report]) => {
  expect(openMetricsErrors(renderOpenMetrics(report))).toEqual([]);
});

test.for([
  ['a_total 1\n# EOF\n', 'not of the family before'],
  ['# TYPE a gauge\na 1\na 2\n# EOF\n', 'series twice'],
  ['# TYPE a gauge\na{b="c"d"} 1\n# EOF\n', 'no line of the grammar'],
  ['# TYPE a gauge\n# UNIT a seconds\n# EOF\n', 'unit not in the name'],
  ['# TYPE a gauge\na 1\n', 'does not end'],
] as const)('the check of the tests finds faults: %j', ([text, error]) => {
  expect(openMetricsErrors(text).join('\n')).toContain(error);
});

test('has the numbers of the report', () => {
  const text = renderOpenMetrics(oneFindingReport());
  expect(text).toContain('faultline_requests 4700\n');
  expect(text).toContain(
    'faultline_finding_requests{diagnosis="connection-refused",status="likely",suppressed="false"} 57\n',
  );
  expect(text).toContain(
    'faultline_scope_requests{diagnosis="connection-refused",scope="outbound|9080||ratings.default.svc.cluster.local"} 57\n',
  );
});

test('is bounded, whatever the log names, and loses no request', () => {
  const [scope] = CONNECTION_REFUSED.scopes;
  if (scope === undefined) throw new Error('the fixture has no scope');
  const scopes = Array.from({ length: 5000 }, (_, i) => ({
    ...scope,
    requests: 2,
    fingerprint: `connection-refused@outbound|80||${'x'.repeat(300)}${i}${'y'.repeat(300)}`,
  }));
  const codes = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [String(i + 100), 3]));
  const flags = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`X${i}`, 1]));
  const base = oneFindingReport();
  const text = renderOpenMetrics(
    withParts(base, {
      requests: { ...base.requests, byResponseCode: codes, byResponseFlag: flags },
      findings: [withFinding(CONNECTION_REFUSED, { scopes })],
    }),
  );
  expect(openMetricsErrors(text)).toEqual([]);
  const lines = text.split('\n');
  expect(lines.length).toBeLessThan(150);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(400);
  const sumOf = (name: string): number =>
    lines
      .filter((line) => line.startsWith(`${name}{`))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  expect(sumOf('faultline_scope_requests')).toBe(10_000);
  expect(sumOf('faultline_response_code_requests')).toBe(2700);
  expect(sumOf('faultline_response_flag_requests')).toBe(900);
});

test('changes are counted by kind, without the muted ones, and only in a report that compares', () => {
  const change = (kind: 'new' | 'gone', muted: boolean): ReportChange => ({
    change: kind,
    fingerprint: 'x@y',
    diagnosis: { id: 'x', title: 'X' },
    scope: 'y',
    before: { requests: 0, traffic: 9 },
    now: { requests: 3, traffic: 9 },
    because: 'none failed so before',
    muted,
    history: null,
  });
  const changes = [change('new', false), change('new', true), change('gone', false)];
  const text = renderOpenMetrics(
    withParts(healthyReport(), { comparison: { baseline: null, window: null, changes, history: null } }),
  );
  expect(openMetricsErrors(text)).toEqual([]);
  expect(text.match(/^faultline_changes\{.*$/gm)).toEqual([
    'faultline_changes{change="new"} 1',
    'faultline_changes{change="worse"} 0',
    'faultline_changes{change="same"} 0',
    'faultline_changes{change="better"} 0',
    'faultline_changes{change="gone"} 1',
  ]);
  expect(renderOpenMetrics(healthyReport())).not.toContain('faultline_changes');
});
