import { describe, expect, test } from 'vitest';
import { orderRotated } from '../../src/ingest/rotation-order.ts';

function order(...paths: readonly string[]): readonly string[] {
  return orderRotated(paths.map((path) => ({ path }))).map(({ path }) => path);
}

describe('orderRotated', () => {
  test('reads numbered parts from the highest number to the log itself', () => {
    expect(order('a/access.log', 'a/access.log.1', 'a/access.log.10.gz', 'a/access.log.2.zst')).toEqual([
      'a/access.log.10.gz',
      'a/access.log.2.zst',
      'a/access.log.1',
      'a/access.log',
    ]);
  });

  test.for([
    [
      ['x.log', 'x.log-20260131', 'x.log-20260130.gz'],
      ['x.log-20260130.gz', 'x.log-20260131', 'x.log'],
    ],
    [
      ['x-2026-01-31.log', 'x-2026-01-30.log.xz', 'x.log'],
      ['x-2026-01-30.log.xz', 'x-2026-01-31.log', 'x.log'],
    ],
    [
      ['0.log', '0.log.20260131-101500', '0.log.20260131-091500.gz'],
      ['0.log.20260131-091500.gz', '0.log.20260131-101500', '0.log'],
    ],
    [
      ['x.log.1', 'x.log-20260131'],
      ['x.log-20260131', 'x.log.1'],
    ],
  ] as const)('reads dated parts in order of date: %j', ([given, wanted]) => {
    expect(order(...given)).toEqual(wanted);
  });

  test('leaves everything else where it is', () => {
    const paths = ['-', 'b/access.log', 'a/access.log', 'pod-1.log', 'pod-0.log', '1.log', '0.log', 'z'];
    expect(order(...paths)).toEqual(paths);
    expect(order('b.log', 'a.log.1', 'c.log', 'a.log.2', 'a.log')).toEqual([
      'b.log',
      'a.log.2',
      'a.log.1',
      'a.log',
      'c.log',
    ]);
    expect(order('a/x.log', 'b/x.log.1')).toEqual(['a/x.log', 'b/x.log.1']);
  });
});
