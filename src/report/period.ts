import type { Report, ReportFinding } from '../model/report.ts';
import { formatPeriod, formatTime } from './wording.ts';

/**
 * A pause of this many usual gaps between failures, at the end of the log, means that they have stopped: of random
 * arrivals one in twenty pauses is so long.
 */
const GAPS_OF_A_STOP = 3;
/** Whatever the gaps, a pause that is shorter than this share of the log says nothing. */
const LEAST_SHARE_OF_A_STOP = 0.05;

function usualGap({ requests }: ReportFinding, first: number, last: number): number {
  return requests > 1 ? (last - first) / (requests - 1) : 0;
}

function hasStopped(finding: ReportFinding, first: number, last: number, window: Report['window']): boolean {
  if (window === null) return false;
  const end = Date.parse(window.to);
  const length = end - Date.parse(window.from);
  return (
    end - last > Math.max(GAPS_OF_A_STOP * usualGap(finding, first, last), LEAST_SHARE_OF_A_STOP * length)
  );
}

/** Since when, and whether it goes on: what somebody who was woken up asks first. Empty without times. */
export function describePeriod(finding: ReportFinding, window: Report['window']): string {
  const { firstSeen, lastSeen } = finding;
  if (firstSeen === null || lastSeen === null) return '';
  const first = Date.parse(firstSeen);
  const last = Date.parse(lastSeen);
  // A log of one moment neither begins before the failures nor goes on behind them.
  const isMoment = window !== null && formatTime(window.from) === formatTime(window.to);
  if (finding.requests === 1 || isMoment) return `at ${formatTime(firstSeen)}`;
  if (hasStopped(finding, first, last, window)) {
    const period = formatPeriod(firstSeen, lastSeen);
    return `${period.includes(' to ') ? `from ${period}` : `at ${period}`}, none after that`;
  }
  // Failures that are there from the first moment may well be older than the log.
  const isOlder = window !== null && first - Date.parse(window.from) <= usualGap(finding, first, last);
  return isOlder
    ? `since the log begins at ${formatTime(window.from)}, still going on when it ends`
    : `since ${formatTime(firstSeen)}, still going on when the log ends`;
}
