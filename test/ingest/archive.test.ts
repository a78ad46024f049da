import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { describe, expect, test } from 'vitest';
import { PACKED_TEXT, packedText, readLogsOf, zip } from './packed.ts';

const LONG_NAME = `${'folder/'.repeat(40)}${'x'.repeat(120)}.log`;

function tar(files: Readonly<Record<string, string | Uint8Array>>): Promise<Uint8Array> {
  return packTar(
    Object.entries(files).map(([name, body]) => ({
      header: { name, size: Buffer.byteLength(body), type: name.endsWith('/') ? 'directory' : 'file' },
      body,
    })),
  );
}

describe('tar archives', () => {
  test('are read file by file, in pieces of any size', async () => {
    const bytes = await tar({
      'pod/': '',
      'pod/a.log': PACKED_TEXT,
      [LONG_NAME]: 'b\n',
      'pod/empty.log': '',
    });
    const logs = [
      ['-!pod/a.log', PACKED_TEXT],
      [`-!${LONG_NAME}`, 'b\n'],
      ['-!pod/empty.log', ''],
    ];
    for (const size of [511, 512, 1 << 20])
      expect(await readLogsOf(bytes, size)).toEqual({ logs, damages: [] });
  });

  test('may be compressed, and hold what is compressed, and archives', async () => {
    const inner = zip([{ name: 'c.log', content: 'c\n' }]);
    const bytes = await tar({ 'a.log.xz': packedText('xz'), 'b.log': gzipSync('b\n'), 'x.zip': inner });
    expect(await readLogsOf(gzipSync(bytes))).toEqual({
      logs: [
        ['-!a.log.xz', PACKED_TEXT],
        ['-!b.log', 'b\n'],
        ['-!x.zip!c.log', 'c\n'],
      ],
      damages: [],
    });
  });

  test('leave out what is no log by name or content', async () => {
    const files = {
      'a.yaml': 'a: b\n',
      '.b.log': '0 b\n',
      c: '0 c\n',
      'd.md': '',
      'e.bin': '\0',
      'f.png': 'p',
    };
    const { logs, damages } = await readLogsOf(await tar(files));
    expect(logs).toEqual([['-!c', '0 c\n']]);
    expect(damages).toEqual([
      'standard input: left out 5 files that are no log by name and content: a.yaml, .b.log, d.md and 2 more',
    ]);
  });

  test('give nothing but a note when they hold no log', async () => {
    const { logs, damages } = await readLogsOf(await tar({ 'a.yaml': 'a: b\n' }));
    expect(logs).toEqual([['-', '']]);
    expect(damages).toEqual(['standard input: left out 1 file that is no log by name and content: a.yaml']);
  });

  test('give what is there when they are cut', async () => {
    const bytes = await tar({ 'a.log': PACKED_TEXT, 'b.log': PACKED_TEXT });
    const { logs, damages } = await readLogsOf(bytes.subarray(0, 512 + 2000));
    expect(logs).toEqual([['-!a.log', PACKED_TEXT.slice(0, 2000)]]);
    expect(damages).toEqual([
      'standard input: the archive ends in the middle; everything before that was read',
    ]);
  });

  test('give what stands before damage', async () => {
    const bytes = await tar({ 'a.log': 'a\n', 'b.log': 'b\n' });
    bytes.fill(0x41, 1024, 1024 + 100);
    const { logs, damages } = await readLogsOf(bytes);
    expect(logs).toEqual([['-!a.log', 'a\n']]);
    expect(damages).toEqual([
      'standard input: the archive is corrupt; the part around the damage and all behind it was not read',
    ]);
  });
});

describe('zip archives', () => {
  const members = [
    { name: 'folder/', content: '', method: 0 },
    { name: 'a.log', content: PACKED_TEXT },
    { name: 'b.log', content: 'b\n', method: 0 },
    { name: 'c.log', content: PACKED_TEXT, hasDescriptor: true },
    { name: 'd.log', content: '' },
    { name: '../../e.log', content: 'e\n', isZip64: true },
  ];
  const logs = [
    ['-!a.log', PACKED_TEXT],
    ['-!b.log', 'b\n'],
    ['-!c.log', PACKED_TEXT],
    ['-!d.log', ''],
    ['-!../../e.log', 'e\n'],
  ];

  test('are read file by file, in pieces of any size', async () => {
    for (const size of [1, 7, 1000, 1 << 20])
      expect(await readLogsOf(zip(members), size)).toEqual({ logs, damages: [] });
  });

  test('may hold other archives, and go on behind them', async () => {
    const inner = await tar({ 'x.log': 'x\n' });
    const bytes = zip([
      { name: 'in.tar.gz', content: gzipSync(inner), hasDescriptor: true },
      { name: 'in.tar', content: inner, method: 0 },
    ]);
    expect((await readLogsOf(bytes)).logs).toEqual([
      ['-!in.tar.gz!x.log', 'x\n'],
      ['-!in.tar!x.log', 'x\n'],
    ]);
  });

  test('hold nothing, or nothing that is a log', async () => {
    const empty = Buffer.alloc(22);
    empty.writeUInt32LE(0x06054b50, 0);
    expect(await readLogsOf(empty)).toEqual({ logs: [['-', '']], damages: [] });
    const other = zip([
      { name: 'a.yaml', content: 'a: b\n', hasDescriptor: true },
      { name: 'b.log', content: 'b' },
    ]);
    const { logs: found, damages } = await readLogsOf(other);
    expect(found).toEqual([['-!b.log', 'b']]);
    expect(damages).toEqual(['standard input: left out 1 file that is no log by name and content: a.yaml']);
  });

  test('say what cannot be read, and go on', async () => {
    const bytes = zip([
      { name: 'a.log', content: 'secret', flags: 1 },
      { name: 'b.log', content: 'odd', method: 14 },
      { name: 'c.log', content: 'c\n' },
    ]);
    const { logs: found, damages } = await readLogsOf(bytes);
    expect(found.at(-1)).toEqual(['-!c.log', 'c\n']);
    expect(damages).toEqual(['standard input: "a.log" is encrypted and was not read']);
  });

  test('give what is there when they are cut', async () => {
    const bytes = zip([
      { name: 'a.log', content: PACKED_TEXT },
      { name: 'b.log', content: PACKED_TEXT },
    ]);
    for (const length of [bytes.length >> 2, bytes.length >> 1, bytes.length - 60, bytes.length - 46]) {
      const { logs: found, damages } = await readLogsOf(bytes.subarray(0, length));
      for (const [, text] of found) expect(PACKED_TEXT.startsWith(text)).toBe(true);
      expect(found.length).toBeGreaterThan(0);
      expect(damages).toEqual([
        'standard input: the archive ends in the middle; everything before that was read',
      ]);
    }
    const piped = zip([{ name: 'a.log', content: PACKED_TEXT, hasDescriptor: true }]);
    expect((await readLogsOf(piped.subarray(0, 1000))).damages).toEqual([
      'standard input: the archive ends in the middle; everything before that was read',
    ]);
  });

  test('go on behind a damaged file whose size is known', async () => {
    const bytes = zip([
      { name: 'a.log', content: PACKED_TEXT },
      { name: 'b.log', content: 'b\n' },
    ]);
    bytes.fill(0xff, 1500, 1600);
    const { logs: found, damages } = await readLogsOf(bytes);
    expect(found.at(-1)).toEqual(['-!b.log', 'b\n']);
    expect(damages).toEqual(['standard input: "a.log" is corrupt; it was read up to the damage']);
  });

  test('end at damage behind which nothing can be found', async () => {
    const corrupt = [
      'standard input: the archive is corrupt; the part around the damage and all behind it was not read',
    ];
    const stored = zip([{ name: 'a.log', content: 'a\n', method: 0, hasDescriptor: true }]);
    expect((await readLogsOf(stored)).damages).toEqual([
      'standard input: "a.log" does not say how long it is and was not read',
    ]);
    const garbled = zip([
      { name: 'a.log', content: 'a\n' },
      { name: 'b.log', content: 'b\n' },
    ]);
    garbled.writeUInt32LE(0x12345678, garbled.indexOf('b.log') - 30);
    expect((await readLogsOf(garbled)).damages).toEqual(corrupt);
  });
});
