import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceBy } from '../scripts/build.mjs';
import { ROOT } from './support/command.ts';
import { folderOf } from './support/folder.ts';

function build(before: Readonly<Record<string, string>>, fresh: Readonly<Record<string, string>>) {
  const dist = folderOf(before);
  const inodeOf = (path: string): number => statSync(join(dist, path)).ino;
  const inodes = new Map(Object.keys(before).map((path) => [path, inodeOf(path)]));
  replaceBy(folderOf(fresh), dist);
  return { dist, isTouched: (path: string): boolean => inodes.get(path) !== inodeOf(path) };
}

test('a build leaves alone what came out the same', () => {
  const { isTouched } = build(
    { 'kernel.wasm': 'a', 'src/cli.js': 'b' },
    { 'kernel.wasm': 'a', 'src/cli.js': 'c' },
  );
  expect(isTouched('kernel.wasm')).toBe(false);
});

// Whoever has it open, or reads it at this moment, would see half of each.
test('a build writes no file over that somebody may be reading', () => {
  const { dist, isTouched } = build({ 'src/cli.js': 'b' }, { 'src/cli.js': 'c', 'src/new/a.js': 'd' });
  expect(isTouched('src/cli.js')).toBe(true);
  expect(readFileSync(join(dist, 'src/cli.js'), 'utf8')).toBe('c');
  expect(readFileSync(join(dist, 'src/new/a.js'), 'utf8')).toBe('d');
});

test('a build takes away what has no source any more, and nothing of another build', () => {
  const { dist } = build({ 'chunk-old.js': 'a', '.build-1/chunk-new.js': 'b' }, { 'chunk-new.js': 'b' });
  expect(readdirSync(dist, { recursive: true }).sort()).toEqual([
    '.build-1',
    '.build-1/chunk-new.js',
    'chunk-new.js',
  ]);
});

// npm asks the first user of a clone to decide about every other one, in front of the report.
test('no package runs a script when it is installed, and it is said of each', () => {
  const read = (name: string) => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));
  const packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>> =
    read('package-lock.json').packages;
  const withScript = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect(read('package.json').allowScripts).toEqual(
    Object.fromEntries([...new Set(withScript)].sort().map((name) => [name, false])),
  );
});
