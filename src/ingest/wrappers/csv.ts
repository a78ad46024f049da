import { CELL_SEPARATORS } from '../../bytes/cells.ts';
import { QUOTE } from '../../bytes/number.ts';
import type { Layer } from './layer.ts';
import type { Wrapper } from './wrapper.ts';

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
  unwrap: (line, inside) => openCellOf(line, 0, inside),
};

const BESIDE_LABELS =
  '"{""app"":""x"",""pod"":""reviews-v1-0"",""zone"":""a""}","a LINE of some ""twenty"" letters"';

/** The same where labels, and what is told of them, take more room than the line does. */
export const csvBesideLabels: readonly Wrapper[] = [
  {
    id: 'csv-second',
    title: 'CSV, TSV: the line in a cell beside a longer one',
    samples: [{ wrapped: BESIDE_LABELS, inside: 'a LINE of some "twenty" letters' }],
    unwrap: (line, inside) => openCellOf(line, 1, inside),
  },
  {
    id: 'csv-third',
    title: 'CSV, TSV: the line in a cell beside two longer ones',
    samples: [
      {
        wrapped: `"{""app"":""index"",""pod"":""index"",""zone"":""index""}",${BESIDE_LABELS}`,
        inside: 'a LINE of some "twenty" letters',
      },
    ],
    unwrap: (line, inside) => openCellOf(line, 2, inside),
  },
];

function openCellOf(line: Layer, rank: number, inside: Layer): boolean {
  // Lines that are no record are looked at again and again: most of them are done with here.
  if (!line.bytes.subarray(line.start, line.end).includes(QUOTE)) return false;
  for (const separator of CELL_SEPARATORS) if (openLong(line, separator, rank, inside)) return true;
  return false;
}

/** Where the longest quoted cells begin and how long they are, the longest first. */
const LONGEST = new Int32Array(3);
const LENGTHS = new Int32Array(3);

/** False unless the line is a row with as many quoted cells that are long enough. */
function openLong({ bytes, start, end }: Layer, separator: number, rank: number, inside: Layer): boolean {
  LENGTHS.fill(SHORTEST_LINE);
  LONGEST.fill(-1);
  let at = start;
  for (let cells = 0; at <= end && cells < MAX_CELLS; cells++) {
    let stop = skipCell(bytes, at, end, separator);
    // A cell may hold a line end: what is behind it is on the next line.
    if (stop < 0 && bytes[at] === QUOTE && skipQuoted(bytes, at, end) < 0) stop = end + 1;
    if (stop < 0) return false;
    if (bytes[at] === QUOTE) noteCell(at, stop - at);
    at = stop + 1;
  }
  const chosen = LONGEST[rank] ?? -1;
  if (chosen < 0) return false;
  openCell(bytes, chosen, chosen + (LENGTHS[rank] ?? 0), inside);
  return true;
}

function noteCell(start: number, length: number): void {
  let rank = LENGTHS.length;
  while (rank > 0 && length > (LENGTHS[rank - 1] ?? 0)) rank--;
  if (rank === LENGTHS.length) return;
  LENGTHS.copyWithin(rank + 1, rank);
  LONGEST.copyWithin(rank + 1, rank);
  LENGTHS[rank] = length;
  LONGEST[rank] = start;
}

/** Offset of the separator behind the cell, or `end`; -1 when quotes do not pair up. */
export function skipCell(bytes: Uint8Array, start: number, end: number, separator: number): number {
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
