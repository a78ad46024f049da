import { type Behaviour, THEMES, type Theme } from '../model/behaviour.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import { generatedNote, type LinkTo } from './generated.ts';
import { describeGrounds, type GroundsWords } from './knowledge.ts';
import { escapeMarkdown, markdownCode, markdownLink, markdownTable } from './markdown.ts';
import { plural, withFullStop, withPlainBlanks } from './wording.ts';

const THEME_WORDS: Readonly<Record<Theme, string>> = {
  listeners: 'Listeners and filter chains',
  routing: 'Routes',
  policy: 'Policy and filters',
  endpoints: 'Clusters and their endpoints',
  limits: 'Limits',
  connecting: 'Connecting',
  tls: 'TLS',
  reuse: 'Connections that are used again',
  http: 'HTTP',
  timeouts: 'Timeouts',
  retries: 'Retries',
  replies: 'Replies of the proxy itself',
  mesh: 'The mesh: sidecars, gateways and names',
  kubernetes: 'Kubernetes and the network',
  logging: 'What is logged, and how',
  chance: 'Counts and chance',
};

/** Where GitHub puts the heading of a behaviour. */
export function behaviourAnchor({ name }: Behaviour): string {
  return name.toLowerCase().replaceAll('.', '');
}

/** How a page of Markdown says how something is known. */
export const MARKDOWN_WORDS: GroundsWords = {
  cite: ({ title, url }) => markdownLink(escapeMarkdown(title), url),
  spell: escapeMarkdown,
};

/** Claims that rest on a behaviour, by the id of their diagnosis. */
type Resting = ReadonlyMap<string, readonly string[]>;

function listResting(resting: Resting, linkTo: LinkTo): string {
  return [...resting]
    .map(
      ([id, claims]) =>
        `- ${markdownLink(markdownCode(id), linkTo(id))}: ${claims.map(escapeMarkdown).join('; ')}`,
    )
    .join('\n');
}

function groupByBehaviour(diagnoses: readonly Diagnosis[]): ReadonlyMap<Behaviour, Resting> {
  const groups = new Map<Behaviour, Map<string, string[]>>();
  for (const { id, evidence } of diagnoses) {
    for (const { claim, restsOn } of evidence) {
      for (const behaviour of restsOn) {
        const group = groups.get(behaviour) ?? new Map<string, string[]>();
        group.set(id, [...(group.get(id) ?? []), claim]);
        groups.set(behaviour, group);
      }
    }
  }
  return groups;
}

function describeBehaviour(behaviour: Behaviour, resting: Resting, linkTo: LinkTo): string[] {
  return [
    `### ${markdownCode(behaviour.name)}`,
    withFullStop(escapeMarkdown(behaviour.text)),
    describeGrounds(behaviour, MARKDOWN_WORDS),
    `What rests on it:\n\n${listResting(resting, linkTo)}`,
  ];
}

/** How well something is known, the best first; what is in none of these was only reasoned. */
const GRADES: readonly (readonly [words: string, holds: (behaviour: Behaviour) => boolean])[] = [
  ['documented', ({ documented, reasoned }) => documented.length > 0 && reasoned === null],
  ['documented in part, and reasoned on from there', ({ documented }) => documented.length > 0],
  ['only observed', ({ observed }) => observed !== null],
  ['only reasoned', () => true],
];

/** How many of the lists are of each grade, by the best that they hold. */
function countGrades(lists: readonly (readonly Behaviour[])[]): readonly number[] {
  const grades = lists.map((list) => GRADES.findIndex(([, holds]) => list.some(holds)));
  return GRADES.map((_, grade) => grades.filter((one) => one === grade).length);
}

function describeCatalogue(diagnoses: readonly Diagnosis[], behaviours: readonly Behaviour[]): string[] {
  const claims = diagnoses.flatMap(({ evidence }) => evidence);
  const known = countGrades(behaviours.map((behaviour) => [behaviour]));
  const resting = countGrades(claims.map(({ restsOn }) => restsOn));
  return [
    `A claim is evidence for or against a cause because Envoy, Istio, Kubernetes or a protocol behaves in a certain way. Here are the ${plural(behaviours.length, 'behaviour')} on which the ${plural(claims.length, 'claim')} of ${plural(diagnoses.length, 'diagnosis', 'diagnoses')} rest, and who says so. When one of them changes, the claims below it are those to look at again.`,
    markdownTable(
      ['known how', 'behaviours', 'claims, by the best that they rest on'],
      GRADES.map(([words], grade) => [words, String(known[grade] ?? 0), String(resting[grade] ?? 0)]),
    ),
  ];
}

/** Every behaviour with the claims that rest on it, in the order in which a request meets them. */
export function renderBehavioursPage(diagnoses: readonly Diagnosis[], linkTo: LinkTo): string {
  const groups = [...groupByBehaviour(diagnoses)].sort(([a], [b]) => (a.name < b.name ? -1 : 1));
  const themes = THEMES.flatMap((theme) => {
    const own = groups.filter(([behaviour]) => behaviour.theme === theme);
    if (own.length === 0) return [];
    const blocks = own.flatMap(([behaviour, resting]) => describeBehaviour(behaviour, resting, linkTo));
    return [`## ${THEME_WORDS[theme]}`, ...blocks];
  });
  const blocks = [
    generatedNote('diagnoses/behaviours and the claims of the diagnoses'),
    '# What the claims rest on',
    ...describeCatalogue(
      diagnoses,
      groups.map(([behaviour]) => behaviour),
    ),
    ...themes,
  ];
  return `${withPlainBlanks(blocks.join('\n\n'))}\n`;
}
