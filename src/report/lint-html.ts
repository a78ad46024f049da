import type { MeshFault, MeshSeverity } from '../model/mesh-evidence.ts';
import { STYLE_HASH } from './html.ts';
import { html, list, NO_HTML, section, sentence } from './html-markup.ts';
import { STYLE } from './html-style.ts';
import { type LintReport, namesOfFault, sortFaults, sumUp } from './lint.ts';
import { joinMarkup, Markup } from './template.ts';
import { clip, clipMiddle } from './width.ts';
import { plural } from './wording.ts';

/** Nobody gives a resource or a file a longer name. */
const LONGEST_NAME = 120;

const POLICY = `default-src 'none'; style-src '${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'`;

/** Headings and looks of the severities, in order. */
const SEVERITIES: readonly {
  readonly severity: MeshSeverity;
  readonly word: string;
  readonly look: string;
}[] = [
  { severity: 'error', word: 'error', look: 'bad' },
  { severity: 'warning', word: 'warning', look: 'doubtful' },
  { severity: 'info', word: 'remark', look: 'faint' },
];

/** The result of `lint` as one page that opens offline. */
export function renderLintHtml(report: LintReport): string {
  const { faults, problems } = report;
  const sorted = sortFaults(faults);
  const isClean = !sorted.some(({ severity }) => severity === 'error' || severity === 'warning');
  const parts = [
    ...SEVERITIES.map(({ severity, word, look }) => {
      const some = sorted.filter((fault) => (fault.severity ?? 'info') === severity);
      return section(
        severity,
        plural(some.length, word),
        some.map((fault) => renderFault(fault, word, look)),
      );
    }),
    section('problems', 'Not read', [list(problems.map((text) => sentence(text)))]),
  ];
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>faultline: ${sumUp(report)}</title>
<link rel="icon" href="data:,">
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the details</a>
<header>
<p class="brand">faultline lint</p>
<h1><span class="${isClean ? 'good' : 'strong'}">${isClean ? 'Nothing in this mesh configuration would break.' : 'What would break in this mesh configuration'}</span>${sumUp(report)}</h1>
</header>
<main id="main">
${joinMarkup(
  parts.filter(({ source }) => source !== ''),
  '\n',
)}
</main>
</body>
</html>
`.source;
}

function renderFault(fault: MeshFault, word: string, look: string): Markup {
  const { severity, says, places, patch } = fault;
  const names = namesOfFault(fault);
  // Remarks are folded: they are many, and nobody has to act on them.
  const open = severity === 'error' || severity === 'warning' ? html` open` : NO_HTML;
  const lines = [
    names.length === 0
      ? NO_HTML
      : html`<p>${joinMarkup(
          names.map((name) => html`<code>${name}</code>`),
          ', ',
        )}</p>`,
    list(
      places.map(
        ({ file, line, resource, says: what }) =>
          html`<code>${clip(resource, LONGEST_NAME)}</code> ${sentence(what)} <span class="faint">${clipMiddle(file, LONGEST_NAME)}:${line}</span>`,
      ),
    ),
    patch === null ? NO_HTML : html`<p>Fix: ${sentence(patch.text)}.</p>\n${renderDiff(patch.diff)}`,
  ];
  return html`<details class="finding"${open}>
<summary><h3>${sentence(says)}</h3> <span class="status ${look}">${word}</span></summary>
${joinMarkup(
  lines.filter(({ source }) => source !== ''),
  '\n',
)}
</details>`;
}

/** A difference, line by line; what goes and what comes stand out, by their signs too. */
function renderDiff(diff: string): Markup {
  const lines = diff.trimEnd().split('\n').map(renderDiffLine);
  return html`<pre><code>${joinMarkup(lines, '\n')}</code></pre>`;
}

function renderDiffLine(line: string): Markup {
  if (/^(?:---|\+\+\+|@@)/.test(line)) return html`<span class="faint">${line}</span>`;
  if (line.startsWith('-')) return html`<span class="bad">${line}</span>`;
  return line.startsWith('+') ? html`<span class="good">${line}</span>` : html`${line}`;
}
