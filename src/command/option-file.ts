import { readFile } from 'node:fs/promises';
import { describeSystemError } from '../model/system-error.ts';
import { UserError } from '../model/user-error.ts';

/** A small file that an option names, as text; `what` is what it holds, in words. */
export async function readOptionFile(
  path: string,
  { what, hint }: { readonly what: string; readonly hint: string },
): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UserError({
      code: 'UNREADABLE_INPUT',
      message: `the ${what} ${path} cannot be read: ${describeSystemError(cause)}`,
      hint,
      cause,
    });
  }
}
