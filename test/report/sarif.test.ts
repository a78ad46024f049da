import { expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { sarifErrors } from '../support/sarif.ts';
import { CONNECTION_REFUSED } from './fixture-findings.ts';
import { ENDLESS, HOSTILE, reportFullOf } from './fixture-hostile.ts';
import { withFinding, withParts } from './fixture-parts.ts';
import {
  benignReport,
  healthyReport,
  oneFindingReport,
  thirtyFindingsReport,
  threeFindingsReport,
  unexplainedReport,
} from './fixture-reports.ts';

const REPORTS: Readonly<Record<string, Report>> = {
  healthy: healthyReport(),
  benign: benignReport(),
  'three findings': threeFindingsReport(),
  'thirty findings': thirtyFindingsReport(),
  unexplained: unexplainedReport(),
  hostile: reportFullOf(HOSTILE),
  markup: reportFullOf('"><%zz%>&\\ü x'),
  endless: reportFullOf(ENDLESS),
};

function resultsOf(report: Report): Record<string, unknown>[] {
  return JSON.parse(renderSarif(report)).runs[0].results;
}

test.for(Object.entries(REPORTS))('%s is valid', ([, report]) => {
  expect(sarifErrors(renderSarif(report))).toBeNull();
});

test('the check of the tests finds faults', () => {
  expect(sarifErrors('{"version":"2.1.0"}')).not.toBeNull();
  expect(sarifErrors('{"version":"2.1.0","runs":[{"tool":{"driver":{}}}]}')).not.toBeNull();
});

test('has a result per scope, with its fingerprint and the first line of the log', () => {
  const [result, ...others] = resultsOf(oneFindingReport());
  expect(others).toEqual([]);
  expect(result).toMatchObject({
    ruleId: 'connection-refused',
    level: 'error',
    occurrenceCount: 57,
    rank: 93.1,
    partialFingerprints: {
      'faultlineScope/v1': 'connection-refused@outbound|9080||ratings.default.svc.cluster.local',
    },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: CONNECTION_REFUSED.samples[0]?.input },
          region: { startLine: CONNECTION_REFUSED.samples[0]?.line },
        },
      },
    ],
  });
});

test('points to the mesh configuration where it is known, and then to the lines', () => {
  const meshConfig = [
    { file: 'mesh config.yaml', line: 12, resource: 'Service a/b', says: 'port 1', supports: true },
    { file: 'other.yaml', line: 3, resource: 'Service a/c', says: 'port 2', supports: false },
  ];
  const [result] = resultsOf(
    withParts(oneFindingReport(), { findings: [withFinding(CONNECTION_REFUSED, { meshConfig })] }),
  );
  expect(result?.['locations']).toMatchObject([
    { physicalLocation: { artifactLocation: { uri: 'mesh%20config.yaml' }, region: { startLine: 12 } } },
  ]);
  expect(result?.['relatedLocations']).toHaveLength(CONNECTION_REFUSED.samples.length);
});

test('standard input is no file', () => {
  const samples = [{ input: '-', line: 3, text: 'a line' }];
  const [result] = resultsOf(
    withParts(oneFindingReport(), { findings: [withFinding(CONNECTION_REFUSED, { samples })] }),
  );
  expect(result?.['locations']).toEqual([
    {
      logicalLocations: [
        { fullyQualifiedName: 'outbound|9080||ratings.default.svc.cluster.local', kind: 'resource' },
      ],
    },
  ]);
});

test('marks what is suppressed, and what is no fault', () => {
  const findings = [
    withFinding(CONNECTION_REFUSED, { suppressed: true, status: 'possible' }),
    withFinding(CONNECTION_REFUSED, { status: 'benign' }),
  ];
  expect(resultsOf(withParts(oneFindingReport(), { findings }))).toMatchObject([
    { level: 'warning', suppressions: [{ kind: 'external' }] },
    { level: 'note' },
  ]);
});
