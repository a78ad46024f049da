import type { Report } from '../model/report.ts';
import { orderFinding, stringifyOnOneLine } from './json.ts';

/** What a line of the NDJSON report holds; it stands in the key `type`. */
type LineType =
  | 'report'
  | 'input'
  | 'finding'
  | 'unexplained'
  | 'failure'
  | 'rejected'
  | 'blindSpot'
  | 'note';

function line(type: LineType, value: object): string {
  return `${stringifyOnOneLine({ type, ...value })}\n`;
}

/**
 * The report for tools that read a stream of lines: the parts of the JSON report one per line, the sums first. Every
 * line is an object that says in `type` what it is.
 */
export function renderNdjson(report: Report): string {
  const { findings, inputs, unexplained, failures, rejected, blindSpots, notes, ...sums } = report;
  const { groups, ...unexplainedSums } = unexplained;
  return [
    line('report', { ...sums, findings: findings.length, unexplained: unexplainedSums }),
    ...inputs.map((input) => line('input', input)),
    ...findings.map((finding) => line('finding', orderFinding(finding))),
    ...groups.map((group) => line('unexplained', group)),
    ...failures.map((failure) => line('failure', failure)),
    ...rejected.map((row) => line('rejected', row)),
    ...blindSpots.map((spot) => line('blindSpot', spot)),
    ...notes.map((text) => line('note', { text })),
  ].join('');
}
