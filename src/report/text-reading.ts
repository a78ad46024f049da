import type { LineCounts } from '../model/aggregate.ts';
import type { Report, ReportBlindSpot, ReportInput } from '../model/report.ts';
import { bullet, cutLine, type Page, prose, styled } from './layout.ts';
import { nameInput } from './place.ts';
import { sectionHeading } from './text-tables.ts';
import { clipMiddle } from './width.ts';
import { formatBytes, formatCount, listAll, listFirst, plural } from './wording.ts';

const MOST_INPUTS = 5;
const MOST_REJECTED = 5;
const MOST_NAMES = 3;
const LONGEST_NAME = 80;
const INDENT = 3;

const REASON_WORDS: Readonly<Record<string, string>> = {
  NOT_THIS_FORMAT: 'not of this format',
  FIELD_COUNT: 'too few or too many fields',
  BAD_NUMBER: 'no number where one is expected',
  BAD_LITERAL: 'the fixed text of the format is missing',
  BAD_JSON: 'not valid JSON',
};

function describeInput({ path, format, reporter, era, bytes, lines }: ReportInput): string {
  const facts = [
    format ?? 'no known format',
    reporter === 'unknown' ? '' : reporter,
    era ?? '',
    plural(lines.read, 'line'),
    formatBytes(bytes),
  ];
  return `${clipMiddle(nameInput(path), LONGEST_NAME)}: ${facts.filter((fact) => fact !== '').join(', ')}`;
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
function describeLaw(lines: LineCounts): string {
  const sum = PARTS.reduce((total, [key]) => total + lines[key], 0);
  const terms = PARTS.map(([key, word]) => plural(lines[key], key === 'records' ? 'record' : word, word));
  const law = `Lines: ${formatCount(lines.read)} read = ${terms.join(' + ')}.`;
  return sum === lines.read
    ? law
    : `${law} The parts add up to ${formatCount(sum)}: please report this as a defect of the program.`;
}

function describeSubsets({ partial, outsideWindow, records }: LineCounts): string {
  const subsets = [
    ...(partial > 0 ? [`${formatCount(partial)} ${partial === 1 ? 'was' : 'were'} cut short`] : []),
    ...(outsideWindow > 0 ? [`${formatCount(outsideWindow)} lay outside the chosen time`] : []),
  ];
  if (subsets.length === 0) return '';
  return `Of the ${plural(records, 'record')} ${listAll(subsets)}.`;
}

function renderRejected(page: Page, { rejected, lines }: Report): string[] {
  if (rejected.length === 0) return [];
  const lost = lines.unrecognised + lines.failed + lines.overlong;
  const shown = rejected.slice(0, MOST_REJECTED);
  const head =
    lost > shown.length
      ? `Not understood (${formatCount(shown.length)} of ${formatCount(lost)}):`
      : 'Not understood:';
  return [
    ...prose(page, INDENT, head),
    ...shown.flatMap(({ input, line, reason, text }) => [
      ...bullet(page, INDENT, styled('plain', '·'), [
        `${clipMiddle(nameInput(input), LONGEST_NAME)}:${line}: ${REASON_WORDS[reason] ?? reason}`,
      ]),
      cutLine(page, INDENT + 2, text, 'faint'),
    ]),
  ];
}

/** What was read, how every line is accounted for, and what was not understood. */
export function renderReading(page: Page, report: Report): string[] {
  const { inputs, lines } = report;
  const subsets = describeSubsets(lines);
  const rest = inputs.length - MOST_INPUTS;
  return [
    ...sectionHeading(page, 'What was read'),
    ...inputs
      .slice(0, MOST_INPUTS)
      .flatMap((input) => bullet(page, INDENT, styled('plain', '·'), describeInput(input))),
    ...(rest > 0 ? prose(page, INDENT, `+${plural(rest, 'more input')}`) : []),
    ...prose(page, INDENT, describeLaw(lines)),
    ...(subsets === '' ? [] : prose(page, INDENT, subsets)),
    ...renderRejected(page, report),
  ];
}

interface BlindGroup {
  readonly remedy: string;
  readonly missing: string[];
  readonly diagnoses: Set<string>;
}

/** Operators with one remedy are one entry. */
function groupByRemedy(spots: readonly ReportBlindSpot[]): BlindGroup[] {
  const groups = new Map<string, BlindGroup>();
  for (const { missing, diagnoses, remedy } of spots) {
    const group = groups.get(remedy) ?? { remedy, missing: [], diagnoses: new Set() };
    groups.set(remedy, group);
    group.missing.push(missing);
    for (const id of diagnoses) group.diagnoses.add(id);
  }
  return [...groups.values()];
}

/** Operators are upper case; anything else is said in words already. */
const nameMissing = (missing: string): string => (/^[A-Z]/.test(missing) ? `%${missing}%` : missing);

/** What this log cannot show, and what to change so that the next one can. */
export function renderBlindSpots(page: Page, { blindSpots }: Report): string[] {
  if (blindSpots.length === 0) return [];
  return [
    ...sectionHeading(page, 'What this log cannot show'),
    ...groupByRemedy(blindSpots).flatMap(({ remedy, missing, diagnoses }) => {
      const names = listAll(missing.map(nameMissing));
      const ids = [...diagnoses].sort();
      const affected =
        ids.length === 0
          ? ''
          : `: ${plural(ids.length, 'diagnosis', 'diagnoses')} judged in part only (${listFirst(ids, MOST_NAMES)})`;
      return [
        ...bullet(page, INDENT, styled('plain', '·'), [`No ${names}${affected}`]),
        ...prose(page, INDENT + 2, remedy),
      ];
    }),
  ];
}

/** What was capped or skipped, or looked odd. */
export function renderNotes(page: Page, { notes }: Report): string[] {
  if (notes.length === 0) return [];
  return [
    ...sectionHeading(page, 'Notes'),
    ...notes.flatMap((note) => bullet(page, INDENT, styled('plain', '·'), note)),
  ];
}
