import { NOT_ALL_READ, type Report, type ReportFinding } from '../model/report.ts';
import { type Inline, joinInline, styled } from './layout.ts';
import type { Style } from './paint.ts';
import { describePeriod } from './period.ts';
import { describePlaces } from './place.ts';
import { type Triage, triage } from './triage.ts';
import { formatConfidence, formatCount, formatPercent, formatPeriod, listAll, plural } from './wording.ts';

/** More sentences than this are no summary; the rest has its section below. */
const MOST_SENTENCES = 5;
/** Above this share of lines that were not understood, every number of the report is in doubt. */
const DOUBTFUL_SHARE = 0.05;

const STATUS_STYLES: Readonly<Record<ReportFinding['status'], Style>> = {
  confirmed: 'bad',
  likely: 'bad',
  possible: 'doubtful',
  benign: 'faint',
};

/** `likely, 93 %`: the word first, for those who read no numbers. */
export function describeConfidence({ status, confidence }: ReportFinding): Inline {
  return [styled(STATUS_STYLES[status], `${status},\u00a0${formatConfidence(confidence)}`)];
}

/** `57 requests (31 % of the failures)`. */
export function describeExtent({ requests, share }: ReportFinding): string {
  if (requests === 0) return 'no failed request';
  if (share < 1) return `${plural(requests, 'request')} (${formatPercent(share)} of the failures)`;
  return requests === 1 ? 'the only failed request' : `all ${formatCount(requests)} failed requests`;
}

function describeFault(finding: ReportFinding, window: Report['window']): Inline {
  const place = describePlaces(finding);
  const period = describePeriod(finding, window);
  const facts = [
    place === '' ? describeExtent(finding) : `${describeExtent(finding)} ${place}`,
    ...(period === '' ? [] : [period]),
  ];
  return joinInline([
    [styled('strong', finding.diagnosis.title), ' ('],
    describeConfidence(finding),
    [`): ${facts.join(', ')}.`],
  ]);
}

function countFailures({ requests: { total, failed } }: Report): string {
  if (total === 1) return failed === 0 ? 'The only request did not fail' : 'The only request failed';
  if (failed === 0) return `None of ${plural(total, 'request')} failed`;
  if (failed === total) return `All ${plural(total, 'request')} failed`;
  return `${formatCount(failed)} of ${plural(total, 'request')} failed (${formatPercent(failed / total)})`;
}

function describeWindow({ window }: Report): string {
  return window === null ? '' : ` Log:\u00a0${formatPeriod(window.from, window.to)}.`;
}

function countCauses(faults: readonly ReportFinding[]): string {
  const counts = (['confirmed', 'likely', 'possible'] as const)
    .map((status) => ({ status, count: faults.filter((finding) => finding.status === status).length }))
    .filter(({ count }) => count > 0);
  const words = counts.map(({ status, count }) => `${formatCount(count)} ${status}`);
  return `${listAll(words)} ${counts.at(-1)?.count === 1 ? 'cause' : 'causes'}`;
}

/** What a log without a fault of the mesh still holds. */
function describeHarmless({ benign, faults, suppressed }: Triage): string {
  const kinds = [...faults, ...benign].map(
    (finding) => `${finding.diagnosis.title} (${plural(finding.requests, 'request')})`,
  );
  const only = kinds.length === 0 ? '' : ` Only: ${kinds.join('; ')}.`;
  return suppressed.length === 0 ? only : `${only} Suppressed: ${plural(suppressed.length, 'finding')}.`;
}

function describeWithoutCause({ unexplained, requests }: Report): string {
  if (unexplained.requests < requests.failed) {
    return `no known cause fits ${formatCount(unexplained.requests)} of them`;
  }
  return `no known cause fits${requests.failed === 1 ? '' : ' them'}`;
}

/** Why no request counts: there is none, or the options choose none. */
function describeNothing({ lines: { read, records, outsideWindow } }: Report): Inline {
  if (records === 0) return [styled('bad', 'No request found'), ` in ${plural(read, 'line')}.`];
  const none = styled(
    'bad',
    records === 1 ? 'The only record is left out' : `All ${plural(records, 'record')} are left out`,
  );
  if (outsideWindow === records) return [none, ' by --since or --until.'];
  const places = '--cluster, --authority or --exclude-path';
  return [none, outsideWindow === 0 ? ` by ${places}.` : ` by --since, --until, ${places}.`];
}

function describeLeftOut({ requests: { failed } }: Report, leftOut: number): string {
  const which = leftOut < failed ? `${formatCount(leftOut)} of them` : 'all of them';
  return failed === 1 ? 'by a cause that --only leaves out' : `${which} by causes that --only leaves out`;
}

function headline(report: Report, triaged: Triage): Inline {
  const { faults, isProxyHealthy, leftOut, suppressed } = triaged;
  const window = describeWindow(report);
  // A scheduled run: a quiet hour is no fault of its input.
  if (report.lines.read === 0 && report.comparison?.history != null)
    return [styled('good', 'Nothing new since the last run.')];
  if (report.requests.total === 0 && faults.length === 0) return describeNothing(report);
  if (isProxyHealthy) {
    const answer = `No ${suppressed.length === 0 ? '' : 'other '}proxy-level problem found.`;
    return [styled('good', answer), ` ${countFailures(report)}.${describeHarmless(triaged)}${window}`];
  }
  if (faults.length === 0 && leftOut > 0) {
    const answer = `${countFailures(report)}: ${describeLeftOut(report, leftOut)}.`;
    return [styled('strong', answer), `${describeHarmless(triaged)}${window}`];
  }
  if (faults.length === 0) {
    const answer = `${countFailures(report)}: ${describeWithoutCause(report)}; see "Unexplained".`;
    return [styled('strong', answer), `${describeHarmless(triaged)}${window}`];
  }
  return [styled('strong', `${countFailures(report)}: ${countCauses(faults)}.`), window];
}

function remarks(report: Report, { isProxyHealthy, faults, leftOut }: Triage): string[] {
  const { lines, notes, unexplained } = report;
  const hasFaults = !isProxyHealthy && faults.length > 0;
  const lost = lines.unrecognised + lines.failed + lines.overlong;
  const found: string[] = [];
  if (hasFaults && leftOut > 0) {
    const have = leftOut === 1 ? 'has another cause' : 'have other causes';
    found.push(`${plural(leftOut, 'failed request')} ${have}, which --only leaves out.`);
  }
  if ((hasFaults || leftOut > 0) && unexplained.requests > 0) {
    const fit = unexplained.requests === 1 ? 'fits' : 'fit';
    found.push(
      `${plural(unexplained.requests, 'failed request')} (${formatPercent(unexplained.share)}) ` +
        `${fit} no known cause; see "Unexplained".`,
    );
  }
  if (notes.some((note) => note.startsWith(NOT_ALL_READ))) {
    found.push('Caution: not all of the input was read; see "Notes".');
  }
  if (lines.read > 0 && lost / lines.read > DOUBTFUL_SHARE) {
    const were = lost === 1 ? 'was' : 'were';
    found.push(
      `Caution: ${formatCount(lost)} of ${plural(lines.read, 'line')} (${formatPercent(lost / lines.read)}) ` +
        `${were} not understood; see "What was read".`,
    );
  }
  return found;
}

/** The answer, before anything else: what is wrong, how much of it, where, since when, how sure. */
export interface Verdict {
  readonly headline: Inline;
  /** One sentence per cause, in the order of the findings. */
  readonly causes: readonly Inline[];
  /** Causes that have no sentence. */
  readonly untold: number;
  /** What puts the answer in doubt. */
  readonly remarks: readonly string[];
}

/** Sums a report up. */
export function toVerdict(report: Report, triaged: Triage = triage(report)): Verdict {
  const faults = triaged.isProxyHealthy ? [] : triaged.faults;
  const told = faults.slice(0, MOST_SENTENCES);
  return {
    headline: headline(report, triaged),
    causes: told.map((finding) => describeFault(finding, report.window)),
    untold: faults.length - told.length,
    remarks: remarks(report, triaged),
  };
}
