import { spawn } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createRandom } from '../bench/random.mjs';
import { CLI, faultline } from '../support/command.ts';
import { hourlyLog } from '../support/hourly-logs.ts';

/** Raise it to kill more often: KILLS=200 npx vitest run test/state/kill.test.ts */
const KILLS = Number(process.env['KILLS'] ?? 15);
/** More than one run can see, lest the test itself throws lines away. */
const MOST_ROTATED = 60;
const LONGEST_RUN_MS = 900;
const START_MS = Date.UTC(2026, 10, 1);

const folder = mkdtempSync(join(tmpdir(), 'faultline-kill-'));
const logs = join(folder, 'logs');
const log = join(logs, 'access.log');
const state = join(folder, 'state');
const random = createRandom(7).fraction;

/** What was written to the log, whatever became of it since. */
let written = '';
/** Text that is on its way: a writer may stop in the middle of a line. */
let pending = '';
let hour = 0;

function write(): void {
  if (pending.length < 5000) pending += hourlyLog(hour, START_MS, { incidents: [], noise: 0.05, random });
  hour += 1;
  const length = Math.ceil(random() * pending.length);
  appendFileSync(log, pending.slice(0, length));
  written += pending.slice(0, length);
  pending = pending.slice(length);
}

/** Finishes the line, as a proxy does before its log is rotated. */
function finishLine(): void {
  const end = pending.indexOf('\n') + 1;
  appendFileSync(log, pending.slice(0, end));
  written += pending.slice(0, end);
  pending = pending.slice(end);
}

function shiftRotated(): void {
  for (let n = MOST_ROTATED; n >= 1; n--)
    for (const packed of ['', '.gz'])
      if (existsSync(`${log}.${n}${packed}`)) renameSync(`${log}.${n}${packed}`, `${log}.${n + 1}${packed}`);
  if (!existsSync(`${log}.2`)) return;
  writeFileSync(`${log}.2.gz`, gzipSync(readFileSync(`${log}.2`)));
  rmSync(`${log}.2`);
}

function rotate(): void {
  if (written.length === 0) return;
  if (!written.endsWith('\n')) finishLine();
  shiftRotated();
  if (random() < 0.5) {
    renameSync(log, `${log}.1`);
    writeFileSync(log, '');
  } else {
    copyFileSync(log, `${log}.1`);
    truncateSync(log);
  }
}

/** Lets a run finish, and then takes away what was read, as rotation does. */
async function tidy(): Promise<void> {
  const { status } = await faultline(['report', '-q', '--state', state, log]);
  expect(status).toBe(0);
  for (const name of readdirSync(logs))
    if (/\.(?:\d{2}|[4-9])(?:\.gz)?$/.test(name)) rmSync(join(logs, name));
}

/** Runs the job and kills it, unless it is faster. The log goes on growing and rotating meanwhile. */
function runAndKill(): Promise<void> {
  const child = spawn(process.execPath, [CLI, 'report', '-q', '--state', state, log], { stdio: 'ignore' });
  const growing = setInterval(() => (random() < 0.1 ? rotate() : write()), 40);
  const killing = setTimeout(() => child.kill('SIGKILL'), random() * LONGEST_RUN_MS);
  return new Promise((resolve) => {
    child.on('close', () => {
      clearInterval(growing);
      clearTimeout(killing);
      resolve();
    });
  });
}

test('killed again and again over a growing, rotating log, the runs together have read each line once', {
  timeout: KILLS * 5000,
}, async () => {
  mkdirSync(logs);
  writeFileSync(log, '');
  // What is rotated away before a run was ever finished is before the time of the job.
  await tidy();
  for (let kill = 0; kill < KILLS; kill++) {
    write();
    await runAndKill();
    if (readdirSync(logs).length > MOST_ROTATED / 4) await tidy();
  }
  finishLine();
  const last = await faultline(['report', '-q', '--state', state, '-o', 'json', log]);
  expect(last.stderr).toBe('');
  const whole = await faultline(['-q', '-o', 'json', '-'], { input: written });
  const { lines, requests } = JSON.parse(whole.stdout);
  const names = readdirSync(state).filter((name) => name.endsWith('.json'));
  const { totals } = JSON.parse(readFileSync(join(state, names.sort().at(-1) ?? ''), 'utf8')).state.history;
  expect(totals.lines).toEqual(lines);
  expect(totals.byResponseCode).toEqual(requests.byResponseCode);
  expect(totals.byResponseFlag).toEqual(requests.byResponseFlag);
  expect(totals.requests).toBe(requests.total);
  expect(totals.requests).toBeGreaterThan(1000);
});
