import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Where the cache lies, and whose process asks. */
export interface CodeCachePlace {
  /** Null: nothing is kept. */
  readonly folder: string | null;
  /** Of the script, the engine and the machine: what one made is of no use to another. */
  readonly name: string;
  /** Null where there are no users. */
  readonly userId: number | null;
}

const ROOT_ID = 0;
const WRITABLE_BY_OTHERS = 0o022;
/** Two check sums stand before the code: of the source that it was made of, and of the code itself. */
const HEADER_BYTES = 8;

/**
 * Where this process keeps compiled code: as Node.js does in NODE_COMPILE_CACHE, or where the system has a place for what a
 * user could do without. Nowhere with NODE_DISABLE_COMPILE_CACHE.
 */
export function findCodeCache(
  script: string,
  { env, platform, arch, version, getuid }: NodeJS.Process,
  home = homedir,
): CodeCachePlace {
  return {
    folder: (env['NODE_DISABLE_COMPILE_CACHE'] ?? '') === '' ? findFolder(env, platform, home) : null,
    name: `${script}-${version}-${arch}.bin`,
    userId: getuid?.() ?? null,
  };
}

function findFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, askHome: () => string): string | null {
  const named = env['NODE_COMPILE_CACHE'] ?? '';
  if (named !== '') return join(named, 'faultline');
  const caches = platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_CACHE_HOME'];
  // What is not absolute is to be ignored: XDG Base Directory Specification.
  if (caches !== undefined && isAbsolute(caches)) return join(caches, 'faultline');
  const home = findHome(askHome);
  if (home === null) return null;
  return platform === 'darwin' ? join(home, 'Library/Caches/faultline') : join(home, '.cache/faultline');
}

/** Users who are but a number have none, as containers run them. */
function findHome(ask: () => string): string | null {
  try {
    const home = ask();
    return isAbsolute(home) ? home : null;
  } catch {
    return null;
  }
}

/**
 * The code that was compiled of this source in an earlier run. Null when there is none, when it was made of another
 * source or is damaged, and when somebody else could have written it: the engine runs it without a look at it.
 */
export function readCode({ folder, name, userId }: CodeCachePlace, source: Uint8Array): Uint8Array | null {
  if (folder === null) return null;
  let file: number | null = null;
  try {
    file = openSync(join(folder, name), 'r');
    const { uid, mode } = fstatSync(file);
    const isOurs =
      userId === null || ((uid === userId || uid === ROOT_ID) && (mode & WRITABLE_BY_OTHERS) === 0);
    if (!isOurs) return null;
    const kept = readFileSync(file);
    if (kept.length < HEADER_BYTES) return null;
    const code = kept.subarray(HEADER_BYTES);
    const isWhole = kept.readUInt32LE(0) === crc32(source) && kept.readUInt32LE(4) === crc32(code);
    return isWhole ? code : null;
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}

/** Whether `keepCode` could write; makes the folder. */
export function canKeepCode({ folder, name }: CodeCachePlace): boolean {
  if (folder === null) return false;
  const trial = join(folder, `${name}.${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(trial, '');
    rmSync(trial);
    return true;
  } catch {
    return false;
  }
}

/** Keeps code for the next run. A cache that cannot be written is none: the program works without it. */
export function keepCode({ folder, name }: CodeCachePlace, source: Uint8Array, code: Uint8Array): void {
  if (folder === null) return;
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(crc32(source), 0);
  header.writeUInt32LE(crc32(code), 4);
  const written = join(folder, `${name}.${process.pid}`);
  try {
    writeFileSync(written, Buffer.concat([header, code]), { mode: 0o600 });
    // Whole at once: another run may be reading it.
    renameSync(written, join(folder, name));
  } catch {
    // There may be nothing to take away.
    try {
      rmSync(written, { force: true });
    } catch {}
  }
}
