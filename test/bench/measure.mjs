// Runs programs and measures them: wall time beside a peer, and peak memory.
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { env, execPath } from 'node:process';

const BYTES_PER_MEGABYTE = 1_000_000;

/**
 * @typedef {{ median: number, min: number, max: number }} Spread
 * @typedef {{ command: string, args: string[] }} Command
 */

/**
 * Writes the peak memory to descriptor 3 when the program ends. VmHWM belongs to this program alone, while maxRSS on
 * Linux starts at the peak of the process that spawned it; where there is no /proc it has to do.
 */
const PEAK_PROBE = `data:text/javascript,${encodeURIComponent(`
import { readFileSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
if (isMainThread) process.on('exit', () => {
  let kilobytes = process.resourceUsage().maxRSS;
  try { kilobytes = Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]); } catch {}
  writeSync(3, String(kilobytes));
});`)}`;

/**
 * As the machine is, but for two things that say nothing of the programs: the C locale spares gawk its multibyte work, which
 * mawk and jq have not, and Node.js 20 takes 30 ms at its start to read certificates that a company's network asks for.
 */
const ENVIRONMENT = { ...env, LC_ALL: 'C', NODE_EXTRA_CA_CERTS: undefined };

/** Something that could not be run; its message is for the reader. */
export class CouldNotRun extends Error {}

/**
 * @param {readonly number[]} values
 * @returns {Spread}
 */
export function spreadOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  const median = middle.reduce((sum, value) => sum + value, 0) / middle.length;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/**
 * Runs to the end with stdout thrown away.
 * @param {Command} command
 */
function run({ command, args }) {
  const begin = performance.now();
  const { error, status, signal, stderr, output } = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: ENVIRONMENT,
  });
  const seconds = (performance.now() - begin) / 1000;
  if (error === undefined && status === 0) return { seconds, report: String(output[3]) };
  const why = error?.message ?? `it ended with ${signal ?? `status ${status}`}: ${firstLine(String(stderr))}`;
  throw new CouldNotRun(`${[command, ...args].join(' ').slice(0, 160)} could not be run; ${why}`);
}

/** @param {string} text */
export function firstLine(text) {
  return text.trim().split('\n', 1)[0] ?? '';
}

/**
 * A warm-up of each, then A B A B …
 * @param {Command} ours
 * @param {Command | null} peer
 * @param {number} runs
 */
export function measurePairs(ours, peer, runs) {
  const times = { ours: /** @type {number[]} */ ([]), peer: /** @type {number[]} */ ([]) };
  for (let n = -1; n < runs; n++) {
    const [a, b] = [run(ours).seconds, peer === null ? null : run(peer).seconds];
    if (n < 0) continue;
    times.ours.push(a);
    if (b !== null) times.peer.push(b);
  }
  return times;
}

/**
 * The first of the commands that is there, under its real name: awk is mawk on Debian.
 * @param {readonly string[]} names
 */
export function findCommand(names) {
  for (const name of names) {
    const { stdout } = spawnSync('sh', ['-c', 'command -v "$0"', name], { encoding: 'utf8' });
    if (stdout.trim() !== '') return { command: name, name: basename(realpathSync(stdout.trim())) };
  }
  return null;
}

/**
 * Peak memory of one run of node, in megabytes.
 * @param {string[]} args
 */
export function measurePeak(args) {
  const { report } = run({ command: execPath, args: ['--import', PEAK_PROBE, ...args] });
  const megabytes = (Number(report) * 1024) / BYTES_PER_MEGABYTE;
  if (megabytes > 0) return megabytes;
  throw new CouldNotRun(`${args.join(' ')} told no peak memory`);
}
