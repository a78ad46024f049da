import type { Report, ReportFinding } from '../model/report.ts';
import { describeChanges } from './changes.ts';
import {
  renderBenign,
  renderBlindSpots,
  renderCut,
  renderFailures,
  renderNotes,
  renderReading,
  renderSuppressed,
  renderUnexplained,
} from './html-appendix.ts';
import { renderFinding } from './html-finding.ts';
import { html, inline, list, NO_HTML, section } from './html-markup.ts';
import { SCRIPT } from './html-script.ts';
import { renderShareTables } from './html-shares.ts';
import { STYLE } from './html-style.ts';
import { renderTimeline } from './html-timeline.ts';
import { describeRedaction } from './redaction.ts';
import { joinMarkup, Markup } from './template.ts';
import { triage } from './triage.ts';
import { toVerdict } from './verdict.ts';
import { plural } from './wording.ts';

const DEFAULT_TOP = 10;
/** A page that mail and chat take: findings beyond are named only. A log may hold any number of names of any length. */
const MOST_FINDING_BYTES = 300_000;
/** Findings that are unfolded when the page opens. */
const MOST_OPEN = 3;

// SHA-256 of the style and the script, which the policy of the page lets run and nothing else; a test computes them anew.
export const STYLE_HASH = 'sha256-d/D49C6QmC310IaS+jb0eVILzOrvsnicQWRZgg6hZ4o=';
export const SCRIPT_HASH = 'sha256-BHPujmQrZXr1ykNom6ltHYipHspn+CcL8QWLqLIsIHA=';
const POLICY = `default-src 'none'; style-src '${STYLE_HASH}'; script-src '${SCRIPT_HASH}'; img-src data:; base-uri 'none'; form-action 'none'`;

export interface HtmlOptions {
  /** Findings shown in full. */
  readonly top?: number;
}

function renderVerdict(report: Report, linked: number): Markup {
  const { headline, causes, untold, remarks } = toVerdict(report);
  const items = causes.map((cause, i) => {
    const link = html` <a href="#finding-${i + 1}" aria-label="Details of cause ${i + 1}">Details</a>`;
    return html`<li>${inline(cause)}${i < linked ? link : NO_HTML}</li>`;
  });
  return joinMarkup(
    [
      html`<h1>${inline(headline)}</h1>`,
      items.length === 0 ? NO_HTML : html`<ol class="verdict">${items}</ol>`,
      untold > 0 ? html`<p>and ${plural(untold, 'more cause')}, ranked below.</p>` : NO_HTML,
      ...remarks.map((text) => html`<p class="doubtful">${text}</p>`),
    ],
    '\n',
  );
}

function renderChanges({ comparison }: Report): Markup {
  if (comparison === null) return NO_HTML;
  const { title, lead, items, rest } = describeChanges(comparison);
  const more = rest === '' ? NO_HTML : html`<p>${rest}</p>`;
  return section('changes', title, [html`<p>${lead}</p>`, list(items.map(inline)), more]);
}

interface ShownFinding {
  readonly finding: ReportFinding;
  readonly place: number;
  readonly markup: Markup;
}

/** The first findings, in full, as many as the page has room for; always one. */
function fitFindings(findings: readonly ReportFinding[]): readonly ShownFinding[] {
  const shown: ShownFinding[] = [];
  let left = MOST_FINDING_BYTES;
  for (const finding of findings) {
    const place = shown.length + 1;
    const markup = renderFinding(finding, place, place <= MOST_OPEN);
    left -= markup.source.length;
    if (left < 0 && shown.length > 0) break;
    shown.push({ finding, place, markup });
  }
  return shown;
}

function titleOf(report: Report): string {
  const { failed, total } = report.requests;
  return `faultline: ${failed} of ${total} requests failed`;
}

/** The report as one self-contained page: no part of it comes from elsewhere, and nothing in it may run but its own script. */
export function renderHtml(report: Report, { top = DEFAULT_TOP }: HtmlOptions = {}): string {
  const { faults, benign, suppressed } = triage(report);
  const shown = fitFindings(faults.slice(0, top));
  const placeOf = new Map(shown.map(({ finding, place }) => [finding.diagnosis.id, place]));
  const redaction = describeRedaction(report);
  const folding = html`<p class="folding"><button type="button" class="fold" data-open="true" hidden>Unfold all</button> <button type="button" class="fold" data-open="false" hidden>Fold all</button></p>`;
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${titleOf(report)}</title>
<link rel="icon" href="data:,">
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the details</a>
<header>
<p class="brand">faultline report</p>
${renderVerdict(report, shown.length)}
</header>
<main id="main">
${joinMarkup(
  [
    renderChanges(report),
    section('time', 'Failures over time', [renderTimeline(shown, report)]),
    section('shares', 'Where the failures are', [renderShareTables(report, placeOf)]),
    section('findings', 'Findings', [
      ...(shown.length === 0 ? [] : [folding]),
      ...shown.map(({ markup }) => markup),
    ]),
    renderCut(faults.slice(shown.length), shown.length < Math.min(top, faults.length) ? null : faults.length),
    renderBenign(benign),
    renderSuppressed(suppressed),
    renderUnexplained(report),
    renderFailures(report),
    renderReading(report),
    renderBlindSpots(report),
    renderNotes(report),
  ],
  '\n',
)}
</main>
<footer>
${redaction === '' ? NO_HTML : html`<p>${redaction}</p>`}
<p>Made by faultline ${report.tool.version} from the logs named above, offline. This page loads nothing and sends nothing.</p>
</footer>
<p id="said" class="unseen" role="status"></p>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`;
  return page.source;
}
