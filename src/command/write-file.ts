import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { describeSystemError, readErrorCode } from '../model/system-error.ts';
import { UserError } from '../model/user-error.ts';

/** The file that a path leads to, over links; null when there is none yet. */
async function findFile(
  path: string,
): Promise<{ readonly path: string; readonly isRegular: boolean } | null> {
  try {
    const target = await realpath(path);
    return { path: target, isRegular: (await stat(target)).isFile() };
  } catch {
    return null;
  }
}

/** Writes beside the file and then takes its place. What is no file (`/dev/null`, a pipe) is written to, not replaced. */
async function writeOrReplace(path: string, text: string): Promise<void> {
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
  try {
    await writeOrReplace(path, text);
  } catch (error) {
    throw new UserError({
      code: 'UNWRITABLE_OUTPUT',
      message: `the report cannot be written to ${path}: ${
        readErrorCode(error) === 'ENOENT' ? 'there is no such folder' : describeSystemError(error)
      }`,
      hint: 'Give a path in a folder that exists and that you may write to.',
      cause: error,
    });
  }
}
