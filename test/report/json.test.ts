import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { renderJson } from '../../src/report/json.ts';
import { REPORT_SCHEMA, renderSchema } from '../../src/report/schema.ts';
import { HOSTILE, reportFullOf } from './fixture-hostile.ts';
import { withParts } from './fixture-parts.ts';
import {
  benignReport,
  healthyReport,
  oneFindingReport,
  thirtyFindingsReport,
  threeFindingsReport,
  unexplainedReport,
} from './fixture-reports.ts';

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: true });
addFormats.default(ajv);
const validate = ajv.compile(REPORT_SCHEMA);

const parse = (text: string): unknown => JSON.parse(text);

/** The report as parsed JSON with some top-level keys replaced by anything. */
function broken(parts: Readonly<Record<string, unknown>>): unknown {
  return { ...threeFindingsReport(), ...parts };
}

describe('JSON report', () => {
  test('is the report, and ends with a line end', () => {
    const text = renderJson(threeFindingsReport());
    expect(parse(text)).toEqual(threeFindingsReport());
    expect(text.endsWith('}\n')).toBe(true);
  });

  test("begins with the contract's keys in its order", () => {
    expect(Object.keys(Object(parse(renderJson(threeFindingsReport()))))).toEqual([
      'schemaVersion',
      'tool',
      'inputs',
      'lines',
      'window',
      'requests',
      'findings',
      'unexplained',
      'blindSpots',
      'notes',
      'failures',
      'traffic',
      'rejected',
      'redaction',
      'comparison',
    ]);
  });

  test("a finding begins with the contract's keys in its order", () => {
    const [finding] = Object(parse(renderJson(oneFindingReport()))).findings;
    expect(Object.keys(finding)).toEqual([
      'diagnosis',
      'confidence',
      'status',
      'requests',
      'share',
      'responseFlags',
      'responseCodes',
      'reporter',
      'scopes',
      'firstSeen',
      'lastSeen',
      'intervals',
      'evidence',
      'alternatives',
      'confirm',
      'fixes',
      'meshConfig',
      'sources',
      'samples',
      'cause',
      'timeline',
      'bits',
      'priorBits',
      'notJudged',
      'unknownConfidence',
      'hop',
      'includes',
      'suppressed',
    ]);
    expect(Object.keys(finding.evidence[0]).slice(0, 4)).toEqual(['claim', 'supports', 'requests', 'bits']);
    expect(Object.keys(finding.alternatives[0]).slice(0, 3)).toEqual(['id', 'confidence', 'tellApart']);
  });

  test('holds no lone surrogate, and shows what stood there', () => {
    const text = renderJson(withParts(healthyReport(), { notes: ['\ud800 \ude00\ud83d', '\\ud800', '😀'] }));
    expect(Object(parse(text)).notes).toEqual(['\\ud800 \\ude00\\ud83d', '\\ud800', '😀']);
  });

  test('sends nothing to a terminal that it would obey', () => {
    const text = renderJson(withParts(healthyReport(), { notes: [HOSTILE] }));
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  test('characters outside the first plane survive being escaped', () => {
    const notes = ['\u{e0041}tag'];
    expect(Object(parse(renderJson(withParts(healthyReport(), { notes })))).notes).toEqual(notes);
  });
});

describe('schema', () => {
  test.for([
    ['healthy', healthyReport()],
    ['benign', benignReport()],
    ['one finding', oneFindingReport()],
    ['three findings', threeFindingsReport()],
    ['thirty findings', thirtyFindingsReport()],
    ['unexplained', unexplainedReport()],
  ] as const)('accepts: %s', ([, report]) => {
    validate(parse(renderJson(report)));
    expect(validate.errors).toBeNull();
  });

  test('refuses as an id what is none', () => {
    expect(validate(parse(renderJson(reportFullOf(HOSTILE))))).toBe(false);
  });

  const [finding] = threeFindingsReport().findings;

  test.for<readonly [string, unknown]>([
    ['another schema version', broken({ schemaVersion: 2 })],
    ['a key that is not in the contract', broken({ extra: 1 })],
    ['a missing list of findings', broken({ findings: undefined })],
    ['a negative count', broken({ lines: { ...threeFindingsReport().lines, read: -1 } })],
    ['a time that is none', broken({ window: { from: 'yesterday', to: 'today' } })],
    ['a confidence above 1', broken({ findings: [{ ...finding, confidence: 1.1 }] })],
    ['an unknown status', broken({ findings: [{ ...finding, status: 'certain' }] })],
    ['a finding with a key too many', broken({ findings: [{ ...finding, tier: 1 }] })],
    ['an id with blanks', broken({ blindSpots: [{ missing: 'X', diagnoses: ['a b'], remedy: '' }] })],
    ['a fix without a text', broken({ findings: [{ ...finding, fixes: [{ yaml: 'a: 1' }] }] })],
    [
      'a response code that is a word',
      broken({ requests: { total: 1, failed: 0, byResponseCode: { ok: 1 }, byResponseFlag: {} } }),
    ],
  ])('refuses %s', ([, report]) => {
    expect(validate(parse(JSON.stringify(report)))).toBe(false);
  });

  test('takes what the mesh configuration will say', () => {
    const meshConfig = [
      {
        file: 'mesh.yaml',
        line: 12,
        resource: 'DestinationRule default/reviews',
        says: 'mode DISABLE',
        supports: true,
      },
    ];
    validate(parse(JSON.stringify(broken({ findings: [{ ...finding, meshConfig }] }))));
    expect(validate.errors).toBeNull();
  });

  test('prints itself', () => {
    expect(parse(renderSchema())).toEqual(REPORT_SCHEMA);
  });
});
