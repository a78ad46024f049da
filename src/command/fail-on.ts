import type { ReportChange } from '../model/comparison.ts';
import type { Report, ReportFinding } from '../model/report.ts';
import { UserError } from '../model/user-error.ts';
import { didYouMean } from './options.ts';

/** A condition of `--fail-on`. */
export type FailCondition = ReportCondition | ChangeCondition;

/** Holds or not for any report. */
interface ReportCondition {
  readonly text: string;
  readonly compares: false;
  readonly holds: (report: Report) => boolean;
}

/** Holds or not for what changed: there must be something to compare with. */
export interface ChangeCondition {
  readonly text: string;
  readonly compares: true;
  readonly holds: (compared: Pick<Report, 'comparison'>) => boolean;
}

const RATE = /^rate>(\d+(?:\.\d+)?)%$/;

const STATUS_CONDITIONS: ReadonlyMap<string, (finding: ReportFinding) => boolean> = new Map([
  ['any', ({ status }) => status !== 'benign'],
  ['likely', ({ status }) => status === 'likely' || status === 'confirmed'],
  ['confirmed', ({ status }) => status === 'confirmed'],
]);

const CHANGE_CONDITIONS: ReadonlyMap<string, (change: ReportChange) => boolean> = new Map([
  ['new', ({ change }) => change === 'new'],
  // Whoever is to hear that a cause grows wants to hear of one that was not there too.
  ['worse', ({ change }) => change === 'new' || change === 'worse'],
]);

/** What findings count for a condition. */
export interface Gate {
  readonly knownIds: readonly string[];
  /** Findings below it make no condition hold. */
  readonly minConfidence: number;
}

/**
 * Reads `any`, `likely`, `confirmed`, `new`, `worse`, `rate>1%` or a diagnosis id. Suppressed findings make no
 * condition hold.
 *
 * @throws UserError for anything else.
 */
export function parseFailCondition(text: string, { knownIds, minConfidence }: Gate): FailCondition {
  const byFinding = (matches: (finding: ReportFinding) => boolean): FailCondition => ({
    text,
    compares: false,
    holds: ({ findings }) =>
      findings.some(
        (finding) => !finding.suppressed && finding.confidence >= minConfidence && matches(finding),
      ),
  });
  const status = STATUS_CONDITIONS.get(text);
  if (status !== undefined) return byFinding(status);
  const change = CHANGE_CONDITIONS.get(text);
  if (change !== undefined) {
    return {
      text,
      compares: true,
      holds: ({ comparison }) => comparison?.changes.some((item) => !item.muted && change(item)) === true,
    };
  }
  const [, percent] = RATE.exec(text) ?? [];
  if (percent !== undefined && Number(percent) < 100) {
    return { text, compares: false, holds: (report) => rateOf(report) > Number(percent) / 100 };
  }
  if (knownIds.includes(text)) return byFinding(({ diagnosis }) => diagnosis.id === text);
  throw new UserError({
    code: 'BAD_OPTION',
    message: `--fail-on ${text}: there is no such condition`,
    hint: hintFor(text, knownIds),
  });
}

function hintFor(text: string, knownIds: readonly string[]): string {
  if (/^rate\b/.test(text))
    return "Write 'rate>1%', in quotes: a share of failed requests from 0 to below 100 per cent.";
  const words = [...STATUS_CONDITIONS.keys(), ...CHANGE_CONDITIONS.keys()];
  return didYouMean(
    text,
    [...words, ...knownIds],
    `Use ${words.join(', ')}, rate>1% or the id of a diagnosis (faultline list).`,
  );
}

/** @throws UserError when a condition asks for a change and there is nothing to compare with. */
export function assertComparable(conditions: readonly FailCondition[]): void {
  const found = conditions.find(({ compares }) => compares);
  if (found === undefined) return;
  throw new UserError({
    code: 'BAD_OPTION',
    message: `--fail-on ${found.text} needs something to compare with`,
    hint: 'Give an earlier JSON report with --baseline REPORT.json, or use: faultline report --state DIR',
  });
}

/** Failed requests that are not suppressed, as a share of all. */
function rateOf({ requests, findings }: Report): number {
  const suppressed = findings
    .filter((finding) => finding.suppressed)
    .reduce((sum, finding) => sum + finding.requests, 0);
  return requests.total === 0 ? 0 : (requests.failed - suppressed) / requests.total;
}
