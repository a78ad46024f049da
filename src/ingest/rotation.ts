import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { COMPRESSED_ENDING } from './log-file-name.ts';

/** `.1`, `-20260131` and `.2026-01-31` of logrotate, `.20260131-101500` of the kubelet, packed or not. */
const ROTATION_MARK = /^[.-]\d[\d._:t-]*$/i;

/** Whether a file is what was left of a log when it was rotated: `access.log.1.gz` or `access-20260131.log` of `access.log`. */
export function isRotatedFrom(name: string, log: string): boolean {
  const dot = log.lastIndexOf('.');
  const [stem, ending] = dot <= 0 ? [log, ''] : [log.slice(0, dot), log.slice(dot)];
  // A folder of thousands of logs asks this of each pair.
  if (!name.startsWith(stem)) return false;
  const plain = name.replace(COMPRESSED_ENDING, '');
  if (plain.startsWith(log) && ROTATION_MARK.test(plain.slice(log.length))) return true;
  if (dot <= 0) return false;
  return plain.endsWith(ending) && ROTATION_MARK.test(plain.slice(stem.length, plain.length - ending.length));
}

/** Names in folders, so that each folder is read once. */
export type FolderNames = Map<string, readonly string[]>;

/** The files that a log was rotated to, oldest first. They lie where its links lead. */
export async function findRotated(log: string, folders: FolderNames = new Map()): Promise<readonly string[]> {
  const target = await realpath(log).catch(() => log);
  const folder = dirname(target);
  const names = folders.get(folder) ?? (await readdir(folder).catch(() => []));
  folders.set(folder, names);
  const found = await Promise.all(
    names
      .filter((name) => isRotatedFrom(name, basename(target)))
      .map(async (name) => {
        const path = join(folder, name);
        const facts = await stat(path).catch(() => null);
        return facts?.isFile() === true ? [{ path, modifiedMs: facts.mtimeMs }] : [];
      }),
  );
  return found
    .flat()
    .sort((a, b) => a.modifiedMs - b.modifiedMs || (a.path < b.path ? -1 : 1))
    .map(({ path }) => path);
}
