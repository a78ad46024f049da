// Measures the built program beside the tools people use today, in the same run and alternating, so that a busy
// machine slows both. Prints medians and ratios pair by pair; a target that is missed is no error.
//   node scripts/bench.mjs [--megabytes 200] [--runs 5] [--seed 1] [--large] [--only KIND] [--json] [--cli PATH]
// KIND: text, pipe, json, wrapped, join, mesh, version or memory. --large also measures the peak on a log ten times as big.
// FAULTLINE_BENCH_DIR names the folder of the generated logs; there the large one is kept too.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { env, execPath, version } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  CouldNotRun,
  findCommand,
  firstLine,
  measurePairs,
  measurePeak,
  spreadOf,
} from '../test/bench/measure.mjs';
import { makeMeshList } from '../test/bench/mesh-resources.mjs';
import { renderTable } from '../test/bench/table.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LOG_SCRIPT = join(ROOT, 'scripts', 'bench-log.mjs');
const TARGETS = {
  text: 2,
  json: 0.25,
  wrapped: 1.3,
  join: 1.5,
  meshMs: 2000,
  versionMs: 60,
  peakMegabytes: 200,
  flat: 1.15,
};
/** jq needs seconds for what others do in a fraction of one; two runs tell enough. */
const JQ_RUNS = 2;
const VERSION_RUNS = 20;
/** Of the mesh whose configuration is read; five resources each. */
const SERVICES = 1000;
const MEMORY_RUNS = 3;

/**
 * Counts code, flags and cluster. Blanks cannot separate the columns, since user agents hold some; of the programs
 * tried (mawk 1.3.4, 200 MB) this was the quickest that is right whatever the user agent holds: 0.32 s, against 0.36 s
 * with one table of all three and 0.95 s with index() and match(). Quotes in a path do lead it astray.
 */
const AWK_PROGRAM = `BEGIN { FS = "\\"" }
{ split($3, response, " "); split($NF, upstream, " ")
  codes[response[1]]++; flags[response[2]]++; clusters[upstream[1]]++ }
END { for (k in codes) print "code", k, codes[k]
  for (k in flags) print "flags", k, flags[k]
  for (k in clusters) print "cluster", k, clusters[k] }`;

/**
 * @typedef {import('../test/bench/measure.mjs').Spread} Spread
 * @typedef {import('../test/bench/table.mjs').Row} Row
 * @typedef {import('../test/bench/table.mjs').Target} Target
 * @typedef {{ cli: string, megabytes: number, runs: number, seed: string, isLarge: boolean,
 *   notes: string[] }} Setting
 */

/**
 * Another process writes the log, so this one stays small and quick to fork.
 * @param {import('./bench-log.mjs').LogFormat} format
 * @param {Setting} setting
 */
function provideLog(format, { megabytes, seed }) {
  console.error(`bench: ${format} log of ${megabytes} MB`);
  const args = [LOG_SCRIPT, '--format', format, '--megabytes', String(megabytes), '--seed', seed];
  const { status, stdout, stderr } = spawnSync(execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new CouldNotRun(`the log could not be written: ${firstLine(stderr)}`);
  return stdout.trim();
}

/** @param {Setting} setting */
function findAwk({ notes }) {
  const found = findCommand(['mawk', 'gawk', 'awk']);
  if (found === null) notes.push('no awk here, so no ratio: apt-get install mawk');
  else if (found.name !== 'mawk')
    notes.push(`no mawk here (apt-get install mawk): the peer is ${found.name}`);
  return found;
}

/**
 * @param {string} what
 * @param {{ ours: number[], peer: number[] }} seconds
 * @param {number} [limit]
 * @returns {Row}
 */
function makeTimeRow(what, { ours, peer }, limit) {
  const row = { what, unit: /** @type {const} */ ('s'), ours: spreadOf(ours) };
  if (peer.length === 0) return row;
  const ratio = spreadOf(ours.map((own, pair) => own / (peer[pair] ?? Number.NaN)));
  /** @type {Target | undefined} */
  const target = limit === undefined ? undefined : { unit: '×', limit, isMet: ratio.median <= limit };
  return { ...row, peer: spreadOf(peer), ratio, target };
}

/** @param {Setting} setting */
function measureText(setting) {
  const path = provideLog('text', setting);
  const awk = findAwk(setting);
  const peer = awk && { command: awk.command, args: [AWK_PROGRAM, path] };
  const times = measurePairs({ command: execPath, args: [setting.cli, path] }, peer, setting.runs);
  return [makeTimeRow(`text, ${awk?.name ?? 'alone'}`, times, TARGETS.text)];
}

/** @param {Setting} setting */
function measurePipe(setting) {
  const path = provideLog('text', setting);
  const awk = findAwk(setting);
  /** @param {string[]} reader */
  const piped = (...reader) => ({ command: 'sh', args: ['-c', 'cat "$0" | "$@"', path, ...reader] });
  const peer = awk && piped(awk.command, AWK_PROGRAM);
  const times = measurePairs(piped(execPath, setting.cli), peer, setting.runs);
  return [makeTimeRow(`pipe, ${awk?.name ?? 'alone'}`, times)];
}

/** @param {Setting} setting */
function measureJson(setting) {
  const path = provideLog('json', setting);
  const jq = findCommand(['jq']);
  if (jq === null) setting.notes.push('no jq here, so no ratio: apt-get install jq');
  const peer = jq && { command: jq.command, args: ['-c', '.response_flags', path] };
  const runs = jq === null ? setting.runs : Math.min(setting.runs, JQ_RUNS);
  const times = measurePairs({ command: execPath, args: [setting.cli, path] }, peer, runs);
  return [makeTimeRow(`json, ${jq?.name ?? 'alone'}`, times, TARGETS.json)];
}

/**
 * The same lines as kubectl, CRI and docker wrap them, beside the plain log.
 * @param {Setting} setting
 */
function measureWrapped(setting) {
  const plain = { command: execPath, args: [setting.cli, provideLog('text', setting)] };
  return /** @type {const} */ (['timestamps', 'prefix', 'cri', 'docker']).map((format) => {
    const wrapped = { command: execPath, args: [setting.cli, provideLog(format, setting)] };
    return makeTimeRow(`${format}, plain`, measurePairs(wrapped, plain, setting.runs), TARGETS.wrapped);
  });
}

/**
 * Both sides of the same requests, half of the megabytes each, beside reading one after the other.
 * @param {Setting} setting
 */
function measureJoin(setting) {
  const half = { ...setting, megabytes: setting.megabytes / 2 };
  const [gateway, servers] = [provideLog('text', half), provideLog('server', half)];
  const apart = {
    command: 'sh',
    args: ['-c', '"$0" "$1" "$2" && "$0" "$1" "$3"', execPath, setting.cli, gateway, servers],
  };
  const times = measurePairs(
    { command: execPath, args: [setting.cli, gateway, servers] },
    apart,
    setting.runs,
  );
  return [makeTimeRow('join, one by one', times, TARGETS.join)];
}

/**
 * Reads and checks the configuration of a mesh: five resources for each service.
 * @param {Setting} setting
 * @returns {Row[]}
 */
function measureMesh({ cli, runs }) {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
  try {
    const path = join(folder, 'mesh.yaml');
    writeFileSync(path, makeMeshList(SERVICES));
    const { ours } = measurePairs({ command: execPath, args: [cli, 'lint', path] }, null, runs);
    const spread = spreadOf(ours.map((seconds) => seconds * 1000));
    const limit = TARGETS.meshMs;
    const target = { unit: /** @type {const} */ ('ms'), limit, isMet: spread.median <= limit };
    return [{ what: `lint, ${5 * SERVICES} resources`, unit: 'ms', ours: spread, target }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {Setting} setting
 * @returns {Row[]}
 */
function measureVersion({ cli }) {
  const bare = { command: execPath, args: ['-e', '0'] };
  const times = measurePairs({ command: execPath, args: [cli, '--version'] }, bare, VERSION_RUNS);
  /** @param {number[]} seconds */
  const inMs = (seconds) => spreadOf(seconds.map((value) => value * 1000));
  const [ours, peer] = [inMs(times.ours), inMs(times.peer)];
  const difference = ours.median - peer.median;
  const limit = TARGETS.versionMs;
  const target = { unit: /** @type {const} */ ('ms'), limit, isMet: difference <= limit };
  return [{ what: '--version, -e 0', unit: 'ms', ours, peer, difference, target }];
}

/**
 * @param {Setting} setting
 * @returns {Row[]}
 */
function measureMemory(setting) {
  const sizes = [
    setting.megabytes / 4,
    setting.megabytes,
    ...(setting.isLarge ? [setting.megabytes * 10] : []),
  ];
  const limit = TARGETS.peakMegabytes;
  /** @type {Row[]} */
  const rows = sizes.map((megabytes) => {
    const path = provideLog('text', { ...setting, megabytes });
    const ours = spreadOf(Array.from({ length: MEMORY_RUNS }, () => measurePeak([setting.cli, path])));
    // Too big to keep for a next run that may never come, unless somebody gave it a place.
    if (megabytes > setting.megabytes && env['FAULTLINE_BENCH_DIR'] === undefined) rmSync(path);
    return {
      what: `peak, ${megabytes} MB`,
      unit: 'MB',
      ours,
      target: { unit: 'MB', limit, isMet: ours.median <= limit },
    };
  });
  const [small, big] = [rows[0], rows.at(-1)];
  return small && big ? [...rows, makeGrowthRow(small.ours, big.ours, setting)] : rows;
}

/**
 * @param {Spread} small
 * @param {Spread} big
 * @param {Setting} setting
 * @returns {Row}
 */
function makeGrowthRow(small, big, { megabytes, isLarge }) {
  const median = big.median / small.median;
  const ratio = { median, min: big.min / small.max, max: big.max / small.min };
  /** @type {Target | undefined} */
  const target = isLarge ? { unit: '×', limit: TARGETS.flat, isMet: median <= TARGETS.flat } : undefined;
  const what = `peak, ${isLarge ? megabytes * 10 : megabytes}:${megabytes / 4}`;
  return { what, unit: 'MB', ours: big, peer: small, ratio, target };
}

const MEASURES = {
  text: measureText,
  pipe: measurePipe,
  json: measureJson,
  wrapped: measureWrapped,
  join: measureJoin,
  mesh: measureMesh,
  version: measureVersion,
  memory: measureMemory,
};

/**
 * @param {string} text
 * @param {string} name
 */
function parsePositive(text, name) {
  const value = Number(text);
  if (value > 0) return value;
  throw new CouldNotRun(`--${name} wants a number above 0, not ${text}`);
}

function readOptions() {
  const text = /** @type {const} */ ({ type: 'string' });
  const flag = /** @type {const} */ ({ type: 'boolean', default: false });
  const { values } = parseArgs({
    options: {
      ...{
        megabytes: { ...text, default: '200' },
        runs: { ...text, default: '5' },
        seed: { ...text, default: '1' },
      },
      ...{
        only: text,
        cli: { ...text, default: join(ROOT, 'dist', 'src', 'cli.cjs') },
        large: flag,
        json: flag,
      },
    },
  });
  const megabytes = parsePositive(values.megabytes, 'megabytes');
  const runs = Math.ceil(parsePositive(values.runs, 'runs'));
  const cli = resolve(values.cli);
  if (!existsSync(cli)) throw new CouldNotRun(`${cli} is not there: build it with npm run build`);
  const kinds = Object.entries(MEASURES).filter(
    ([kind]) => values.only === undefined || values.only === kind,
  );
  if (kinds.length === 0) throw new CouldNotRun(`--only wants one of ${Object.keys(MEASURES).join(', ')}`);
  /** @type {Setting} */
  const setting = { cli, megabytes, runs, seed: values.seed, isLarge: values.large, notes: [] };
  return { setting, kinds, isJson: values.json };
}

/** Where the numbers come from: without it they say little. */
function describeMachine() {
  const awk = findCommand(['mawk', 'gawk', 'awk']);
  const processors = cpus();
  return `node ${version}, ${awk?.name ?? 'no awk'}, ${processors.length} × ${processors[0]?.model.trim()}`;
}

function main() {
  const { setting, kinds, isJson } = readOptions();
  /** @type {Row[]} */
  const rows = [];
  for (const [kind, measure] of kinds) {
    console.error(`bench: ${kind}`);
    try {
      rows.push(...measure(setting));
    } catch (error) {
      // The other kinds may still be measured.
      reportCouldNotRun(error);
    }
  }
  const { cli, megabytes, runs, seed } = setting;
  const notes = [...new Set(setting.notes)];
  const machine = describeMachine();
  if (isJson) console.log(JSON.stringify({ machine, cli, megabytes, runs, seed, rows, notes }, null, 2));
  else
    console.log(
      renderTable(
        [machine, `${megabytes} MB log, seed ${seed}, ${runs} runs: median (min–max)`],
        rows,
        notes,
      ),
    );
}

/** @param {unknown} error */
function reportCouldNotRun(error) {
  const isMisuse =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (!(error instanceof CouldNotRun) && !isMisuse) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}

try {
  main();
} catch (error) {
  reportCouldNotRun(error);
}
