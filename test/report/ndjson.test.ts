import { expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderNdjson } from '../../src/report/ndjson.ts';
import { HOSTILE, reportFullOf } from './fixture-hostile.ts';
import { healthyReport, threeFindingsReport } from './fixture-reports.ts';

function linesOf(report: Report): Record<string, unknown>[] {
  const text = renderNdjson(report);
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('every line is an object that says what it is, the sums first', () => {
  const types = linesOf(threeFindingsReport()).map(({ type }) => type);
  expect(types[0]).toBe('report');
  expect(new Set(types)).toEqual(
    new Set(['report', 'input', 'finding', 'unexplained', 'failure', 'rejected', 'blindSpot', 'note']),
  );
});

test('holds what the JSON report holds', () => {
  const report = threeFindingsReport();
  const json = JSON.parse(renderJson(report));
  const lines = linesOf(report);
  const ofType = (type: string): unknown[] =>
    lines.filter((line) => line['type'] === type).map(({ type: _, ...rest }) => rest);
  expect(ofType('finding')).toEqual(json.findings);
  expect(ofType('unexplained')).toEqual(json.unexplained.groups);
  expect(ofType('failure')).toEqual(json.failures);
  expect(lines[0]).toMatchObject({
    requests: json.requests,
    lines: json.lines,
    findings: json.findings.length,
  });
});

test('a healthy log has its sums and its inputs', () => {
  expect(linesOf(healthyReport()).map(({ type }) => type)).toEqual(['report', 'input']);
});

test('log text ends no line and steers no terminal', () => {
  const text = renderNdjson(reportFullOf(HOSTILE));
  expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]|(?![\n])\p{Cc}/u);
  expect(linesOf(reportFullOf(HOSTILE))).toHaveLength(linesOf(reportFullOf('plain')).length);
});
