import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as caps from '../../src/aggregate/caps.ts';
import type { HopKernel } from '../../src/aggregate/hop-kernel.ts';
import { LineView } from '../../src/aggregate/line-view.ts';
import { TrafficKernel } from '../../src/aggregate/traffic-kernel.ts';
import { encodeText } from '../../src/bytes/text.ts';
import type { HopRows } from '../../src/model/aggregate.ts';
import { HOP_DIRECTIONS } from '../../src/model/aggregate.ts';
import { createSpans, NOT_IN_FORMAT, spanOf } from '../../src/model/field.ts';
import { KERNEL } from '../support/kernel.ts';

const CAP = 8;

/** A healthy request: its id and its start time. */
type Request = readonly [id: number, timeMs: number];

function kernelOf(cap = CAP): TrafficKernel {
  return new TrafficKernel(KERNEL, caps.TABLE_CAPS, undefined, { failing: cap, healthy: cap });
}

/** The rows of healthy requests, which stand under their ids. */
function build(requests: readonly Request[], cap = CAP): HopRows {
  return collect(requests, cap).finish('healthy');
}

function collect(requests: readonly Request[], cap = CAP): HopKernel {
  const kernel = kernelOf(cap);
  const line = new LineView();
  for (const [id, timeMs] of requests) {
    const bytes = encodeText(`id-${id}`);
    const spans = createSpans().fill(NOT_IN_FORMAT);
    spans.set([0, bytes.length], spanOf('requestId'));
    line.set(bytes, spans, 'text');
    kernel.open(line);
    kernel.hops.addHealthy(line, 200, timeMs, { input: 0 });
  }
  return kernel.hops;
}

/** What stays of two parts, of which the second begins with input `inputs`. */
function addUp(first: readonly Request[], second: readonly Request[], inputs = 0): HopRows {
  const sum = collect(first);
  sum.add(collect(second).pack(), inputs);
  return sum.finish('healthy');
}

/** The way that a healthy request looks by its cluster, and what stands behind that on the line. */
function directionOf(upstreamCluster: string, behind: string): string | undefined {
  const kernel = kernelOf();
  const line = new LineView();
  const bytes = encodeText(`${upstreamCluster}${behind}id`);
  const spans = createSpans().fill(NOT_IN_FORMAT);
  spans.set([0, upstreamCluster.length], spanOf('upstreamCluster'));
  spans.set([bytes.length - 2, bytes.length], spanOf('requestId'));
  line.set(bytes, spans, 'text');
  kernel.open(line);
  kernel.hops.addHealthy(line, 200, 0, { input: 0 });
  return HOP_DIRECTIONS[kernel.hops.finish('healthy').direction[0] ?? -1];
}

describe('the way that a record looks', () => {
  const NAMES = {
    inbound: [
      ...[
        'inbound|9080||',
        'inbound|80|http|reviews.default.svc.cluster.local',
        'inbound-vip|80|http|reviews',
      ],
      ...['InboundPassthroughCluster', 'InboundPassthroughClusterIpv4'],
    ],
    outbound: ['outbound|9080||reviews.default.svc.cluster.local', 'PassthroughCluster', 'BlackHoleCluster'],
    unknown: [
      ...['inventory', 'internal-api', 'inbound', 'inbound_9080', 'Index', 'outbox-worker', 'outbound'],
      ...['outbound-proxy', 'Partners', 'Blobs', 'reviews', 'o', ''],
    ],
  };

  test.for(Object.entries(NAMES))('is %s by names of Istio alone', ([direction, names]) => {
    for (const name of names)
      for (const behind of [' ', '|', '","'])
        expect(`${name} ${directionOf(name, behind)}`).toBe(`${name} ${direction}`);
  });
});

const requests = fc.array(fc.tuple(fc.nat(20), fc.nat(5)), { maxLength: 80 });

describe('a table of hops', () => {
  test('keeps the rows that come first, whatever their order', () => {
    fc.assert(
      fc.property(requests, (items) => {
        const all = build(items, items.length + 1);
        const kept = build(items);
        expect(kept.key).toEqual(all.key.slice(0, CAP));
        expect(kept.timeMs).toEqual(all.timeMs.slice(0, CAP));
        const rows = Array.from(all.key, (key, row): Request => [key, all.timeMs[row] ?? 0]);
        expect(rows).toEqual(rows.toSorted(([a, early], [b, late]) => a - b || early - late));
      }),
    );
  });

  test('is the same when it was cut and merged', () => {
    fc.assert(
      fc.property(requests, fc.nat(80), (items, at) => {
        expect(addUp(items.slice(0, at), items.slice(at))).toEqual(build(items));
      }),
    );
  });

  test('keeps as many rows of one key as of many', () => {
    const same = Array.from({ length: 50_000 }, (_, i): Request => [1, 50_000 - i]);
    expect([...build(same).timeMs]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('keeps the rows that come first of many times more than it holds', () => {
    const requests = Array.from({ length: 5000 }, (_, i): Request => [(i * 7919) % 3000, i % 11]);
    const all = build(requests, requests.length);
    for (const cap of [1, 2, 3, 100, 1500]) {
      const { key, timeMs } = build(requests, cap);
      expect([key, timeMs]).toEqual([all.key.slice(0, cap), all.timeMs.slice(0, cap)]);
    }
  });

  test('numbers the inputs of the second part on', () => {
    expect([...addUp([[1, 1]], [[2, 1]], 3).input].sort()).toEqual([0, 3]);
    expect([...addUp([], [[2, 1]], 3).input]).toEqual([3]);
  });
});
