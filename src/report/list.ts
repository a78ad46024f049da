import type { Diagnosis } from '../model/diagnosis.ts';
import type { RecordFormat } from '../model/record-format.ts';
import { RESPONSE_FLAG_TABLE } from '../model/response-flag.ts';
import { filedUnder, isUnobserved } from './knowledge.ts';
import { type Column, type Page, table } from './layout.ts';
import { type Paint, PLAIN_PAINT } from './paint.ts';

/** Lists are searched with grep, so no cell is cut and no line is wrapped. */
const UNCUT = Number.POSITIVE_INFINITY;

function column(header: string, align: Column['align'] = 'left'): Column {
  return { header, align, max: UNCUT };
}

function list(paint: Paint, columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const page: Page = { width: UNCUT, cutWidth: UNCUT, paint };
  return `${table(page, 0, columns, rows).join('\n')}\n`;
}

/** Every diagnosis: id, family, flags, how usual, whether it was ever seen in a real log. */
export function listDiagnoses(diagnoses: readonly Diagnosis[], paint: Paint = PLAIN_PAINT): string {
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
    isUnobserved(diagnosis) ? 'unobserved' : 'yes',
    diagnosis.title,
  ]);
  return list(paint, columns, rows);
}

/** Every response flag of Envoy, with the number of diagnoses filed under it. */
export function listFlags(diagnoses: readonly Diagnosis[], paint: Paint = PLAIN_PAINT): string {
  const columns = [column('flag'), column('long name'), column('diagnoses', 'right'), column('meaning')];
  const rows = RESPONSE_FLAG_TABLE.map(({ flag, longName, meaning }) => [
    flag,
    longName,
    String(filedUnder(flag, diagnoses).length),
    meaning,
  ]);
  return list(paint, columns, rows);
}

/** Every record format that detection tries, in its order. */
export function listFormats(formats: readonly RecordFormat[], paint: Paint = PLAIN_PAINT): string {
  const columns = [column('id'), column('encoding'), column('printed by'), column('title')];
  const rows = formats.map(({ id, parser, versions, title }) => [id, parser.encoding, versions, title]);
  return list(paint, columns, rows);
}
