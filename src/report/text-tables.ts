import type { Report, ReportFinding, ReportTrafficRow } from '../model/report.ts';
import { describeFlags, LONGEST_NAME } from './facts.ts';
import { bullet, type Column, type Page, prose, styled, table } from './layout.ts';
import { describePlaces } from './place.ts';
import { renderSample } from './text-finding.ts';
import { describeConfidence, describeExtent } from './verdict.ts';
import { clip, clipMiddle } from './width.ts';
import { formatCount, formatPercent, listFirst, plural } from './wording.ts';

const MOST_ROWS = 10;
const MOST_GROUPS = 5;
const INDENT = 3;

/** A heading of a section that is no finding. */
export function sectionHeading(page: Page, title: string): string[] {
  return prose(page, 0, [styled('strong', title)]);
}

const COLUMNS: readonly Column[] = [
  { header: 'requests', align: 'right', max: 12 },
  { header: 'code', align: 'right', max: 4 },
  { header: 'flags', align: 'left', max: 20 },
  { header: 'cluster, else authority or port', align: 'left', max: 200 },
];

const nameFlags = (flags: readonly string[]): string => (flags.length === 0 ? '-' : flags.join(','));

const byRequests = (a: { readonly requests: number }, b: { readonly requests: number }): number =>
  b.requests - a.requests;

function toCells({ requests, responseCode, responseFlags, scope }: ReportTrafficRow): string[] {
  return [formatCount(requests), String(responseCode ?? '-'), nameFlags(responseFlags), scope];
}

/** Failed requests by response code, flags and cluster. */
export function renderFailures(page: Page, { failures }: Report): string[] {
  if (failures.length === 0) return [];
  const rows = failures.toSorted(byRequests);
  const rest = rows.slice(MOST_ROWS);
  const cells = rows.slice(0, MOST_ROWS).map(toCells);
  if (rest.length > 0) {
    const requests = rest.reduce((sum, row) => sum + row.requests, 0);
    cells.push([formatCount(requests), '', '', `${plural(rest.length, 'more row')}`]);
  }
  return [
    ...sectionHeading(page, 'Failed requests by code, flags and cluster'),
    ...table(page, INDENT, COLUMNS, cells),
  ];
}

/** Failures that fit no diagnosis. */
export function renderUnexplained(page: Page, { unexplained }: Report): string[] {
  if (unexplained.requests === 0) return [];
  const groups = unexplained.groups.toSorted(byRequests);
  const rest = groups.slice(MOST_GROUPS);
  const share =
    unexplained.share >= 1 ? 'all failures' : `${formatPercent(unexplained.share)} of the failures`;
  const lines = groups.slice(0, MOST_GROUPS).flatMap((group) => {
    const facts = [
      plural(group.requests, 'request'),
      group.responseCode === null ? '' : `code ${group.responseCode}`,
      group.responseFlags.length === 0 ? 'no flag' : describeFlags(group.responseFlags),
      group.responseCodeDetails === null ? '' : `details ${clip(group.responseCodeDetails, LONGEST_NAME)}`,
      group.upstreamCluster === null ? '' : `cluster ${clipMiddle(group.upstreamCluster, LONGEST_NAME)}`,
    ].filter((fact) => fact !== '');
    return [
      ...bullet(page, INDENT, styled('plain', '·'), facts.join(', ')),
      ...(group.sample === null ? [] : renderSample(page, INDENT + 2, group.sample)),
    ];
  });
  const restRequests = rest.reduce((sum, group) => sum + group.requests, 0);
  return [
    ...sectionHeading(page, `Unexplained: ${plural(unexplained.requests, 'request')} (${share})`),
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
    ...benign.flatMap((finding) => {
      const facts = [describeExtent(finding), describePlaces(finding)].filter((fact) => fact !== '');
      const text = [styled('strong', finding.diagnosis.title), `: ${facts.join(' ')}. ${finding.cause}`];
      return bullet(page, INDENT, styled('plain', '·'), text);
    }),
  ];
}

/** What somebody chose not to hear of: one line each. */
export function renderSuppressed(page: Page, suppressed: readonly ReportFinding[]): string[] {
  if (suppressed.length === 0) return [];
  return [
    ...sectionHeading(page, 'Suppressed'),
    ...suppressed.flatMap((finding) => {
      const confidence = describeConfidence(finding);
      const text = [`${finding.diagnosis.id} (`, ...confidence, `): ${describeExtent(finding)}`];
      const place = describePlaces(finding);
      return bullet(page, INDENT, styled('plain', '·'), place === '' ? text : [...text, ` ${place}`]);
    }),
  ];
}

/** What `--top` cut, so that nobody takes the list for the whole. */
export function renderCut(page: Page, cut: readonly ReportFinding[], total: number): string[] {
  if (cut.length === 0) return [];
  const requests = cut.reduce((sum, finding) => sum + finding.requests, 0);
  const names = cut.map((finding) => `${finding.diagnosis.id} (${formatCount(finding.requests)})`);
  const one = cut.length === 1;
  return [
    ...sectionHeading(page, `${plural(cut.length, 'more finding')} (${plural(requests, 'request')})`),
    ...prose(page, INDENT, listFirst(names, MOST_ROWS)),
    ...prose(page, INDENT, `--top ${total} shows ${one ? 'it' : 'them'} in full.`),
  ];
}
