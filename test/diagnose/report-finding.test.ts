import { describe, expect, test } from 'vitest';
import type { ShapeView } from '../../src/model/shape-view.ts';
import { at } from '../aggregate/log-lines.ts';
import { diagnose, findingOf } from './diagnosing.ts';
import { failures } from './failures.ts';
import { always, SURE, toy, UF, UH } from './toy.ts';

describe('a finding', () => {
  test('collects all shapes that its diagnosis wins, scope by scope', () => {
    const ratings = 'outbound|9080||ratings.default.svc.cluster.local';
    const lines = [
      ...failures('UF', 2, { path: '/a', upstreamHost: '10.0.0.1:80' }),
      ...failures('UF', 1, {
        path: '/b',
        upstreamHost: '10.0.0.2:80',
        downstreamRemoteAddress: '10.9.9.9:1',
      }),
      ...failures('UF', 4, { upstreamCluster: ratings, authority: 'ratings:9080' }),
    ];
    const finding = findingOf(diagnose(lines, [UF]), 'uf');
    expect(finding).toMatchObject({ requests: 7, share: 1, responseFlags: ['UF'], responseCodes: [503] });
    expect(finding.scopes).toMatchObject([
      { fingerprint: `uf@${ratings}`, requests: 4, upstreamCluster: ratings, authority: 'ratings:9080' },
      {
        fingerprint: 'uf@outbound|9080||reviews.default.svc.cluster.local',
        requests: 3,
        localPort: 9080,
        upstreamHosts: ['10.0.0.1:80', '10.0.0.2:80'],
        paths: ['/a', '/b'],
        callers: ['10.244.1.10', '10.9.9.9'],
        routes: ['default'],
      },
    ]);
  });

  test('has the same fingerprints whatever else the log holds', () => {
    const fingerprints = (lines: readonly string[]): string[] =>
      findingOf(diagnose(lines, [UF, UH]), 'uf').scopes.map(({ fingerprint }) => fingerprint);
    const alone = failures('UF', 3);
    const among = [...failures('UH', 9), ...failures('UF', 1, { path: '/other' }, 9e5), ...alone];
    expect(fingerprints(among)).toEqual(fingerprints(alone));
  });

  test('tells when it was seen: first, last and each burst', () => {
    const lines = [...failures('UF', 3), ...failures('UF', 2, {}, 600_000)];
    expect(findingOf(diagnose(lines, [UF]), 'uf')).toMatchObject({
      firstSeen: at(0),
      lastSeen: at(600_100),
      intervals: [
        { from: at(0), to: at(1000), requests: 3 },
        { from: at(600_000), to: at(601_000), requests: 2 },
      ],
    });
  });

  test('counts its failures over time in few buckets, each of them once', () => {
    const lines = [
      ...failures('UF', 3),
      ...failures('UF', 2, { upstreamCluster: 'other' }, 95_000),
      ...failures('UF', 1, {}, 600_000),
    ];
    const { timeline } = findingOf(diagnose(lines, [UF]), 'uf');
    expect(timeline).toMatchObject({ bucketMs: 8000 });
    const requests = timeline?.requests ?? [];
    expect(Date.parse(timeline?.from ?? '')).toBe(Math.floor(Date.parse(at(0)) / 8000) * 8000);
    expect(requests.length).toBeLessThanOrEqual(96);
    expect([requests[0], requests.at(-1)]).toEqual([3, 1]);
    expect(requests.reduce((sum, count) => sum + count, 0)).toBe(6);
  });

  test('of a group that it shares with another cause it counts its own part, and no more', () => {
    const isOnA = (shape: ShapeView): boolean => shape.path === '/a';
    const onA = toy({ id: 'on-a', applies: isOnA, evidence: [SURE] });
    const onB = toy({ id: 'on-b', applies: (shape) => !isOnA(shape), evidence: [SURE] });
    const lines = [0, 1, 2, 3].flatMap((second) => [
      ...failures('UF', 3, { path: '/a' }, 1000 * second),
      ...failures('UF', 1, { path: '/b' }, 1000 * second),
    ]);
    const report = diagnose(lines, [onA, onB]);
    for (const [id, requests] of [
      ['on-a', 12],
      ['on-b', 4],
    ] as const) {
      const finding = findingOf(report, id);
      expect(finding.requests).toBe(requests);
      expect(finding.timeline?.requests.reduce((sum, count) => sum + count, 0)).toBe(requests);
      expect(finding.intervals.reduce((sum, interval) => sum + interval.requests, 0)).toBe(requests);
    }
  });

  test('counts its failures by endpoint, the most frequent first', () => {
    const lines = [
      ...failures('UF', 1, { upstreamHost: '10.0.0.1:80' }),
      ...failures('UF', 3, { upstreamHost: '10.0.0.2:80' }),
    ];
    expect(findingOf(diagnose(lines, [UF]), 'uf').scopes[0]?.endpoints).toEqual([
      { upstreamHost: '10.0.0.2:80', requests: 3 },
      { upstreamHost: '10.0.0.1:80', requests: 1 },
    ]);
  });

  test('knows no time where none was logged', () => {
    const lines = failures('UF', 2, { startTime: null });
    expect(findingOf(diagnose(lines, [UF]), 'uf')).toMatchObject({
      firstSeen: null,
      lastSeen: null,
      intervals: [],
      timeline: null,
    });
  });

  test('names its rivals with what tells them apart, whichever of the two knows it', () => {
    const rivals = [
      toy({ id: 'uf', evidence: [SURE], confusedWith: [{ id: 'b', tellApart: 'Is {host} up?' }] }),
      toy({ id: 'b', evidence: [always('weak')] }),
      toy({ id: 'c', confusedWith: [{ id: 'uf', tellApart: 'Look.' }] }),
      toy({ id: 'd' }),
    ];
    expect(findingOf(diagnose(failures('UF', 1), rivals), 'uf').alternatives).toMatchObject([
      { id: 'b', title: 'Title of b', bits: 1, tellApart: 'Is reviews.default.svc.cluster.local up?' },
      { id: 'c', bits: 0, tellApart: 'Look.' },
      { id: 'd', bits: 0, tellApart: null },
    ]);
  });

  test.for([
    [always('moderate'), 'likely'],
    [always('weak'), 'possible'],
  ] as const)('with %j is %s', ([claim, status]) => {
    // 2 bits: 4 of 5; 1 bit: 2 of 3.
    expect(diagnose(failures('UF', 1), [toy({ id: 'a', evidence: [claim] })]).findings[0]?.status).toBe(
      status,
    );
  });
});

describe('a benign finding', () => {
  const quick = toy({ id: 'a', evidence: [SURE], benign: (s) => (s.durationMs ?? 0) < 100 });

  test('is one of which every shape is benign', () => {
    const lines = failures('UF', 2, { duration: '3' });
    expect(diagnose(lines, [quick]).findings[0]?.status).toBe('benign');
    expect(diagnose([...lines, ...failures('UF', 1, { duration: '500' })], [quick]).findings[0]?.status).toBe(
      'likely',
    );
  });
});
