import type { Report, ReportFinding, ReportSample, ReportScope } from '../model/report.ts';
import { countedEvidence, describeEvidence, describeOthers, rivalsOf } from './evidence.ts';
import { describeFlags, describeRequests, LONGEST_NAME, REPORTER_WORDS } from './facts.ts';
import { describeHop, describeHopCounts, describeHopNodes, drawHop } from './hop.ts';
import { type Inline, plainText } from './layout.ts';
import { escapeMarkdown, markdownBlock, markdownCode, markdownLink, markdownTable } from './markdown.ts';
import { nameInput, nameScope } from './place.ts';
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
import { createTag, joinMarkup, Markup } from './template.ts';
import { toMarkdownChanges } from './text-changes.ts';
import { triage } from './triage.ts';
import { describeConfidence, toVerdict } from './verdict.ts';
import { clip, clipMiddle } from './width.ts';
import {
  formatConfidence,
  formatCount,
  formatPeriod,
  listAll,
  listFirst,
  plural,
  withFullStop,
} from './wording.ts';

const DEFAULT_TOP = 10;
const MOST_SCOPES = 3;
const MOST_NAMES = 3;
const MOST_SAMPLES = 2;
const MOST_GROUPS = 5;
const MOST_INPUTS = 10;
/** Chat and tickets cut long messages; a sample line is no more than a hint there. */
const LONGEST_LINE = 600;
const LONGEST_TEXT = 800;
const LONGEST_BLOCK = 4000;

/** Markdown: what is put into it is text, its backticks are code. A blank that may not break is no blank to a search. */
const md = createTag((text) => escapeMarkdown(clip(text, LONGEST_TEXT)).replaceAll('\u00a0', ' '));

const code = (text: string, most = LONGEST_NAME): Markup => new Markup(markdownCode(clipMiddle(text, most)));
const block = (text: string, language: string): Markup =>
  new Markup(markdownBlock(text.slice(0, LONGEST_BLOCK), language));
const codes = (texts: readonly string[]): Markup => {
  const rest = texts.length - MOST_NAMES;
  const shown = texts.slice(0, MOST_NAMES).map((text) => code(text));
  return joinMarkup([...shown, ...(rest > 0 ? [md`+${formatCount(rest)} more`] : [])], ', ');
};

const NOTHING = md``;

function inline(text: Inline): Markup {
  const parts = (typeof text === 'string' ? [text] : text).map((part) => {
    if (typeof part === 'string') return md`${part}`;
    return part.style === 'strong' && part.text.trim() !== '' ? md`**${part.text}**` : md`${part.text}`;
  });
  return md`${parts}`;
}

function bullets(items: readonly Markup[]): Markup {
  return joinMarkup(
    items.filter(({ source }) => source !== '').map((item) => md`- ${item}`),
    '\n',
  );
}

function numbered(items: readonly Markup[]): Markup {
  return joinMarkup(
    items.map((item, i) => md`${new Markup(`${i + 1}.`)} ${item}`),
    '\n',
  );
}

/** Paragraphs under a heading; nothing when there are none. */
function section(heading: Markup, blocks: readonly Markup[]): Markup {
  const content = joinMarkup(blocks, '\n\n');
  return content.source === '' ? NOTHING : joinMarkup([heading, content], '\n\n');
}

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

function describeScope(scope: ReportScope): Markup {
  const rows: readonly (readonly [name: string, values: readonly string[]])[] = [
    ['authority', scope.upstreamCluster === null || scope.authority === null ? [] : [scope.authority]],
    ['endpoints', scope.upstreamHosts],
    ['routes', scope.routes],
    ['paths', scope.paths],
    ['callers', scope.callers],
  ];
  const facts = rows
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => md`${name} ${codes(values)}`);
  const count = md`${code(nameScope(scope))} (${plural(scope.requests, 'request')})`;
  return joinMarkup([count, ...facts], '; ');
}

function describeWhen({ firstSeen, lastSeen, intervals }: ReportFinding): string {
  if (firstSeen === null || lastSeen === null) return '';
  const bursts = intervals.length > 1 ? ` in ${plural(intervals.length, 'burst')}` : '';
  return `${formatPeriod(firstSeen, lastSeen)}${bursts}`;
}

function renderFacts(finding: ReportFinding): Markup {
  const fact = (name: string, text: string): Markup => (text === '' ? NOTHING : md`**${name}:** ${text}`);
  const rest = finding.scopes.length - MOST_SCOPES;
  return bullets([
    fact('Requests', describeRequests(finding)),
    fact('Flags', describeFlags(finding.responseFlags)),
    fact('Logged by', REPORTER_WORDS[finding.reporter]),
    fact('When', describeWhen(finding)),
    ...finding.scopes.slice(0, MOST_SCOPES).map((scope) => md`**Where:** ${describeScope(scope)}`),
    rest > 0 ? fact('Where', `+${plural(rest, 'more place')}`) : NOTHING,
  ]);
}

/** The way of the requests by the logs of both sides, and where on it they fail. */
function renderPath({ hop }: ReportFinding): readonly Markup[] {
  if (hop === null) return [];
  return [
    block(drawHop(hop), 'text'),
    md`${describeHop(hop)} ${describeHopCounts(hop)}.`,
    bullets(describeHopNodes(hop).map((node) => md`${node}`)),
  ];
}

function renderEvidence(finding: ReportFinding): Markup {
  const claims = countedEvidence(finding).map((evidence) => {
    const sign = evidence.bits > 0 ? md`**For:**` : md`**Against:**`;
    return md`${sign} ${describeEvidence(evidence, finding.requests, false)}`;
  });
  const mesh = finding.meshConfig.map(
    ({ file, line, resource, says, supports }) =>
      md`**${supports ? 'For' : 'Against'}:** ${code(resource)} ${withFullStop(says)} (${code(`${file}:${line}`)})`,
  );
  return bullets([...mesh, ...claims]);
}

function renderRivals(finding: ReportFinding): Markup {
  const [first] = rivalsOf(finding);
  if (first === undefined) return NOTHING;
  const others = describeOthers(finding);
  return bullets([
    md`${code(first.id)} (${formatConfidence(first.confidence)}): ${first.title}`,
    first.tellApart === null ? NOTHING : md`What tells them apart: ${first.tellApart}`,
    others === '' ? NOTHING : md`Then: ${others}`,
  ]);
}

function renderConfirm({ confirm }: ReportFinding): Markup {
  return joinMarkup(
    confirm.map(
      (
        { run, expect }, // A line end can only come from the log, and would make a shell run what follows.
      ) => joinMarkup([block(clip(run, LONGEST_BLOCK), 'sh'), md`→ ${withFullStop(expect)}`], '\n\n'),
    ),
    '\n\n',
  );
}

function renderFixes({ fixes }: ReportFinding): Markup {
  return joinMarkup(
    fixes.map(({ text, yaml }) =>
      joinMarkup([md`${withFullStop(text)}`, yaml === undefined ? NOTHING : block(yaml, 'yaml')], '\n\n'),
    ),
    '\n\n',
  );
}

function renderSample({ input, line, text }: ReportSample): Markup {
  return joinMarkup(
    [md`${code(`${nameInput(input)}:${line}`)}`, block(clip(text, LONGEST_LINE), 'text')],
    '\n\n',
  );
}

function renderFinding(finding: ReportFinding, place: number): Markup {
  const { diagnosis, cause, includes, samples, sources } = finding;
  const folded = includes.map(({ sentence, requests }) => md`${sentence} (${plural(requests, 'request')})`);
  const links = sources.map(({ title, url }) =>
    /^https?:\/\//.test(url) ? new Markup(markdownLink(md`${title}`.source, url)) : md`${title}`,
  );
  return section(md`## ${place}. ${diagnosis.title} (${inline(describeConfidence(finding))})`, [
    md`${code(diagnosis.id)}: ${cause}`,
    renderFacts(finding),
    section(md`### Path`, renderPath(finding)),
    section(md`### Evidence`, [renderEvidence(finding)]),
    section(md`### What else it could be`, [renderRivals(finding)]),
    section(md`### Counted with it`, [bullets(folded)]),
    section(md`### Confirm`, [renderConfirm(finding)]),
    section(md`### Fix`, [renderFixes(finding)]),
    section(
      md`### ${samples.length === 1 ? 'Sample' : 'Samples'}`,
      samples.slice(0, MOST_SAMPLES).map(renderSample),
    ),
    section(md`### Read more`, [bullets(links)]),
  ]);
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
      md`Made by faultline ${report.tool.version}.`,
    ],
    '\n\n',
  );
  return `${page.source}\n`;
}
