import type { DiagnoseOptions } from '../../src/diagnose/build-report.ts';
import { buildReport } from '../../src/diagnose/build-report.ts';
import type { RankedShape, Ranking } from '../../src/diagnose/rank.ts';
import { rankShapes } from '../../src/diagnose/rank.ts';
import { TrafficIndex } from '../../src/diagnose/traffic-index.ts';
import type { Diagnosis } from '../../src/model/diagnosis.ts';
import type { Report, ReportFinding } from '../../src/model/report.ts';
import { readLines } from '../aggregate/reading.ts';

/** Odds double with every bit, so that expectations can be worked out by hand. */
const TEMPERATURE = 1;

const PLAIN: Omit<DiagnoseOptions, 'diagnoses'> = {
  version: '0.0.0',
  eraOfFormat: () => null,
  isSuppressed: () => false,
  only: null,
  notes: [],
  temperature: TEMPERATURE,
};

/** The report of the lines. */
export function diagnose(
  lines: readonly string[],
  diagnoses: readonly Diagnosis[],
  options: Partial<DiagnoseOptions> = {},
): Report {
  return buildReport(readLines(lines), { ...PLAIN, ...options, diagnoses });
}

/** All shapes of the lines, ranked. */
export function rank(lines: readonly string[], diagnoses: readonly Diagnosis[]): Ranking {
  return rankShapes(new TrafficIndex(readLines(lines)), diagnoses, TEMPERATURE);
}

/** The first shape of the lines, ranked. */
export function rankOne(lines: readonly string[], diagnoses: readonly Diagnosis[]): RankedShape {
  const [first] = rank(lines, diagnoses).shapes;
  if (first === undefined) throw new Error('no line failed');
  return first;
}

/** Bits of the only diagnosis on the only shape of the lines. */
export function bitsOf(lines: readonly string[], diagnosis: Diagnosis): number | undefined {
  return rankOne(lines, [diagnosis]).candidates[0]?.bits;
}

/** The finding of a diagnosis. */
export function findingOf(report: Report, id: string): ReportFinding {
  const finding = report.findings.find(({ diagnosis }) => diagnosis.id === id);
  if (finding === undefined) throw new Error(`no finding of ${id}`);
  return finding;
}

/** What was found, in its order. */
export function idsOf(report: Report): readonly string[] {
  return report.findings.map(({ diagnosis }) => diagnosis.id);
}
