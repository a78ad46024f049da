import { constants } from 'node:fs';
import { access, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describeSystemError, readErrorCode } from '../model/system-error.ts';
import { UserError } from '../model/user-error.ts';

interface FoundFile {
  readonly path: string;
  readonly isRegular: boolean;
  readonly isFolder: boolean;
}

/** What the program has open already: `/dev/stderr` is a link, and to take its place would take it from all programs. */
const OPEN_FILE = /^\/(?:dev\/stderr$|dev\/fd\/|proc\/self\/fd\/)/;

/** The file that a path leads to, over links; null when there is none yet. */
async function findFile(path: string): Promise<FoundFile | null> {
  try {
    const facts = await stat(path);
    // The link to a pipe leads to no path.
    const target = facts.isFile() ? await realpath(path) : path;
    return { path: target, isRegular: facts.isFile(), isFolder: facts.isDirectory() };
  } catch {
    return null;
  }
}

/** Writes beside the file and then takes its place. What is no file (`/dev/null`, a pipe) is written to, not replaced. */
async function writeOrReplace(path: string, text: string): Promise<void> {
  if (OPEN_FILE.test(path)) return writeFile(path, text, { flag: 'a' });
  const found = await findFile(path);
  if (found?.isRegular === false) return writeFile(path, text);
  const target = found?.path ?? path;
  const draft = `${target}.${process.pid}.tmp`;
  try {
    await writeFile(draft, text);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/**
 * Writes a file as a whole or not at all: a reader never sees half a report.
 *
 * @throws UserError UNWRITABLE_OUTPUT when the file or its folder cannot be written.
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  await writeOrReplace(path, text).catch((error: unknown) => {
    throw unwritable(path, error);
  });
}

/**
 * Looks whether a file can be written, before a long log is read for it. Nothing is made.
 *
 * @throws UserError UNWRITABLE_OUTPUT when the folder does not exist or may not be written to.
 */
export async function assertCanWrite(path: string): Promise<void> {
  if (OPEN_FILE.test(path)) return;
  const found = await findFile(path);
  if (found?.isFolder === true) throw unwritable(path, new Error('it is a folder'));
  if (found?.isRegular === false) return;
  await access(dirname(found?.path ?? path), constants.W_OK).catch((error: unknown) => {
    throw unwritable(path, error);
  });
}

/**
 * Keeps a slip of the hand (`-o json=access.log access.log`) from costing somebody his log; `-` is the standard input,
 * which a shell may have opened for reading.
 *
 * @throws UserError OUTPUT_CONFLICT when a report would take the place of what is read for it.
 */
export async function assertSparesInputs(
  outputs: readonly (string | null)[],
  inputs: readonly string[],
): Promise<void> {
  // Most reports go to a terminal or a pipe, and a folder may hold thousands of logs.
  if (outputs.every((output) => output === null)) return;
  const files = await Promise.all(inputs.map((path) => findFile(path === '-' ? '/dev/stdin' : path)));
  for (const output of outputs) {
    const target = output === null ? null : await findFile(output);
    const taken = files.find((file) => file?.isRegular === true && file.path === target?.path);
    if (taken === undefined) continue;
    throw new UserError({
      code: 'OUTPUT_CONFLICT',
      message: `the report would take the place of ${output}, which is read for it`,
      hint: 'Give the report a file of its own.',
    });
  }
}

function unwritable(path: string, cause: unknown): UserError {
  const reason = readErrorCode(cause) === 'ENOENT' ? 'there is no such folder' : describeSystemError(cause);
  return new UserError({
    code: 'UNWRITABLE_OUTPUT',
    message: `the report cannot be written to ${path}: ${reason}`,
    hint: 'Give a path in a folder that exists and that you may write to.',
    cause,
  });
}
