import type { ReportFinding, ReportSample, ReportScope } from '../model/report.ts';
import { countedEvidence, describeEvidence, describeOthers, rivalsOf } from './evidence.ts';
import { describeFlags, describeRequests, REPORTER_WORDS } from './facts.ts';
import { describeHop, describeHopCounts, describeHopNodes, drawHop } from './hop.ts';
import { markdownLink } from './markdown.ts';
import {
  block,
  bullets,
  code,
  codes,
  inline,
  LONGEST_BLOCK,
  md,
  NOTHING,
  section,
} from './markdown-parts.ts';
import { nameSamplePlace, nameScope } from './place.ts';
import { joinMarkup, Markup } from './template.ts';
import { describeConfidence } from './verdict.ts';
import { clip } from './width.ts';
import { formatConfidence, formatPeriod, plural, withFullStop } from './wording.ts';

const MOST_SCOPES = 3;
const MOST_SAMPLES = 2;
/** Chat and tickets cut long messages; a sample line is no more than a hint there. */
const LONGEST_LINE = 600;

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

/** A log line with its place. */
export function renderSample(sample: ReportSample): Markup {
  const place = nameSamplePlace(sample, (name) => name);
  return joinMarkup([md`${code(place)}`, block(clip(sample.text, LONGEST_LINE), 'text')], '\n\n');
}

/** One finding: what it is, where, why this and not another cause, how to make sure, what to do. */
export function renderFinding(finding: ReportFinding, place: number): Markup {
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
