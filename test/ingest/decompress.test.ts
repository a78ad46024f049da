import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PACKED_TEXT, packedText, rawZstd, readLogsOf } from './packed.ts';

const ENDINGS = ['zst', 'bz2', 'xz'] as const;
const NAMES = { zst: 'zstd', bz2: 'bzip2', xz: 'xz' };

describe('compressed inputs', () => {
  test.for(ENDINGS)('are read from .%s, in pieces of any size', async (ending) => {
    for (const size of [1, 100, 4096, 1 << 20])
      expect(await readLogsOf(packedText(ending), size)).toEqual({ logs: [['-', PACKED_TEXT]], damages: [] });
  });

  test.for(ENDINGS)('are read from several .%s in a row', async (ending) => {
    const twice = Buffer.concat([packedText(ending), packedText(ending)]);
    expect(await readLogsOf(twice)).toEqual({ logs: [['-', PACKED_TEXT + PACKED_TEXT]], damages: [] });
  });

  test.for(ENDINGS)('are unpacked as often as they were packed (.%s)', async (ending) => {
    const { logs, damages } = await readLogsOf(nest(packedText(ending), 2));
    expect([logs, damages]).toEqual([[['-', PACKED_TEXT]], []]);
  });

  test.for(ENDINGS)('give what is there of a .%s that was cut', async (ending) => {
    const packed = packedText(ending);
    for (const length of [packed.length - 1, packed.length - 10, 40]) {
      const { logs, damages } = await readLogsOf(packed.subarray(0, length));
      expect(PACKED_TEXT.startsWith(logs[0]?.[1] ?? 'none')).toBe(true);
      expect(damages).toEqual([
        `standard input: its ${NAMES[ending]} data ends in the middle; everything before that was read`,
      ]);
    }
  });

  test.for(ENDINGS)('end at what is no .%s', async (ending) => {
    const { logs, damages } = await readLogsOf(
      Buffer.concat([packedText(ending), Buffer.from('no such data at all'.repeat(100))]),
    );
    expect(PACKED_TEXT.startsWith(logs[0]?.[1] ?? 'none')).toBe(true);
    expect(damages).toHaveLength(1);
    expect(damages[0]).toMatch(
      /is corrupt, or followed by something else|bytes that are not bzip2 data follow/,
    );
  });

  test('are read from a .bz2 with runs of every length, and with an empty one', async () => {
    const runs = [1, 2, 3, 4, 5, 6, 258, 259, 260, 261, 600];
    const text = Array.from({ length: 400 }, (_, i) => 'abc\n'.charAt(i % 4).repeat(runs[i % 11] ?? 1)).join(
      '',
    );
    const packed = readFileSync(new URL('../fixtures/packed/runs.bz2', import.meta.url));
    expect(await readLogsOf(packed)).toEqual({ logs: [['-', text]], damages: [] });
    const empty = Buffer.from('425a683917724538509000000000', 'hex');
    expect(await readLogsOf(Buffer.concat([empty, packed, empty]))).toEqual({
      logs: [['-', text]],
      damages: [],
    });
  });

  test('end where a checksum of .bz2 is wrong', async () => {
    const packed = Buffer.from(packedText('bz2'));
    packed[10] = (packed[10] ?? 0) ^ 1;
    const { logs, damages } = await readLogsOf(packed);
    expect(logs).toEqual([['-', PACKED_TEXT]]);
    expect(damages).toEqual([
      'standard input: its bzip2 data is corrupt; the part around the damage and all behind it was not read',
    ]);
  });

  test('end where .bz2 data cannot be', async () => {
    for (const at of [3, 4, 14, 15, 18, 30, 60, 100, 1000]) {
      const packed = Buffer.from(packedText('bz2'));
      packed[at] = (packed[at] ?? 0) ^ 0xff;
      const { damages } = await readLogsOf(packed);
      expect(damages).toEqual([expect.stringMatching(/its bzip2 data (is corrupt|ends in the middle);/)]);
    }
  });

  test('stop being unpacked where they were packed to do harm', async () => {
    const { logs, damages } = await readLogsOf(nest(packedText('zst'), 6));
    expect(logs).toEqual([['-', '']]);
    expect(damages).toEqual(['standard input: is packed 6 times over and was not unpacked further']);
  });
});

function nest(bytes: Uint8Array, times: number): Uint8Array {
  return times === 0 ? bytes : nest(rawZstd(bytes), times - 1);
}
