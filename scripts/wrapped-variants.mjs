// Wraps, exports and packs labelled logs in every way of test/ingest/wrappers (wrappings.mjs, exports.mjs) and compares the report
// with that of the plain log: requests, failed requests and findings must be the same.
// usage: node scripts/wrapped-variants.mjs [--corpus FOLDER] [--cases N] [--only SUBSTRING] [--verbose]   (after npm run build)
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { EXPORTS } from '../test/ingest/wrappers/exports/exports.mjs';
import { WRAPPINGS } from '../test/ingest/wrappers/wrappings.mjs';
import { readCases } from './corpus.mjs';
import { aggregateOf, reportOf } from './labelled-runs.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    corpus: { type: 'string', default: new URL('../../shared/corpus', import.meta.url).pathname },
    cases: { type: 'string', default: '24' },
    only: { type: 'string', default: '' },
    verbose: { type: 'boolean', default: false },
  },
});

function readLines(/** @type {string[]} */ paths) {
  return paths.flatMap((path) => {
    const bytes = readFileSync(path);
    const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString();
    return text.split('\n').filter((line) => line !== '');
  });
}

/** What has to be the same, and the counts of lines. */
async function outcomeOf(/** @type {string | Buffer} */ content) {
  const { findings, requests, lines } = reportOf(await aggregateOf(['-'], Buffer.from(content)));
  const { read, partial, outsideWindow, duplicates, ...kinds } = lines;
  const sum = Object.values(kinds).reduce((all, count) => all + count, 0);
  return {
    same: JSON.stringify([
      requests.total,
      partial,
      requests.failed,
      findings.map(({ diagnosis, confidence, requests: count }) => [diagnosis.id, confidence, count]),
    ]),
    lines,
    isLawful: sum === read,
  };
}

const all = readCases(ROOT, values.corpus).filter(({ set }) => set !== 'default' && set !== 'field');
const step = Math.max(1, Math.floor(all.length / Number(values.cases)));
const cases = all.filter((_, i) => i % step === 0);
const plain = await Promise.all(cases.map(({ paths }) => outcomeOf(`${readLines(paths).join('\n')}\n`)));
let good = 0;
let total = 0;
for (const [name, wrap] of Object.entries({ ...WRAPPINGS, ...EXPORTS })) {
  if (!name.includes(values.only)) continue;
  let same = 0;
  for (const [i, { paths, name: caseName }] of cases.entries()) {
    const outcome = await outcomeOf(wrap(readLines(paths)));
    const isSame = outcome.same === plain[i]?.same && outcome.isLawful;
    same += isSame ? 1 : 0;
    if (!isSame && values.verbose)
      console.log(
        `  ${name}: ${caseName}: ${outcome.same} not ${plain[i]?.same}\n    ${JSON.stringify(outcome.lines)}`,
      );
  }
  total++;
  good += same === cases.length ? 1 : 0;
  if (same < cases.length) console.log(`${name.padEnd(32)} the same for ${same} of ${cases.length} logs`);
}
console.log(`${good} of ${total} variants give the report of the plain log (${cases.length} logs)`);
process.exitCode = good === total ? 0 : 1;
