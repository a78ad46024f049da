import type { Report, ReportFinding, ReportSample, ReportScope } from '../model/report.ts';
import { describeFlags, describeRequests, LONGEST_NAME, REPORTER_WORDS } from './facts.ts';
import { describeHop, describeHopCounts, describeHopNodes, drawHop } from './hop.ts';
import { bullet, command, cutLine, joinInline, type Page, prose, rule, styled, verbatim } from './layout.ts';
import { nameSamplePlace, nameScope } from './place.ts';
import { drawSparkline } from './sparkline.ts';
import {
  LABEL_AT,
  labelled,
  renderAlternatives,
  renderArithmetic,
  renderEvidence,
  TEXT_AT,
} from './text-evidence.ts';
import { describeConfidence } from './verdict.ts';
import { clip, clipMiddle } from './width.ts';
import { formatCount, formatPeriod, listFirst, plural, withFullStop } from './wording.ts';

/** How many of a kind are named before "+n more". */
const MOST_SCOPES = 3;
const MOST_NAMES = 3;
const MOST_BURSTS = 3;
const MOST_SAMPLES = 2;
const COPY_AT = 5;
/** Fits the narrowest page. */
const SPARKLINE_COLUMNS = 40;

/** A picture of when in the log it failed; none of a single failure. */
function renderSparkline(
  page: Page,
  { timeline, requests }: ReportFinding,
  window: Report['window'],
): string[] {
  if (timeline === null || window === null || requests < 2) return [];
  const picture = drawSparkline(timeline, window, SPARKLINE_COLUMNS);
  return picture === ''
    ? []
    : prose(page, TEXT_AT, [styled('bad', picture), ' ', styled('faint', 'over the whole log')]);
}

function renderPeriod(page: Page, finding: ReportFinding, window: Report['window']): string[] {
  const { firstSeen, lastSeen, intervals } = finding;
  if (firstSeen === null || lastSeen === null) return [];
  const lines = [
    ...prose(page, TEXT_AT, formatPeriod(firstSeen, lastSeen)),
    ...renderSparkline(page, finding, window),
  ];
  if (intervals.length > 1) {
    lines.push(...prose(page, TEXT_AT, `in ${plural(intervals.length, 'burst')}:`));
    for (const burst of intervals.slice(0, MOST_BURSTS)) {
      const text = `${formatPeriod(burst.from, burst.to)}: ${plural(burst.requests, 'request')}`;
      lines.push(...bullet(page, TEXT_AT, styled('plain', '-'), text));
    }
    const rest = intervals.length - MOST_BURSTS;
    if (rest > 0) lines.push(...prose(page, TEXT_AT + 2, `+${plural(rest, 'more burst')}`));
  }
  return labelled(page, 'When', lines);
}

function renderScope(page: Page, scope: ReportScope, isOnly: boolean): string[] {
  const rows: readonly (readonly [one: string, many: string, names: readonly string[]])[] = [
    ['authority', '', scope.upstreamCluster !== null && scope.authority !== null ? [scope.authority] : []],
    ['local port', '', scope.authority !== null && scope.localPort !== null ? [String(scope.localPort)] : []],
    ['endpoint', 'endpoints', scope.upstreamHosts],
    ['route', 'routes', scope.routes],
    ['path', 'paths', scope.paths],
    ['caller', 'callers', scope.callers],
  ];
  const count = isOnly ? '' : ` (${plural(scope.requests, 'request')})`;
  return [
    ...prose(page, TEXT_AT, `${clipMiddle(nameScope(scope), LONGEST_NAME)}${count}`),
    ...rows
      .filter(([, , names]) => names.length > 0)
      .flatMap(([one, many, names]) => {
        const shown = names.map((name) => clip(name, LONGEST_NAME));
        const text = `${names.length === 1 ? one : many}: ${listFirst(shown, MOST_NAMES)}`;
        return prose(page, TEXT_AT + 2, text);
      }),
  ];
}

function renderPlaces(page: Page, { scopes }: ReportFinding): string[] {
  const lines = scopes
    .slice(0, MOST_SCOPES)
    .flatMap((scope) => renderScope(page, scope, scopes.length === 1));
  const cut = scopes.slice(MOST_SCOPES);
  if (cut.length > 0) {
    const requests = cut.reduce((sum, scope) => sum + scope.requests, 0);
    lines.push(...prose(page, TEXT_AT, `+${formatCount(cut.length)} more (${plural(requests, 'request')})`));
  }
  return labelled(page, 'Where', lines);
}

/** The way of the requests by the logs of both sides, and where on it they fail. */
function renderHop(page: Page, { hop }: ReportFinding): string[] {
  if (hop === null) return [];
  return labelled(page, 'Path', [
    ...prose(page, TEXT_AT, [styled('strong', drawHop(hop))]),
    ...prose(page, TEXT_AT, `${describeHop(hop)} ${describeHopCounts(hop)}.`),
    ...describeHopNodes(hop).flatMap((node) => bullet(page, TEXT_AT, styled('plain', '-'), node)),
  ]);
}

function heading(page: Page, name: string): string[] {
  return prose(page, LABEL_AT, [styled('strong', name)]);
}

function renderConfirm(page: Page, { confirm }: ReportFinding): string[] {
  if (confirm.length === 0) return [];
  return [
    ...heading(page, 'Confirm'),
    ...confirm.flatMap(({ run, expect }) => [
      command(page, COPY_AT, run),
      ...bullet(page, COPY_AT + 2, styled('faint', '→'), withFullStop(expect)),
    ]),
  ];
}

function renderFixes(page: Page, { fixes }: ReportFinding): string[] {
  if (fixes.length === 0) return [];
  return [
    ...heading(page, 'Fix'),
    ...fixes.flatMap(({ text, yaml, diff }, index) => [
      ...(fixes.length === 1
        ? prose(page, COPY_AT, withFullStop(text))
        : bullet(page, COPY_AT, styled('plain', `${index + 1})`), withFullStop(text))),
      ...(yaml === undefined ? [] : verbatim(page, COPY_AT + 3, diff ?? yaml)),
    ]),
  ];
}

function renderIncludes(page: Page, { includes }: ReportFinding): string[] {
  const lines = includes.flatMap(({ sentence, requests }) =>
    bullet(page, TEXT_AT, styled('plain', '·'), `${sentence} (${plural(requests, 'request')})`),
  );
  return labelled(page, 'Folded in', lines);
}

/** A log line with its place, cut to the page. */
export function renderSample(page: Page, indent: number, sample: ReportSample): string[] {
  const place = nameSamplePlace(sample, (name) => clipMiddle(name, LONGEST_NAME));
  return [...prose(page, indent, [styled('faint', place)]), cutLine(page, indent, sample.text)];
}

function renderSources(page: Page, { sources }: ReportFinding): string[] {
  const lines = sources.flatMap(({ title, url }) =>
    bullet(page, COPY_AT, styled('plain', '·'), `${title} ${url}`),
  );
  return lines.length === 0 ? [] : [...heading(page, 'Read more'), ...lines];
}

/** How a finding is shown among the others. */
interface FindingOptions {
  readonly place: number;
  readonly verbose: boolean;
  /** The time of the whole log. */
  readonly window: Report['window'];
}

/** One finding: what it is, where, why this and not another cause, how to make sure, what to do. */
export function renderFinding(
  page: Page,
  finding: ReportFinding,
  { place, verbose, window }: FindingOptions,
): string[] {
  const { diagnosis, notJudged, samples } = finding;
  const title = joinInline([[styled('strong', diagnosis.title), ' ('], describeConfidence(finding), [')']]);
  const shown = samples.slice(0, MOST_SAMPLES);
  const notJudgedNote = `${plural(notJudged.length, 'claim')} (-v says which and why)`;
  return [
    rule(page),
    ...bullet(page, 0, styled('strong', `${place}.`.padEnd(LABEL_AT - 1)), title),
    ...prose(page, LABEL_AT, [styled('faint', diagnosis.id)]),
    '',
    ...labelled(page, 'Cause', prose(page, TEXT_AT, finding.cause)),
    ...labelled(page, 'Requests', prose(page, TEXT_AT, describeRequests(finding))),
    ...labelled(page, 'Flags', prose(page, TEXT_AT, describeFlags(finding.responseFlags))),
    ...labelled(page, 'Logged by', prose(page, TEXT_AT, REPORTER_WORDS[finding.reporter])),
    ...renderPeriod(page, finding, window),
    ...renderPlaces(page, finding),
    ...renderHop(page, finding),
    ...renderEvidence(page, finding, verbose),
    ...(verbose ? renderArithmetic(page, finding) : []),
    ...(verbose || notJudged.length === 0
      ? []
      : labelled(page, 'Not judged', prose(page, TEXT_AT, [styled('faint', notJudgedNote)]))),
    ...renderAlternatives(page, finding),
    ...renderIncludes(page, finding),
    ...renderConfirm(page, finding),
    ...renderFixes(page, finding),
    ...(shown.length === 0 ? [] : heading(page, shown.length === 1 ? 'Sample' : 'Samples')),
    ...shown.flatMap((sample) => renderSample(page, COPY_AT, sample)),
    ...renderSources(page, finding),
  ];
}
