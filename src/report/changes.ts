import type { Change, ReportChange, ReportComparison } from '../model/comparison.ts';
import { LONGEST_NAME } from './facts.ts';
import { type Inline, joinInline, styled } from './layout.ts';
import type { Style } from './paint.ts';
import { clipMiddle } from './width.ts';
import { formatCount, formatPercent, formatPeriod, formatTime, listAll, plural } from './wording.ts';

/** More than these nobody reads; what is cut is said. */
const MOST_CHANGES = 20;
const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

const CHANGE_STYLES: Readonly<Record<Change, Style>> = {
  new: 'bad',
  worse: 'bad',
  same: 'plain',
  better: 'good',
  gone: 'good',
};

/** What changed since another report, or since the runs before, in sentences. */
export interface ChangesInWords {
  readonly title: string;
  /** What it is compared with. */
  readonly lead: string;
  readonly items: readonly Inline[];
  /** Changes that have no sentence. */
  readonly rest: string;
}

/** `2 new, 1 gone, 3 the same`. */
function countChanges(changes: readonly ReportChange[]): string {
  const count = (change: Change, words: string): string => {
    const found = changes.filter((item) => item.change === change).length;
    return found === 0 ? '' : `${formatCount(found)} ${words}`;
  };
  const counts = [
    count('new', 'new'),
    count('worse', 'worse'),
    count('better', 'better'),
    count('gone', 'gone'),
    count('same', 'the same'),
  ].filter((words) => words !== '');
  return counts.length === 0 ? 'nothing then and nothing now' : listAll(counts);
}

function describeRate({ requests, traffic }: ReportChange['now']): string {
  if (traffic === 0) return 'no traffic';
  return `${formatCount(requests)} of ${plural(traffic, 'request')} (${formatPercent(requests / traffic)})`;
}

/** Heights of the last runs beside each other; a run without a failure stays at the floor. */
function drawTrend(trend: readonly number[]): string {
  const most = Math.max(1, ...trend);
  return trend.map((count) => BARS[Math.ceil((count / most) * (BARS.length - 1))] ?? BARS[0]).join('');
}

function describeHistory({ history }: ReportChange): string {
  if (history === null) return '';
  const { firstSeen, runsSeen, runs, episodes, ongoingSince, trend } = history;
  const facts = [
    firstSeen === null ? '' : `first seen ${formatTime(firstSeen)}`,
    `in ${formatCount(runsSeen)} of ${plural(runs, 'run')}`,
    episodes > 1 ? `began ${formatCount(episodes)} times` : '',
    ongoingSince === null ? '' : `going on since ${formatTime(ongoingSince)}`,
    trend.length > 1 ? `last runs ${drawTrend(trend)}` : '',
  ];
  return ` History: ${facts.filter((fact) => fact !== '').join(', ')}.`;
}

function describeChange(item: ReportChange): Inline {
  const { change, diagnosis, scope, before, now, because, muted } = item;
  const place = scope === '' || scope === '-' ? '' : ` at ${clipMiddle(scope, LONGEST_NAME)}`;
  const rates = `: now ${describeRate(now)}, before ${describeRate(before)}; ${because}.`;
  return joinInline([
    [styled(CHANGE_STYLES[change], `${change}:`), ` ${diagnosis.title}`],
    `${place}${muted ? ' (not told)' : ''}${rates}${describeHistory(item)}`,
  ]);
}

/** What it is compared with, and what all runs were. */
function describeLead({ baseline, window, history }: ReportComparison): string {
  const period = window === null ? '' : `: ${formatPeriod(window.from, window.to)}`;
  if (history === null) return `Compared with ${baseline ?? 'another report'}${period}.`;
  const { runs, lines, requests, failed } = history;
  const sums = `${plural(lines, 'line')}, ${plural(requests, 'request')}, ${formatCount(failed)} failed`;
  if (runs === 1) return `The first run, so there is nothing to compare with: ${sums}.`;
  return `Compared with the runs before${period}. All ${plural(runs, 'run')} together: ${sums}.`;
}

/** Sums a comparison up. */
export function describeChanges(comparison: ReportComparison): ChangesInWords {
  const { changes } = comparison;
  const shown = changes.slice(0, MOST_CHANGES);
  return {
    title: `Changes: ${countChanges(changes)}`,
    lead: describeLead(comparison),
    items: shown.map(describeChange),
    rest: changes.length > shown.length ? `and ${plural(changes.length - shown.length, 'more cause')}` : '',
  };
}
