import type { Change, ReportChange } from '../model/comparison.ts';
import type { Message, NotificationKind } from '../model/run-state.ts';
import { escapeForTerminal } from './escape.ts';
import { clipMiddle } from './width.ts';
import { formatCount, formatPercent, formatPeriod, plural, withPlainBlanks } from './wording.ts';

const MESSAGE_VERSION = 1;
/** More than these nobody reads in a chat; the report has all. */
const MOST_CHANGES = 10;
const LONGEST_NAME = 120;
const TOLD: readonly Change[] = ['new', 'worse', 'gone'];

/** Names come out of logs: nothing in them is obeyed, and nobody is called by an `@channel`. */
function toPlain(text: string): string {
  return withPlainBlanks(escapeForTerminal(clipMiddle(text, LONGEST_NAME)).replaceAll('@', '@\u200b'));
}

function countChanges(changes: readonly ReportChange[]): string {
  return TOLD.map((change) => ({ change, count: changes.filter((item) => item.change === change).length }))
    .filter(({ count }) => count > 0)
    .map(({ change, count }) => `${formatCount(count)} ${change}`)
    .join(', ');
}

function describeRate({ requests, traffic }: ReportChange['now']): string {
  if (traffic === 0) return 'no traffic';
  return `${formatCount(requests)} of ${plural(traffic, 'request')} (${formatPercent(requests / traffic)})`;
}

/** What is told of one change: the word, the cause with its place, the rates. */
function describeChange({ change, diagnosis, scope, before, now, history }: ReportChange) {
  const since = history?.firstSeen == null || change !== 'gone' ? '' : `, first seen ${history.firstSeen}`;
  return {
    change,
    what: toPlain(diagnosis.title),
    where: scope === '' || scope === '-' ? '' : ` at ${toPlain(scope)}`,
    rates: withPlainBlanks(`: now ${describeRate(now)}, before ${describeRate(before)}${since}`),
  };
}

function headline(message: Message): string {
  return `faultline: ${countChanges(message.changes)}`;
}

function context({ window, requests, failed }: Message): string {
  const period = window === null ? '' : ` Log: ${formatPeriod(window.from, window.to)}.`;
  return withPlainBlanks(`${formatCount(failed)} of ${plural(requests, 'request')} failed.${period}`);
}

function describeRest({ changes }: Message): readonly string[] {
  const rest = changes.length - MOST_CHANGES;
  return rest > 0 ? [`and ${formatCount(rest)} more; see the report`] : [];
}

const escapeSlack = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`]/g, (mark) => `${mark}\u200b`);

function toSlack(message: Message): object {
  const lines = message.changes.slice(0, MOST_CHANGES).map((change) => {
    const { change: word, what, where, rates } = describeChange(change);
    return `• *${word}* ${escapeSlack(`${what}${where}${rates}`)}`;
  });
  return {
    text: [`*${headline(message)}*`, ...lines, ...describeRest(message), context(message)].join('\n'),
  };
}

/** Runs of text are shown as they are; text blocks would read Markdown out of them. */
function toTeams(message: Message): object {
  const paragraph = (...inlines: readonly object[]): object => ({ type: 'RichTextBlock', inlines });
  const run = (text: string, more: object = {}): object => ({ type: 'TextRun', text, ...more });
  const changes = message.changes.slice(0, MOST_CHANGES).map((change) => {
    const { change: word, what, where, rates } = describeChange(change);
    return paragraph(run(`${word} `, { weight: 'Bolder' }), run(`${what}${where}${rates}`));
  });
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      paragraph(run(headline(message), { weight: 'Bolder', size: 'Medium' })),
      ...changes,
      ...describeRest(message).map((text) => paragraph(run(text))),
      paragraph(run(context(message), { isSubtle: true })),
    ],
  };
  return {
    type: 'message',
    attachments: [
      { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card },
    ],
  };
}

function toJson({ id, at, window, requests, failed, changes }: Message): object {
  return { version: MESSAGE_VERSION, program: 'faultline', id, at, window, requests, failed, changes };
}

/** The body of a notification, as JSON. */
export function renderNotification(kind: NotificationKind, message: Message): string {
  switch (kind) {
    case 'slack':
      return JSON.stringify(toSlack(message));
    case 'teams':
      return JSON.stringify(toTeams(message));
    case 'json':
      return JSON.stringify(toJson(message));
    default:
      return kind satisfies never;
  }
}
