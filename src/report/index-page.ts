import type { Diagnosis } from '../model/diagnosis.ts';
import { FAMILIES } from '../model/diagnosis-vocabulary.ts';
import { RESPONSE_FLAG_TABLE } from '../model/response-flag.ts';
import { findUnclaimedFlag } from '../model/unclaimed-flag.ts';
import { generatedNote, type LinkTo } from './generated.ts';
import { filedUnder, isUnobserved, tellingClaim } from './knowledge.ts';
import { escapeMarkdown, markdownCode, markdownLink, markdownTable } from './markdown.ts';
import { capitalise, plural, withPlainBlanks } from './wording.ts';

const FAMILY_WORDS: Readonly<Record<Diagnosis['family'], string>> = {
  routing: 'No route, or the wrong one: the proxy does not know where to send the request.',
  cluster: 'A route matched, but the cluster has no endpoint or no room for the request.',
  connection: 'An endpoint was chosen, but no usable connection to it came about.',
  stream: 'The connection stood, but request or answer did not get through whole.',
  policy: 'A rule, a limit or a filter answered instead of the upstream.',
};

const linkOf = ({ id }: Diagnosis, linkTo: LinkTo): string => markdownLink(markdownCode(id), linkTo(id));

function describeDiagnosis(diagnosis: Diagnosis, linkTo: LinkTo): string[] {
  const claim = tellingClaim(diagnosis);
  return [
    linkOf(diagnosis, linkTo),
    `${escapeMarkdown(diagnosis.title)}${isUnobserved(diagnosis) ? ' (unobserved)' : ''}`,
    diagnosis.flags.map(markdownCode).join(', '),
    claim === undefined ? '' : escapeMarkdown(claim.claim),
  ];
}

/** The table of contents of the diagnoses, by family in the order in which a request meets them. */
export function renderDiagnosesIndex(diagnoses: readonly Diagnosis[], linkTo: LinkTo): string {
  const families = FAMILIES.map((family) => ({
    family,
    members: diagnoses.filter((diagnosis) => diagnosis.family === family),
  })).filter(({ members }) => members.length > 0);
  const blocks = [
    generatedNote('the diagnoses that diagnoses/index.ts lists'),
    '# Diagnoses',
    withPlainBlanks(
      `${plural(diagnoses.length, 'cause')}, by the part of the way through the proxy that fails.`,
    ),
    ...families.flatMap(({ family, members }) => [
      `## ${capitalise(family)}`,
      FAMILY_WORDS[family],
      markdownTable(
        ['id', 'cause', 'flags', 'told by'],
        members.map((diagnosis) => describeDiagnosis(diagnosis, linkTo)),
      ),
    ]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** Every response flag with its meaning and the causes filed under it, the most usual first. */
export function renderFlagTable(diagnoses: readonly Diagnosis[], linkTo: LinkTo): string {
  const rows = RESPONSE_FLAG_TABLE.map(({ flag, longName, meaning }) => [
    markdownCode(flag),
    longName,
    escapeMarkdown(meaning),
    filedUnder(flag, diagnoses)
      .map((diagnosis) => linkOf(diagnosis, linkTo))
      .join(', ') || escapeMarkdown(findUnclaimedFlag(flag)?.why ?? ''),
  ]);
  return `${markdownTable(['flag', 'long name', 'meaning', 'causes'], rows)}\n`;
}
