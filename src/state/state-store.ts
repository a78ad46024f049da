import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NO_HISTORY } from '../model/history.ts';
import type { RunState } from '../model/run-state.ts';
import { STATE_VERSION } from '../model/run-state.ts';
import { describeSystemError, readErrorCode } from '../model/system-error.ts';
import { UserError } from '../model/user-error.ts';
import type { Migration } from './migrate.ts';
import { bringUpToDate, MIGRATIONS } from './migrate.ts';

const GENERATION = /^state-(\d+)\.json$/;
const DRAFT = /^state-\d+\..*\.tmp$/;
/** A draft this old belongs to a run that was killed. */
const DRAFT_MAX_AGE_MS = 3_600_000;
/** Should the disk have lost the last; and a run that is just reading one must not lose it to two fast ones. */
const GENERATIONS_KEPT = 4;

/** A state as it was found, and its number: the next one to be stored is one higher. */
export interface StoredState {
  readonly generation: number;
  readonly state: RunState;
  readonly notes: readonly string[];
}

const EMPTY: RunState = { positions: [], history: NO_HISTORY, outbox: [] };

/**
 * States of a folder, each in a file of its own with a number. A state is written beside, forced to the disk, and then
 * given its name by a hard link, which fails where the name is taken: so a state is there as a whole or not at all, two
 * runs cannot both store what follows the same state, and nothing has to be unlocked after a kill.
 */
export class StateStore {
  readonly #folder: string;
  readonly #migrations: readonly Migration[];

  constructor(folder: string, migrations: readonly Migration[] = MIGRATIONS) {
    this.#folder = folder;
    this.#migrations = migrations;
  }

  /**
   * The newest state that is whole; an empty one for a new folder.
   *
   * @throws UserError BAD_STATE when there are states and none can be read, or one is of a newer version.
   */
  async load(): Promise<StoredState> {
    await this.#asUser('cannot be used', () => makeFolder(this.#folder));
    const generations = await this.#generations();
    const notes: string[] = [];
    for (const generation of generations) {
      const state = await this.#read(generation);
      if (state !== null) return { generation: generations[0] ?? 0, state, notes };
      notes.push(
        `${this.#pathOf(generation)} is damaged; an earlier state was taken, so that some lines count twice.`,
      );
    }
    if (generations.length === 0) return { generation: 0, state: EMPTY, notes };
    throw badState(`no state in ${this.#folder} can be read: ${notes.length} are damaged`);
  }

  /**
   * Stores what follows a state; false when another run was faster.
   *
   * @throws UserError when the state cannot be written; the old one stays.
   */
  async commit(generation: number, state: RunState): Promise<boolean> {
    const target = this.#pathOf(generation);
    // In two containers both runs may be process 1.
    const draft = `${target.slice(0, -'.json'.length)}.${randomUUID()}.tmp`;
    try {
      return await this.#asUser('cannot be written', async () => {
        await writeThrough(draft, encode(state));
        const isFirst = await linkUnlessTaken(draft, target);
        await this.#syncFolder();
        return isFirst;
      });
    } finally {
      await rm(draft, { force: true });
      await this.#tidy(generation).catch(() => undefined);
    }
  }

  #pathOf(generation: number): string {
    return join(this.#folder, `state-${String(generation).padStart(8, '0')}.json`);
  }

  /** Newest first. */
  async #generations(): Promise<readonly number[]> {
    const names = await this.#asUser('cannot be read', () => readdir(this.#folder));
    return names.flatMap((name) => Number(GENERATION.exec(name)?.[1] ?? []) || []).sort((a, b) => b - a);
  }

  async #read(generation: number): Promise<RunState | null> {
    const path = this.#pathOf(generation);
    const text = await this.#asUser('cannot be read', () => readFile(path, 'utf8'));
    const found = decode(text);
    if (found === null) return null;
    if (found.version > STATE_VERSION)
      throw badState(`${path} was written by a newer version of faultline (form ${found.version})`);
    return bringUpToDate(found.version, found.body, this.#migrations);
  }

  /** What was linked is only sure to be there after a power cut when the folder is on the disk too. */
  async #syncFolder(): Promise<void> {
    let handle: FileHandle | null = null;
    try {
      handle = await open(this.#folder, 'r');
      await handle.sync();
    } catch {
      // Some systems cannot open a folder, and need not.
    } finally {
      await handle?.close();
    }
  }

  async #tidy(generation: number): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const number = Number(GENERATION.exec(name)?.[1] ?? Number.NaN);
      const path = join(this.#folder, name);
      const isOldDraft = DRAFT.test(name) && Date.now() - (await stat(path)).mtimeMs > DRAFT_MAX_AGE_MS;
      if (number <= generation - GENERATIONS_KEPT || isOldDraft) await rm(path, { force: true });
    }
  }

  async #asUser<T>(what: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (cause) {
      if (cause instanceof UserError) throw cause;
      throw new UserError({
        code: 'BAD_STATE',
        message: `the state folder ${this.#folder} ${what}: ${
          readErrorCode(cause) === 'ENOTDIR' ? 'it is not a folder' : describeSystemError(cause)
        }`,
        hint: 'Nothing was counted: once this is mended the next run reads the same lines. It has to be a folder with room, on a file system with hard links, that you may write to.',
        cause,
      });
    }
  }
}

/** With its parents. Node's own way of making parents does not end where the system makes none, as in `/proc`. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    const parent = dirname(path);
    const isThere = await stat(parent).then(
      () => true,
      () => false,
    );
    if (isThere || !hasCode(error, 'ENOENT') || parent === path) throw error;
    await makeFolder(parent);
    await mkdir(path, { mode: 0o700 });
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function writeThrough(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function linkUnlessTaken(draft: string, target: string): Promise<boolean> {
  try {
    await link(draft, target);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function checksum(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

function encode(state: RunState): string {
  const body = JSON.stringify(state);
  return `{"program":"faultline","version":${STATE_VERSION},"sha256":"${checksum(body)}","state":\n${body}\n}\n`;
}

const HEADER = /^\{"program":"faultline","version":(\d+),"sha256":"([0-9a-f]{64})","state":\n/;

/** Null when the text is not whole. */
function decode(text: string): { readonly version: number; readonly body: unknown } | null {
  const [header = '', version, sum] = HEADER.exec(text) ?? [];
  const body = text.slice(header.length, -'\n}\n'.length);
  if (sum === undefined || checksum(body) !== sum) return null;
  return { version: Number(version), body: JSON.parse(body) };
}

function badState(message: string): UserError {
  return new UserError({
    code: 'BAD_STATE',
    message,
    hint: 'Use that version, or another folder with --state: then everything is read anew.',
  });
}
