import type { Report } from '../model/report.ts';
import { html, NO_HTML } from './html-markup.ts';
import { joinMarkup, type Markup } from './template.ts';
import { clip, clipMiddle } from './width.ts';
import { formatCount, formatPercent, plural } from './wording.ts';

const MOST_ROWS = 8;
const LONGEST_NAME = 100;
const BAR_WIDTH = 100;
const BAR_HEIGHT = 10;

interface Share {
  readonly name: string;
  readonly requests: number;
  /** Where on the page more is said about it. */
  readonly href?: string;
}

/** A bar of a share, beside its number. */
export function shareBar(share: number, kind = 'bar'): Markup {
  const width = Math.min(BAR_WIDTH, Math.max(share > 0 ? 1 : 0, Math.round(share * BAR_WIDTH)));
  return html`<svg class="share" viewBox="0 0 ${BAR_WIDTH} ${BAR_HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="${BAR_WIDTH}" height="${BAR_HEIGHT}"/><rect class="${kind}" width="${width}" height="${BAR_HEIGHT}"/></svg>`;
}

function addUp(rows: readonly Share[]): Share[] {
  const sums = new Map<string, number>();
  for (const { name, requests } of rows) sums.set(name, (sums.get(name) ?? 0) + requests);
  return [...sums].map(([name, requests]) => ({ name, requests })).sort((a, b) => b.requests - a.requests);
}

function renderRow({ name, requests, href }: Share, failed: number): Markup {
  const share = failed === 0 ? 0 : requests / failed;
  const text = html`${clipMiddle(name, LONGEST_NAME)}`;
  const cell = href === undefined ? text : html`<a href="${href}">${text}</a>`;
  return html`<tr><th scope="row">${cell}</th><td>${shareBar(share)}</td><td class="number">${formatCount(requests)}</td><td class="number">${formatPercent(share)}</td></tr>`;
}

function renderShares(title: string, rows: readonly Share[], failed: number): Markup {
  if (rows.length === 0 || failed === 0) return NO_HTML;
  const rest = rows.slice(MOST_ROWS);
  const shown =
    rest.length === 0
      ? rows
      : [
          ...rows.slice(0, MOST_ROWS),
          {
            name: plural(rest.length, 'more', 'more'),
            requests: rest.reduce((sum, row) => sum + row.requests, 0),
          },
        ];
  return html`<table class="shares">
<caption>${title}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Share</th><th scope="col" class="number">Failed</th><th scope="col" class="number">Percent</th></tr></thead>
<tbody>
${joinMarkup(
  shown.map((row) => renderRow(row, failed)),
  '\n',
)}
</tbody>
</table>`;
}

/** Failed requests by cause, by cluster and by endpoint. `placeOf` is the number of a finding on the page. */
export function renderShareTables(report: Report, placeOf: ReadonlyMap<string, number>): Markup {
  const { findings, unexplained, failures, requests } = report;
  const causes: Share[] = findings
    .filter((finding) => finding.requests > 0)
    .map(({ diagnosis, requests: count }) => {
      const place = placeOf.get(diagnosis.id);
      const name = clip(diagnosis.title, LONGEST_NAME);
      return { name, requests: count, ...(place === undefined ? {} : { href: `#finding-${place}` }) };
    })
    .sort((a, b) => b.requests - a.requests);
  if (unexplained.requests > 0)
    causes.push({ name: 'Unexplained', requests: unexplained.requests, href: '#unexplained' });
  const clusters = addUp(failures.map(({ scope, requests: count }) => ({ name: scope, requests: count })));
  const endpoints = addUp(
    findings.flatMap(({ scopes }) =>
      scopes.flatMap((scope) =>
        scope.endpoints.map(({ upstreamHost, requests: count }) => ({ name: upstreamHost, requests: count })),
      ),
    ),
  );
  return html`${[
    renderShares('By cause', causes, requests.failed),
    renderShares('By cluster, else authority or port', clusters, requests.failed),
    renderShares('By endpoint', endpoints, requests.failed),
  ]}`;
}
