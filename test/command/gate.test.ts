import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AnalyzeOptions } from '../../src/command/analyze.ts';
import { runAnalyze } from '../../src/command/analyze.ts';
import type { DiffOptions } from '../../src/command/diff.ts';
import { runDiff } from '../../src/command/diff.ts';
import { parseShare } from '../../src/command/options.ts';
import { ROOT } from '../support/command.ts';
import { sarifErrors } from '../support/sarif.ts';
import { createTerminal } from '../support/terminal.ts';

const DEMO = join(ROOT, 'samples/mixed/demo.log');
const folder = mkdtempSync(join(tmpdir(), 'faultline-gate-'));
const quiet = join(folder, 'quiet.log');
const baseline = join(folder, 'base.json');
const current = join(folder, 'now.json');

async function analyze(options: Partial<AnalyzeOptions>, paths: readonly string[] = [DEMO]) {
  const terminal = createTerminal();
  const status = await runAnalyze(paths, { color: 'never', ...options }, terminal);
  return { status, ...terminal.shown };
}

async function diff(before: string, now: string, options: Partial<DiffOptions> = {}, input = '') {
  const terminal = createTerminal(input);
  const status = await runDiff([before, now], { color: 'never', ...options }, terminal);
  return { status, ...terminal.shown };
}

beforeAll(async () => {
  const lines = readFileSync(DEMO, 'utf8').split('\n');
  writeFileSync(quiet, lines.filter((line) => !line.includes('ledger')).join('\n'));
  await analyze({ output: [`json=${baseline}`] }, [quiet]);
  await analyze({ output: [`json=${current}`] });
});

describe('--baseline', () => {
  test('the report says first what changed', async () => {
    const { stdout } = await analyze({ baseline });
    expect(stdout).toMatch(/Changes: 1 new and 2 the same/);
    expect(stdout.indexOf('Changes:')).toBeLessThan(stdout.indexOf('\n1. '));
  });

  test.each(['markdown', 'html', 'json'])('and so does that of kind %s', async (kind) => {
    const { stdout } = await analyze({ baseline, output: [kind] });
    expect(stdout).toMatch(kind === 'json' ? /"change": "new"/ : /Changes: 1 new and 2 the same/);
  });

  test('SARIF says of each result whether it is new', async () => {
    const { stdout } = await analyze({ baseline, output: ['sarif'] });
    const { results } = JSON.parse(stdout).runs[0];
    const states = results.map((result: { baselineState?: string }) => result.baselineState).sort();
    expect(states).toEqual(['new', 'unchanged', 'unchanged']);
    expect(sarifErrors(stdout)).toBeNull();
  });

  test.each([
    ['new', 1],
    ['worse', 1],
  ])('--fail-on %s', async (condition, status) => {
    expect((await analyze({ baseline, failOn: [condition] })).status).toBe(status);
    expect((await analyze({ baseline: current, failOn: [condition] })).status).toBe(0);
  });

  test('what is suppressed is new to nobody', async () => {
    const { status, stdout } = await analyze({
      baseline,
      failOn: ['new'],
      suppress: ['cluster-not-found'],
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/\(not\s+told\)/);
  });

  test('a change needs something to compare with', async () => {
    await expect(analyze({ failOn: ['new'] })).rejects.toMatchObject({
      code: 'BAD_OPTION',
      hint: expect.stringContaining('--baseline'),
    });
  });

  test('a missing baseline is named', async () => {
    await expect(analyze({ baseline: join(folder, 'none.json') })).rejects.toMatchObject({
      code: 'UNREADABLE_INPUT',
      message: expect.stringContaining('none.json'),
    });
  });
});

describe('--min-confidence', () => {
  test('findings that are less sure make nothing fail', async () => {
    expect((await analyze({ failOn: ['likely'], minConfidence: '50%' })).status).toBe(1);
    expect((await analyze({ failOn: ['likely', 'any'], minConfidence: '1' })).status).toBe(0);
    expect((await analyze({ failOn: ['new'], baseline, minConfidence: '1' })).status).toBe(0);
  });

  test('is a share', () => {
    expect(parseShare('--min-confidence', '0.7')).toBe(0.7);
    expect(parseShare('--min-confidence', '70%')).toBe(0.7);
    for (const wrong of ['70', '-1', 'high', '', '101%'])
      expect(() => parseShare('--min-confidence', wrong)).toThrow(/not a share/);
  });
});

describe('--suppressions', () => {
  async function withFile(text: string, options: Partial<AnalyzeOptions> = {}) {
    const suppressions = join(folder, 'suppressions.yaml');
    writeFileSync(suppressions, text);
    return analyze({ suppressions, output: ['json'], ...options });
  }
  const suppressed = (stdout: string): readonly string[] => {
    const { findings } = JSON.parse(stdout);
    return findings
      .filter((finding: { suppressed: boolean }) => finding.suppressed)
      .map((finding: { diagnosis: { id: string } }) => finding.diagnosis.id);
  };

  test('hides by id and place until the day is over', async () => {
    const { stdout, status } = await withFile(
      `suppressions:
  - id: cluster-not-found   # a comment
    scope: '*ledger*'
    reason: moves in OPS-12
    until: 2026-11-21
`,
      { failOn: ['cluster-not-found'] },
    );
    expect(suppressed(stdout)).toEqual(['cluster-not-found']);
    expect(status).toBe(0);
  });

  test('JSON is taken too, and another place is not hidden', async () => {
    const item = { id: 'cluster-not-found', scope: 'other*', reason: 'x', until: '2027-01-01T00:00:00Z' };
    const { stdout } = await withFile(JSON.stringify([item]));
    expect(suppressed(stdout)).toEqual([]);
  });

  test('what has expired hides nothing, and is said with its reason', async () => {
    const { stdout } = await withFile('- { id: cluster-not-found, reason: OPS-12, until: 2026-11-19 }');
    expect(suppressed(stdout)).toEqual([]);
    expect(JSON.parse(stdout).notes).toContainEqual(
      'The suppression of cluster-not-found expired on 2026-11-19 and hides nothing; its reason was: OPS-12.',
    );
  });

  test('an empty file hides nothing', async () => {
    expect(suppressed((await withFile('# none\n')).stdout)).toEqual([]);
  });

  test.each([
    ['- { id: cluster-not-found, until: 2027-01-01 }', 'item 1: has no reason'],
    ['- { id: cluster-not-found, reason: x }', 'item 1: has no until'],
    ['- { id: no-such, reason: x, until: 2027-01-01 }', 'item 1: there is no diagnosis "no-such"'],
    ['- { id: cluster-not-found, reason: x, until: soon }', 'item 1: until "soon" is no date'],
    ['- { id: cluster-not-found, reason: 5, until: 2027-01-01 }', 'item 1: its reason is no text'],
    ['- { id: cluster-not-found, why: x }', 'item 1: there is no key "why"'],
    ['- text', 'item 1: is no object'],
    ['text', 'are no list'],
    ['a: [', 'are no YAML'],
  ])('%s', async (text, why) => {
    await expect(withFile(text)).rejects.toMatchObject({
      code: 'BAD_SUPPRESSIONS',
      message: expect.stringContaining(why),
    });
  });
});

describe('diff', () => {
  test('says what changed, and by --fail-on with the exit status', async () => {
    const { status, stdout } = await diff(baseline, current, { failOn: ['new'] });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^Changes: 1 new and 2 the same\n/);
    expect((await diff(current, baseline, { failOn: ['worse'] })).status).toBe(0);
  });

  test('reads one of them from the standard input', async () => {
    const { stdout } = await diff('-', current, { output: 'json' }, readFileSync(baseline, 'utf8'));
    expect(JSON.parse(stdout)).toMatchObject({ baseline: 'standard input', changes: expect.any(Array) });
  });

  test('writes Markdown into a file', async () => {
    const path = join(folder, 'changes.md');
    expect((await diff(baseline, current, { output: `markdown=${path}` })).stdout).toBe('');
    expect(readFileSync(path, 'utf8')).toMatch(/^## Changes: 1 new/);
  });

  test.each([
    [{ output: 'html' }, 'has no such output'],
    [{ output: 'json=' }, 'has no such output'],
    [{ failOn: ['likely'] }, 'can only be asked for new and worse'],
    [{ failOn: ['sometimes'] }, 'there is no such condition'],
  ])('%o is refused', async (options, why) => {
    await expect(diff(baseline, current, options)).rejects.toThrow(why);
  });

  test('two reports cannot both come from the standard input', async () => {
    await expect(diff('-', '-')).rejects.toThrow('both reports');
  });
});
