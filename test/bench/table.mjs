// Benchmark results as a table that fits a terminal of 80 columns.

/**
 * @typedef {import('./measure.mjs').Spread} Spread
 * @typedef {'s' | 'ms' | 'MB' | '×'} Unit
 * @typedef {{ unit: Unit, limit: number, isMet: boolean }} Target
 * @typedef {{ what: string, unit: Unit, ours: Spread, peer?: Spread | undefined, ratio?: Spread | undefined,
 *   difference?: number, target?: Target | undefined }} Row
 */

const WIDTHS = [15, 19, 19, 15];

/**
 * @param {readonly string[]} head
 * @param {readonly Row[]} rows
 * @param {readonly string[]} notes
 */
export function renderTable(head, rows, notes) {
  const titles = formatColumns(['what', 'ours', 'peer', 'ratio', 'target']);
  return [...head, '', titles, ...rows.map(formatRow), '', ...notes].join('\n').trimEnd();
}

/** @param {Row} row */
function formatRow({ what, unit, ours, peer, ratio, difference, target }) {
  const digits = unit === 's' && ours.median < 10 ? 2 : 0;
  const compared = difference === undefined ? formatRatio(ratio) : `${difference.toFixed(0)} ms more`;
  return formatColumns([
    what,
    formatSpread(ours, ` ${unit}`, digits),
    peer ? formatSpread(peer, ` ${unit}`, digits) : '-',
    compared,
    target ? `≤${target.limit} ${target.unit} ${target.isMet ? 'met' : 'no'}` : '-',
  ]);
}

/** @param {Spread | undefined} ratio */
function formatRatio(ratio) {
  return ratio ? formatSpread(ratio, '', 2) : '-';
}

/**
 * @param {Spread} spread
 * @param {string} unit
 * @param {number} digits
 */
function formatSpread({ median, min, max }, unit, digits) {
  return `${median.toFixed(digits)}${unit} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

/** @param {readonly string[]} cells */
function formatColumns(cells) {
  return cells
    .map((cell, column) => (column < WIDTHS.length ? `${cell.padEnd((WIDTHS[column] ?? 0) - 1)} ` : cell))
    .join('');
}
