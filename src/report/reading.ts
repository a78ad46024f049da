import type { LineCounts } from '../model/aggregate.ts';
import type { ReportBlindSpot, ReportInput } from '../model/report.ts';
import { nameInput } from './place.ts';
import { clipMiddle } from './width.ts';
import { formatBytes, formatCount, listAll, plural } from './wording.ts';

/** Paths of inputs are cut in the middle beyond this. */
export const LONGEST_PATH = 80;

/** Why a line was not understood. */
export const REASON_WORDS: Readonly<Record<string, string>> = {
  NOT_THIS_FORMAT: 'not of this format',
  FIELD_COUNT: 'a field too many, too few or of another kind',
  BAD_NUMBER: 'no number where one is expected',
  BAD_LITERAL: 'the fixed text of the format is missing',
  BAD_JSON: 'not valid JSON',
  UNRECOGNISED: 'not like a line of an access log',
  OVERLONG: 'longer than 1 MiB',
};

/** `access.log: istio-text, outbound, Envoy ≥ 1.31, 4,712 lines, 1.2 MB`. */
export function describeInput({ path, format, reporter, era, bytes, lines }: ReportInput): string {
  const facts = [
    format ?? (lines.proxyLog > 0 ? 'log of the proxy itself' : 'no known format'),
    reporter === 'unknown' ? '' : reporter,
    era ?? '',
    plural(lines.read, 'line'),
    formatBytes(bytes),
  ];
  return `${clipMiddle(nameInput(path), LONGEST_PATH)}: ${facts.filter((fact) => fact !== '').join(', ')}`;
}

/** The parts of the sum, in the contract's words and order. */
const PARTS = [
  ['records', 'records'],
  ['continuation', 'continuation'],
  ['blank', 'blank'],
  ['proxyLog', 'proxy log'],
  ['unrecognised', 'unrecognised'],
  ['failed', 'failed'],
  ['overlong', 'overlong'],
] as const;

/** Every line that was read is in exactly one of the parts. */
export function describeLaw(lines: LineCounts): string {
  const sum = PARTS.reduce((total, [key]) => total + lines[key], 0);
  const terms = PARTS.map(([key, word]) => plural(lines[key], key === 'records' ? 'record' : word, word));
  const law = `Lines: ${formatCount(lines.read)} read = ${terms.join(' + ')}.`;
  return sum === lines.read
    ? law
    : `${law} The parts add up to ${formatCount(sum)}: please report this as a defect of the program.`;
}

/** What some of the records were, as a sentence; empty when there is nothing to say. */
export function describeSubsets({ partial, outsideWindow, duplicates, records }: LineCounts): string {
  const subsets = [
    ...(partial > 0 ? [`${formatCount(partial)} ${partial === 1 ? 'was' : 'were'} cut short`] : []),
    ...(outsideWindow > 0 ? [`${formatCount(outsideWindow)} lay outside the chosen time`] : []),
    ...(duplicates > 0
      ? [`${formatCount(duplicates)} ${duplicates === 1 ? 'is' : 'are'} repeated and counted once`]
      : []),
  ];
  if (subsets.length === 0) return '';
  return `Of the ${plural(records, 'record')} ${listAll(subsets)}.`;
}

/** What the log lacks and one change would bring. */
export interface BlindGroup {
  readonly remedy: string;
  readonly yaml: string | undefined;
  readonly missing: string[];
  readonly diagnoses: Set<string>;
}

/** Operators with one remedy are one entry. */
export function groupByRemedy(spots: readonly ReportBlindSpot[]): BlindGroup[] {
  const groups = new Map<string, BlindGroup>();
  for (const { missing, diagnoses, remedy, yaml } of spots) {
    const group = groups.get(remedy) ?? { remedy, yaml, missing: [], diagnoses: new Set() };
    groups.set(remedy, group);
    group.missing.push(missing);
    for (const id of diagnoses) group.diagnoses.add(id);
  }
  return [...groups.values()];
}

/** Operators are upper case; anything else is said in words already. */
export const nameMissing = (missing: string): string => (/^[A-Z]/.test(missing) ? `%${missing}%` : missing);
