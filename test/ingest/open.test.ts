import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InputSource } from '../../src/ingest/inputs.ts';
import { openBytes } from './open-bytes.ts';

const STDIN: InputSource = { kind: 'stdin', path: '-' };
const NOTHING = Readable.from([]);
/** Random letters, so that it hardly shrinks: packed and plain offsets stay comparable. */
const TEXT = Array.from(
  { length: 3000 },
  (_, i) => `${i} ${Math.imul(i + 1, 2654435761).toString(36)}\n`,
).join('');
let root = '';

interface Outcome {
  readonly text: string;
  readonly damages: readonly string[];
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'faultline-open-'));
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(name: string, content: string | Uint8Array): InputSource {
  const path = join(root, name);
  writeFileSync(path, content);
  return { kind: 'file', path, bytes: content.length };
}

async function readAll(source: InputSource, stdin: Readable = NOTHING): Promise<Outcome> {
  const pieces: Uint8Array[] = [];
  const damages: string[] = [];
  for await (const chunk of openBytes(source, stdin, { onDamage: (message) => damages.push(message) })) {
    pieces.push(chunk);
  }
  return { text: Buffer.concat(pieces).toString(), damages };
}

function readStdin(chunks: Iterable<Uint8Array | string>): Promise<Outcome> {
  return readAll(STDIN, Readable.from(chunks, { objectMode: false }));
}

function cutInto(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}

describe('openLogs', () => {
  test.for([
    ['nothing', ''],
    ['one byte', 'a'],
    ['text', TEXT],
    ['more than a chunk', 'x'.repeat(2_500_000)],
  ] as const)('reads a file of %s', async ([name, text]) => {
    expect(await readAll(write(`${name}.log`, text))).toEqual({ text, damages: [] });
    expect(await readAll(write(`${name}.gz`, gzipSync(text)))).toEqual({ text, damages: [] });
  });

  test.for([1, 2, 5, 1000])('reads the standard input in pieces of %i', async (size) => {
    const bytes = Buffer.from(TEXT.slice(0, 5000));
    expect(await readStdin(cutInto(bytes, size))).toEqual({ text: bytes.toString(), damages: [] });
    expect((await readStdin(cutInto(gzipSync(bytes), size))).text).toBe(bytes.toString());
  });

  test('reads a standard input on which an encoding was set', async () => {
    const stdin = Readable.from(['grün\n'], { objectMode: false });
    stdin.setEncoding('utf8');
    expect(await readAll(STDIN, stdin)).toEqual({ text: 'grün\n', damages: [] });
  });

  test('recognises gzip by its first bytes, not by the name', async () => {
    expect((await readAll(write('packed.log', gzipSync('packed\n')))).text).toBe('packed\n');
    expect((await readAll(write('plain.log.gz', 'plain\n'))).text).toBe('plain\n');
  });

  test('reads several gzip members wherever chunks are cut', async () => {
    const packed = Buffer.concat([gzipSync('one\n'), gzipSync(''), gzipSync('two\n')]);
    for (let at = 0; at <= packed.length; at++) {
      const outcome = await readStdin(
        [packed.subarray(0, at), packed.subarray(at)].filter((c) => c.length > 0),
      );
      expect(outcome).toEqual({ text: 'one\ntwo\n', damages: [] });
    }
  });

  test('ignores NUL bytes behind gzip data', async () => {
    const packed = Buffer.concat([gzipSync(TEXT), Buffer.alloc(2000)]);
    expect(await readStdin(cutInto(packed, 999))).toEqual({ text: TEXT, damages: [] });
  });

  test('names what stands behind the NUL bytes', async () => {
    const packed = Buffer.concat([gzipSync(TEXT), Buffer.alloc(200), gzipSync('lost\n')]);
    for (const size of [packed.length, packed.length - 100, 50]) {
      const { text, damages } = await readStdin(cutInto(packed, size));
      expect(text).toBe(TEXT);
      expect(damages).toEqual([
        'standard input: bytes that are not gzip data follow its end and were left out',
      ]);
    }
  });
});

describe('openLogs, of damaged input,', () => {
  test('keeps all that truncated gzip data holds', async () => {
    const packed = gzipSync(TEXT);
    const cut = fc.integer({ min: 2, max: packed.length - 1 });
    let longest = 0;
    await fc.assert(
      fc.asyncProperty(cut, async (length) => {
        const { text, damages } = await readAll(write('cut.gz', packed.subarray(0, length)));
        expect(TEXT.startsWith(text)).toBe(true);
        // Deflate holds back at most the symbols of the byte that is missing.
        expect(text.length).toBeGreaterThan((length - 400) * (TEXT.length / packed.length) * 0.8);
        expect(damages).toEqual([
          `${join(root, 'cut.gz')}: its gzip data ends in the middle; everything before that was read`,
        ]);
        longest = Math.max(longest, text.length);
      }),
      { numRuns: 40, examples: [[packed.length - 1], [packed.length - 8], [2]] },
    );
    expect(longest).toBe(TEXT.length);
  });

  test('keeps nearly all before the place where gzip data is corrupt', async () => {
    const packed = gzipSync(TEXT);
    const at = Math.floor(packed.length / 2);
    packed.fill(0xff, at, at + 50);
    const { text, damages } = await readAll(write('corrupt.gz', packed));
    // Deflate notices late: what it makes of the corrupt bytes comes too, and fails to parse.
    const sound = [...text].findIndex((character, i) => character !== TEXT[i]);
    expect(sound === -1 ? text.length : sound).toBeGreaterThan(TEXT.length * 0.4);
    expect(damages).toEqual([expect.stringContaining('its gzip data is corrupt (')]);
  });

  test('reports gzip data followed by something else', async () => {
    const { text, damages } = await readStdin([gzipSync(TEXT), Buffer.from('plain text\n')]);
    expect(text).toBe(TEXT);
    expect(damages).toHaveLength(1);
  });

  test.for([
    ['lz4', 'lz4 -dc', [0x04, 0x22, 0x4d, 0x18, 0x04, 0x00]],
    ['7z', '7z x -so', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
    ['compress', 'gzip -dc', [0x1f, 0x9d, 0x90]],
  ] as const)('says how to unpack %s', async ([name, command, magic]) => {
    const { text, damages } = await readStdin([Uint8Array.from(magic)]);
    expect(text).toBe('');
    expect(damages).toEqual([
      `standard input: is compressed with ${name}, which faultline does not read; run: ${command} FILE | faultline -`,
    ]);
  });

  test('quotes the path in a command to copy', async () => {
    const magic = Uint8Array.from([0x04, 0x22, 0x4d, 0x18]);
    expect((await readAll(write('plain.lz4', magic))).damages[0]).toContain(`lz4 -dc ${root}/plain.lz4 | `);
    expect((await readAll(write("it's.lz4", magic))).damages[0]).toContain(
      `lz4 -dc '${root}/it'\\''s.lz4' | `,
    );
  });

  test('reports a file that is gone', async () => {
    const path = join(root, 'gone.log');
    expect(await readAll({ kind: 'file', path, bytes: 1 })).toEqual({
      text: '',
      damages: [`${path}: cannot be opened: no such file or folder`],
    });
  });

  test('reports a folder', async () => {
    const { text, damages } = await readAll({ kind: 'file', path: root, bytes: 1 });
    expect(text).toBe('');
    expect(damages).toEqual([`${root}: cannot be read to its end: it is a folder`]);
  });

  test('keeps what a stream gave before its error', async () => {
    async function* failing(packed: Uint8Array) {
      yield* cutInto(packed, 100);
      await wait(5);
      throw new Error('the cable broke');
    }
    const plain = await readAll(STDIN, Readable.from(failing(Buffer.from(TEXT)), { objectMode: false }));
    expect(plain).toEqual({
      text: TEXT,
      damages: ['standard input: cannot be read to its end: the cable broke'],
    });
    const half = gzipSync(TEXT).subarray(0, 5000);
    const packed = await readAll(STDIN, Readable.from(failing(half), { objectMode: false }));
    expect(packed.text.length).toBeGreaterThan(1000);
    expect(packed.damages).toEqual(plain.damages);
  });

  test('keeps what a stream had read ahead when it failed', async () => {
    const stdin = new PassThrough();
    for (let i = 0; i < 4; i++) stdin.write(`chunk ${i}\n`);
    const pieces: string[] = [];
    const damages: string[] = [];
    for await (const chunk of openBytes(STDIN, stdin, { onDamage: (message) => damages.push(message) })) {
      pieces.push(Buffer.from(chunk).toString());
      if (pieces.length === 1) {
        stdin.write('late\n');
        stdin.destroy(new Error('reset'));
      }
    }
    expect(pieces.join('')).toBe('chunk 0\nchunk 1\nchunk 2\nchunk 3\nlate\n');
    expect(damages).toEqual(['standard input: cannot be read to its end: reset']);
  });
});
