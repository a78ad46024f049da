import type { Report, ReportFinding } from '../model/report.ts';
import { renderSamples } from './html-finding.ts';
import { block, html, inline, list, NO_HTML, section, sentence } from './html-markup.ts';
import { nameInput } from './place.ts';
import {
  describeInput,
  describeLaw,
  describeSubsets,
  groupByRemedy,
  LONGEST_PATH,
  nameMissing,
  REASON_WORDS,
} from './reading.ts';
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
import { joinMarkup, type Markup } from './template.ts';
import { clip, clipMiddle } from './width.ts';
import { formatConfidence, formatCount, listAll, listFirst, plural } from './wording.ts';

const MOST_CUT = 100;
const MOST_GROUPS = 20;
const MOST_INPUTS = 50;
const MOST_REJECTED = 20;
const MOST_NAMES = 10;
const LONGEST_CELL = 200;

/** What is not shown in full, so that nobody takes the list for the whole. `all` is the `--top` that shows it; null: the page would be too large. */
export function renderCut(cut: readonly ReportFinding[], all: number | null): Markup {
  if (cut.length === 0) return NO_HTML;
  const rest = cut.length - MOST_CUT;
  const rows = cut.slice(0, MOST_CUT).map(({ diagnosis, requests, status, confidence }) => {
    const title = clip(diagnosis.title, LONGEST_CELL);
    return html`<code>${diagnosis.id}</code> ${title} (${status}, ${formatConfidence(confidence)}): ${plural(requests, 'request')}`;
  });
  return section('more', `${plural(cut.length, 'more finding')} (${plural(sumOfRequests(cut), 'request')})`, [
    list([...rows, ...(rest > 0 ? [html`+${plural(rest, 'more')}`] : [])]),
    all === null
      ? html`<p class="faint">They would make the page too large; <code>-o json</code> and <code>-o markdown</code> have them in full.</p>`
      : html`<p class="faint"><code>--top ${all}</code> shows all in full.</p>`,
  ]);
}

/** Failures that fit no diagnosis. */
export function renderUnexplained({ unexplained }: Report): Markup {
  if (unexplained.requests === 0) return NO_HTML;
  const groups = unexplained.groups.toSorted(byRequests);
  const rest = groups.slice(MOST_GROUPS);
  const shown = groups
    .slice(0, MOST_GROUPS)
    .map(
      (group) =>
        html`${describeGroup(group)}${group.sample === null ? NO_HTML : renderSamples([group.sample])}`,
    );
  const more = html`+${plural(rest.length, 'more group')} (${plural(sumOfRequests(rest), 'request')})`;
  return section('unexplained', titleOfUnexplained(unexplained), [
    list([...shown, ...(rest.length === 0 ? [] : [more])]),
  ]);
}

/** What is no fault of the mesh. */
export function renderBenign(benign: readonly ReportFinding[]): Markup {
  return section('benign', 'Not faults of the mesh', [
    list(benign.map((finding) => inline(describeBenign(finding)))),
  ]);
}

/** What somebody chose not to hear of. */
export function renderSuppressed(suppressed: readonly ReportFinding[]): Markup {
  return section('suppressed', 'Suppressed', [
    list(suppressed.map((finding) => inline(describeSuppressed(finding)))),
  ]);
}

/** Failed requests by response code, flags and cluster. */
export function renderFailures({ failures }: Report): Markup {
  if (failures.length === 0) return NO_HTML;
  const rows = toFailureCells(failures).map(
    ([requests = '', code = '', flags = '', scope = '']) =>
      html`<tr><td class="number">${requests}</td><td>${code}</td><td>${clip(flags, LONGEST_CELL)}</td><td>${clipMiddle(scope, LONGEST_CELL)}</td></tr>`,
  );
  return section('failures', 'Failed requests by code, flags and cluster', [
    html`<table class="failures">
<thead><tr>${FAILURE_HEADERS.map((header, i) => (i === 0 ? html`<th scope="col" class="number">${header}</th>` : html`<th scope="col">${header}</th>`))}</tr></thead>
<tbody>
${joinMarkup(rows, '\n')}
</tbody>
</table>`,
  ]);
}

function renderRejected({ rejected, lines }: Report): Markup {
  if (rejected.length === 0) return NO_HTML;
  const lost = lines.unrecognised + lines.failed + lines.overlong;
  const shown = rejected.slice(0, MOST_REJECTED).map(({ input, line, reason, text }) => {
    const place = `${clipMiddle(nameInput(input), LONGEST_PATH)}:${line}`;
    return html`${place}: ${REASON_WORDS[reason] ?? clip(reason, LONGEST_CELL)}<pre><code>${block(text)}</code></pre>`;
  });
  return html`<details class="small"><summary>Not understood: ${formatCount(shown.length)} of ${formatCount(Math.max(lost, shown.length))}</summary>
${list(shown)}
</details>`;
}

/** What was read, and how every line is accounted for. */
export function renderReading(report: Report): Markup {
  const { inputs, lines } = report;
  const rest = inputs.length - MOST_INPUTS;
  const subsets = describeSubsets(lines);
  return section('reading', 'What was read', [
    list([
      ...inputs.slice(0, MOST_INPUTS).map((input) => html`${clip(describeInput(input), LONGEST_CELL)}`),
      ...(rest > 0 ? [html`+${plural(rest, 'more input')}`] : []),
    ]),
    html`<p>${describeLaw(lines)}</p>`,
    subsets === '' ? NO_HTML : html`<p>${subsets}</p>`,
    renderRejected(report),
  ]);
}

/** What this log cannot show, and what to change so that the next one can. */
export function renderBlindSpots({ blindSpots }: Report): Markup {
  return section('blind-spots', 'What this log cannot show', [
    list(
      groupByRemedy(blindSpots).map(({ remedy, yaml, missing, diagnoses }) => {
        const ids = [...diagnoses].sort();
        const affected =
          ids.length === 0
            ? ''
            : `: ${plural(ids.length, 'diagnosis', 'diagnoses')} judged in part only (${listFirst(ids, MOST_NAMES)})`;
        return html`No ${listAll(missing.map(nameMissing))}${affected}.<br>${sentence(remedy)}${yaml === undefined ? NO_HTML : html`<pre><code>${block(yaml)}</code></pre>`}`;
      }),
    ),
  ]);
}

/** What was capped or skipped, or looked odd. */
export function renderNotes({ notes }: Report): Markup {
  return section('notes', 'Notes', [list(notes.map(sentence))]);
}
