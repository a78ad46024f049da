import type { ReportAlternative, ReportEvidence, ReportFinding } from '../model/report.ts';
import { formatBits, formatChance, formatConfidence, formatCount, formatPercent } from './wording.ts';

/** Runners-up below this confidence are left out. */
const LEAST_CONFIDENCE = 0.01;

function describeCoincidence({ n, q, what }: NonNullable<ReportEvidence['coincidence']>): string {
  const count = formatCount(n);
  const preposition = what.includes('caller') ? 'from' : 'on';
  return (
    `${count} of ${count} ${preposition} ${what} with ${formatPercent(q)} of the traffic: ` +
    `chance ${formatChance(n, q)}`
  );
}

/** For how many of the failures a claim holds; nothing where there is but one failure. */
function describeCount(requests: number, total: number): string {
  if (total <= 1 || requests === 0) return '';
  const count = requests === total ? 'all' : `${formatCount(requests)}\u00a0of`;
  return `${count}\u00a0${formatCount(total)}`;
}

/** A claim that was judged and is false also gives points, the other way round. */
export const isRefuted = (evidence: ReportEvidence): boolean => evidence.supports !== evidence.bits > 0;

/** A claim with the requests it holds for, or the chance of its coincidence; with its topic and bits when asked. */
export function describeEvidence(evidence: ReportEvidence, total: number, verbose: boolean): string {
  const { claim, coincidence, bits, about } = evidence;
  const sign = bits < 0 ? '−' : '+';
  const facts = [
    coincidence === null ? describeCount(evidence.requests, total) : describeCoincidence(coincidence),
    ...(verbose ? [`${about} ${sign}${formatBits(bits)}`] : []),
  ].filter((fact) => fact !== '');
  const sentence = isRefuted(evidence) ? `not so: ${claim}` : claim;
  return facts.length === 0 ? sentence : `${sentence} (${facts.join('; ')})`;
}

/** The strongest first; equal ones in the order of the diagnosis. */
function byStrength(evidence: readonly ReportEvidence[]): ReportEvidence[] {
  return evidence.toSorted((a, b) => Math.abs(b.bits) - Math.abs(a.bits));
}

/** The evidence that gave points, the strongest first. */
export function countedEvidence({ evidence }: ReportFinding): readonly ReportEvidence[] {
  return byStrength(evidence.filter(({ counted, bits }) => counted && bits !== 0));
}

/** The other causes that were weighed and are not out of the question, the likeliest first. */
export function rivalsOf({ alternatives }: ReportFinding): readonly ReportAlternative[] {
  return alternatives.filter(({ confidence }) => confidence >= LEAST_CONFIDENCE);
}

/** The runners-up but the first, and the unknown cause, with their confidences; empty when there are none. */
export function describeOthers(finding: ReportFinding): string {
  const [, ...others] = rivalsOf(finding);
  const { unknownConfidence } = finding;
  const unknown =
    unknownConfidence >= LEAST_CONFIDENCE ? [['an unknown cause', unknownConfidence] as const] : [];
  return [...others.map(({ id, confidence }) => [id, confidence] as const), ...unknown]
    .map(([name, confidence]) => `${name} ${formatConfidence(confidence)}`)
    .join(', ');
}
