// Fits the one number of the ranking, the temperature, on labelled logs, leaving one case out at a time.
// usage: node scripts/fit.mjs [--corpus FOLDER] [--write]      (after npm run build)
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brierOf, readCases } from './corpus.mjs';
import { aggregateOf, reportOf } from './labelled-runs.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TARGET = new URL('../src/diagnose/temperature.ts', import.meta.url);
/** Values tried: below 0.5 every doubt vanishes, above 4 every confidence does. */
const CANDIDATES = Array.from({ length: 36 }, (_, i) => Math.round((0.5 + 0.1 * i) * 10) / 10);

const { values } = parseArgs({
  options: {
    corpus: { type: 'string', default: new URL('../../shared/corpus', import.meta.url).pathname },
    write: { type: 'boolean', default: false },
  },
});

const cases = readCases(ROOT, values.corpus).filter(({ causes }) => causes.length > 0);
/** Brier score per case and candidate. @type {number[][]} */
const scores = [];
/** First finding per case and candidate. @type {string[][]} */
const firsts = [];
for (const { paths, causes } of cases) {
  const aggregate = await aggregateOf(paths);
  const reports = CANDIDATES.map((temperature) => reportOf(aggregate, temperature));
  scores.push(reports.map((report) => brierOf(report, causes)));
  firsts.push(reports.map(({ findings }) => findings[0]?.diagnosis.id ?? ''));
}

/** Place of the candidate with the lowest sum over all cases but one (-1: over all). */
function bestWithout(/** @type {number} */ left) {
  const sums = CANDIDATES.map((_, c) =>
    scores.reduce((sum, row, i) => sum + (i === left ? 0 : (row[c] ?? 0)), 0),
  );
  return sums.indexOf(Math.min(...sums));
}

const chosen = scores.map((_, i) => bestWithout(i));
const leftOut = chosen.reduce((sum, c, i) => sum + (scores[i]?.[c] ?? 0), 0) / scores.length;
const best = bestWithout(-1);
const temperature = CANDIDATES[best] ?? 1;
console.log(`cases                               ${cases.length}`);
console.log(`temperature over all                ${temperature}`);
console.log(
  `temperatures with one case left out ${[...new Set(chosen.map((c) => CANDIDATES[c]))].sort().join(', ')}`,
);
// An answer that hangs on a case would change when that case is left out.
const moved = chosen.flatMap((c, left) =>
  firsts.flatMap((row, i) =>
    i !== left && row[c] !== row[best] ? [`${cases[left]?.name} moves ${cases[i]?.name}`] : [],
  ),
);
console.log(
  `answers of other cases that move     ${moved.length}${moved.length === 0 ? '' : `: ${moved.join(', ')}`}`,
);
console.log(`Brier score, left-out cases         ${leftOut.toFixed(4)}`);
for (const set of new Set(cases.map((one) => one.set))) {
  const rows = scores.filter((_, i) => cases[i]?.set === set);
  console.log(
    `Brier score, ${set.padEnd(22)} ${(rows.reduce((sum, row) => sum + (row[best] ?? 0), 0) / rows.length).toFixed(4)}`,
  );
}
if (values.write) {
  const text = readFileSync(TARGET, 'utf8').replace(/TEMPERATURE = [\d.]+/, `TEMPERATURE = ${temperature}`);
  writeFileSync(TARGET, text);
  console.log('written to src/diagnose/temperature.ts');
}
