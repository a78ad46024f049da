import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describeSystemError, readErrorCode } from '../model/system-error.ts';
import { UserError } from '../model/user-error.ts';
import { findNameObjection, LOG_ENDINGS } from './log-file-name.ts';
import { findOwnFile, type OwnFile } from './own-file.ts';
import { orderRotated } from './rotation-order.ts';

/** Where log bytes come from. `bytes` is the size on disk when the input was planned, 0 for a named pipe. */
export type InputSource =
  | { readonly kind: 'stdin'; readonly path: '-' }
  | { readonly kind: 'file'; readonly path: string; readonly bytes: number }
  | ResumedSource;

/** The part of an opened file that no earlier run has read; it cannot be handed to another thread. */
interface ResumedSource {
  readonly kind: 'resumed';
  readonly path: string;
  readonly bytes: number;
  readonly open: (report: (damage: string) => void) => AsyncGenerator<Uint8Array, void, undefined>;
}

/** Something found on the way that is not read; the report says so. */
interface SkippedInput {
  readonly path: string;
  readonly reason: string;
}

/** The inputs that are read, and those that are not. */
export interface InputPlan {
  /** In reading order: as named, the files of a folder in code-point order of their names; rotated logs oldest part first. */
  readonly sources: readonly InputSource[];
  readonly skipped: readonly SkippedInput[];
}

const STDIN: InputSource = { kind: 'stdin', path: '-' };
const EXAMPLES_SHOWN = 3;
const OWN_FILES: Readonly<Record<OwnFile, string>> = {
  report: 'it is a report of faultline, not a log',
  state: 'it is the state of a job of faultline, not a log',
};

interface FileFacts {
  readonly kind: 'file' | 'pipe' | 'folder' | 'device' | 'socket';
  readonly bytes: number;
  /** Equal for two paths exactly when they lead to the same file or folder. */
  readonly identity: string;
}

interface Draft {
  readonly sources: InputSource[];
  readonly skipped: SkippedInput[];
  /** Identity of each file and folder met so far → the path under which it was met. */
  readonly seen: Map<string, string>;
  /** Identities of searched folders that hold a log. */
  readonly fruitful: Set<string>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Decides what is read: no path or `-` is the standard input, a file is taken whatever its name, a folder is searched
 * for logs. Throws UserError when a named path cannot be read; what a folder holds besides logs is only skipped. The
 * signal ends the search, and what was found until then is the plan.
 */
export async function planInputs(paths: readonly string[], signal?: AbortSignal): Promise<InputPlan> {
  if (paths.length === 0) return { sources: [STDIN], skipped: [] };
  const draft: Draft = { sources: [], skipped: [], seen: new Map(), fruitful: new Set(), signal };
  for (const path of paths) {
    if (path === '-') addStdin(draft);
    else await addNamed(draft, path);
  }
  assertOtherThanOwn(draft);
  return { sources: orderRotated(draft.sources), skipped: draft.skipped };
}

/** @throws UserError when nothing is left to read but what this program wrote. */
function assertOtherThanOwn({ sources, skipped }: Draft): void {
  const own = skipped.find(({ reason }) => Object.values(OWN_FILES).includes(reason));
  if (sources.length > 0 || own === undefined) return;
  throw new UserError({
    code: 'UNSUPPORTED_INPUT',
    message: `${own.path}: ${own.reason}`,
    hint: 'Give the log that it is of. Two JSON reports are compared by `faultline diff BEFORE.json NOW.json`, or by --baseline.',
  });
}

/** When a file was last written; null for what is no file. */
export async function findWrittenMs({ kind, path }: InputSource): Promise<number | null> {
  if (kind === 'stdin') return null;
  const facts = await stat(path).catch(() => null);
  return facts?.isFile() === true ? facts.mtimeMs : null;
}

function addStdin(draft: Draft): void {
  if (draft.sources.includes(STDIN)) {
    throw new UserError({
      code: 'REPEATED_INPUT',
      message: 'the standard input (-) is named twice, but it can be read only once',
      hint: 'Leave one of the two `-` out.',
    });
  }
  draft.sources.push(STDIN);
}

async function addNamed(draft: Draft, path: string): Promise<void> {
  const facts = await examine(path).catch((error: unknown) => {
    throw toUserError(path, error);
  });
  if (facts.kind === 'device' || facts.kind === 'socket') {
    throw new UserError({
      code: 'UNSUPPORTED_INPUT',
      message: `${path} is a ${facts.kind}, not a log`,
      hint: 'Name a file, a folder or a named pipe, or send the log to the standard input.',
    });
  }
  if (skipIfSeen(draft, path, facts.identity)) return;
  if (facts.kind === 'folder') await addFolder(draft, path, facts.identity);
  // `faultline *` names what an earlier run left there.
  else if (facts.kind !== 'file' || !(await skipIfOwn(draft, path)))
    draft.sources.push({ kind: 'file', path, bytes: facts.bytes });
}

async function addFolder(draft: Draft, folder: string, identity: string): Promise<void> {
  const skippedBefore = draft.skipped.length;
  const isFruitful = await walk(draft, folder, identity).catch((error: unknown) => {
    throw toUserError(folder, error);
  });
  if (isFruitful || draft.signal?.aborted === true) return;
  const others = draft.skipped.slice(skippedBefore);
  const examples = others.slice(0, EXAMPLES_SHOWN).map(({ path, reason }) => `${path} (${reason})`);
  throw new UserError({
    code: 'NOT_A_LOG_FOLDER',
    message: `no log in the folder ${folder}: ${others.length === 0 ? 'it is empty' : `skipped ${examples.join(', ')}`}${
      others.length > EXAMPLES_SHOWN ? ` and ${others.length - EXAMPLES_SHOWN} more` : ''
    }`,
    hint: `A folder is searched for names that end in ${LOG_ENDINGS.join(' ')} (also rotated, also .gz .zst .bz2 .xz) and for .tar and .zip; a file with another name can be given directly.`,
  });
}

/** True when the folder holds a log somewhere below, be it one that was met before. */
async function walk(draft: Draft, folder: string, identity: string): Promise<boolean> {
  for (const name of await listNames(folder)) {
    if (draft.signal?.aborted === true) break;
    const path = join(folder, name);
    try {
      if (await addFound(draft, path, name)) draft.fruitful.add(identity);
    } catch (error) {
      // Nobody asked for this very path, so it must not stop the rest of the folder.
      draft.skipped.push({ path, reason: describeSystemError(error) });
    }
  }
  return draft.fruitful.has(identity);
}

async function addFound(draft: Draft, path: string, name: string): Promise<boolean> {
  const objection = findNameObjection(name);
  if (objection === 'hidden') return skip(draft, path, objection);
  const facts = await examine(path, objection === undefined);
  if (facts.kind === 'folder') {
    if (skipIfSeen(draft, path, facts.identity)) return draft.fruitful.has(facts.identity);
    return walk(draft, path, facts.identity);
  }
  // A pipe that nobody writes to would keep the program waiting for ever.
  if (facts.kind !== 'file') return skip(draft, path, `it is a ${facts.kind}`);
  if (objection !== undefined) return skip(draft, path, objection);
  if (await skipIfOwn(draft, path)) return false;
  if (!skipIfSeen(draft, path, facts.identity)) {
    draft.sources.push({ kind: 'file', path, bytes: facts.bytes });
  }
  return true;
}

function skip(draft: Draft, path: string, reason: string): false {
  draft.skipped.push({ path, reason });
  return false;
}

/** True for what this program wrote. */
async function skipIfOwn(draft: Draft, path: string): Promise<boolean> {
  const own = await findOwnFile(path);
  if (own === null) return false;
  skip(draft, path, OWN_FILES[own]);
  return true;
}

/** Remembers the identity; true when it was known, which ends loops of links and double reading alike. */
function skipIfSeen(draft: Draft, path: string, identity: string): boolean {
  const first = draft.seen.get(identity);
  if (first === undefined) draft.seen.set(identity, path);
  else draft.skipped.push({ path, reason: first === path ? 'it was met before' : `the same as ${first}` });
  return first !== undefined;
}

async function examine(path: string, mustBeReadable = true): Promise<FileFacts> {
  const stats = await stat(path, { bigint: true });
  if (mustBeReadable) await access(path, constants.R_OK);
  let kind: FileFacts['kind'] = 'device';
  if (stats.isFile()) kind = 'file';
  else if (stats.isDirectory()) kind = 'folder';
  else if (stats.isFIFO()) kind = 'pipe';
  else if (stats.isSocket()) kind = 'socket';
  // Some network file systems number no inodes; there, only the same path is the same file.
  const identity = stats.ino === 0n ? resolve(path) : `${stats.dev}:${stats.ino}`;
  return { kind, bytes: kind === 'file' ? Number(stats.size) : 0, identity };
}

async function listNames(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  // UTF-8 bytes sort in code-point order; the default order of strings is that of UTF-16 units.
  return names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function toUserError(path: string, cause: unknown): UserError {
  const code = readErrorCode(cause);
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
  const shown = path === '' ? 'an empty path' : path;
  return new UserError({
    code: isMissing ? 'NO_SUCH_INPUT' : 'UNREADABLE_INPUT',
    message: `cannot read ${shown}: ${describeSystemError(cause)}`,
    hint: isMissing
      ? 'Check the path; `-` reads the standard input, as in `kubectl logs POD -c istio-proxy | faultline -`.'
      : 'Check the path, and the permissions of it and of the folders above it.',
    cause,
  });
}
