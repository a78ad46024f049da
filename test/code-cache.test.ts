import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CodeCachePlace } from '../src/code-cache.ts';
import { canKeepCode, findCodeCache, keepCode, readCode } from '../src/code-cache.ts';
import { faultline, ROOT } from './support/command.ts';
import { folderOf } from './support/folder.ts';

const SOURCE = Buffer.from('a source');
const CODE = Buffer.from('what was made of it');
const IS_POSIX = process.getuid !== undefined;

function placeIn(folder: string): CodeCachePlace {
  return { folder: join(folder, 'faultline'), name: 'program.bin', userId: process.getuid?.() ?? null };
}

function keptPlace(): { readonly place: CodeCachePlace; readonly file: string } {
  const place = placeIn(folderOf({}));
  expect(canKeepCode(place)).toBe(true);
  keepCode(place, SOURCE, CODE);
  return { place, file: join(place.folder ?? '', place.name) };
}

function findFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | null {
  return findCodeCache('thread', { ...process, env, platform }).folder;
}

describe('compiled code', () => {
  test('is read as it was kept, and leaves nothing else behind', () => {
    const { place } = keptPlace();
    expect(readCode(place, SOURCE)).toEqual(CODE);
    expect(readdirSync(place.folder ?? '')).toEqual([place.name]);
  });

  test('is none before it is kept', () => {
    expect(readCode(placeIn(folderOf({})), SOURCE)).toBeNull();
  });

  test('of another source is none, even of one of the same length', () => {
    expect(readCode(keptPlace().place, Buffer.from('A source'))).toBeNull();
  });

  // The engine would run it without a look.
  test.each([
    ['cut', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['cut within its check sums', (bytes: Buffer) => bytes.subarray(0, 3)],
    ['changed', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from('!')])],
  ])('that is %s is none', (_what, damage) => {
    const { place, file } = keptPlace();
    writeFileSync(file, damage(readFileSync(file)));
    expect(readCode(place, SOURCE)).toBeNull();
  });

  test.runIf(IS_POSIX)('that others can write, or another has written, is none', () => {
    const { place, file } = keptPlace();
    chmodSync(file, 0o622);
    expect(readCode(place, SOURCE)).toBeNull();
    chmodSync(file, 0o600);
    expect(readCode(place, SOURCE)).toEqual(CODE);
    const isRoot = place.userId === 0;
    expect(readCode({ ...place, userId: 12345 }, SOURCE)).toEqual(isRoot ? CODE : null);
  });

  test('is not kept where that cannot be, without a word', () => {
    const place = placeIn(join(folderOf({ file: '' }), 'file'));
    expect(canKeepCode(place)).toBe(false);
    keepCode(place, SOURCE, CODE);
    expect(readCode(place, SOURCE)).toBeNull();
  });

  test('lies where the system keeps such things', () => {
    expect(findFolder({ XDG_CACHE_HOME: '/x' }, 'linux')).toBe('/x/faultline');
    expect(findFolder({ XDG_CACHE_HOME: 'x' }, 'linux')).toMatch(/\.cache\/faultline$/);
    expect(findFolder({}, 'linux')).toMatch(/\.cache\/faultline$/);
    expect(findFolder({}, 'darwin')).toMatch(/Library\/Caches\/faultline$/);
    expect(findFolder({ LOCALAPPDATA: '/l' }, 'win32')).toBe('/l/faultline');
    expect(findFolder({ NODE_COMPILE_CACHE: '/n', XDG_CACHE_HOME: '/x' }, 'linux')).toBe('/n/faultline');
    expect(findFolder({ NODE_DISABLE_COMPILE_CACHE: '1', NODE_COMPILE_CACHE: '/n' }, 'linux')).toBeNull();
  });
});

test('compiled code is kept nowhere for a user without a home', () => {
  const ask = (): never => {
    throw new Error('ENOENT: no such user');
  };
  expect(findCodeCache('thread', { ...process, env: {}, platform: 'linux' }, ask).folder).toBeNull();
});

describe('the program', () => {
  const demo = join(ROOT, 'samples/mixed/demo.log');

  async function analyse(folder: string, ...args: readonly string[]) {
    return faultline(args, { env: { NODE_COMPILE_CACHE: folder } });
  }

  test('says the same with the code of an earlier run, and keeps it only when it found something', async () => {
    const folder = folderOf({});
    expect((await analyse(folder, '--version')).status).toBe(0);
    const healthy = readFileSync(demo, 'utf8')
      .split('\n')
      .filter((line) => line.includes('" 200 - '));
    expect(healthy.length).toBeGreaterThan(50);
    expect(
      (await analyse(folder, join(folderOf({ 'healthy.log': healthy.join('\n') }), 'healthy.log'))).status,
    ).toBe(0);
    expect(readdirSync(join(folder, 'faultline'))).toEqual([]);
    const first = await analyse(folder, demo);
    const [kept = ''] = readdirSync(join(folder, 'faultline'));
    const bytes = readFileSync(join(folder, 'faultline', kept));
    expect(await analyse(folder, demo)).toEqual(first);
    // Had the engine refused it, it would have been made anew.
    expect(readFileSync(join(folder, 'faultline', kept)).equals(bytes)).toBe(true);
  });

  test('works with damaged code, and mends it', async () => {
    const folder = folderOf({});
    const first = await analyse(folder, demo);
    const file = join(folder, 'faultline', readdirSync(join(folder, 'faultline'))[0] ?? '');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, 1000));
    expect(await analyse(folder, demo)).toEqual(first);
    expect(readFileSync(file).length).toBeGreaterThan(1000);
  });

  test('keeps nothing where it is told not to', async () => {
    const folder = folderOf({});
    await faultline([demo], { env: { NODE_DISABLE_COMPILE_CACHE: '1', NODE_COMPILE_CACHE: folder } });
    expect(existsSync(join(folder, 'faultline'))).toBe(false);
  });
});
