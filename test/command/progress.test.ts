import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runAnalyze } from '../../src/command/analyze.ts';
import { ProgressLine } from '../../src/command/progress.ts';
import { analyse } from '../../src/run.ts';
import { render } from '../aggregate/log-lines.ts';
import { createTerminal, type KeptTerminal } from '../support/terminal.ts';

const CLEAR = '\r\u001b[K';

function watched(env: KeptTerminal['env'] = {}): KeptTerminal {
  const terminal = createTerminal('', env);
  Object.assign(terminal.stderr, { isTTY: true });
  return terminal;
}

describe('the line of progress', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('comes when reading takes long, is renewed in its place, and goes away', () => {
    const terminal = watched();
    const line = new ProgressLine(terminal, true);
    let bytes = 0;
    line.start({ totalBytes: 4_000_000, bytesRead: () => bytes });
    vi.advanceTimersByTime(500);
    expect(terminal.shown.stderr).toBe('');
    bytes = 1_000_000;
    vi.advanceTimersByTime(300);
    bytes = 2_000_000;
    vi.advanceTimersByTime(200);
    line.stop();
    const shown = terminal.shown.stderr.replaceAll('\u00a0', ' ');
    expect(shown).toContain(`${CLEAR}faultline: 1.0 MB of 4.0 MB (25 %)`);
    expect(shown).toContain(`${CLEAR}faultline: 2.0 MB of 4.0 MB (50 %), 2.0 MB/s, 1 s left`);
    expect(shown.endsWith(CLEAR)).toBe(true);
    expect(shown).not.toContain('\n');
    vi.advanceTimersByTime(5000);
    expect(terminal.shown.stderr.replaceAll('\u00a0', ' ')).toBe(shown);
  });

  test('writes nothing when the work was short', () => {
    const terminal = watched();
    const line = new ProgressLine(terminal, true);
    line.start({ totalBytes: null, bytesRead: () => 5 });
    vi.advanceTimersByTime(300);
    line.stop();
    expect(terminal.shown.stderr).toBe('');
  });

  test.for([
    ['standard error is no terminal', createTerminal(), true],
    ['it is not wanted', watched(), false],
    ['the terminal cannot go back', watched({ TERM: 'dumb' }), true],
  ] as const)('is quiet when %s', ([, terminal, isWanted]) => {
    const line = new ProgressLine(terminal, isWanted);
    line.start({ totalBytes: 10, bytesRead: () => 5 });
    vi.advanceTimersByTime(5000);
    line.stop();
    expect(terminal.shown.stderr).toBe('');
  });
});

describe('reading', () => {
  const log = `${render({})}\n`.repeat(2000);
  const request = {
    format: null,
    selection: { sinceMs: null, untilMs: null, clusters: [], authorities: [], excludedPaths: [] },
    only: null,
    isSuppressed: () => false,
    version: '0.0.0',
    notes: [],
  };

  async function progressOf(paths: readonly string[], stdin = Readable.from([Buffer.from(log)])) {
    const told: { totalBytes: number | null; bytesRead: () => number }[] = [];
    await analyse({ ...request, paths, stdin, onReading: (progress) => told.push(progress) });
    return told.map(({ totalBytes, bytesRead }) => ({ totalBytes, bytes: bytesRead() }));
  }

  test('counts the bytes on disk, packed ones as they lie there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'faultline-progress-'));
    const [plain, packed] = [join(folder, 'a.log'), join(folder, 'b.log.gz')];
    writeFileSync(plain, log);
    writeFileSync(packed, gzipSync(log));
    const totalBytes = log.length + gzipSync(log).length;
    expect(await progressOf([plain, packed])).toEqual([{ totalBytes, bytes: totalBytes }]);
  });

  test('standard input has no end that is known', async () => {
    expect(await progressOf(['-'])).toEqual([{ totalBytes: null, bytes: log.length }]);
  });

  test('shows its progress at a terminal, and nothing with --no-progress or -q', async () => {
    const slowly = (): Readable =>
      Readable.from(
        (async function* () {
          yield Buffer.from(log);
          await new Promise((resolve) => setTimeout(resolve, 1200));
          yield Buffer.from(log);
        })(),
      );
    const run = async (options: object): Promise<string> => {
      const terminal = { ...watched(), stdin: slowly() };
      await runAnalyze(['-'], { color: 'never', ...options }, terminal);
      return terminal.shown.stderr;
    };
    const [shown, ...quiet] = await Promise.all([run({}), run({ progress: false }), run({ quiet: true })]);
    expect(shown).toContain(`${CLEAR}faultline: `);
    expect(quiet).toEqual(['', '']);
  });
});
