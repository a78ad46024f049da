import type { Behaviour } from '../model/behaviour.ts';
import type { Claim, Diagnosis } from '../model/diagnosis.ts';
import { behaviourAnchor, MARKDOWN_WORDS } from './behaviours-page.ts';
import { generatedNote, type LinkTo } from './generated.ts';
import { claimsOf, describeGrounds, groundsOf, isUnobserved, referTo } from './knowledge.ts';
import { escapeMarkdown, markdownBlock, markdownCode, markdownLink } from './markdown.ts';
import { capitalise, listAll, withFullStop } from './wording.ts';

/** The page of behaviours, seen from the page of a diagnosis. */
const BEHAVIOURS_PAGE = '../../docs/behaviours.md';

const PRIOR_WORDS: Readonly<Record<Diagnosis['prior'], string>> = {
  common: 'A common cause',
  usual: 'A usual cause',
  uncommon: 'An uncommon cause',
  rare: 'A rare cause',
};

function section(title: string, blocks: readonly string[], gap = '\n'): string[] {
  return blocks.length === 0 ? [] : [`## ${title}\n\n${blocks.join(gap)}`];
}

function describeClaim(claim: Claim, grounds: readonly Behaviour[]): string {
  const turned = claim.supports ? 'against' : 'for';
  const otherwise = claim.otherwise === undefined ? '' : ` If not: ${claim.otherwise} evidence ${turned} it.`;
  const reference = referTo(claim, grounds);
  const text = `- **${capitalise(claim.weight)}:** ${withFullStop(escapeMarkdown(claim.claim))}${otherwise}`;
  return reference === '' ? text : `${text} ${reference}`;
}

function describeFiling(diagnosis: Diagnosis): string {
  const flags = listAll(diagnosis.flags.map(markdownCode));
  const filed =
    flags === ''
      ? `${PRIOR_WORDS[diagnosis.prior]}, under no response flag`
      : `${PRIOR_WORDS[diagnosis.prior]} of ${flags}`;
  const unobserved = isUnobserved(diagnosis)
    ? ' Not yet observed in a real log, so its confidence is capped.'
    : '';
  const quiet = diagnosis.quiet ? ' It fails no request, so only the mesh configuration can prove it.' : '';
  return `${markdownCode(diagnosis.id)} · ${filed}.${quiet}${unobserved}`;
}

/** What makes the claims true of a log, by the numbers that the claims give. */
function listGrounds(grounds: readonly Behaviour[]): string[] {
  return grounds.map((behaviour, index) => {
    const name = markdownLink(
      markdownCode(behaviour.name),
      `${BEHAVIOURS_PAGE}#${behaviourAnchor(behaviour)}`,
    );
    const text = withFullStop(escapeMarkdown(behaviour.text));
    return `${index + 1}. ${text} (${name}) ${describeGrounds(behaviour, MARKDOWN_WORDS)}`;
  });
}

function listLookalikes({ confusedWith }: Diagnosis, linkTo: LinkTo): string[] {
  return confusedWith.map(
    ({ id, tellApart }) => `- ${markdownLink(markdownCode(id), linkTo(id))}: ${escapeMarkdown(tellApart)}`,
  );
}

function listChecks({ confirm }: Diagnosis): string[] {
  const commands = confirm.map(({ run }) => run).join(' ');
  // A report fills these in; whoever reads the page has to.
  const blanks = new Set([...commands.matchAll(/\{[A-Za-z]+\}/g)].map(([blank]) => markdownCode(blank)));
  return [
    ...(blanks.size === 0 ? [] : [`Fill in ${listAll([...blanks])}.`]),
    ...confirm.map(
      ({ run, expect }) => `${markdownBlock(run, 'sh')}\n\nExpect: ${withFullStop(escapeMarkdown(expect))}`,
    ),
  ];
}

function listFixes({ fixes }: Diagnosis): string[] {
  return fixes.map(({ text, yaml }) => {
    const paragraph = withFullStop(escapeMarkdown(text));
    return yaml === undefined ? paragraph : `${paragraph}\n\n${markdownBlock(yaml, 'yaml')}`;
  });
}

function listSamples({ id, samples }: Diagnosis): string[] {
  return samples.map(
    ({ file, origin, from }) =>
      `- ${markdownCode(`samples/${id}/${file}`)}, ${origin}: ${withFullStop(escapeMarkdown(from))}`,
  );
}

function listSources({ sources }: Diagnosis): string[] {
  return sources.map(({ title, url }) => `- ${markdownLink(escapeMarkdown(title), url)}`);
}

/** Lines out of the first sample, as a log shows the cause. */
function quoteLines({ id, samples }: Diagnosis, lines: readonly string[]): string[] {
  const [first] = samples;
  if (first === undefined || lines.length === 0) return [];
  const origin = first.origin === 'composed' ? 'Lines as they would look' : 'Real lines';
  return [
    `${origin}, from ${markdownCode(`samples/${id}/${first.file}`)}:\n\n${markdownBlock(lines.join('\n'), 'text')}`,
  ];
}

/** The Markdown page of one diagnosis: what somebody needs who has to act on it now. `lines` are of its first sample. */
export function renderDiagnosisPage(
  diagnosis: Diagnosis,
  linkTo: LinkTo,
  lines: readonly string[] = [],
): string {
  const { id, family, title, cause, versions } = diagnosis;
  const grounds = groundsOf(diagnosis);
  const describe = (claim: Claim): string => describeClaim(claim, grounds);
  const blocks = [
    generatedNote(`diagnoses/${family}/${id}.ts`),
    `# ${escapeMarkdown(title)}`,
    describeFiling(diagnosis),
    escapeMarkdown(cause),
    ...section('What the log shows', claimsOf(diagnosis, 'for').map(describe)),
    ...quoteLines(diagnosis, lines),
    ...section('What speaks against it', claimsOf(diagnosis, 'against').map(describe)),
    ...section('Easily confused with', listLookalikes(diagnosis, linkTo)),
    ...section('How to confirm', listChecks(diagnosis), '\n\n'),
    ...section('Fix', listFixes(diagnosis), '\n\n'),
    ...section('Versions', versions === null ? [] : [withFullStop(escapeMarkdown(versions))]),
    ...section('Why this counts', listGrounds(grounds)),
    ...section('Sample logs', listSamples(diagnosis)),
    ...section('Sources', listSources(diagnosis)),
  ];
  return `${blocks.join('\n\n')}\n`;
}
