import type { HopPlace, ReportHop, ReportHopNode } from '../model/report.ts';
import { LONGEST_NAME } from './facts.ts';
import { clip, clipMiddle } from './width.ts';
import { formatCount, plural } from './wording.ts';

/** The stations in words. */
export const ROLE_NAMES: Readonly<Record<ReportHopNode['role'], string>> = {
  caller: 'caller',
  callingProxy: 'calling proxy',
  servingProxy: 'serving proxy',
  application: 'application',
};

/** Pods that a station names. */
const MOST_PODS = 3;

const SENT = '──▶';
const LOST = '◀──✗';
const CUT = '──✗';
const NEVER = '····';

/** The stations in their order, and what lies before the serving proxy when a request fails there. */
const DRAWINGS: Readonly<Record<HopPlace, readonly [string, string, string]>> = {
  caller: [`✗ ${SENT}`, SENT, SENT],
  callingProxy: [SENT, `✗ ${NEVER}`, NEVER],
  between: [SENT, CUT, NEVER],
  servingProxy: [SENT, SENT, `✗ ${NEVER}`],
  application: [SENT, SENT, SENT],
};

/** The way of the requests on one line, with a cross where they fail. */
export function drawHop({ outcome, place }: ReportHop): string {
  const [a, b, c] = outcome === 'answeredAndLost' ? [SENT, LOST, '◀──'] : DRAWINGS[place];
  const end = place === 'application' ? ' ✗' : '';
  return `caller ${a} calling proxy ${b} serving proxy ${c} application${end}`;
}

/** What became of the requests, in one sentence. */
export function describeHop({ outcome, place }: ReportHop): string {
  switch (outcome) {
    case 'neverSent':
      return place === 'callingProxy'
        ? 'Never sent: the calling proxy gave the requests up itself.'
        : 'Never sent: the calling proxy got no connection to the endpoint.';
    case 'refused':
      return place === 'application'
        ? 'Refused: the serving proxy got no connection to its application.'
        : 'Refused: the serving proxy turned the requests away.';
    case 'notAnswered':
      return NOT_ANSWERED[place] ?? 'Not answered.';
    case 'answeredWithFailure':
      return 'Answered with a failure, by the application.';
    case 'answeredAndLost':
      return 'Answered and lost: the serving proxy logged answers that the calling proxy did not get.';
    default:
      return outcome satisfies never;
  }
}

const NOT_ANSWERED: Readonly<Partial<Record<HopPlace, string>>> = {
  application: 'Received and not answered: the serving proxy passed the requests on to its application.',
  between: 'Sent and not answered; nothing shows that the requests arrived.',
  caller: 'Not answered before the caller left.',
};

/** How many requests that is true of, and by which logs. */
export function describeHopCounts({ requests, compared, joined, unseen }: ReportHop): string {
  const by = [
    ...(joined > 0 ? [`${formatCount(joined)} in both logs`] : []),
    ...(unseen > 0 ? [`${formatCount(unseen)} without trace in the log of the other side`] : []),
  ];
  return `${formatCount(requests)} of ${plural(compared, 'request')}: ${by.join(', ')}`;
}

/** Pods in words; of many the first ones. */
export function describePods(pods: readonly string[]): readonly string[] {
  const shown = pods.slice(0, MOST_PODS).map((pod) => clipMiddle(pod, LONGEST_NAME));
  const more = pods.length - shown.length;
  if (shown.length === 0) return [];
  return [
    `${pods.length === 1 ? 'pod' : 'pods'} ${shown.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`,
  ];
}

/** What each proxy logged. */
export function describeHopNodes({ path }: ReportHop): readonly string[] {
  return path.flatMap(({ role, address, input, pods, says }) => {
    if (says === null) return [];
    const place = [
      ...describePods(pods),
      ...(input === null ? [] : [input === '-' ? 'standard input' : clipMiddle(input, LONGEST_NAME)]),
      ...(address === null ? [] : [`at ${address}`]),
    ];
    return `${ROLE_NAMES[role]}${place.length === 0 ? '' : ` (${place.join(', ')})`}: ${clip(says, LONGEST_NAME)}`;
  });
}
