import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../model/user-error.ts';

/** Logs held open at a time: a folder may hold more of them than a process may open. */
const MOST_OPEN = 64;

/** Device and inode: what a file is known by, whatever its name is. */
export function identityOf({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`;
}

/**
 * Handles of logs. Those that were not used for longest are closed when there are too many, and opened anew when they are
 * wanted: under the name that the file has by then.
 */
export class LogHandles {
  readonly #most: number;
  /** By identity, in the order of their last use. */
  readonly #open = new Map<string, FileHandle>();

  constructor(most = MOST_OPEN) {
    this.#most = most;
  }

  /** Takes over a handle; one of the same file that is there already is kept instead. */
  async keep(identity: string, handle: FileHandle): Promise<FileHandle> {
    const held = this.#open.get(identity) ?? handle;
    this.#open.delete(identity);
    this.#open.set(identity, held);
    const [oldest] = this.#open;
    if (oldest !== undefined && this.#open.size > this.#most) {
      this.#open.delete(oldest[0]);
      await oldest[1].close();
    }
    if (held !== handle) await handle.close();
    return held;
  }

  /**
   * A handle of the file, which was at this path.
   *
   * @throws UserError UNREADABLE_INPUT when it is no longer in its folder.
   */
  async get(identity: string, path: string): Promise<FileHandle> {
    const held = this.#open.get(identity);
    return this.keep(identity, held ?? (await openAgain(identity, path)));
  }

  async close(): Promise<void> {
    const handles = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(handles.map((handle) => handle.close()));
  }
}

async function openAgain(identity: string, path: string): Promise<FileHandle> {
  const folder = dirname(path);
  const found = await openIfSame(path, identity);
  if (found !== null) return found;
  // It was rotated meanwhile.
  for (const name of await readdir(folder).catch(() => [])) {
    const renamed = await openIfSame(join(folder, name), identity);
    if (renamed !== null) return renamed;
  }
  throw new UserError({
    code: 'UNREADABLE_INPUT',
    message: `${path} was taken away while it was read`,
    hint: 'Nothing was counted. Run again: what is there then is read.',
  });
}

async function openIfSame(path: string, identity: string): Promise<FileHandle | null> {
  const handle = await open(path).catch(() => null);
  if (handle === null) return null;
  const isSame = identityOf(await handle.stat({ bigint: true })) === identity;
  if (!isSame) await handle.close();
  return isSame ? handle : null;
}
