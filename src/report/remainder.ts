import type { Report, ReportFinding, ReportTrafficRow, ReportUnexplainedGroup } from '../model/report.ts';
import { findDetails } from '../model/response-code-details.ts';
import { describeFlags, LONGEST_NAME } from './facts.ts';
import { findFlag } from './knowledge.ts';
import { type Inline, joinInline, styled } from './layout.ts';
import { describePlaces } from './place.ts';
import { describeConfidence, describeExtent } from './verdict.ts';
import { clip, clipMiddle } from './width.ts';
import { formatCount, formatPercent, plural } from './wording.ts';

// What a report says besides the findings that it shows in full.

const MOST_ROWS = 10;

/** Headers of the table of failures. */
export const FAILURE_HEADERS = ['requests', 'code', 'flags', 'cluster, else authority or port'] as const;

/** The most requests first. */
export const byRequests = (a: { readonly requests: number }, b: { readonly requests: number }): number =>
  b.requests - a.requests;

export function sumOfRequests(rows: readonly { readonly requests: number }[]): number {
  return rows.reduce((sum, { requests }) => sum + requests, 0);
}

function toCells({ requests, responseCode, responseFlags, scope }: ReportTrafficRow): string[] {
  const flags = responseFlags.length === 0 ? '-' : responseFlags.join(',');
  return [formatCount(requests), String(responseCode ?? '-'), flags, scope];
}

/** Rows of the table of failures, those beyond the first added up in one. */
export function toFailureCells(failures: readonly ReportTrafficRow[]): readonly (readonly string[])[] {
  const rows = failures.toSorted(byRequests);
  const rest = rows.slice(MOST_ROWS);
  const cells = rows.slice(0, MOST_ROWS).map(toCells);
  if (rest.length === 0) return cells;
  return [...cells, [formatCount(sumOfRequests(rest)), '', '', plural(rest.length, 'more row')]];
}

/** `Unexplained: 9 requests (5 % of the failures)`. */
export function titleOfUnexplained({ requests, share }: Report['unexplained']): string {
  const part = share >= 1 ? 'all failures' : `${formatPercent(share)} of the failures`;
  return `Unexplained: ${plural(requests, 'request')} (${part})`;
}

/** What its flags say or, where there is none, its response code details; empty where that is not known. */
function meaningOf({ responseFlags, responseCodeDetails }: ReportUnexplainedGroup): string {
  const meanings = responseFlags.flatMap((flag) => findFlag(flag)?.meaning ?? []);
  if (responseFlags.length > 0 || responseCodeDetails === null) return meanings.join(' ');
  return (findDetails(responseCodeDetails)?.parts ?? []).map(({ meaning }) => meaning).join(' ');
}

/** What the lines of a group that fits no diagnosis have in common, and what they say. */
export function describeGroup(group: ReportUnexplainedGroup): string {
  const meaning = meaningOf(group);
  const facts = [
    plural(group.requests, 'request'),
    group.responseCode === null ? '' : `code ${group.responseCode}`,
    group.responseFlags.length === 0 ? 'no flag' : describeFlags(group.responseFlags),
    group.responseCodeDetails === null ? '' : `details ${clip(group.responseCodeDetails, LONGEST_NAME)}`,
    group.upstreamCluster === null ? '' : `cluster ${clipMiddle(group.upstreamCluster, LONGEST_NAME)}`,
  ].filter((fact) => fact !== '');
  return `${facts.join(', ')}${meaning === '' ? '' : `. ${meaning}`}`;
}

/** What is no fault of the mesh, in short. */
export function describeBenign(finding: ReportFinding): Inline {
  const facts = [describeExtent(finding), describePlaces(finding)].filter((fact) => fact !== '');
  return [styled('strong', finding.diagnosis.title), `: ${facts.join(' ')}. ${finding.cause}`];
}

/** What somebody chose not to hear of, in one line. */
export function describeSuppressed(finding: ReportFinding): Inline {
  const place = describePlaces(finding);
  return joinInline([
    `${finding.diagnosis.id} (`,
    describeConfidence(finding),
    `): ${describeExtent(finding)}${place === '' ? '' : ` ${place}`}`,
  ]);
}
