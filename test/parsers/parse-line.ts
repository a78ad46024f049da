import { LineView, toRequestRecord } from '../../src/aggregate/line-view.ts';
import { encodeText } from '../../src/bytes/text.ts';
import type { Field } from '../../src/model/field.ts';
import { createSpans, FIELDS } from '../../src/model/field.ts';
import type { LineParser, ParseOutcome } from '../../src/model/record-format.ts';
import type { RequestRecord } from '../../src/model/request-record.ts';

/** What lies around a line in its chunk: bytes that would go on with any value, so that reading too far shows. */
const AROUND = encodeText('"9 "-" }{,:T[');

export interface ParsedLine {
  readonly outcome: ParseOutcome;
  readonly record: RequestRecord;
}

/** Parses a line in the middle of other bytes. */
export function parseLine(parser: LineParser, line: string | Uint8Array, full = true): ParsedLine {
  const content = typeof line === 'string' ? encodeText(line) : line;
  const bytes = new Uint8Array(2 * AROUND.length + content.length);
  bytes.set(AROUND, 0);
  bytes.set(content, AROUND.length);
  bytes.set(AROUND, AROUND.length + content.length);
  const spans = createSpans();
  const outcome = parser.parse(bytes, AROUND.length, AROUND.length + content.length, spans, full);
  const view = new LineView();
  view.set(bytes, spans, parser.encoding);
  return { outcome, record: toRequestRecord(view) };
}

/** The record of a line that has to parse. */
export function recordOf(parser: LineParser, line: string | Uint8Array, full = true): RequestRecord {
  const { outcome, record } = parseLine(parser, line, full);
  if (outcome !== 'parsed') throw new Error(`${outcome}: ${String(line)}`);
  return record;
}

/** The given fields of a record, absent ones too. */
export function pick(record: RequestRecord, fields: readonly Field[]): Partial<RequestRecord> {
  return Object.fromEntries(fields.map((field) => [field, record[field]]));
}

/** The fields that a table row names. */
export function fieldsOf(expected: Partial<RequestRecord>): readonly Field[] {
  return FIELDS.filter((field) => Object.hasOwn(expected, field));
}

/** The fields that the line's format logs. */
export function loggedFieldsOf(record: RequestRecord): readonly Field[] {
  return FIELDS.filter((field) => record[field] !== undefined);
}
