import type { ReportEvidence, ReportFinding, ReportSample, ReportScope } from '../model/report.ts';
import { countedEvidence, describeEvidence, rivalsOf } from './evidence.ts';
import { describeFlags, describeRequests, LONGEST_NAME, REPORTER_WORDS } from './facts.ts';
import { block, html, inline, list, NO_HTML, running, sentence } from './html-markup.ts';
import { renderPath } from './html-path.ts';
import { shareBar } from './html-shares.ts';
import { nameSamplePlace, nameScope } from './place.ts';
import { joinMarkup, type Markup } from './template.ts';
import { describeConfidence } from './verdict.ts';
import { clip, clipMiddle } from './width.ts';
import { formatBits, formatConfidence, formatPeriod, listFirst, plural, withFullStop } from './wording.ts';

const MOST_SCOPES = 10;
const MOST_NAMES = 6;
const MOST_BURSTS = 6;
/** Commands are one line; a line end can only come from the log, and would make a shell run what follows. */
const LONGEST_COMMAND = 2000;
/** Half of the width of an evidence bar, in bits: no claim weighs more. */
const MOST_BITS = 8;

function part(title: string, content: Markup): Markup {
  return content.source === ''
    ? NO_HTML
    : html`<h4>${title}</h4>
${content}`;
}

function facts(rows: readonly (readonly [name: string, value: Markup])[]): Markup {
  return html`<dl class="facts">
${joinMarkup(
  rows
    .filter(([, { source }]) => source !== '')
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`),
  '\n',
)}
</dl>`;
}

function describeWhen({ firstSeen, lastSeen, intervals }: ReportFinding): Markup {
  if (firstSeen === null || lastSeen === null) return NO_HTML;
  const whole = running(formatPeriod(firstSeen, lastSeen));
  if (intervals.length < 2) return whole;
  const bursts = intervals
    .slice(0, MOST_BURSTS)
    .map(
      ({ from, to, requests }) => html`${running(formatPeriod(from, to))}: ${plural(requests, 'request')}`,
    );
  const rest = intervals.length - bursts.length;
  return html`${whole}, in ${plural(intervals.length, 'burst')}:${list([
    ...bursts,
    ...(rest > 0 ? [html`+${plural(rest, 'more burst')}`] : []),
  ])}`;
}

function renderScope(scope: ReportScope): Markup {
  const names = (values: readonly string[]): string =>
    listFirst(
      values.map((value) => clip(value, LONGEST_NAME)),
      MOST_NAMES,
    );
  const rows: readonly (readonly [name: string, text: string])[] = [
    ['authority', scope.upstreamCluster === null ? '' : clip(scope.authority ?? '', LONGEST_NAME)],
    ['local port', scope.authority === null ? '' : String(scope.localPort ?? '')],
    ['endpoints', names(scope.upstreamHosts)],
    ['routes', names(scope.routes)],
    ['paths', names(scope.paths)],
    ['callers', names(scope.callers)],
  ];
  const details = rows.filter(([, text]) => text !== '').map(([name, text]) => html`${name} ${text}`);
  return html`<code>${clipMiddle(nameScope(scope), LONGEST_NAME)}</code>: ${plural(scope.requests, 'request')}${list(details)}`;
}

function describeWhere({ scopes }: ReportFinding): Markup {
  const rest = scopes.length - MOST_SCOPES;
  return list([
    ...scopes.slice(0, MOST_SCOPES).map(renderScope),
    ...(rest > 0 ? [html`+${plural(rest, 'more place')}`] : []),
  ]);
}

function evidenceBar(bits: number): Markup {
  const width = Math.min(MOST_BITS, Math.abs(bits));
  const x = bits < 0 ? MOST_BITS - width : MOST_BITS;
  return html`<svg class="weight" viewBox="0 0 ${2 * MOST_BITS} 4" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="${2 * MOST_BITS}" height="4"/><rect class="${bits < 0 ? 'minus' : 'plus'}" x="${x}" width="${width}" height="4"/><path class="zero" d="M${MOST_BITS} 0V4"/></svg>`;
}

function renderClaim(evidence: ReportEvidence, total: number): Markup {
  const { bits } = evidence;
  const sign = bits < 0 ? '−' : '+';
  return html`<tr><th scope="row">${sentence(describeEvidence(evidence, total, false))}</th><td>${evidenceBar(bits)}</td><td class="number">${sign}${formatBits(bits)}</td></tr>`;
}

function renderEvidence(finding: ReportFinding): Markup {
  const counted = countedEvidence(finding);
  const { notJudged } = finding;
  const claims =
    counted.length === 0
      ? NO_HTML
      : html`<table class="evidence">
<thead><tr><th scope="col">Claim</th><th scope="col">Against or for</th><th scope="col" class="number">Bits</th></tr></thead>
<tbody>
${joinMarkup(
  counted.map((evidence) => renderClaim(evidence, finding.requests)),
  '\n',
)}
</tbody>
</table>`;
  if (notJudged.length === 0) return claims;
  return html`${claims}
<details class="small"><summary>Not judged: ${plural(notJudged.length, 'claim')}</summary>
${list(notJudged.map(({ claim, because }) => sentence(`${claim} (${because})`)))}
</details>`;
}

function renderRivals(finding: ReportFinding): Markup {
  const rivals = rivalsOf(finding);
  const [first] = rivals;
  if (first === undefined) return NO_HTML;
  const row = (name: Markup, confidence: number): Markup =>
    html`<tr><th scope="row">${name}</th><td>${shareBar(confidence, 'doubt')}</td><td class="number">${formatConfidence(confidence)}</td></tr>`;
  const tellApart =
    first.tellApart === null
      ? NO_HTML
      : html`<p><strong>What tells them apart:</strong> ${sentence(first.tellApart)}</p>`;
  return html`<table class="rivals">
<thead><tr><th scope="col">Cause</th><th scope="col">Share</th><th scope="col" class="number">Confidence</th></tr></thead>
<tbody>
${row(html`<strong>${finding.diagnosis.id}</strong> (this finding)`, finding.confidence)}
${joinMarkup(
  rivals.map(({ id, title, confidence }) =>
    row(html`${clip(id, LONGEST_NAME)}: ${clip(title, LONGEST_NAME)}`, confidence),
  ),
  '\n',
)}
${row(html`none of the known causes`, finding.unknownConfidence)}
</tbody>
</table>
${tellApart}`;
}

/** Markup to copy; the script of the page shows its button. */
function copyable(text: Markup, what: string): Markup {
  return html`<div class="copyable"><pre><code>${text}</code></pre><button type="button" class="copy" hidden aria-label="${what}">Copy</button></div>`;
}

function renderConfirm({ confirm }: ReportFinding): Markup {
  return joinMarkup(
    confirm.map(
      ({ run, expect }, i) => html`${copyable(html`${clip(run, LONGEST_COMMAND)}`, `Copy command ${i + 1}`)}
<p class="expect">→ ${sentence(withFullStop(expect))}</p>`,
    ),
    '\n',
  );
}

function renderFixes({ fixes }: ReportFinding): Markup {
  if (fixes.length === 0) return NO_HTML;
  return html`<ol class="fixes">
${joinMarkup(
  fixes.map(
    ({ text, yaml }, i) =>
      html`<li>${sentence(withFullStop(text))}${yaml === undefined ? NO_HTML : copyable(block(yaml), `Copy YAML ${i + 1}`)}</li>`,
  ),
  '\n',
)}
</ol>`;
}

function renderMeshConfig({ meshConfig }: ReportFinding): Markup {
  return list(
    meshConfig.map(
      ({ file, line, resource, says, supports }) =>
        html`<span class="${supports ? 'bad' : 'good'}">${supports ? 'For' : 'Against'}:</span> <code>${clip(resource, LONGEST_NAME)}</code> ${sentence(withFullStop(says))} <span class="faint">${clipMiddle(file, LONGEST_NAME)}:${line}</span>`,
    ),
  );
}

/** Log lines with their places. */
export function renderSamples(samples: readonly ReportSample[]): Markup {
  return joinMarkup(
    samples.map(
      (sample) =>
        html`<figure class="sample"><figcaption>${nameSamplePlace(sample, (name) => clipMiddle(name, LONGEST_NAME))}</figcaption><pre><code>${block(sample.text)}</code></pre></figure>`,
    ),
    '\n',
  );
}

/** A link, where the address is one of the web; else the title alone. */
function renderSource({ title, url }: ReportFinding['sources'][number]): Markup {
  const text = clip(title, LONGEST_NAME);
  return /^https?:\/\//.test(url) ? html`<a href="${url}" rel="noreferrer">${text}</a>` : html`${text}`;
}

/** One finding, foldable: what it is, where, why this and not another cause, how to make sure, what to do. */
export function renderFinding(finding: ReportFinding, place: number, isOpen: boolean): Markup {
  const { diagnosis, cause, includes, sources, samples } = finding;
  const open = isOpen ? html` open` : NO_HTML;
  return html`<details class="finding" id="finding-${place}"${open}>
<summary><h3>${place}. ${clip(diagnosis.title, LONGEST_NAME)}</h3> <span class="status">${inline(describeConfidence(finding))}</span></summary>
<p class="cause">${sentence(cause)}</p>
${facts([
  ['Diagnosis', html`<code>${diagnosis.id}</code>`],
  ['Requests', html`${describeRequests(finding)}`],
  ['Flags', html`${describeFlags(finding.responseFlags)}`],
  ['Logged by', html`${REPORTER_WORDS[finding.reporter]}`],
  ['When', describeWhen(finding)],
  ['Where', describeWhere(finding)],
])}
${part('Path', renderPath(finding.hop))}
${part('Evidence', renderEvidence(finding))}
${part('The mesh configuration says', renderMeshConfig(finding))}
${part('What else it could be', renderRivals(finding))}
${part('Counted with it', list(includes.map(({ sentence: text, requests }) => html`${sentence(text)} (${plural(requests, 'request')})`)))}
${part('Confirm', renderConfirm(finding))}
${part('Fix', renderFixes(finding))}
${part(samples.length === 1 ? 'Sample' : 'Samples', renderSamples(samples))}
${part('Read more', list(sources.map(renderSource)))}
</details>`;
}
