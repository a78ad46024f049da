import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mayOverlap } from '../../src/ingest/overlap.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'faultline-overlap-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Lines of one proxy, some 2 MB for 20,000. */
function lines(from: number, to: number, proxy = 'a'): string {
  return Array.from({ length: to - from }, (_, i) => {
    const time = new Date(Date.UTC(2026, 10, 21) + (from + i) * 100).toISOString();
    return `[${time}] "GET /${proxy}/${from + i} HTTP/1.1" 200 - via_upstream ${'x'.repeat(40)}\n`;
  }).join('');
}

function overlap(...contents: readonly (string | Uint8Array)[]): Promise<boolean> {
  const sources = contents.map((content, i) => {
    const path = join(root, `${i}.log`);
    writeFileSync(path, content);
    return { kind: 'file', path, bytes: content.length } as const;
  });
  return mayOverlap(sources);
}

describe('mayOverlap', () => {
  test('is sure of logs of other proxies, and of other times', async () => {
    expect(await overlap(lines(0, 20_000), lines(0, 20_000, 'b'))).toBe(false);
    expect(await overlap(lines(0, 20_000), lines(20_000, 40_000))).toBe(false);
    expect(await overlap(lines(0, 20_000), '', 'no time\n', 'no line end')).toBe(false);
  });

  test('finds copies, overlaps on both sides, and parts', async () => {
    expect(await overlap(lines(0, 20_000), lines(0, 20_000))).toBe(true);
    expect(await overlap(lines(0, 20_000), lines(19_000, 40_000))).toBe(true);
    expect(await overlap(lines(19_000, 40_000), lines(0, 20_000))).toBe(true);
    expect(await overlap(lines(0, 20_000), lines(7000, 7020))).toBe(true);
  });

  test('compares the begin of compressed logs', async () => {
    expect(await overlap(lines(0, 20_000), gzipSync(lines(0, 20_000)))).toBe(true);
    expect(await overlap(lines(0, 20_000), gzipSync(lines(5000, 20_000)))).toBe(true);
    expect(await overlap(gzipSync(lines(0, 100)), gzipSync(lines(100, 200)))).toBe(false);
  });

  test('compares only the begin of very many logs', async () => {
    const many = Array.from({ length: 30 }, (_, i) => lines(i * 10, i * 10 + 20));
    expect(await overlap(...many)).toBe(false);
    expect(await overlap(...many, lines(0, 10))).toBe(true);
  });
});
