import { CELL_SEPARATORS, PLAIN_CELL_END } from '../../bytes/cells.ts';
import { QUOTE, SPACE } from '../../bytes/number.ts';
import { skipCell } from './csv.ts';
import type { Layer } from './layer.ts';
import type { Wrapper } from './wrapper.ts';

/** A row of a table with a column for each field, of which a cell has doubled quotes: within are the cells without quotes. */
export const csvDoubledQuotes: Wrapper = {
  id: 'csv-doubled-quotes',
  title: 'CSV, TSV: cells with doubled quotes',
  samples: [
    { wrapped: '"a ""LINE""",7,"","x,y"', inside: 'a "LINE"\u001f 7\u001f \u001f x,y' },
    { wrapped: 'x\t"{""LINE"":1}"', inside: 'x\u001f {"LINE":1}' },
  ],
  unwrap: (line, inside) => {
    const hasQuotes = line.bytes.subarray(line.start, line.end).includes(QUOTE);
    return hasQuotes && CELL_SEPARATORS.some((separator) => rewriteRow(line, separator, inside));
  },
};

/** False for a row of one cell, or without doubled quotes. */
function rewriteRow({ bytes, start, end }: Layer, separator: number, inside: Layer): boolean {
  const target = inside.reserve(2 * (end - start) + 2);
  let length = 0;
  let doubled = 0;
  let cells = 0;
  for (let at = start; at <= end; cells++) {
    const stop = skipCell(bytes, at, end, separator);
    if (stop < 0) return false;
    if (cells > 0) {
      target[length++] = PLAIN_CELL_END;
      target[length++] = SPACE;
    }
    const isQuoted = bytes[at] === QUOTE && at < stop;
    const from = isQuoted ? at + 1 : at;
    const to = isQuoted ? stop - 1 : stop;
    const taken = copyCell(bytes.subarray(from, to), isQuoted, target.subarray(length));
    doubled += to - from - taken;
    length += taken;
    at = stop + 1;
  }
  inside.setWritten(length);
  return doubled > 0 && cells > 1;
}

/** Copies a cell with each doubled quote as one; returns its length. */
function copyCell(cell: Uint8Array, isQuoted: boolean, target: Uint8Array): number {
  let length = 0;
  for (let at = 0; at < cell.length; at++) {
    target[length++] = cell[at] ?? 0;
    if (isQuoted && cell[at] === QUOTE) at++;
  }
  return length;
}
