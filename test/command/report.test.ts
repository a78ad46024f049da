import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ReportOptions } from '../../src/command/report.ts';
import { runReport } from '../../src/command/report.ts';
import { CLI, ROOT, run } from '../support/command.ts';
import { createTerminal } from '../support/terminal.ts';

const DEMO = join(ROOT, 'samples/mixed/demo.log');
const LINES = readFileSync(DEMO, 'utf8').trimEnd().split('\n');
const text = (from: number, to: number): string =>
  LINES.slice(from, to)
    .map((line) => `${line}\n`)
    .join('');

/** A log and the job over it. */
function createJob() {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-report-'));
  const log = join(folder, 'access.log');
  const state = join(folder, 'state');
  writeFileSync(log, text(0, 100));
  return {
    folder,
    log,
    state,
    async report(options: Partial<ReportOptions> = {}, signal?: AbortSignal) {
      const terminal = createTerminal();
      const status = await runReport(
        [log],
        { color: 'never', state, ...options },
        {
          ...terminal,
          ...(signal === undefined ? {} : { signal }),
        },
      );
      return { status, ...terminal.shown };
    },
  };
}

describe('report', () => {
  test('the first run reads all, the next one what is new, and the history adds up', async () => {
    const job = createJob();
    const first = JSON.parse((await job.report({ output: ['json'] })).stdout);
    expect(first.lines.read).toBe(100);
    appendFileSync(job.log, text(100, LINES.length));
    const second = JSON.parse((await job.report({ output: ['json'] })).stdout);
    expect(second.lines.read).toBe(LINES.length - 100);
    expect(second.comparison.history).toMatchObject({
      runs: 2,
      lines: LINES.length,
      requests: first.requests.total + second.requests.total,
      failed: first.requests.failed + second.requests.failed,
    });
  });

  test('the first run says that there is nothing to compare with, the next one with what', async () => {
    const job = createJob();
    expect((await job.report()).stdout).toContain(
      'The first run, so there is nothing to compare with: 100 lines, 97 requests, ',
    );
    expect((await job.report()).stdout.replace(/\s+/g, ' ')).toMatch(
      /Compared with the runs before: 2026-11-21 [^(]*\(\d+ s\)\. All 2 runs together: 100 lines, .* · same: TLS conflict/,
    );
  });

  test('samples are numbered by the whole file', async () => {
    const job = createJob();
    await job.report();
    appendFileSync(job.log, text(100, LINES.length));
    const { findings } = JSON.parse((await job.report({ output: ['json'], redact: false })).stdout);
    for (const { samples } of findings)
      for (const { line, text: shown } of samples) expect(LINES[line - 1]).toBe(shown);
    expect(findings[0].samples.length).toBeGreaterThan(0);
  });

  test('without anything new there is a note, and no error', async () => {
    const job = createJob();
    await job.report();
    const { status, stdout } = await job.report({ failOn: ['new'] });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Nothing new since the last run\./);
  });

  test('the history of each cause is told', async () => {
    const job = createJob();
    await job.report();
    appendFileSync(job.log, text(100, LINES.length));
    const { stdout } = await job.report();
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /History: first seen 2026-11-21 03:38:3\dZ, in 2 of 2 runs, going on since 2026-11-21 03:38:3\dZ, last runs [▁-█]{2}\./,
    );
  });

  test('--fail-on new holds once', async () => {
    const job = createJob();
    expect((await job.report({ failOn: ['new'] })).status).toBe(1);
    appendFileSync(job.log, text(100, LINES.length));
    expect((await job.report({ failOn: ['new'] })).status).toBe(0);
  });

  test('what is suppressed becomes new when it no longer is', async () => {
    const job = createJob();
    const suppress = ['tls-conflict-mtls-to-plaintext', 'upstream-response-timeout', 'cluster-not-found'];
    expect((await job.report({ failOn: ['new'], suppress })).status).toBe(0);
    appendFileSync(job.log, text(100, LINES.length));
    expect((await job.report({ failOn: ['new'] })).status).toBe(1);
  });

  test('of two runs at once one counts the lines', async () => {
    const job = createJob();
    const both = await Promise.all([job.report(), job.report()]);
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    expect(both.filter(({ stderr }) => stderr.includes('another run'))).toHaveLength(1);
    const { comparison } = JSON.parse((await job.report({ output: ['json'] })).stdout);
    expect(comparison.history).toMatchObject({ lines: 100, runs: 2 });
  });

  test('an interrupted run stores nothing', async () => {
    const job = createJob();
    const { stderr } = await job.report({}, AbortSignal.abort());
    expect(stderr).toContain('interrupted');
    expect(readdirSync(job.state)).toEqual([]);
  });

  test('an output that cannot be written stores nothing', async () => {
    const job = createJob();
    const output = [`json=${join(job.folder, 'none', 'report.json')}`];
    await expect(job.report({ output })).rejects.toMatchObject({ code: 'UNWRITABLE_OUTPUT' });
    expect(readdirSync(job.state)).toEqual([]);
  });

  test('its outputs may lie in the folder of the state, which the first run makes', async () => {
    const job = createJob();
    await job.report({ output: [`json=${join(job.state, 'report.json')}`] });
    expect(readdirSync(job.state)).toContain('report.json');
  });

  // Linux has a device that is always full.
  test.runIf(existsSync('/dev/full'))('an output that fails when it is written stores nothing', async () => {
    const job = createJob();
    await expect(job.report({ output: ['json=/dev/full'] })).rejects.toMatchObject({
      code: 'UNWRITABLE_OUTPUT',
    });
    expect(readdirSync(job.state)).toEqual([]);
  });

  test('lines of no access log are no error: the proxy may have had nothing to do', async () => {
    const job = createJob();
    writeFileSync(job.log, '2026-11-21T03:38:29.112044Z\tinfo\txdsproxy\tconnected\n');
    expect((await job.report()).status).toBe(0);
  });

  test.each([
    [{ keep: 'long' }, 'not a duration'],
    [{ keep: '0d' }, 'not a duration'],
  ])('%o is refused', async (options, why) => {
    await expect(createJob().report(options)).rejects.toThrow(why);
  });

  test('a state folder has to be named', async () => {
    await expect(runReport(['a.log'], { color: 'never' }, createTerminal())).rejects.toThrow('no --state');
  });

  test('inputs have to be named', async () => {
    await expect(runReport([], { color: 'never', state: 'x' }, createTerminal())).rejects.toThrow(
      'no inputs',
    );
  });
});

test('when the disk is full nothing is counted, and the next run reads the same lines', async () => {
  const job = createJob();
  const many = join(job.folder, 'many.log');
  copyFileSync(DEMO, many);
  // A limit on the size of files stands for a full disk: the state is cut in the middle.
  const command = `trap '' XFSZ; ulimit -f 1; exec "${process.execPath}" "${CLI}" report -q --state "${job.state}" "${many}"`;
  const limited = await run('sh', ['-c', command]);
  expect(limited.status).toBe(2);
  expect(limited.stderr).toContain('Nothing was counted');
  expect(readdirSync(job.state)).toEqual([]);
  const after = await run(process.execPath, [CLI, 'report', '--state', job.state, '-o', 'json', many]);
  expect(JSON.parse(after.stdout).comparison.history).toMatchObject({ runs: 1, lines: LINES.length });
});

test('a folder may hold more logs than a process may open', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-many-'));
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  for (let pod = 0; pod < 300; pod++)
    writeFileSync(
      join(logs, `pod-${pod}.log`),
      `${LINES[60 + (pod % 100)]?.replace('GET', `GET /${pod}`)}\n`,
    );
  const report = `exec "${process.execPath}" "${CLI}" report --state "${join(folder, 'state')}" -o json "${logs}"`;
  const limited = await run('sh', ['-c', `ulimit -n 160; ${report}`]);
  expect(limited.stderr).toBe('');
  expect(JSON.parse(limited.stdout).lines.read).toBe(300);
  expect(JSON.parse((await run('sh', ['-c', `ulimit -n 160; ${report}`])).stdout).lines.read).toBe(0);
});
