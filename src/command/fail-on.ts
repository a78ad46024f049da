import type { Report, ReportFinding } from '../model/report.ts';
import { UserError } from '../model/user-error.ts';

/** A condition of `--fail-on`. */
export interface FailCondition {
  readonly text: string;
  readonly holds: (report: Report) => boolean;
}

const RATE = /^rate>(\d+(?:\.\d+)?)%$/;

const STATUS_CONDITIONS: Readonly<Record<string, (finding: ReportFinding) => boolean>> = {
  any: ({ status }) => status !== 'benign',
  likely: ({ status }) => status === 'likely' || status === 'confirmed',
  confirmed: ({ status }) => status === 'confirmed',
};

/**
 * Reads `any`, `likely`, `confirmed`, `rate>1%` or a diagnosis id. Suppressed findings make no condition hold.
 *
 * @throws UserError for anything else.
 */
export function parseFailCondition(text: string, knownIds: readonly string[]): FailCondition {
  const byFinding = (matches: (finding: ReportFinding) => boolean): FailCondition => ({
    text,
    holds: ({ findings }) => findings.some((finding) => !finding.suppressed && matches(finding)),
  });
  const status = STATUS_CONDITIONS[text];
  if (status !== undefined) return byFinding(status);
  const [, percent] = RATE.exec(text) ?? [];
  if (percent !== undefined) {
    return { text, holds: (report) => rateOf(report) > Number(percent) / 100 };
  }
  if (knownIds.includes(text)) return byFinding(({ diagnosis }) => diagnosis.id === text);
  throw new UserError({
    code: 'BAD_OPTION',
    message: `--fail-on ${text}: there is no such condition`,
    hint: 'Use any, likely, confirmed, rate>1% or the id of a diagnosis (faultline list).',
  });
}

/** Failed requests that are not suppressed, as a share of all. */
function rateOf({ requests, findings }: Report): number {
  const suppressed = findings
    .filter((finding) => finding.suppressed)
    .reduce((sum, finding) => sum + finding.requests, 0);
  return requests.total === 0 ? 0 : (requests.failed - suppressed) / requests.total;
}
