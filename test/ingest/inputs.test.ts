import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type InputPlan, planInputs } from '../../src/ingest/inputs.ts';
import { UserError } from '../../src/model/user-error.ts';

const isWindows = process.platform === 'win32';
let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'faultline-inputs-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), 'line\n');
  }
}

function link(target: string, name: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  symlinkSync(join(root, target), join(root, name));
}

/** Paths of the plan, relative to the test's folder. */
function sourcesOf(plan: InputPlan): string[] {
  return plan.sources.map(({ kind, path }) => (kind === 'stdin' ? path : relative(root, path)));
}

function skippedOf(plan: InputPlan): Record<string, string> {
  return Object.fromEntries(
    plan.skipped.map(({ path, reason }) => [relative(root, path), reason.replaceAll(`${root}/`, '')]),
  );
}

async function planBelow(...paths: readonly string[]): Promise<InputPlan> {
  return planInputs(paths.map((path) => join(root, path)));
}

async function failureOf(paths: readonly string[]): Promise<UserError> {
  const failure: unknown = await planInputs(paths).catch((error: unknown) => error);
  if (!(failure instanceof UserError)) throw new Error(`no UserError but ${String(failure)}`);
  expect(failure.hint).not.toBe('');
  return failure;
}

describe('planInputs', () => {
  test.for([[[]], [['-']]])('takes %j for the standard input', async ([paths]) => {
    expect(await planInputs(paths ?? [])).toEqual({ sources: [{ kind: 'stdin', path: '-' }], skipped: [] });
  });

  test('a signal ends the search of a folder', async () => {
    write('a.log', 'b/c.log');
    expect(await planInputs([root], AbortSignal.abort())).toEqual({ sources: [], skipped: [] });
  });

  test('refuses the standard input twice', async () => {
    expect(await failureOf(['-', '-'])).toMatchObject({ code: 'REPEATED_INPUT' });
  });

  test('takes a named file whatever its name, with its size', async () => {
    write('.hidden.yaml');
    const path = join(root, '.hidden.yaml');
    expect(await planInputs([path])).toEqual({ sources: [{ kind: 'file', path, bytes: 5 }], skipped: [] });
  });

  test('keeps the order in which inputs are named', async () => {
    write('b.log', 'a.log');
    expect(sourcesOf(await planInputs([join(root, 'b.log'), '-', join(root, 'a.log')]))).toEqual([
      'b.log',
      '-',
      'a.log',
    ]);
  });

  test('takes the log-like files of a folder and says why it passes over the others', async () => {
    const logs = [
      'ACCESS.LOG',
      'a.json',
      'a.jsonl.gz',
      // The parts of a rotated log, oldest first.
      'a.log-20260131',
      'a.log-20260131.gz',
      'a.log.20260131-101500',
      'a.log.2.gz',
      'a.log.1',
      'a.log',
      'a.ndjson',
      'a.out',
      'a.txt',
      'access_log.2026-01-31',
      'access_log',
      'istio-ingressgateway',
      'reviews-v1-545db77b95-2ps7q',
    ];
    write(...logs, 'README', 'a.log.lz4', 'b.md', 'c.yaml', '.a.log.swp', '.git/a.log');
    const plan = await planInputs([root]);
    expect(sourcesOf(plan)).toEqual(logs);
    expect(skippedOf(plan)).toEqual({
      '.a.log.swp': 'hidden',
      '.git': 'hidden',
      README: 'its name is not that of a log',
      'a.log.lz4': 'it is compressed in a way that is not read: unpack it first',
      'b.md': 'its name is not that of a log',
      'c.yaml': 'its name is not that of a log',
    });
  });

  test('walks folders in code-point order', async () => {
    // U+1F600 sorts before U+FF21 by UTF-16 units.
    write('a.log', 'b/2.log', 'b/10.log', 'c.log', 'Ａ.log', '😀.log', 'B.log');
    expect(sourcesOf(await planInputs([root]))).toEqual([
      'B.log',
      'a.log',
      'b/10.log',
      'b/2.log',
      'c.log',
      'Ａ.log',
      '😀.log',
    ]);
  });

  test('follows links but neither loops nor reads a file twice', async () => {
    write('logs/a.log', 'elsewhere/b.log');
    link('logs', 'logs/loop');
    link('logs/a.log', 'logs/again.log');
    link('elsewhere', 'logs/more');
    link('nowhere', 'logs/broken.log');
    const plan = await planBelow('logs');
    expect(sourcesOf(plan)).toEqual(['logs/a.log', 'logs/more/b.log']);
    expect(skippedOf(plan)).toEqual({
      'logs/again.log': 'the same as logs/a.log',
      'logs/broken.log': 'no such file or folder',
      'logs/loop': 'the same as logs',
    });
  });

  test('reads what is named twice only once', async () => {
    write('logs/sub/a.log');
    const plan = await planBelow('logs/sub', 'logs', 'logs/sub/a.log', 'logs');
    expect(sourcesOf(plan)).toEqual(['logs/sub/a.log']);
    expect(plan.skipped.map(({ reason }) => reason)).toEqual(Array(3).fill('it was met before'));
  });

  test('leaves out reports that an earlier run left beside the logs, and says so', async () => {
    write('a.log');
    const reports = {
      'r.json': '{\n  "schemaVersion": 1,\n  "tool": {\n    "name": "faultline",\n',
      'r.ndjson': '{"type":"report","schemaVersion":1,"tool":{"name":"faultline","version":"1.0.0"}}\n',
      'r.out': '# faultline: No proxy-level problem found. None of 3 requests failed.\n',
      'r.txt': `7 of 1,187 requests failed (1 %): 1 likely cause.\n  1. It (likely, 80 %)\n\n${'─'.repeat(80)}\n1. It\n`,
      'coloured.txt': `\u001b[1m7 of 1,187 requests failed (1 %)\u001b[22m.\n\n\u001b[2m${'─'.repeat(80)}\u001b[22m\n`,
    };
    for (const [name, text] of Object.entries(reports)) writeFileSync(join(root, name), text);
    // A ticket that quotes a report may hold a log as well.
    writeFileSync(join(root, 'ticket.txt'), `Look at this:\n${reports['r.txt']}`);
    const names = Object.keys(reports);
    const why = 'it is a report of faultline, not a log';
    mkdirSync(join(root, 'state'));
    writeFileSync(join(root, 'state/state-1.json'), '{"program":"faultline","version":1,"sha256":"0"}\n{}\n');
    const found = [await planInputs([root]), await planBelow('a.log', 'ticket.txt', ...names)];
    for (const plan of found) {
      expect(sourcesOf(plan)).toEqual(['a.log', 'ticket.txt']);
      expect(skippedOf(plan)).toMatchObject(Object.fromEntries(names.map((name) => [name, why])));
    }
    expect(skippedOf(await planInputs([root]))['state/state-1.json']).toBe(
      'it is the state of a job of faultline, not a log',
    );
    expect((await failureOf([join(root, 'r.json')])).message).toBe(`${join(root, 'r.json')}: ${why}`);
  });

  test('says what an empty folder was searched for', async () => {
    const failure = await failureOf([root]);
    expect(failure).toMatchObject({
      code: 'NOT_A_LOG_FOLDER',
      message: `no log in the folder ${root}: it is empty`,
    });
    expect(failure.hint).toContain('.log');
  });

  test('says what a folder without logs holds instead', async () => {
    write('a.md', 'b.md', 'c.md', 'd/e.md');
    link('d', 'd/loop');
    const { message } = await failureOf([root]);
    expect(message).toContain(`skipped ${join(root, 'a.md')} (its name is not that of a log), `);
    expect(message).toMatch(/ and 2 more$/);
  });

  test.for([
    ['missing.log', 'NO_SUCH_INPUT', 'no such file or folder'],
    ['a.log/b.log', 'NO_SUCH_INPUT', 'a part of the path is not a folder'],
    ['circle.log', 'UNREADABLE_INPUT', 'its symbolic links lead in a circle'],
    [`${'n'.repeat(300)}.log`, 'UNREADABLE_INPUT', 'the name is too long'],
  ] as const)('refuses %s', async ([name, code, reason]) => {
    write('a.log');
    link('circle.log', 'circle.log');
    const path = join(root, name);
    const failure = await failureOf([path]);
    expect(failure).toMatchObject({ code, message: `cannot read ${path}: ${reason}` });
    expect(failure.cause).toBeInstanceOf(Error);
  });

  test('names an empty path as such', async () => {
    expect((await failureOf([''])).message).toBe('cannot read an empty path: no such file or folder');
  });

  test.runIf(!isWindows)('refuses a device', async () => {
    expect(await failureOf(['/dev/null'])).toMatchObject({
      code: 'UNSUPPORTED_INPUT',
      message: '/dev/null is a device, not a log',
    });
  });

  test.runIf(!isWindows)(
    'takes a named pipe by name, passes over pipes and sockets in a folder',
    async () => {
      write('a.log');
      execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, 'pipe.log')]);
      const server = createServer().listen(join(root, 'socket.log'));
      await new Promise((done) => server.once('listening', done));
      try {
        expect(await planBelow('pipe.log')).toMatchObject({ sources: [{ kind: 'file', bytes: 0 }] });
        const plan = await planInputs([root]);
        expect(sourcesOf(plan)).toEqual(['a.log']);
        expect(skippedOf(plan)).toEqual({ 'pipe.log': 'it is a pipe', 'socket.log': 'it is a socket' });
        expect(await failureOf([join(root, 'socket.log')])).toMatchObject({ code: 'UNSUPPORTED_INPUT' });
      } finally {
        server.close();
      }
    },
  );
});
