import type { Diagnosis } from '../model/diagnosis.ts';
import type { RecordFormat } from '../model/record-format.ts';
import { RESPONSE_FLAG_TABLE } from '../model/response-flag.ts';
import { filedUnder, isUnobserved } from './knowledge.ts';
import { COLUMN_GAP, type Column, type Page, prose, table } from './layout.ts';
import { type Paint, PLAIN_PAINT } from './paint.ts';

/** Lists are searched with grep, so no cell is cut, and no line is wrapped but on a terminal. */
const UNCUT = Number.POSITIVE_INFINITY;
const INDENT = 2;

/** How a list is to look. */
export interface ListLooks {
  readonly paint?: Paint;
  /** Columns of the terminal; without one every entry is one line. */
  readonly width?: number;
}

function column(header: string, align: Column['align'] = 'left'): Column {
  return { header, align, max: UNCUT };
}

function list(
  { paint = PLAIN_PAINT, width = UNCUT }: ListLooks,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const page: Page = { width: UNCUT, cutWidth: UNCUT, paint };
  const beside = countBeside(columns, rows, width);
  const [header = '', ...entries] = table(
    page,
    0,
    columns.slice(0, beside),
    rows.map((row) => row.slice(0, beside)),
  );
  const below: Page = { width, cutWidth: width, paint };
  const lines = entries.flatMap((entry, index) => [
    entry,
    ...(rows[index] ?? []).slice(beside).flatMap((cell) => prose(below, INDENT, cell)),
  ]);
  return `${[header, ...lines].join('\n')}\n`;
}

/** How many columns fit beside each other; the others stand below, each on its own line. */
function countBeside(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): number {
  let used = -COLUMN_GAP;
  const fitting = columns.findIndex(({ header }, index) => {
    used += COLUMN_GAP + Math.max(header.length, ...rows.map((row) => row[index]?.length ?? 0));
    return used > width;
  });
  return fitting < 0 ? columns.length : Math.max(1, fitting);
}

/** Every diagnosis: id, family, flags, how usual, whether it was ever seen in a real log. */
export function listDiagnoses(diagnoses: readonly Diagnosis[], looks: ListLooks = {}): string {
  const columns = [
    column('id'),
    column('family'),
    column('flags'),
    column('prior'),
    column('seen'),
    column('title'),
  ];
  const rows = diagnoses.map((diagnosis) => [
    diagnosis.id,
    diagnosis.family,
    diagnosis.flags.join(',') || '-',
    diagnosis.prior,
    isUnobserved(diagnosis) ? 'no' : 'yes',
    diagnosis.title,
  ]);
  return list(looks, columns, rows);
}

/** Every response flag of Envoy, with the number of diagnoses filed under it. */
export function listFlags(diagnoses: readonly Diagnosis[], looks: ListLooks = {}): string {
  const columns = [column('flag'), column('long name'), column('diagnoses', 'right'), column('meaning')];
  const rows = RESPONSE_FLAG_TABLE.map(({ flag, longName, meaning }) => [
    flag,
    longName,
    String(filedUnder(flag, diagnoses).length),
    meaning,
  ]);
  return list(looks, columns, rows);
}

/** Every record format that detection tries, in its order. */
export function listFormats(formats: readonly RecordFormat[], looks: ListLooks = {}): string {
  const columns = [column('id'), column('encoding'), column('printed by'), column('title')];
  const rows = formats.map(({ id, parser, versions, title }) => [id, parser.encoding, versions, title]);
  return list(looks, columns, rows);
}
