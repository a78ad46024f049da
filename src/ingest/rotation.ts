import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { COMPRESSED_ENDING } from './log-file-name.ts';

/** `.1`, `-20260131` and `.2026-01-31` of logrotate, `.20260131-101500` of the kubelet, packed or not. */
const ROTATION_MARK = /^[.-]\d[\d._:t-]*$/i;

/** Whether a file is what was left of a log when it was rotated: `access.log.1.gz` or `access-20260131.log` of `access.log`. */
export function isRotatedFrom(name: string, log: string): boolean {
  const plain = name.replace(COMPRESSED_ENDING, '');
  if (plain.startsWith(log) && ROTATION_MARK.test(plain.slice(log.length))) return true;
  const dot = log.lastIndexOf('.');
  if (dot <= 0) return false;
  const [stem, ending] = [log.slice(0, dot), log.slice(dot)];
  return (
    plain.startsWith(stem) &&
    plain.endsWith(ending) &&
    ROTATION_MARK.test(plain.slice(stem.length, plain.length - ending.length))
  );
}

/** The files that a log was rotated to, oldest first. They lie where its links lead. */
export async function findRotated(log: string): Promise<readonly string[]> {
  const target = await realpath(log).catch(() => log);
  const folder = dirname(target);
  const names = await readdir(folder).catch(() => []);
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
