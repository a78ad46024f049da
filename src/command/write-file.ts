import { rename, rm, writeFile } from 'node:fs/promises';
import { UserError } from '../model/user-error.ts';

/**
 * Writes a file as a whole or not at all: a reader never sees half a report.
 *
 * @throws UserError UNWRITABLE_OUTPUT when the file or its folder cannot be written.
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError({
      code: 'UNWRITABLE_OUTPUT',
      message: `the report cannot be written to ${path}: ${reason}`,
      hint: 'Give a path in a folder that exists and that you may write to.',
      cause: error,
    });
  }
}
