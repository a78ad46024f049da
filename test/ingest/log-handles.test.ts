import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type LogFile, openLogFile, readLogFile } from '../../src/ingest/log-file.ts';
import { LogHandles } from '../../src/ingest/log-handles.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-handles-'));

async function open(name: string, handles: LogHandles): Promise<LogFile> {
  const path = join(folder, name);
  writeFileSync(path, `lines of ${name}`);
  const file = await openLogFile(path, handles);
  if (file === null) throw new Error(`${path} is no log`);
  return file;
}

async function read(file: LogFile): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readLogFile(file, { start: 0, end: file.size }, () => undefined))
    chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('more files than may be open are read one after the other', async () => {
  const handles = new LogHandles(2);
  const files = await Promise.all(['a', 'b', 'c', 'd'].map((name) => open(name, handles)));
  expect(await Promise.all(files.map(read))).toEqual(['a', 'b', 'c', 'd'].map((name) => `lines of ${name}`));
  await handles.close();
});

test('a file that was renamed after it was closed is found again, whoever has its name now', async () => {
  const handles = new LogHandles(1);
  const log = await open('access.log', handles);
  const other = await open('other.log', handles);
  renameSync(log.path, join(folder, 'access.log.7'));
  writeFileSync(log.path, 'lines of another');
  expect(await read(log)).toBe('lines of access.log');
  expect(await read(other)).toBe('lines of other.log');
  await handles.close();
});

test('a file that was taken away is said', async () => {
  const handles = new LogHandles(1);
  const log = await open('gone.log', handles);
  await open('stays.log', handles);
  rmSync(log.path);
  await expect(read(log)).rejects.toMatchObject({ code: 'UNREADABLE_INPUT' });
  await handles.close();
});
