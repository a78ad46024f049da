import type { Claim, Diagnosis } from '../model/diagnosis.ts';
import { claimsOf, isUnobserved } from './knowledge.ts';
import { escapeMarkdown, markdownBlock, markdownCode, markdownLink } from './markdown.ts';
import { capitalise, listAll, withFullStop } from './wording.ts';

/** Where the page of a diagnosis is, seen from the page that links to it. */
export type LinkTo = (id: string) => string;

const PRIOR_WORDS: Readonly<Record<Diagnosis['prior'], string>> = {
  common: 'A common cause',
  usual: 'A usual cause',
  uncommon: 'An uncommon cause',
  rare: 'A rare cause',
};

function section(title: string, blocks: readonly string[], gap = '\n'): string[] {
  return blocks.length === 0 ? [] : [`## ${title}\n\n${blocks.join(gap)}`];
}

function describeClaim(claim: Claim): string {
  const turned = claim.supports ? 'against' : 'for';
  const otherwise = claim.otherwise === undefined ? '' : ` If not: ${claim.otherwise} evidence ${turned} it.`;
  return `- **${capitalise(claim.weight)}:** ${withFullStop(escapeMarkdown(claim.claim))}${otherwise}`;
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

/** The note that keeps people from editing what is generated. */
export function generatedNote(source: string): string {
  return `<!-- Generated from ${source}: edit that, then run \`npx vitest run -u\`. -->`;
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
  const blocks = [
    generatedNote(`diagnoses/${family}/${id}.ts`),
    `# ${escapeMarkdown(title)}`,
    describeFiling(diagnosis),
    escapeMarkdown(cause),
    ...section('What the log shows', claimsOf(diagnosis, 'for').map(describeClaim)),
    ...quoteLines(diagnosis, lines),
    ...section('What speaks against it', claimsOf(diagnosis, 'against').map(describeClaim)),
    ...section('Easily confused with', listLookalikes(diagnosis, linkTo)),
    ...section('How to confirm', listChecks(diagnosis), '\n\n'),
    ...section('Fix', listFixes(diagnosis), '\n\n'),
    ...section('Versions', versions === null ? [] : [withFullStop(escapeMarkdown(versions))]),
    ...section('Sample logs', listSamples(diagnosis)),
    ...section('Sources', listSources(diagnosis)),
  ];
  return `${blocks.join('\n\n')}\n`;
}
