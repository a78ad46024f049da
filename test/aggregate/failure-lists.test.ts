import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as caps from '../../src/aggregate/caps.ts';
import type { GroupCapRules } from '../../src/aggregate/failure-kernel.ts';
import type { CappedCounts } from '../../src/model/aggregate.ts';
import { Failing } from './failing.ts';

const CAP = 4;
/** Each run starts several kernels. */
const RUNS = 40;
/** Clusters beside the one that is looked at: so many that each group may keep the least only. */
const CROWD = 8;

/** Names that are met again and again, many times as many as the caps allow. */
const names = fc.array(fc.nat(40), { maxLength: 120, size: 'max' });
const cut = fc.nat(120);

/** Rules under which a group keeps `most` callers when it is alone, and never less than `CAP`. */
function rulesFor(most: number): GroupCapRules {
  const keepMost = { ...caps.MOST, callers: most };
  const keepAll = { ...caps.ALL_GROUPS, callers: most };
  return { most: keepMost, least: { ...caps.LEAST, callers: CAP }, all: keepAll };
}

/** Fails a request of each of the callers, of cluster `a`; before the one at `crowd` come those of other clusters. */
function callersOf(all: readonly number[], rules: GroupCapRules, crowd = -1): CappedCounts {
  const failing = new Failing(rules);
  all.forEach((name, i) => {
    if (i === crowd) for (let other = 0; other < CROWD; other++) failing.fail(`other ${other}`, 'someone');
    failing.fail('a', `caller ${name}`);
  });
  const group = failing.groups().find(({ scope }) => scope === 'a');
  return group?.callers ?? { entries: [], total: 0 };
}

/** What a cap of `CAP` lets stay of the callers, by the book. */
function smallest(all: readonly number[]): CappedCounts['entries'] {
  const { entries } = callersOf(all, rulesFor(all.length + 1));
  expect(entries).toHaveLength(new Set(all).size);
  return entries.toSorted((a, b) => a.hash - b.hash).slice(0, CAP);
}

describe('a list of a group that overflows', () => {
  test('keeps the smallest hashes, whatever came first, and counts exactly what it keeps, and all in its total', () => {
    fc.assert(
      fc.property(names, (all) => {
        expect(callersOf(all, rulesFor(CAP))).toEqual({ entries: smallest(all), total: all.length });
      }),
      { numRuns: RUNS },
    );
  });

  test('keeps what a smaller cap would keep, when the cap shrinks on the way', () => {
    fc.assert(
      fc.property(names, cut, (all, place) => {
        const { entries } = callersOf(all, rulesFor(3 * CAP), place);
        expect(entries.slice(0, CAP)).toEqual(smallest(all));
        expect(entries.length).toBeLessThanOrEqual(place < all.length ? CAP : 3 * CAP);
      }),
      { numRuns: RUNS },
    );
  });
});

/** As many in each list of a group. */
function capsOf(most: number): caps.GroupCaps {
  return { shapes: most, callers: most, connections: most, sources: most, sampled: most };
}

/** A group that stands alone may keep three times as much as one of three. */
const SHARED: GroupCapRules = { most: capsOf(3 * CAP), least: capsOf(CAP), all: capsOf(3 * CAP) };

/** Fails a request per name, in one of three clusters; each of its lists has another entry for each name. */
function failAll(all: readonly number[]): Failing {
  const failing = new Failing(SHARED);
  for (const name of all)
    failing.failWith(
      {
        upstreamCluster: `cluster ${name % 3}`,
        routeName: `route ${name}`,
        downstreamRemoteAddress: `10.0.0.${name}:80`,
        upstreamLocalAddress: `10.1.0.1:${1000 + name}`,
        requestId: `id ${name}`,
      },
      1000 * name,
    );
  return failing;
}

describe('groups whose lists overflow', () => {
  test('are those of the whole, however its parts are added up', () => {
    fc.assert(
      fc.property(names, cut, cut, (all, one, two) => {
        const [first, second] = [Math.min(one, two), Math.max(one, two)];
        const head = () => failAll(all.slice(0, first));
        const middle = () => failAll(all.slice(first, second));
        const tail = () => failAll(all.slice(second));
        const whole = failAll(all).groups();
        expect(head().add(middle()).add(tail()).groups()).toEqual(whole);
        expect(head().add(middle().add(tail())).groups()).toEqual(whole);
      }),
      { numRuns: RUNS },
    );
  });

  test('keep no more than their share', () => {
    const all = Array.from({ length: 120 }, (_, i) => i);
    const [alone] = failAll(all.filter((name) => name % 3 === 0)).groups();
    const [oneOfThree] = failAll(all).groups();
    for (const [group, most] of [
      [alone, 3 * CAP],
      [oneOfThree, CAP],
    ] as const) {
      expect(group?.shapes).toHaveLength(most);
      expect(group?.callers.entries).toHaveLength(most);
      expect(group?.connections.entries).toHaveLength(most);
      expect(group?.sampled).toHaveLength(most);
    }
  });
});
