import { PRIOR_BITS } from '../model/diagnosis-vocabulary.ts';
import type { ReportEvidence, ReportFinding, ReportMeshConfig } from '../model/report.ts';
import { countedEvidence, describeEvidence, describeOthers, isRefuted, rivalsOf } from './evidence.ts';
import { bullet, type Inline, label, type Page, prose, styled } from './layout.ts';
import type { Style } from './paint.ts';
import { formatBits, formatConfidence } from './wording.ts';

/** Column of the labels of a section, and of the text beside them. */
export const LABEL_AT = 3;
export const TEXT_AT = 14;

/** A paragraph with a label in its margin. */
export function labelled(page: Page, name: string, lines: readonly string[]): string[] {
  return label(page, lines, LABEL_AT, styled('strong', name));
}

function listClaims(page: Page, name: string, mark: [Style, string], claims: readonly Inline[]): string[] {
  const [style, sign] = mark;
  return labelled(
    page,
    name,
    claims.flatMap((claim) => bullet(page, TEXT_AT, styled(style, sign), claim)),
  );
}

function describePlace({ file, line, resource, says, supports }: ReportMeshConfig): string {
  return `${supports ? '' : 'against: '}${file}:${line} ${resource} ${says}`;
}

/** What in the log speaks for a finding, and what against it. */
export function renderEvidence(page: Page, finding: ReportFinding, verbose: boolean): string[] {
  const counted = countedEvidence(finding);
  const describe = (evidence: ReportEvidence): string =>
    describeEvidence(evidence, finding.requests, verbose);
  return [
    ...listClaims(page, 'Mesh', ['plain', '·'], finding.meshConfig.map(describePlace)),
    ...listClaims(page, 'For', ['good', '+'], counted.filter(({ bits }) => bits > 0).map(describe)),
    ...listClaims(page, 'Against', ['bad', '−'], counted.filter(({ bits }) => bits < 0).map(describe)),
  ];
}

/** The other causes that were weighed, and the one observation that decides. */
export function renderAlternatives(page: Page, finding: ReportFinding): string[] {
  const [first] = rivalsOf(finding);
  const others = describeOthers(finding);
  if (first === undefined) return labelled(page, 'Or else', prose(page, TEXT_AT, others));
  const runnerUp: Inline = [
    `${first.id} (`,
    styled('doubtful', formatConfidence(first.confidence)),
    `): ${first.title}`,
  ];
  return [
    ...labelled(page, 'Or else', prose(page, TEXT_AT, runnerUp)),
    ...(first.tellApart === null ? [] : prose(page, TEXT_AT, `What tells them apart: ${first.tellApart}`)),
    ...(others === '' ? [] : prose(page, TEXT_AT, `Then: ${others}`)),
  ];
}

function nameOfPrior(bits: number): string {
  return Object.entries(PRIOR_BITS).find(([, value]) => value === bits)?.[0] ?? 'of its kind';
}

/** Prior + each counted point = sum → confidence, and what the other candidates came to. */
function describeSum(finding: ReportFinding): string {
  const { priorBits, bits, confidence, alternatives, unknownConfidence } = finding;
  const terms = countedEvidence(finding).map(
    (item) => `${item.bits < 0 ? '−' : '+'}\u00a0${formatBits(item.bits)}`,
  );
  const signed = (value: number): string => `${value < 0 ? '−' : ''}${formatBits(value)}`;
  const sum = [`${signed(priorBits)} (prior: ${nameOfPrior(priorBits)})`, ...terms].join(' ');
  const against = [
    ...alternatives.map(
      (other) => `${other.id} ${signed(other.bits)} → ${formatConfidence(other.confidence)}`,
    ),
    `unknown 0 → ${formatConfidence(unknownConfidence)}`,
  ];
  return `${sum} = ${signed(bits)} bits → ${formatConfidence(confidence)}; beside it ${against.join(', ')}`;
}

/** The arithmetic behind a confidence, and the claims that gave no points. */
export function renderArithmetic(page: Page, finding: ReportFinding): string[] {
  const idle = finding.evidence.filter((item) => !item.counted || item.bits === 0);
  const describeIdle = (item: ReportEvidence): string => {
    const reason = item.counted ? 'worth nothing' : `a stronger claim about ${item.about} counted`;
    return `${isRefuted(item) && item.bits !== 0 ? 'not so: ' : ''}${item.claim} (${reason})`;
  };
  return [
    ...labelled(page, 'Sum', prose(page, TEXT_AT, describeSum(finding))),
    ...listClaims(page, 'No points', ['faint', '·'], idle.map(describeIdle)),
    ...listClaims(
      page,
      'Not judged',
      ['faint', '?'],
      finding.notJudged.map(({ claim, because }) => `${claim} (${because})`),
    ),
  ];
}
