import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnoses } from '../../diagnoses/index.ts';
import { buildReport } from '../../src/diagnose/build-report.ts';
import { collectFindings } from '../../src/diagnose/findings.ts';
import type { RankedShape } from '../../src/diagnose/rank.ts';
import { rankShapes } from '../../src/diagnose/rank.ts';
import { TEMPERATURE } from '../../src/diagnose/temperature.ts';
import { TrafficIndex } from '../../src/diagnose/traffic-index.ts';
import type { Aggregate } from '../../src/model/aggregate.ts';
import type { Diagnosis } from '../../src/model/diagnosis.ts';
import { NO_JOIN } from '../../src/model/join.ts';
import type { Report } from '../../src/model/report.ts';
import { generatedLog } from '../aggregate/generated-log.ts';
import { readPart } from '../aggregate/reading.ts';
import { TOYS } from './toy.ts';

const RUNS = 50;
/** Property tests share two cores with everything else. */
const TIMEOUT_MS = 120_000;
/** Sums of decimal fractions in binary. */
const EPSILON = 1e-9;

const REGISTRIES: readonly (readonly [string, readonly Diagnosis[]])[] = [
  ['toy diagnoses', TOYS],
  ['all diagnoses', diagnoses],
];

function reportOf(aggregate: Aggregate, registry: readonly Diagnosis[]): Report {
  return buildReport(aggregate, {
    diagnoses: registry,
    version: '0.0.0',
    eraOfFormat: () => null,
    isSuppressed: () => false,
    only: null,
    notes: [],
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

describe.for(REGISTRIES)('the report of any log, with %s', { timeout: TIMEOUT_MS }, ([, registry]) => {
  const check = (assertion: (report: Report, aggregate: Aggregate) => void): void => {
    fc.assert(
      fc.property(generatedLog, (log) => {
        const aggregate = readPart(log);
        assertion(reportOf(aggregate, registry), aggregate);
      }),
      { numRuns: RUNS },
    );
  };

  test('counts each failed request once: in one finding, or as unexplained', () => {
    check(({ findings, unexplained, requests }) => {
      expect(sum(findings.map((finding) => finding.requests)) + unexplained.requests).toBe(requests.failed);
    });
  });

  test('puts each shape into one finding at most', () => {
    fc.assert(
      fc.property(generatedLog, (log) => {
        const index = new TrafficIndex(readPart(log));
        const { shapes } = rankShapes(index, registry, TEMPERATURE);
        const { findings, unexplained } = collectFindings(
          { shapes: shapes, ownerOf: new Map(), removed: 0 },
          index,
          NO_JOIN,
        );
        const used: readonly RankedShape[] = [
          ...findings.flatMap(({ won, echoes }) => [...won.map(({ ranked }) => ranked), ...echoes]),
          ...unexplained,
        ];
        expect(new Set(used).size).toBe(used.length);
        expect(shapes.filter((shape) => shape.group.failed && !used.includes(shape))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test('has shares that sum to at most 1', () => {
    check(({ findings, unexplained }) => {
      expect(sum(findings.map(({ share }) => share)) + unexplained.share).toBeLessThanOrEqual(1 + EPSILON);
    });
  });

  test('has confidences that sum, with alternatives and the unknown, to at most 1', () => {
    check(({ findings }) => {
      for (const { confidence, alternatives, unknownConfidence } of findings) {
        const all = [confidence, unknownConfidence, ...alternatives.map((other) => other.confidence)];
        expect(sum(all)).toBeLessThanOrEqual(1 + EPSILON);
        expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
      }
    });
  });

  test('has one finding per diagnosis and one fingerprint per scope', () => {
    check(({ findings }) => {
      const ids = findings.map(({ diagnosis }) => diagnosis.id);
      const fingerprints = findings.flatMap(({ scopes }) => scopes.map(({ fingerprint }) => fingerprint));
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(fingerprints).size).toBe(fingerprints.length);
    });
  });

  test('puts benign findings last', () => {
    check(({ findings }) => {
      const benign = findings.map(({ status }) => status === 'benign');
      expect(benign).toEqual([...benign].sort((a, b) => Number(a) - Number(b)));
    });
  });

  test('accounts for every line', () => {
    check(({ lines }) => {
      const { read, records, continuation, blank, proxyLog, unrecognised, failed, overlong } = lines;
      expect(records + continuation + blank + proxyLog + unrecognised + failed + overlong).toBe(read);
    });
  });

  test('survives being written as JSON', () => {
    check((report) => {
      expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    });
  });

  test('is the same when it is made twice', () => {
    check((report, aggregate) => {
      expect(reportOf(aggregate, registry)).toEqual(report);
    });
  });
});
