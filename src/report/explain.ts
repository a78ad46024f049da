import type { Source } from '../model/behaviour.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Report } from '../model/report.ts';
import type { KnownDetails } from '../model/response-code-details.ts';
import { findUnclaimedFlag } from '../model/unclaimed-flag.ts';
import {
  claimsOf,
  describeGrounds,
  filedUnder,
  findFlag,
  type GroundsWords,
  groundsOf,
  isUnobserved,
  referTo,
  tellingClaim,
} from './knowledge.ts';
import { bullet, command, createPage, type Inline, type Page, prose, styled, verbatim } from './layout.ts';
import type { Paint } from './paint.ts';
import { formatConfidence, plural, withFullStop } from './wording.ts';

const INDENT = 3;

function section(page: Page, title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...prose(page, 0, [styled('strong', title)]), ...lines];
}

function listClaims(page: Page, diagnosis: Diagnosis, side: 'for' | 'against'): string[] {
  const [sign, turned] = side === 'for' ? [styled('good', '+'), 'against'] : [styled('bad', '−'), 'for'];
  const grounds = groundsOf(diagnosis);
  return claimsOf(diagnosis, side).flatMap((claim) => {
    const { weight, otherwise } = claim;
    const note = otherwise === undefined ? weight : `${weight}; if not, ${otherwise} ${turned}`;
    return bullet(page, INDENT, sign, [
      claim.claim,
      styled('faint', ` (${note}) ${referTo(claim, grounds)}`.trimEnd()),
    ]);
  });
}

/** The addresses of the pages stand below, with the other sources. */
const PLAIN_WORDS: GroundsWords = { cite: ({ title }) => title, spell: (text) => text };

function listGrounds(page: Page, diagnosis: Diagnosis): string[] {
  return groundsOf(diagnosis).flatMap((behaviour, index) =>
    bullet(page, INDENT, styled('plain', `${index + 1}.`), [
      withFullStop(behaviour.text),
      styled('faint', ` ${describeGrounds(behaviour, PLAIN_WORDS)}`),
    ]),
  );
}

/** Its own sources and those of what its claims rest on, each page once. */
function allSources(diagnosis: Diagnosis): readonly Source[] {
  const all = [...diagnosis.sources, ...groundsOf(diagnosis).flatMap(({ documented }) => documented)];
  return all.filter(({ url }, index) => all.findIndex((other) => other.url === url) === index);
}

function listLookalikes(page: Page, { confusedWith }: Diagnosis): string[] {
  return confusedWith.flatMap(({ id, tellApart }) =>
    bullet(page, INDENT, styled('plain', '·'), [styled('strong', id), `: ${tellApart}`]),
  );
}

function listActions(page: Page, { confirm, fixes }: Diagnosis): string[] {
  const checks = confirm.flatMap(({ run, expect }) => [
    command(page, INDENT, run),
    ...bullet(page, INDENT + 2, styled('faint', '→'), withFullStop(expect)),
  ]);
  const repairs = fixes.flatMap(({ text, yaml }) => [
    ...bullet(page, INDENT, styled('plain', '·'), withFullStop(text)),
    ...(yaml === undefined ? [] : verbatim(page, INDENT + 2, yaml)),
  ]);
  return [...section(page, 'How to confirm', checks), ...section(page, 'Fix', repairs)];
}

function describeFiling(diagnosis: Diagnosis): string {
  const { id, family, prior, flags } = diagnosis;
  const facts = [`family ${family}`, `${prior} cause`];
  if (flags.length > 0) facts.push(`${flags.length === 1 ? 'flag' : 'flags'} ${flags.join(', ')}`);
  if (isUnobserved(diagnosis)) facts.push('not yet observed in a real log');
  return `${id} (${facts.join('; ')})`;
}

/** An address is opened or copied, so it is never broken: where it does not fit behind the title it has its own line. */
function listSource(page: Page, { title, url }: Source): string[] {
  const mark = styled('plain', '·');
  return INDENT + 2 + title.length + 1 + url.length <= page.width
    ? bullet(page, INDENT, mark, `${title} ${url}`)
    : [...bullet(page, INDENT, mark, title), command(page, INDENT + 2, url)];
}

/** Names that only a log can fill in, as `{host}`. */
const BRACES = /\{[a-z][a-zA-Z]+\}/;

function explainBraces(page: Page, { cause, confirm, fixes }: Diagnosis): string[] {
  const texts = [
    cause,
    ...confirm.flatMap(({ run, expect }) => [run, expect]),
    ...fixes.map(({ text }) => text),
  ];
  const [example] = texts.flatMap((text) => BRACES.exec(text) ?? []);
  if (example === undefined) return [];
  const words = `What stands in braces, as ${example} does, a report fills in from the log.`;
  return ['', ...prose(page, 0, [styled('faint', words)])];
}

function explain(page: Page, diagnosis: Diagnosis, lines: readonly string[]): string[] {
  const { title, cause, versions, samples } = diagnosis;
  const origin = samples[0]?.origin === 'composed' ? 'Lines as they would look' : 'Real lines';
  const links = allSources(diagnosis).flatMap((source) => listSource(page, source));
  return [
    ...prose(page, 0, [styled('strong', title)]),
    ...prose(page, 0, [styled('faint', describeFiling(diagnosis))]),
    '',
    ...prose(page, 0, cause),
    ...explainBraces(page, diagnosis),
    ...section(page, 'What the log shows', listClaims(page, diagnosis, 'for')),
    ...section(
      page,
      origin,
      lines.flatMap((line) => command(page, INDENT, line)),
    ),
    ...section(page, 'What speaks against it', listClaims(page, diagnosis, 'against')),
    ...section(page, 'Easily confused with', listLookalikes(page, diagnosis)),
    ...listActions(page, diagnosis),
    ...section(page, 'Versions', versions === null ? [] : prose(page, INDENT, withFullStop(versions))),
    ...section(page, 'Why this counts', listGrounds(page, diagnosis)),
    ...section(page, 'Sources', links),
  ];
}

/** How an explanation is to look, and what it shows beside. */
export interface ExplainLooks {
  readonly paint?: Paint;
  readonly width?: number;
  /** Lines of its first sample log. */
  readonly lines?: readonly string[];
}

/** All that is known about one cause. */
export function explainDiagnosis(
  diagnosis: Diagnosis,
  { paint, width, lines = [] }: ExplainLooks = {},
): string {
  return `${explain(createPage(width, paint), diagnosis, lines).join('\n')}\n`;
}

function listCauses(page: Page, filed: readonly Diagnosis[]): string[] {
  return filed.flatMap((diagnosis) => {
    const claim = tellingClaim(diagnosis);
    const title: Inline = [styled('strong', diagnosis.id), ` (${diagnosis.prior}): ${diagnosis.title}`];
    return [
      ...bullet(page, INDENT, styled('plain', '·'), title),
      ...(claim === undefined ? [] : prose(page, INDENT + 2, `Told by: ${claim.claim}`)),
    ];
  });
}

/** Who sets a flag that no diagnosis claims, where to look, and who says so. */
function explainUnclaimed(page: Page, flag: string | null): string[] {
  const unclaimed = findUnclaimedFlag(flag);
  if (unclaimed === undefined) return [];
  const { why, look, sources } = unclaimed;
  return [
    ...prose(page, 0, why),
    ...section(page, 'Where to look', prose(page, INDENT, look)),
    ...section(
      page,
      'Sources',
      sources.flatMap((source) => listSource(page, source)),
    ),
  ];
}

function explainFiling(page: Page, flag: string, filed: number): string[] {
  if (filed > 0)
    return prose(page, 0, `${plural(filed, 'cause')}${filed === 1 ? '' : ', the most usual first'}:`);
  const unclaimed = explainUnclaimed(page, flag);
  return unclaimed.length > 0
    ? unclaimed
    : prose(
        page,
        0,
        'No diagnosis is filed under it. Its response code details say more: faultline explain DETAILS',
      );
}

/** What a response flag means, and the causes behind it, the most usual first. */
export function explainFlag(
  flag: string,
  diagnoses: readonly Diagnosis[],
  paint?: Paint,
  width?: number,
): string {
  const page = createPage(width, paint);
  const row = findFlag(flag);
  const filed = filedUnder(flag, diagnoses);
  const name = row === undefined ? 'a flag that Envoy 1.40 does not define' : row.longName;
  const lines = [
    ...prose(page, 0, [styled('strong', flag), ` ${name}`]),
    ...(row === undefined ? [] : prose(page, 0, row.meaning)),
    '',
    ...explainFiling(page, flag, filed.length),
    ...listCauses(page, filed),
  ];
  return `${lines.join('\n')}\n`;
}

/** Less is not worth naming. */
const LEAST_CONFIDENCE = 0.01;

function listCandidates(page: Page, { findings }: Report): string[] {
  const [first] = findings;
  if (first === undefined) return [];
  const { confidence, diagnosis, alternatives, unknownConfidence } = first;
  const others = alternatives.filter((other) => other.confidence >= LEAST_CONFIDENCE);
  const causes = [{ id: diagnosis.id, title: diagnosis.title, confidence }, ...others];
  return [
    ...causes.flatMap((cause) =>
      bullet(page, INDENT, styled('plain', '·'), [
        styled('strong', cause.id),
        ` (${formatConfidence(cause.confidence)}): ${cause.title}`,
      ]),
    ),
    ...bullet(page, INDENT, styled('plain', '·'), `none of these (${formatConfidence(unknownConfidence)})`),
  ];
}

function explainNoCause(page: Page, flag: string | null): string[] {
  const unclaimed = explainUnclaimed(page, flag);
  return unclaimed.length > 0 ? unclaimed : prose(page, 0, 'No diagnosis is told by these details alone.');
}

/** What response code details mean. `report` is that of a line which shows nothing but these details. */
export function explainDetails(
  { logged, code, flag, parts }: KnownDetails,
  report: Report,
  paint?: Paint,
  width?: number,
): string {
  const page = createPage(width, paint);
  const candidates = listCandidates(page, report);
  const lines = [
    ...prose(page, 0, [
      styled('strong', logged),
      ` response code details, with the code ${code} and ${flag === null ? 'no flag' : `the flag ${flag}`} as a rule`,
    ]),
    ...parts.flatMap(({ name, meaning }) =>
      prose(page, 0, parts.length === 1 ? meaning : [styled('strong', name), `: ${meaning}`]),
    ),
    '',
    ...(candidates.length === 0
      ? explainNoCause(page, flag)
      : prose(page, 0, 'Where a line shows nothing else, its cause is:')),
    ...candidates,
  ];
  return `${lines.join('\n')}\n`;
}
