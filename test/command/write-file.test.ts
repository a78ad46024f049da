import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assertCanWrite, writeFileAtomically } from '../../src/command/write-file.ts';

function createFolder(): string {
  return mkdtempSync(join(tmpdir(), 'faultline-write-'));
}

test('a new file, and one in the place of an old one; nothing else is left in the folder', async () => {
  const folder = createFolder();
  const path = join(folder, 'report.json');
  await writeFileAtomically(path, 'one');
  await writeFileAtomically(path, 'two');
  expect(readFileSync(path, 'utf8')).toBe('two');
  expect(readdirSync(folder)).toEqual(['report.json']);
});

test('the old file is whole for whoever has it open', async () => {
  const path = join(createFolder(), 'report.json');
  writeFileSync(path, 'one');
  const before = statSync(path).ino;
  await writeFileAtomically(path, 'two');
  expect(statSync(path).ino).not.toBe(before);
});

test('a link stays a link', async () => {
  const folder = createFolder();
  mkdirSync(join(folder, 'kept'));
  writeFileSync(join(folder, 'kept/report.json'), 'one');
  symlinkSync('kept/report.json', join(folder, 'latest.json'));
  await writeFileAtomically(join(folder, 'latest.json'), 'two');
  expect(lstatSync(join(folder, 'latest.json')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, 'kept/report.json'), 'utf8')).toBe('two');
});

test('a device is written to, not replaced', async () => {
  await writeFileAtomically('/dev/null', 'text');
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});

test.for([['no/such/folder/report.json'], ['.']] as const)(
  '%s is refused, and nothing is left',
  async ([name]) => {
    const folder = createFolder();
    const path = join(folder, name);
    for (const attempt of [() => writeFileAtomically(path, 'text'), () => assertCanWrite(path)])
      await expect(attempt()).rejects.toMatchObject({ code: 'UNWRITABLE_OUTPUT' });
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync(join(folder, 'no'))).toBe(false);
  },
);

test('that a file can be written is told without making it', async () => {
  const folder = createFolder();
  writeFileSync(join(folder, 'old.json'), 'one');
  for (const name of ['new.json', 'old.json']) await assertCanWrite(join(folder, name));
  await assertCanWrite('/dev/null');
  expect(readdirSync(folder)).toEqual(['old.json']);
  expect(readFileSync(join(folder, 'old.json'), 'utf8')).toBe('one');
});
