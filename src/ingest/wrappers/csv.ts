import { COMMA, QUOTE, TAB } from '../../bytes/number.ts';
import type { Layer } from './layer.ts';
import type { Wrapper } from './wrapper.ts';

const SEMICOLON = 0x3b;
const BAR = 0x7c;
const SEPARATORS: readonly number[] = [COMMA, TAB, SEMICOLON, BAR];
/** No access line is shorter, and a table has other columns that are. */
const SHORTEST_LINE = 24;
const MAX_CELLS = 512;

/** A row of a table with the line in its longest cell: exports of Splunk, Datadog, Kibana, Grafana, Insights, BigQuery. */
export const csv: Wrapper = {
  id: 'csv',
  title: 'CSV, TSV: the line in a cell',
  samples: [
    {
      wrapped: '2026-11-21T03:33:07Z,"a LINE of some ""twenty"" letters",node-1',
      inside: 'a LINE of some "twenty" letters',
    },
    {
      wrapped: '"a LINE, of some twenty letters and ""more"""',
      inside: 'a LINE, of some twenty letters and "more"',
    },
    { wrapped: 'x,"a LINE of some ""twenty"" letters and', inside: 'a LINE of some "twenty" letters and' },
    { wrapped: 'x\t"{""LINE"":""of some twenty letters""}"\t7', inside: '{"LINE":"of some twenty letters"}' },
  ],
  unwrap: (line, inside) => {
    for (const separator of SEPARATORS) if (openLongest(line, separator, inside)) return true;
    return false;
  },
};

/** False unless the line is a row with a quoted cell that is long enough. */
function openLongest({ bytes, start, end }: Layer, separator: number, inside: Layer): boolean {
  let longest = -1;
  let length = SHORTEST_LINE;
  let at = start;
  for (let cells = 0; at <= end && cells < MAX_CELLS; cells++) {
    let stop = skipCell(bytes, at, end, separator);
    // A cell may hold a line end: what is behind it is on the next line.
    if (stop < 0 && bytes[at] === QUOTE && skipQuoted(bytes, at, end) < 0) stop = end + 1;
    if (stop < 0) return false;
    if (bytes[at] === QUOTE && stop - at > length) {
      longest = at;
      length = stop - at;
    }
    at = stop + 1;
  }
  if (longest < 0) return false;
  openCell(bytes, longest, longest + length, inside);
  return true;
}

/** Offset of the separator behind the cell, or `end`; -1 when quotes do not pair up. */
function skipCell(bytes: Uint8Array, start: number, end: number, separator: number): number {
  let at = start;
  if (at < end && bytes[at] === QUOTE) {
    at = skipQuoted(bytes, start, end);
    return at < 0 || at === end || bytes[at] === separator ? at : -1;
  }
  while (at < end && bytes[at] !== separator) at++;
  return at;
}

/** Offset behind the quote that closes a cell, or -1; two quotes within it stand for one. */
function skipQuoted(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) {
    if (bytes[at] !== QUOTE) continue;
    if (at + 1 >= end || bytes[at + 1] !== QUOTE) return at + 1;
    at++;
  }
  return -1;
}

/** Two quotes stand for one. */
function openCell(bytes: Uint8Array, start: number, end: number, inside: Layer): void {
  const target = inside.reserve(end - start);
  let length = 0;
  for (let at = start + 1; at < end - 1; at++) {
    const byte = bytes[at] ?? 0;
    target[length++] = byte;
    if (byte === QUOTE) at++;
  }
  inside.setWritten(length);
}
