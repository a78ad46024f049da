import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formats } from '../../parsers/index.ts';
import type { InputSource } from '../../src/ingest/inputs.ts';
import type { ByteRange, PartInput } from '../../src/ingest/parts.ts';
import { planParts, readRange } from '../../src/ingest/parts.ts';

const MEBI = 1024 * 1024;
/** Above the size from which on a log is cut. */
const LARGE = 26 * MEBI;
const TEXT = `${formats.find(({ id }) => id === 'istio-text')?.samples[0]?.line}\n`;
const JSON_LINE = `${formats.find(({ id }) => id === 'istio-json')?.samples[0]?.line}\n`;
const PRETTY = `${JSON.stringify(JSON.parse(JSON_LINE), null, 2)}\n`;
/** Of a record that began in another file. */
const REST = 'tion" "id" "a:80" - - - - - -\n';
let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'faultline-parts-'));
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

function sourceOf(path: string): InputSource {
  return { kind: 'file', path, bytes: statSync(path).size };
}

/** A file that repeats a piece of text up to a size. */
function writeLog(name: string, piece: string | Buffer, bytes: number): InputSource {
  const path = join(root, name);
  const unit = Buffer.from(piece);
  const block = Buffer.concat(Array<Buffer>(Math.max(1, Math.floor(MEBI / unit.length))).fill(unit));
  const file = openSync(path, 'w');
  for (let written = 0; written < bytes; written += block.length) writeSync(file, block);
  closeSync(file);
  return sourceOf(path);
}

async function contentOf({ source, range }: PartInput): Promise<Buffer> {
  if (range === null) return readFileSync(source.path);
  const chunks: Buffer[] = [];
  // A chunk is valid only until the next is asked for.
  for await (const chunk of readRange(source.path, range)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function assertWhole(
  sources: readonly InputSource[],
  parts: readonly (readonly PartInput[])[],
): Promise<void> {
  const read = await Promise.all(parts.flat().map(contentOf));
  const written = sources.map(({ path }) => readFileSync(path));
  expect(Buffer.concat(read).equals(Buffer.concat(written))).toBe(true);
}

function rangesOf(parts: readonly (readonly PartInput[])[]): readonly (ByteRange | null)[] {
  return parts.flat().map(({ range }) => range);
}

describe('planParts', () => {
  test('leaves small files whole and in one part', async () => {
    const sources = [writeLog('small-1', TEXT, 1000), writeLog('small-2', TEXT, 1000)];
    expect(await planParts(sources, 4)).toEqual([sources.map((source) => ({ source, range: null }))]);
  });

  test('leaves everything in one part for one hand', async () => {
    const source = writeLog('one-hand', TEXT, LARGE);
    expect(await planParts([source], 1)).toEqual([[{ source, range: null }]]);
  });

  test('leaves everything in one part beside the standard input', async () => {
    const sources: InputSource[] = [writeLog('beside', TEXT, LARGE), { kind: 'stdin', path: '-' }];
    expect((await planParts(sources, 4)).length).toBe(1);
  });

  test.for([
    ['text', TEXT],
    ['text behind a prefix', `[pod/productpage-1/istio-proxy] ${TEXT}`],
    ['text behind the prefix of CRI', `2026-11-21T03:33:07.287209278Z stdout F ${TEXT}`],
    ['JSON', JSON_LINE],
    ['text among other lines', `${'2026-11-21T03:06:59Z\tinfo\tx\n\n'.repeat(3)}${TEXT}`],
  ])('cuts a large file of %s where a record begins', async ([, piece = '']) => {
    const source = writeLog('large', piece, LARGE);
    const parts = await planParts([source], 4);
    const starts = rangesOf(parts).map((range) => range?.start ?? 0);
    const content = readFileSync(source.path, 'latin1');
    const record = piece.trimEnd().split('\n').at(-1) ?? '';
    expect(starts.map((start) => content.slice(start, start + record.length))).toEqual(
      starts.map((start) => (start === 0 ? content.slice(0, record.length) : record)),
    );
    expect(parts.length).toBe(2);
  });

  test('cuts so that the parts together are the file', async () => {
    const source = writeLog('together', TEXT, 2 * LARGE);
    const parts = await planParts([source], 4);
    expect(parts.length).toBe(4);
    await assertWhole([source], parts);
  });

  test('gives the first part no less than the others, which have about the same', async () => {
    const source = writeLog('balanced', TEXT, 2 * LARGE);
    const { size } = statSync(source.path);
    const ranges = rangesOf(await planParts([source], 3));
    const [first = 0, ...others] = ranges.map(
      (range) => Math.min(range?.end ?? 0, size) - (range?.start ?? 0),
    );
    expect(Math.max(...others) - Math.min(...others)).toBeLessThan(MEBI);
    expect(first + MEBI).toBeGreaterThan(Math.max(...others));
  });

  test('shares several files out in their order', async () => {
    const sources = [
      writeLog('first', TEXT, 3 * MEBI),
      writeLog('second', JSON_LINE, LARGE),
      writeLog('third', TEXT, 5 * MEBI),
      writeLog('fourth', TEXT, 9 * MEBI),
    ];
    const parts = await planParts(sources, 3);
    expect(parts.length).toBe(3);
    await assertWhole(sources, parts);
  });

  test.for([
    ['pretty-printed JSON, whose records begin with a lone brace', PRETTY],
    ['text without start times', '"GET / HTTP/1.1" 200 - 0 0 0 - "-" "-" "-" "-" "-"\n'],
    ['one endless line', 'x'.repeat(1000)],
  ])('leaves %s whole', async ([, piece = '']) => {
    const source = writeLog('uncut', piece, LARGE);
    expect(await planParts([source], 4)).toEqual([[{ source, range: null }]]);
  });

  test.for([
    ['gzip', Buffer.concat([Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0), Buffer.from(`\n${TEXT}`)])],
    ['pretty-printed JSON', Buffer.from(`{\n  "message": "x"\n}\n${TEXT}`)],
    ['UTF-16', Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(`\n${TEXT}`)])],
    ['a byte order mark', Buffer.from(`\ufeff${TEXT}`)],
  ])('leaves a file that begins like %s whole', async ([, piece]) => {
    const source = writeLog('packed', piece ?? '', LARGE);
    expect(await planParts([source], 4)).toEqual([[{ source, range: null }]]);
  });

  test.for([
    ['a line that ends', '\n', 0],
    ['a cut line', 'cut', REST.length],
  ] as const)(
    'begins another part behind the rest of the line with which the rotated log ended: %s',
    async ([, end, lead]) => {
      const packed = writeLog(
        'app.log.1',
        Buffer.concat([Buffer.of(0x1f, 0x8b, 8), Buffer.from(end)]),
        LARGE,
      );
      writeFileSync(join(root, 'app.log'), `${REST}${TEXT.repeat((8 * MEBI) / TEXT.length)}`);
      const source = sourceOf(join(root, 'app.log'));
      const parts = await planParts([packed, source], 2);
      const rest = { source, range: { start: lead, end: Number.POSITIVE_INFINITY } };
      expect(parts).toEqual(
        lead === 0
          ? [[{ source: packed, range: null }], [{ source, range: null }]]
          : [
              [
                { source: packed, range: null },
                { source, range: { start: 0, end: lead } },
              ],
              [rest],
            ],
      );
      await assertWhole([packed, source], parts);
    },
  );

  test('leaves a file that cannot be opened to whoever reads it', async () => {
    const source: InputSource = { kind: 'file', path: join(root, 'gone'), bytes: LARGE };
    expect(await planParts([source], 4)).toEqual([[{ source, range: null }]]);
  });

  test.for([
    ['in the middle', [16, 24, 16]],
    ['at the begin', [0, 30, 18]],
    ['at the end', [18, 30, 0]],
  ] as const)('makes no part where no record begins near its place, %s of a file', async ([, sizes]) => {
    const path = join(root, 'gap');
    const [before, gap, behind] = sizes.map((mebibytes) => mebibytes * MEBI);
    const text = [
      TEXT.repeat((before ?? 0) / TEXT.length),
      'other\n'.repeat((gap ?? 0) / 6),
      TEXT.repeat((behind ?? 0) / TEXT.length),
    ];
    writeFileSync(path, text.join(''));
    const source = sourceOf(path);
    const parts = await planParts([source], 4);
    const sizesOfParts = await Promise.all(parts.flat().map(async (part) => (await contentOf(part)).length));
    expect(parts.length).toBeLessThan(4);
    expect(sizesOfParts).not.toContain(0);
    await assertWhole([source], parts);
  });
});

describe('readRange', () => {
  test.for([
    [0, 10],
    [5, 5],
    [3, 1_500_000],
    [1_000_000, Number.POSITIVE_INFINITY],
    [5_000_000, Number.POSITIVE_INFINITY],
  ] as const)('reads from %i to %i', async ([start, end]) => {
    const source = writeLog('range', TEXT, 2 * MEBI);
    const content = await contentOf({ source, range: { start, end } });
    expect(content.equals(readFileSync(source.path).subarray(start, end))).toBe(true);
  });

  test('stops when it is told to', async () => {
    const source = writeLog('stopped', TEXT, 4 * MEBI);
    const interruption = new AbortController();
    let chunks = 0;
    for await (const _chunk of readRange(source.path, { start: 0, end: 4 * MEBI }, interruption.signal)) {
      chunks++;
      interruption.abort();
    }
    expect(chunks).toBe(1);
  });

  // Else nobody could interrupt it.
  test('lets signals and messages through while it reads', async () => {
    const source = writeLog('long', TEXT, 16 * MEBI);
    const interruption = new AbortController();
    setImmediate(() => interruption.abort());
    let bytes = 0;
    for await (const chunk of readRange(source.path, { start: 0, end: 16 * MEBI }, interruption.signal))
      bytes += chunk.length;
    expect(bytes).toBeLessThanOrEqual(8 * MEBI);
  });

  test('may be left in the middle', async () => {
    const source = writeLog('left', TEXT, 4 * MEBI);
    const chunks = readRange(source.path, { start: 0, end: 4 * MEBI });
    await chunks.next();
    expect(await chunks.return()).toEqual({ done: true, value: undefined });
  });

  test('fails for a file that is not there', async () => {
    const chunks = readRange(join(root, 'nothing'), { start: 0, end: 1 });
    await expect(chunks.next()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
