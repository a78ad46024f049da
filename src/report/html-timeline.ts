import type { Report, ReportFinding, ReportTimeline } from '../model/report.ts';
import { html, NO_HTML, running } from './html-markup.ts';
import { describePeriod } from './period.ts';
import { joinMarkup, type Markup } from './template.ts';
import { clip } from './width.ts';
import { formatDuration, formatTime, listFirst, plural } from './wording.ts';

/** A strip is drawn on a grid of this size and stretched to the page. */
const WIDTH = 1000;
const HEIGHT = 40;
/** The least height of a bar: a single failure is seen. */
const LEAST_BAR = 3;
const LEAST_WIDTH = 2;
/** Part of a bucket's width that its bar takes. */
const FILLED = 0.9;
const MOST_ONSETS = 3;
const LONGEST_TITLE = 120;

/** The time that the strips share, in milliseconds. */
interface Axis {
  readonly from: number;
  readonly length: number;
}

/** The time of the log. A log of one moment is as long as a bucket. */
function toAxis(window: NonNullable<Report['window']>, timelines: readonly ReportTimeline[]): Axis {
  const from = Date.parse(window.from);
  const length = Date.parse(window.to) - from;
  return { from, length: length > 0 ? length : Math.max(...timelines.map(({ bucketMs }) => bucketMs)) };
}

/** Place of a moment on the strip; a bucket may begin before the log and end behind it. */
function placeOf(timeMs: number, { from, length }: Axis): number {
  const place = ((timeMs - from) / length) * WIDTH;
  return Math.round(Math.min(WIDTH, Math.max(0, place)) * 10) / 10;
}

function drawBars({ from, bucketMs, requests }: ReportTimeline, axis: Axis): Markup {
  const most = Math.max(...requests);
  return html`${requests.map((count, bucket) => {
    if (count === 0) return NO_HTML;
    const start = Date.parse(from) + bucket * bucketMs;
    const height = Math.max(LEAST_BAR, Math.round((count / most) * (HEIGHT - 2)));
    const x = Math.min(WIDTH - LEAST_WIDTH, placeOf(start, axis));
    const width = Math.max(LEAST_WIDTH, (placeOf(start + bucketMs, axis) - x) * FILLED);
    return html`<rect class="bar" x="${x}" y="${HEIGHT - height}" width="${width.toFixed(1)}" height="${height}"/>`;
  })}`;
}

function drawOnsets(finding: ReportFinding, axis: Axis): Markup {
  return html`${finding.intervals.map(({ from }) => {
    const x = placeOf(Date.parse(from), axis);
    return html`<path class="onset" d="M${x} 0V${HEIGHT}"/>`;
  })}`;
}

function describeOnsets({ intervals }: ReportFinding): string {
  const times = intervals.map(({ from }) => formatTime(from));
  if (times.length < 2) return '';
  return `; ${plural(times.length, 'burst')}, onset ${listFirst(times, MOST_ONSETS)}`;
}

function renderStrip(finding: ReportFinding, place: number, axis: Axis, window: Report['window']): Markup {
  const { timeline, requests, diagnosis } = finding;
  if (timeline === null) return NO_HTML;
  const most = plural(Math.max(...timeline.requests), 'failure');
  const facts = `${plural(requests, 'request')}, ${describePeriod(finding, window)}${describeOnsets(finding)}`;
  return html`<li>
<p class="strip-label"><a href="#finding-${place}">${place}. ${clip(diagnosis.title, LONGEST_TITLE)}</a> <span class="faint">${running(facts)}; highest bar: ${most} in ${formatDuration(timeline.bucketMs)}</span></p>
<svg class="strip" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${`Failures over time of ${clip(diagnosis.title, LONGEST_TITLE)}: ${facts}`}">${drawBars(timeline, axis)}${drawOnsets(finding, axis)}</svg>
</li>`;
}

/** Failures over time, one strip per finding on one axis, each burst with the mark of its onset. */
export function renderTimeline(
  findings: readonly { readonly finding: ReportFinding; readonly place: number }[],
  { window }: Report,
): Markup {
  const timelines = findings.flatMap(({ finding }) => finding.timeline ?? []);
  if (window === null || timelines.length === 0) return NO_HTML;
  const axis = toAxis(window, timelines);
  const marks = [0, 0.5, 1].map((part) => formatTime(new Date(axis.from + part * axis.length).toISOString()));
  return html`<ol class="strips">
${joinMarkup(
  findings.map(({ finding, place }) => renderStrip(finding, place, axis, window)),
  '\n',
)}
</ol>
<p class="axis" aria-hidden="true">${marks.map((time) => html`<span class="time">${time}</span>`)}</p>
<p class="faint">Bars are failed requests, each strip to its own scale; <span class="onset-key">a line</span> marks the onset of a burst. The axis is the time of the whole log.</p>`;
}
