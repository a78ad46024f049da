import type { Report, ReportFinding } from '../model/report.ts';
import { bullet, type Column, type Page, prose, styled, table } from './layout.ts';
import {
  byRequests,
  describeBenign,
  describeGroup,
  describeSuppressed,
  FAILURE_HEADERS,
  sumOfRequests,
  titleOfUnexplained,
  toFailureCells,
} from './remainder.ts';
import { renderSample } from './text-finding.ts';
import { formatCount, listFirst, plural } from './wording.ts';

const MOST_ROWS = 10;
const MOST_GROUPS = 5;
const INDENT = 3;

/** A heading of a section that is no finding. */
export function sectionHeading(page: Page, title: string): string[] {
  return prose(page, 0, [styled('strong', title)]);
}

const COLUMNS: readonly Column[] = [
  { header: FAILURE_HEADERS[0], align: 'right', max: 12 },
  { header: FAILURE_HEADERS[1], align: 'right', max: 4 },
  { header: FAILURE_HEADERS[2], align: 'left', max: 20 },
  { header: FAILURE_HEADERS[3], align: 'left', max: 200 },
];

/** Failed requests by response code, flags and cluster. */
export function renderFailures(page: Page, { failures }: Report): string[] {
  if (failures.length === 0) return [];
  return [
    ...sectionHeading(page, 'Failed requests by code, flags and cluster'),
    ...table(page, INDENT, COLUMNS, toFailureCells(failures)),
  ];
}

/** Failures that fit no diagnosis. */
export function renderUnexplained(page: Page, { unexplained }: Report): string[] {
  if (unexplained.requests === 0) return [];
  const groups = unexplained.groups.toSorted(byRequests);
  const rest = groups.slice(MOST_GROUPS);
  const lines = groups.slice(0, MOST_GROUPS).flatMap((group) => {
    return [
      ...bullet(page, INDENT, styled('plain', '·'), describeGroup(group)),
      ...(group.sample === null ? [] : renderSample(page, INDENT + 2, group.sample)),
    ];
  });
  const restRequests = sumOfRequests(rest);
  return [
    ...sectionHeading(page, titleOfUnexplained(unexplained)),
    ...lines,
    ...(rest.length === 0
      ? []
      : prose(page, INDENT, `+${plural(rest.length, 'more group')} (${plural(restRequests, 'request')})`)),
  ];
}

/** What is no fault of the mesh: short. */
export function renderBenign(page: Page, benign: readonly ReportFinding[]): string[] {
  if (benign.length === 0) return [];
  return [
    ...sectionHeading(page, 'Not faults of the mesh'),
    ...benign.flatMap((finding) => bullet(page, INDENT, styled('plain', '·'), describeBenign(finding))),
  ];
}

/** What somebody chose not to hear of: one line each. */
export function renderSuppressed(page: Page, suppressed: readonly ReportFinding[]): string[] {
  if (suppressed.length === 0) return [];
  return [
    ...sectionHeading(page, 'Suppressed'),
    ...suppressed.flatMap((finding) =>
      bullet(page, INDENT, styled('plain', '·'), describeSuppressed(finding)),
    ),
  ];
}

/** What `--top` cut, so that nobody takes the list for the whole. */
export function renderCut(page: Page, cut: readonly ReportFinding[], total: number): string[] {
  if (cut.length === 0) return [];
  const requests = sumOfRequests(cut);
  const names = cut.map((finding) => `${finding.diagnosis.id} (${formatCount(finding.requests)})`);
  const one = cut.length === 1;
  return [
    ...sectionHeading(page, `${plural(cut.length, 'more finding')} (${plural(requests, 'request')})`),
    ...prose(page, INDENT, listFirst(names, MOST_ROWS)),
    ...prose(page, INDENT, `--top ${total} shows ${one ? 'it' : 'them'} in full.`),
  ];
}
