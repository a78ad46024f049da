// @ts-check
// Everything that has to hold before a change goes in, cheapest first, up to the first failure.
import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whyNoBrowser } from './browser.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const STEPS = [
  { name: 'format and lint', run: 'biome ci .' },
  { name: 'types', run: 'tsc --noEmit' },
  { name: 'tests', run: 'vitest run --coverage' },
  { name: 'build', run: 'node scripts/build.mjs' },
  { name: 'HTML report in Chromium', run: 'node scripts/browser.mjs' },
  { name: 'built program: faulty log', run: 'node dist/src/cli.cjs samples/mixed/demo.log' },
  { name: 'built program: healthy log', run: 'node dist/src/cli.cjs samples/clean/quiet.log' },
  { name: 'unused code', run: 'knip' },
  // Built above, so the prepack script would only repeat it.
  { name: 'package', run: 'npm pack --dry-run --ignore-scripts' },
];

// `npm ci` skips the native part of knip below this, and it fails later with a message that misleads. The program and
// everything else run on 20.18.
const LOWEST_FOR_KNIP = { major: 20, minor: 19 };
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const hasKnip = major > LOWEST_FOR_KNIP.major || minor >= LOWEST_FOR_KNIP.minor;

const path = [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
// With CI set, vitest fails on a missing or stale snapshot and generated page; otherwise it would write it and pass.
const env = { ...process.env, PATH: path, CI: 'true' };

/**
 * Why a step cannot run here; undefined when it can.
 * @param {string} run
 */
function whyLeftOut(run) {
  if (run === 'knip' && !hasKnip)
    return `knip needs Node ${LOWEST_FOR_KNIP.major}.${LOWEST_FOR_KNIP.minor} or newer, this is ${process.version}`;
  return run === 'node scripts/browser.mjs' ? whyNoBrowser() : undefined;
}

const leftOut = [];
for (const { name, run } of STEPS) {
  console.log(`\n== ${name}: ${run}`);
  const why = whyLeftOut(run);
  if (why !== undefined) {
    console.log(`left out: ${why}`);
    leftOut.push(`${name} (${why})`);
    continue;
  }
  const { status } = spawnSync(run, { cwd: root, env, shell: true, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`\ncheck failed at: ${name} (${run})`);
    process.exit(1);
  }
}
for (const step of leftOut) console.log(`\nNOT CHECKED: ${step}`);
console.log(`\ncheck passed${leftOut.length > 0 ? ', but for what stands above' : ''}`);
