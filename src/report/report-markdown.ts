import type { Report, ReportFinding } from '../model/report.ts';
import { LONGEST_NAME } from './facts.ts';
import { plainText } from './layout.ts';
import { markdownTable } from './markdown.ts';
import { renderFinding, renderSample } from './markdown-finding.ts';
import { block, bullets, code, inline, md, NOTHING, numbered, section } from './markdown-parts.ts';
import { describeInput, describeLaw, describeSubsets, groupByRemedy, nameMissing } from './reading.ts';
import { describeRedaction } from './redaction.ts';
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
import { joinMarkup, Markup } from './template.ts';
import { toMarkdownChanges } from './text-changes.ts';
import { triage } from './triage.ts';
import { toVerdict } from './verdict.ts';
import { clipMiddle } from './width.ts';
import { listAll, listFirst, plural } from './wording.ts';

const DEFAULT_TOP = 10;
const MOST_NAMES = 3;
const MOST_GROUPS = 5;
const MOST_INPUTS = 10;

function renderVerdict(report: Report): Markup {
  const { headline, causes, untold, remarks } = toVerdict(report);
  return joinMarkup(
    [
      md`# faultline: ${plainText(headline)}`,
      numbered(causes.map(inline)),
      untold > 0 ? md`and ${plural(untold, 'more cause')}, ranked below.` : NOTHING,
      ...remarks.map((text) => md`**${text}**`),
    ],
    '\n\n',
  );
}

function renderCut(cut: readonly ReportFinding[], total: number): Markup {
  if (cut.length === 0) return NOTHING;
  const heading = md`## ${plural(cut.length, 'more finding')} (${plural(sumOfRequests(cut), 'request')})`;
  const items = cut.map(
    ({ diagnosis, requests }) => md`${code(diagnosis.id)} ${diagnosis.title}: ${plural(requests, 'request')}`,
  );
  return section(heading, [bullets(items), md`${code(`--top ${total}`)} shows all in full.`]);
}

function renderUnexplained({ unexplained }: Report): Markup {
  if (unexplained.requests === 0) return NOTHING;
  const groups = unexplained.groups.toSorted(byRequests);
  const rest = groups.slice(MOST_GROUPS);
  const more = md`+${plural(rest.length, 'more group')} (${plural(sumOfRequests(rest), 'request')})`;
  return section(md`## ${titleOfUnexplained(unexplained)}`, [
    ...groups
      .slice(0, MOST_GROUPS)
      .flatMap((group) => [
        md`${describeGroup(group)}`,
        ...(group.sample === null ? [] : [renderSample(group.sample)]),
      ]),
    rest.length === 0 ? NOTHING : more,
  ]);
}

function renderFailures({ failures }: Report): Markup {
  if (failures.length === 0) return NOTHING;
  const rows = toFailureCells(failures).map(([requests = '', responseCode = '', flags = '', scope = '']) => [
    requests,
    responseCode,
    md`${flags}`.source,
    md`${clipMiddle(scope, LONGEST_NAME)}`.source,
  ]);
  return section(md`## Failed requests by code, flags and cluster`, [
    new Markup(markdownTable(FAILURE_HEADERS, rows)),
  ]);
}

function renderReading({ inputs, lines }: Report): Markup {
  const rest = inputs.length - MOST_INPUTS;
  const subsets = describeSubsets(lines);
  return section(md`## What was read`, [
    bullets([
      ...inputs.slice(0, MOST_INPUTS).map((input) => md`${describeInput(input)}`),
      rest > 0 ? md`+${plural(rest, 'more input')}` : NOTHING,
    ]),
    md`${describeLaw(lines)}${subsets === '' ? '' : ` ${subsets}`}`,
  ]);
}

function renderBlindSpots({ blindSpots }: Report): Markup {
  const spots = groupByRemedy(blindSpots).map(({ remedy, yaml, missing, diagnoses }) => {
    const count =
      diagnoses.size === 0 ? '' : `: ${plural(diagnoses.size, 'diagnosis', 'diagnoses')} judged in part only`;
    return md`No ${listAll(missing.map(nameMissing))}${count} (${listFirst([...diagnoses].sort(), MOST_NAMES)}). ${remedy}${yaml === undefined ? NOTHING : md`\n\n${block(yaml, 'yaml')}`}`;
  });
  return section(md`## What this log cannot show`, [bullets(spots)]);
}

/** The report for tickets and chat, in the dialect of GitHub; no HTML, which many of them show as text. */
export function renderMarkdown(
  report: Report,
  { top = DEFAULT_TOP }: { readonly top?: number } = {},
): string {
  const { faults, benign, suppressed } = triage(report);
  const page = joinMarkup(
    [
      renderVerdict(report),
      report.comparison === null ? NOTHING : toMarkdownChanges(report.comparison),
      ...faults.slice(0, top).map((finding, i) => renderFinding(finding, i + 1)),
      renderCut(faults.slice(top), faults.length),
      section(md`## Not faults of the mesh`, [
        bullets(benign.map((finding) => inline(describeBenign(finding)))),
      ]),
      section(md`## Suppressed`, [bullets(suppressed.map((finding) => inline(describeSuppressed(finding))))]),
      renderUnexplained(report),
      renderFailures(report),
      renderReading(report),
      renderBlindSpots(report),
      section(md`## Notes`, [bullets(report.notes.map((note) => md`${note}`))]),
      md`${describeRedaction(report)}`,
      md`Made by faultline ${code(report.tool.version)}.`,
    ],
    '\n\n',
  );
  return `${page.source}\n`;
}
