import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InputSource } from '../../src/ingest/inputs.ts';
import { openBytes } from './open-bytes.ts';

const isLinux = process.platform === 'linux';
const STDIN: InputSource = { kind: 'stdin', path: '-' };
const NOTHING = Readable.from([]);
const TEXT = Array.from(
  { length: 3000 },
  (_, i) => `${i} ${Math.imul(i + 1, 2654435761).toString(36)}\n`,
).join('');
let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'faultline-early-'));
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(name: string, content: string | Uint8Array): InputSource {
  const path = join(root, name);
  writeFileSync(path, content);
  return { kind: 'file', path, bytes: content.length };
}

function makePipe(name: string): string {
  const path = join(root, name);
  execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
  return path;
}

async function readText(source: InputSource): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const chunk of openBytes(source, NOTHING, { onDamage: expect.fail })) pieces.push(chunk);
  return Buffer.concat(pieces).toString();
}

/** Files that this process has open below the test's folder. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith(root) ? [target] : [];
    } catch {
      // The descriptor that readdir itself had open.
      return [];
    }
  });
}

describe('openLogs, ended early,', () => {
  test.runIf(isLinux).for(['plain', 'gz'] as const)('closes the file (%s)', async (kind) => {
    const text = TEXT.repeat(100);
    const source = write(`early.${kind}`, kind === 'gz' ? gzipSync(text) : text);
    for await (const chunk of openBytes(source, NOTHING, { onDamage: expect.fail })) {
      expect(openFiles()).toEqual([source.path]);
      if (chunk.length > 0) break;
    }
    expect(openFiles()).toEqual([]);
    expect(await readText(source)).toBe(text);
    expect(openFiles()).toEqual([]);
  });

  test('destroys the stream', async () => {
    const stdin = new PassThrough();
    stdin.write('line\n');
    for await (const _ of openBytes(STDIN, stdin, { onDamage: expect.fail })) break;
    expect(stdin.destroyed).toBe(true);
  });

  test('gives nothing more after an abort', async () => {
    const source = write('abort.log', TEXT.repeat(100));
    const abort = new AbortController();
    let chunks = 0;
    for await (const _ of openBytes(source, NOTHING, { onDamage: expect.fail, signal: abort.signal })) {
      chunks++;
      abort.abort();
    }
    expect(chunks).toBe(1);
    for await (const _ of openBytes(source, NOTHING, { onDamage: expect.fail, signal: abort.signal })) {
      expect.fail();
    }
  });

  test.for([
    ['plain', (text: string) => Buffer.from(text)],
    ['gzip', (text: string) => gzipSync(text)],
  ] as const)('stops waiting for a silent standard input (%s)', async ([, pack]) => {
    const stdin = new PassThrough();
    stdin.write(pack(TEXT).subarray(0, 9000));
    const abort = new AbortController();
    const silence = setTimeout(() => abort.abort(), 300);
    let text = '';
    for await (const chunk of openBytes(STDIN, stdin, { onDamage: expect.fail, signal: abort.signal })) {
      silence.refresh();
      text += Buffer.from(chunk).toString();
    }
    // What had come is not held back, although more could have followed it.
    expect(text.length).toBeGreaterThan(8000);
    expect(stdin.destroyed).toBe(true);
  });

  test.runIf(isLinux)('stops waiting for a pipe that nobody writes to', async () => {
    const path = makePipe('silent.pipe');
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    const input = openBytes({ kind: 'file', path, bytes: 0 }, NOTHING, {
      onDamage: expect.fail,
      signal: abort.signal,
    });
    for await (const _ of input) expect.fail();
    await expect.poll(openFiles).toEqual([]);
  });

  test.runIf(isLinux)('stops waiting for a pipe whose writer is silent', async () => {
    const path = makePipe('slow.pipe');
    const writer = open(path, 'w').then(async (handle) => {
      await handle.write('line\n');
      return handle;
    });
    const abort = new AbortController();
    const chunks: string[] = [];
    const options = { onDamage: expect.fail, signal: abort.signal };
    for await (const chunk of openBytes({ kind: 'file', path, bytes: 0 }, NOTHING, options)) {
      chunks.push(Buffer.from(chunk).toString());
      setTimeout(() => abort.abort(), 20);
    }
    await (await writer).close();
    expect(chunks).toEqual(['line\n']);
  });
});

test.runIf(isLinux)('reads a named pipe to its end', async () => {
  const path = makePipe('whole.pipe');
  const source: InputSource = { kind: 'file', path, bytes: 0 };
  const [text] = await Promise.all([
    readText(source),
    open(path, 'w').then(async (handle) => {
      await handle.writeFile(gzipSync(TEXT.repeat(20)));
      await handle.close();
    }),
  ]);
  expect(text).toBe(TEXT.repeat(20));
});
