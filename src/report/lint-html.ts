import type { MeshFault } from '../model/mesh-evidence.ts';
import { STYLE_HASH } from './html.ts';
import { block, html, list, NO_HTML, sentence } from './html-markup.ts';
import { STYLE } from './html-style.ts';
import { type LintReport, namesOfFault, sortFaults, sumUp } from './lint.ts';
import { joinMarkup, Markup } from './template.ts';

const POLICY = `default-src 'none'; style-src '${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'`;

/** The result of `lint` as one page that opens offline. */
export function renderLintHtml(report: LintReport): string {
  const { faults, problems } = report;
  const parts = [
    html`<h1>Mesh configuration</h1>`,
    html`<p>${sumUp(report)}</p>`,
    ...sortFaults(faults).map(renderFault),
    problems.length === 0 ? NO_HTML : list(problems.map((text) => sentence(`Not read: ${text}`))),
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
<main id="main">
${joinMarkup(parts, '\n')}
</main>
</body>
</html>
`.source;
}

function renderFault(fault: MeshFault): Markup {
  const { severity, says, places, patch } = fault;
  const names = namesOfFault(fault);
  return joinMarkup(
    [
      html`<section>`,
      html`<h2>${severity ?? 'info'}: ${says}</h2>`,
      names.length === 0
        ? NO_HTML
        : html`<p>${joinMarkup(
            names.map((name) => html`<code>${name}</code>`),
            ', ',
          )}</p>`,
      list(
        places.map(
          ({ file, line, resource, says: what }) => html`<code>${file}:${line}</code> ${resource} ${what}`,
        ),
      ),
      patch === null ? NO_HTML : html`<p>Fix: ${patch.text}</p>${block(patch.diff.trimEnd())}`,
      html`</section>`,
    ],
    '\n',
  );
}
