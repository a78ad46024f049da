const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EIO: 'the device reported an input/output error',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'no space is left on the device',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
};

/** The code that Node puts on errors of the operating system, such as `ENOENT`. */
export function readErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Why a system call failed, in words a user can act on; never throws. */
export function describeSystemError(error: unknown): string {
  const code = readErrorCode(error);
  if (code !== undefined && WORDS[code] !== undefined) return WORDS[code];
  return error instanceof Error ? error.message : String(error);
}
