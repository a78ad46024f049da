import { mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NO_HISTORY } from '../../src/model/history.ts';
import type { RunState } from '../../src/model/run-state.ts';
import { StateStore } from '../../src/state/state-store.ts';

const tempFolder = (): string => join(mkdtempSync(join(tmpdir(), 'faultline-state-')), 'state');
const withRuns = (runs: number): RunState => ({
  positions: [],
  history: { ...NO_HISTORY, runs, traffic: { '9': 1, 'a "quoted" name': 2 } },
  outbox: [],
});
const newest = (folder: string): string => join(folder, readdirSync(folder).sort().at(-1) ?? '');

async function storeRuns(folder: string, runs: number): Promise<void> {
  const store = new StateStore(folder);
  for (let run = 1; run <= runs; run++) await store.commit(run, withRuns(run));
}

describe('states of a folder', () => {
  test('a new folder is made, and empty', async () => {
    const folder = tempFolder();
    const { generation, state } = await new StateStore(folder).load();
    expect({ generation, runs: state.history.runs, names: readdirSync(folder) }).toEqual({
      generation: 0,
      runs: 0,
      names: [],
    });
  });

  test('what was stored comes back, and only the last few are kept', async () => {
    const folder = tempFolder();
    await new StateStore(folder).load();
    await storeRuns(folder, 9);
    const { generation, state, notes } = await new StateStore(folder).load();
    expect(state).toEqual(withRuns(9));
    expect({ generation, notes }).toEqual({ generation: 9, notes: [] });
    expect(readdirSync(folder)).toHaveLength(4);
  });

  test('of two runs that follow the same state one stores its own', async () => {
    const folder = tempFolder();
    await new StateStore(folder).load();
    const stored = await Promise.all(
      [1, 2, 3, 4, 5].map((run) => new StateStore(folder).commit(1, withRuns(run))),
    );
    expect(stored.filter((isFirst) => isFirst)).toHaveLength(1);
    const { state } = await new StateStore(folder).load();
    expect(state.history.runs).toBe(stored.indexOf(true) + 1);
  });

  test('cut at any byte or changed, the last state is passed over for the one before, and that is said', async () => {
    const folder = tempFolder();
    await new StateStore(folder).load();
    await storeRuns(folder, 2);
    const path = newest(folder);
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length += 7) {
      writeFileSync(path, whole.subarray(0, length));
      const { generation, state, notes } = await new StateStore(folder).load();
      expect({ generation, runs: state.history.runs, notes: notes.length }).toEqual({
        generation: 2,
        runs: 1,
        notes: 1,
      });
    }
    writeFileSync(path, whole.toString().replace('"runs":2', '"runs":7'));
    expect((await new StateStore(folder).load()).state.history.runs).toBe(1);
  });

  test('where no state is whole nothing is begun anew in silence', async () => {
    const folder = tempFolder();
    await new StateStore(folder).load();
    await storeRuns(folder, 1);
    writeFileSync(newest(folder), 'x');
    await expect(new StateStore(folder).load()).rejects.toMatchObject({ code: 'BAD_STATE' });
  });

  test('a draft of a killed run is swept away after a while, and one of a living run is not', async () => {
    const folder = tempFolder();
    await new StateStore(folder).load();
    const [old, young] = ['state-00000001.1.1.tmp', 'state-00000001.2.2.tmp'];
    for (const name of [old, young]) writeFileSync(join(folder, name), '');
    utimesSync(join(folder, old), new Date(0), new Date(0));
    await storeRuns(folder, 1);
    expect(readdirSync(folder)).toEqual(['state-00000001.2.2.tmp', 'state-00000001.json']);
  });

  test('parents are made too, and where none can be made that is said', async () => {
    const deep = join(tempFolder(), 'a', 'b');
    expect((await new StateStore(deep).load()).generation).toBe(0);
    await expect(new StateStore('/proc/no/such').load()).rejects.toMatchObject({ code: 'BAD_STATE' });
  });

  test('a path that is no folder is named', async () => {
    const folder = tempFolder();
    const file = join(folder, '..', 'file');
    writeFileSync(file, '');
    await expect(new StateStore(file).load()).rejects.toMatchObject({
      code: 'BAD_STATE',
      message: expect.stringContaining(file),
    });
  });
});

describe('other versions', () => {
  async function storedAs(version: number): Promise<string> {
    const folder = tempFolder();
    await new StateStore(folder).load();
    await storeRuns(folder, 1);
    const path = newest(folder);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"version":1', `"version":${version}`));
    return folder;
  }

  test('a newer state is refused, not overwritten', async () => {
    const folder = await storedAs(99);
    await expect(new StateStore(folder).load()).rejects.toMatchObject({
      code: 'BAD_STATE',
      message: expect.stringContaining('newer version'),
    });
  });

  test('an older state is brought up to date step by step', async () => {
    const folder = await storedAs(1);
    const addRuns = (state: unknown): unknown => {
      if (typeof state !== 'object' || state === null) return state;
      return { ...state, history: { ...NO_HISTORY, runs: 41 } };
    };
    const { state } = await new StateStore(folder, [addRuns]).load();
    expect(state.history.runs).toBe(41);
  });
});
