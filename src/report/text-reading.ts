import type { Report } from '../model/report.ts';
import { bullet, cutLine, type Page, prose, styled, verbatim } from './layout.ts';
import { nameInput } from './place.ts';
import {
  describeInput,
  describeLaw,
  describeSubsets,
  groupByRemedy,
  LONGEST_PATH,
  nameMissing,
  REASON_WORDS,
} from './reading.ts';
import { describeRedaction } from './redaction.ts';
import { sectionHeading } from './text-tables.ts';
import { clipMiddle } from './width.ts';
import { formatCount, listAll, listFirst, plural } from './wording.ts';

const MOST_INPUTS = 5;
const MOST_REJECTED = 5;
const MOST_NAMES = 3;
const INDENT = 3;

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
        `${clipMiddle(nameInput(input), LONGEST_PATH)}:${line}: ${REASON_WORDS[reason] ?? reason}`,
      ]),
      cutLine(page, INDENT + 2, text, 'faint'),
    ]),
  ];
}

/** What was read, how every line is accounted for, and what was not understood. */
export function renderReading(page: Page, report: Report): string[] {
  const { inputs, lines } = report;
  const subsets = describeSubsets(lines);
  const redaction = describeRedaction(report);
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
    ...(redaction === '' ? [] : prose(page, INDENT, redaction)),
  ];
}

/** What this log cannot show, and what to change so that the next one can. */
export function renderBlindSpots(page: Page, { blindSpots }: Report): string[] {
  if (blindSpots.length === 0) return [];
  return [
    ...sectionHeading(page, 'What this log cannot show'),
    ...groupByRemedy(blindSpots).flatMap(({ remedy, yaml, missing, diagnoses }) => {
      const names = listAll(missing.map(nameMissing));
      const ids = [...diagnoses].sort();
      const affected =
        ids.length === 0
          ? ''
          : `: ${plural(ids.length, 'diagnosis', 'diagnoses')} judged in part only (${listFirst(ids, MOST_NAMES)})`;
      return [
        ...bullet(page, INDENT, styled('plain', '·'), [`No ${names}${affected}`]),
        ...prose(page, INDENT + 2, remedy),
        ...(yaml === undefined ? [] : verbatim(page, INDENT + 2, yaml)),
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
