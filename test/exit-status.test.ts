import { execFileSync, spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CLI, faultline, ROOT, run } from './support/command.ts';

const DEMO = join(ROOT, 'samples/mixed/demo.log');
const QUIET = join(ROOT, 'samples/clean/quiet.log');
const demo = readFileSync(DEMO);

function tempFolder(): string {
  return mkdtempSync(join(tmpdir(), 'faultline-cli-'));
}

describe('exit status', () => {
  test.for([
    [['--fail-on', 'any', QUIET], 0],
    [['--fail-on', 'any', DEMO], 1],
    [['--fail-on', 'likely', DEMO], 1],
    [['--fail-on', 'confirmed', DEMO], 0],
    [['--fail-on', 'cluster-not-found', DEMO], 1],
    [['--fail-on', 'cluster-not-found', '--suppress', 'cluster-not-found', DEMO], 0],
    [['--fail-on', 'rate>30%', DEMO], 1],
    [['--fail-on', 'rate>40%', DEMO], 0],
    [[DEMO], 0],
  ] as const)('%j gives %d', async ([args, status]) => {
    expect((await faultline(args)).status).toBe(status);
  });

  test.for([
    [['--no-such-option'], /^faultline: analyze has no option --no-such-option\nThose .*analyze --help\n$/],
    [['--outptu', 'json', DEMO], /^faultline: analyze has no option --outptu\nDid you mean --output\?\n$/],
    [['explain', '--top', '1', 'UF'], /^faultline: explain has no option --top\n/],
    [[DEMO, '-o'], /^faultline: --output has no value\nWrite --output <kind\[=path\]>\.\n$/],
    [
      ['--color', 'allways', DEMO],
      /^faultline: --color allways: there is no such choice\nDid you mean always/,
    ],
    [['--log-format', 'xml', DEMO], /^faultline: --log-format xml: .*\nChoose one of text, json\.\n$/],
    [['list', 'flgs'], /^faultline: list flgs: there is no such choice\nDid you mean flags\?\n$/],
    [['list', 'flags', 'formats'], /^faultline: list takes at most 1, not 2\n/],
    [['schema', 'all'], /^faultline: schema takes no argument, not 1\n/],
    [['explain'], /^faultline: explain: the argument <topic> is missing\nfaultline explain --help/],
    [['explian', 'UF'], /^faultline: cannot read explian: .*\nDid you mean the command explain\?/],
    [['analyse', DEMO], /Did you mean the command analyze\?/],
    [['no-such-file.log'], /no-such-file\.log/],
    [['-o', 'pdf', DEMO], /pdf/],
    [['-o', 'text', '-o', 'json', DEMO], /standard output/],
    [['--fail-on', 'often', DEMO], /often/],
    [['--only', 'nothing', DEMO], /nothing/],
    [['--since', 'yesterday', DEMO], /yesterday/],
    [['--top', '0', DEMO], /--top 0/],
    [['--format', 'nonsense', DEMO], /nonsense/],
    [['--format', '%RESPONSE_CODE%%RESPONSE_FLAGS%', DEMO], /nothing between/],
    [['--format', '@missing.txt', DEMO], /missing\.txt/],
    [
      ['--format', '%FOO%', DEMO],
      /^faultline: no line of .* \(190 read\) has the format that --format gives; line 4 reads: .*\nCompare/,
    ],
    [['-o', 'json=no/such/folder/r.json', DEMO], /no\/such\/folder/],
    [['explain', 'UFO'], /UFO/],
    [['list', 'planets'], /planets/],
    [[join(ROOT, 'package.json')], /no access-log record/],
    [['/dev/null'], /./],
  ] as const)(
    '%j is wrong use: status 2 and one clear message on standard error',
    async ([args, message]) => {
      const { status, stdout, stderr } = await faultline(args);
      expect(status).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/\n\s+at /);
    },
  );

  test.for([
    ['-o', 'json=access.log', 'access.log'],
    ['-o', 'json=./link.log', 'access.log'],
    ['-o', 'text=access.log', '--mesh-config', 'access.log', DEMO],
    ['-o', 'json=access.log', '.'],
    ['report', '--state', 'state', '-o', 'html=access.log', '.'],
    ['report', '--state', 'state', '-o', 'text=access.log', 'access.log'],
    ['lint', '-o', 'sarif=access.log', 'access.log'],
    ['diff', '-o', 'json=access.log', 'before.json', 'access.log'],
  ])('%j does not write over what it reads', async (args) => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'access.log'), demo);
    symlinkSync('access.log', join(folder, 'link.log'));
    const { status, stderr } = await faultline(args, { cwd: folder });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^faultline: the report would take the place of \S+, which is read for it\n/);
    expect(readFileSync(join(folder, 'access.log')).equals(demo)).toBe(true);
  });

  // The kernel names what a process has open.
  test.runIf(existsSync('/proc/self/fd')).for(['', '-'])(
    'nor over what a shell opens as %j',
    async (name) => {
      const log = join(tempFolder(), 'access.log');
      writeFileSync(log, demo);
      const command = `"${process.execPath}" "${CLI}" -o json="${log}" ${name} < "${log}"`;
      const { status, stderr } = await run('bash', ['--norc', '-c', command]);
      expect(status).toBe(2);
      expect(stderr).toContain('the report would take the place of');
      expect(readFileSync(log).equals(demo)).toBe(true);
    },
  );

  test('a report that lies among the logs is replaced', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'access.log'), demo);
    for (const kind of ['json', 'json', 'text', 'sarif', 'sarif']) {
      const { status } = await faultline(['-o', `${kind}=report.json`, '.'], { cwd: folder });
      expect(status).toBe(0);
    }
  });

  test.runIf(existsSync('/proc/self/fd'))('a link to a pipe is written to, not replaced', async () => {
    const link = join(tempFolder(), 'errors');
    symlinkSync('/proc/self/fd/2', link);
    const { status, stdout } = await run('bash', [
      '--norc',
      '-o',
      'pipefail',
      '-c',
      `"${process.execPath}" "${CLI}" -o json="${link}" "${DEMO}" 2>&1 >/dev/null | cat`,
    ]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ tool: { name: 'faultline' } });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  test('empty input is status 2, beside an input with records a note', async () => {
    expect((await faultline([], { input: '' })).status).toBe(2);
    const empty = join(tempFolder(), 'empty.log');
    writeFileSync(empty, '');
    const { status, stdout, stderr } = await faultline(['-o', 'json', empty, DEMO]);
    expect(stderr).toBe('');
    const report = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(report.notes.join(' ')).toContain('empty');
  });

  // Linux has a device that is always full.
  test.runIf(existsSync('/dev/full'))('a full disk is no defect of the program', async () => {
    const { status, stderr } = await run('bash', [
      '--norc',
      '-c',
      `"${process.execPath}" "${CLI}" "${DEMO}" > /dev/full`,
    ]);
    expect(stderr).toMatch(/^faultline: .*standard output.*no space/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(status).toBe(2);
  });

  test('a reader that closes the pipe is success', async () => {
    const { status, stderr } = await run('bash', [
      '--norc',
      '-o',
      'pipefail',
      '-c',
      `"${process.execPath}" "${CLI}" "${DEMO}" | head -1`,
    ]);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s ends reading, prints the report of what was read and gives %d',
    async ([signal, expected]) => {
      const child = spawn(process.execPath, [CLI, '-o', 'json'], { stdio: ['pipe', 'pipe', 'ignore'] });
      let stdout = '';
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
      });
      const ended = new Promise((resolve) => child.on('close', resolve));
      // Far more than the pipe holds: once all of it is taken, half of it has been read. The pipe stays open, so the
      // program would wait for ever.
      const log = Buffer.concat(Array.from({ length: 20 }, () => demo));
      await new Promise((resolve) => child.stdin.write(log, resolve));
      child.kill(signal);
      // `timeout` passes it on a second time: the report comes all the same.
      await new Promise((resolve) => setTimeout(resolve, 10));
      child.kill(signal);
      expect(await ended).toBe(expected);
      const report = JSON.parse(stdout);
      expect(report.lines.read).toBeGreaterThan(10 * 190);
      expect(report.notes[0]).toBe('Not all was read: a signal ended the reading.');
    },
  );

  test.skipIf(process.platform === 'win32')('a signal before the first line is told as such', async () => {
    const pipe = join(tempFolder(), 'log');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    const child = spawn(process.execPath, [CLI, pipe], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    // A pipe is open for writing when the program has opened it for reading.
    const writer = await open(pipe, 'w');
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    await writer.close();
    expect(stderr).toMatch(/^faultline: a signal ended the reading before a line was read\n/);
  });
});
