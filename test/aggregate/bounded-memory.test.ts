import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as caps from '../../src/aggregate/caps.ts';
import { ROOT } from '../support/command.ts';

const LINES = 1_000_000;
const HEAP_MB = 96;
/** Of what lies outside of the heap, of which most is the memory of the kernel. */
const EXTERNAL_MB = 128;
const TIMEOUT_MS = 240_000;

interface Kept {
  readonly records: number;
  readonly flags: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly groups: number;
  readonly explained: number;
  readonly failed: number;
  readonly externalBytes: number;
}

test('a million lines of hostile variety fit a heap of 96 MB and 128 MB beside it, and every request is accounted for', {
  timeout: TIMEOUT_MS,
}, () => {
  const script = join(ROOT, 'test', 'aggregate', 'hostile-log.mjs');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${HEAP_MB}`, script, join(ROOT, 'dist'), String(LINES), '250'],
    { encoding: 'utf8', timeout: TIMEOUT_MS },
  );
  expect(stderr).toBe('');
  const kept: Kept = JSON.parse(stdout);
  expect(kept.records).toBe(LINES);
  expect(kept.explained).toBe(kept.failed);
  expect(kept.externalBytes).toBeLessThan(EXTERNAL_MB * 1024 * 1024);
  expect(kept.groups).toBeLessThanOrEqual(caps.MAX_ROUTED_GROUPS + caps.MAX_UNROUTED_GROUPS);
  expect(kept.flags).toBeLessThan(caps.MAX_UNKNOWN_FLAGS + 10);
  const { servers: _, ...tables } = caps.TABLE_CAPS;
  expect(kept.rows).toEqual({ ...tables, listeners: 1 });
});
