import { CELL_SEPARATORS, PLAIN_CELL_END } from '../src/bytes/cells.ts';
import { isDigit, QUOTE } from '../src/bytes/number.ts';
import { decodeText } from '../src/bytes/text.ts';
import type { Field } from '../src/model/field.ts';
import { NOT_IN_FORMAT, spanOf } from '../src/model/field.ts';
import type { LineParser, ParseOutcome, RecordFormat } from '../src/model/record-format.ts';
import { fieldOfPath } from './json-guess.ts';
import { writeSpan } from './write-span.ts';

const MAX_CELLS = 256;
const MAX_HEADER_BYTES = 8192;
const NAME = /^[\w@:][\w@:.[\] -]{0,80}$/;
/** Columns that a table of requests has at least, beside the code. */
const TELLING: readonly Field[] = [
  'method',
  'path',
  'responseFlags',
  'upstreamCluster',
  'upstreamHost',
  'duration',
];
const LEAST_TELLING = 2;

interface Columns {
  readonly separator: number;
  /** Slot of each column in the span table; -1: none of ours. */
  readonly slots: readonly number[];
}

/**
 * A table with a column for each field: exports of Kibana, CloudWatch Insights, BigQuery, Athena. Made anew for each reading,
 * since it takes the columns from the header that it meets.
 */
export function createTable(): RecordFormat {
  return {
    id: 'table',
    title: 'CSV, TSV with a column for each field, by the names in the header',
    versions: 'exports of Kibana, CloudWatch Insights, BigQuery, Athena',
    era: null,
    isGeneral: true,
    parser: new TableParser(),
    samples: [],
  };
}

class TableParser implements LineParser {
  readonly encoding = 'text';
  readonly program = null;
  readonly fields: ReadonlySet<Field> = new Set();
  readonly #cells = new Int32Array(2 * MAX_CELLS);
  #columns: Columns | null = null;

  parse(bytes: Uint8Array, start: number, end: number, spans: Int32Array, _full: boolean): ParseOutcome {
    const columns = this.#readHeader(bytes, start, end) ?? this.#columns;
    if (columns === null || columns !== this.#columns) {
      this.#columns = columns;
      return 'NOT_THIS_FORMAT';
    }
    const { slots } = columns;
    const plainAt = bytes.indexOf(PLAIN_CELL_END, start);
    const count =
      plainAt >= 0 && plainAt < end
        ? splitPlain(bytes, start, end, this.#cells)
        : splitCells(bytes, start, end, columns.separator, this.#cells);
    if (count !== slots.length) return 'FIELD_COUNT';
    spans.fill(NOT_IN_FORMAT);
    for (const [i, slot] of slots.entries())
      writeSpan(bytes, this.#cells[2 * i] ?? 0, this.#cells[2 * i + 1] ?? 0, spans, slot);
    const code = spans[spanOf('responseCode')] ?? NOT_IN_FORMAT;
    return code >= 0 && isDigit(bytes[code]) ? 'parsed' : 'BAD_NUMBER';
  }

  /** The columns that a line names; null when it is no header. */
  #readHeader(bytes: Uint8Array, start: number, end: number): Columns | null {
    if (end - start > MAX_HEADER_BYTES || isDigit(bytes[start])) return null;
    for (const separator of CELL_SEPARATORS) {
      const count = splitCells(bytes, start, end, separator, this.#cells);
      if (count <= LEAST_TELLING) continue;
      const names = Array.from({ length: count }, (_, i) =>
        decodeText(bytes, this.#cells[2 * i] ?? 0, this.#cells[2 * i + 1] ?? 0),
      );
      const fields = names.every((name) => NAME.test(name)) ? fieldsOf(names) : [];
      const telling = TELLING.filter((field) => fields.includes(field));
      if (!fields.includes('responseCode') || telling.length < LEAST_TELLING) continue;
      return { separator, slots: fields.map((field) => (field === null ? -1 : spanOf(field))) };
    }
    return null;
  }
}

/** The field of each column; of several for one field the one with Istio's name, else the first. */
function fieldsOf(names: readonly string[]): readonly (Field | null)[] {
  const named = names.map(fieldOfPath);
  return named.map((own, i) => {
    if (own === null) return null;
    const rivals = named.flatMap((other, k) =>
      other?.field === own.field ? [{ isDefault: other.isDefault, k }] : [],
    );
    const best = rivals.find(({ isDefault }) => isDefault) ?? rivals[0];
    return best?.k === i ? own.field : null;
  });
}

/** The same where no cell is in quotes, and a blank stands before each but the first. */
function splitPlain(bytes: Uint8Array, start: number, end: number, cells: Int32Array): number {
  let at = start;
  for (let count = 0; count < MAX_CELLS; count++) {
    const stop = findSeparator(bytes, at, end, PLAIN_CELL_END);
    cells[2 * count] = at;
    cells[2 * count + 1] = stop;
    if (stop === end) return count + 1;
    at = Math.min(end, stop + 2);
  }
  return -1;
}

/**
 * Writes where the cells of a row lie, without their quotes; returns how many there are, or -1 when quotes do not pair or
 * are doubled within a cell.
 */
function splitCells(
  bytes: Uint8Array,
  start: number,
  end: number,
  separator: number,
  cells: Int32Array,
): number {
  let at = start;
  for (let count = 0; count < MAX_CELLS; count++) {
    const isQuoted = at < end && bytes[at] === QUOTE;
    const stop = isQuoted ? findQuoteEnd(bytes, at + 1, end) : findSeparator(bytes, at, end, separator);
    if (stop < 0) return -1;
    cells[2 * count] = isQuoted ? at + 1 : at;
    cells[2 * count + 1] = stop;
    const behind = isQuoted ? stop + 1 : stop;
    if (behind >= end) return count + 1;
    if (bytes[behind] !== separator) return -1;
    at = behind + 1;
  }
  return -1;
}

function findSeparator(bytes: Uint8Array, from: number, end: number, separator: number): number {
  let at = from;
  while (at < end && bytes[at] !== separator) at++;
  return at;
}

/** Offset of the quote that ends a cell, or -1. */
function findQuoteEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== QUOTE) at++;
  return at === end || (at + 1 < end && bytes[at + 1] === QUOTE) ? -1 : at;
}
