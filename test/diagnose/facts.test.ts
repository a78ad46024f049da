import { describe, expect, test } from 'vitest';
import { FactsOfGroup } from '../../src/diagnose/facts-of-group.ts';
import { ShapeFacts } from '../../src/diagnose/shape-facts.ts';
import { TrafficIndex } from '../../src/diagnose/traffic-index.ts';
import type { Aggregate } from '../../src/model/aggregate.ts';
import type { GroupFacts } from '../../src/model/group-facts.ts';
import type { Event } from '../aggregate/log-lines.ts';
import { at, render, TCP } from '../aggregate/log-lines.ts';
import { readLines } from '../aggregate/reading.ts';

const UC: Event = {
  responseCode: '503',
  responseFlags: 'UC',
  responseCodeDetails: 'upstream_reset_before_response_started{connection_termination}',
};
const [A, B, C] = ['10.0.0.1:80', '10.0.0.2:80', '10.0.0.3:80'];
const OTHER = { upstreamCluster: 'outbound|80||other.x.svc.cluster.local', authority: 'other' };

/** Facts as seen from the first shape of the group with the flag. */
function factsIn(aggregate: Aggregate, flag = 'UC'): GroupFacts {
  const index = new TrafficIndex(aggregate);
  const group = index.groups.find(({ shape }) => shape.responseFlags.includes(flag));
  const shape = group?.views[0];
  if (group === undefined || shape === undefined) throw new Error(`no group with ${flag}`);
  return new ShapeFacts(new FactsOfGroup(group, index), shape);
}

function facts(...events: readonly Event[]): GroupFacts {
  return factsIn(readLines(events.map((event, i) => render({ startTime: at(1000 * i), ...event }))));
}

describe('facts of a group', () => {
  test('count what succeeds around the failures', () => {
    const seen = facts(
      { upstreamHost: A },
      { upstreamHost: B, path: '/x' },
      { upstreamHost: B, path: '/x' },
      { ...UC, upstreamHost: B, path: '/x' },
      { ...OTHER, downstreamRemoteAddress: '10.9.9.9:5' },
      { upstreamHost: C, downstreamRemoteAddress: '10.9.9.9:5', requestedServerName: 'a.example' },
    );
    expect(seen.requests).toBe(1);
    expect(seen.healthyInLog).toBe(5);
    expect(seen.healthyInScope).toBe(4);
    expect(seen.healthyOnEndpoint).toBe(2);
    expect(seen.healthyOnFailingEndpoints).toBe(2);
    expect(seen.otherHealthyEndpoints).toBe(2);
    expect(seen.failingEndpoints).toBe(1);
    expect(seen.healthyForAuthority).toBe(4);
    expect(seen.healthyOnPath).toBe(2);
    expect(seen.healthyFromCaller).toBe(3);
    expect(seen.healthyWithSniOnListener).toBe(1);
    expect(seen.failedShare).toBe(1 / 5);
    expect(seen.distinctPaths).toBe(1);
  });

  test('tell the callers that fail from those that succeed', () => {
    const failing = { ...UC, downstreamRemoteAddress: '10.9.9.1:7' };
    const other = { downstreamRemoteAddress: '10.9.9.2:7' };
    expect(facts(failing, failing, failing, other, other).onlyOtherCallersSucceed).toEqual({
      n: 2,
      q: 3 / 5,
      what: 'failing callers',
    });
    const own = { downstreamRemoteAddress: '10.9.9.1:8' };
    expect(facts(failing, failing, other, own).onlyOtherCallersSucceed).toBe(false);
    // In another cluster the caller may succeed.
    expect(facts(failing, failing, other, { ...own, ...OTHER }).onlyOtherCallersSucceed).toMatchObject({
      n: 1,
    });
    expect(facts(failing, { ...other, ...OTHER }).onlyOtherCallersSucceed).toBe(false);
    // One request each: any of them may have failed by accident.
    expect(
      facts(failing, { ...UC, downstreamRemoteAddress: '10.9.9.3:7' }, other).onlyOtherCallersSucceed,
    ).toBeNull();
    expect(facts(failing, failing).onlyOtherCallersSucceed).toBeNull();
  });

  test('say whether the scope goes on as long as the failures lasted', () => {
    const failures = [
      { ...UC, startTime: at(10_000) },
      { ...UC, startTime: at(14_000) },
    ];
    const healthyAt = (ms: number): Event => ({ startTime: at(ms) });
    expect(facts(healthyAt(1000), ...failures, healthyAt(18_000)).scopeGoesOn).toBe(true);
    expect(facts(healthyAt(1000), ...failures, healthyAt(17_000)).scopeGoesOn).toBe(false);
    expect(facts(healthyAt(1000), ...failures).scopeGoesOn).toBe(false);
    expect(facts({ ...OTHER, startTime: at(1000) }, ...failures).scopeGoesOn).toBeNull();
  });

  test('hold the successes of an endpoint against its own failures, not those of others', () => {
    const seen = facts(
      { upstreamHost: A, startTime: at(1000) },
      { upstreamHost: B, startTime: at(1500) },
      { ...UC, upstreamHost: A, startTime: at(2000) },
      { upstreamHost: B, startTime: at(3000) },
      { ...UC, upstreamHost: B, startTime: at(4000) },
      { upstreamHost: C, startTime: at(5000) },
    );
    expect([seen.endpointHistory, seen.failingEndpoints, seen.scopeGoesOn]).toEqual(['onlyBefore', 2, true]);
    expect(seen.endpointFailures?.first).toBe(seen.endpointFailures?.last);
  });

  test('are not judged in a log of errors only', () => {
    const seen = facts(UC, { ...UC, upstreamHost: B });
    expect(seen.healthyInLog).toBe(0);
    expect([
      seen.healthyInScope,
      seen.scopeHistory,
      seen.healthyOnEndpoint,
      seen.endpointHistory,
      seen.healthyOnFailingEndpoints,
      seen.otherHealthyEndpoints,
      seen.healthyForAuthority,
      seen.healthyOnPath,
      seen.healthyFromCaller,
      seen.healthyWithSniOnListener,
      seen.onOnePath,
      seen.fromOneCaller,
      seen.failedShare,
    ]).toEqual(Array.from({ length: 13 }, () => null));
  });

  test('are not judged where the field was not logged', () => {
    const seen = facts(
      {},
      { ...UC, upstreamHost: null, authority: null, path: null, downstreamRemoteAddress: null },
    );
    expect([
      seen.healthyOnEndpoint,
      seen.endpointHistory,
      seen.healthyOnFailingEndpoints,
      seen.healthyForAuthority,
      seen.healthyOnPath,
      seen.healthyFromCaller,
      seen.onOneEndpoint,
      seen.onOnePath,
      seen.fromOneCaller,
    ]).toEqual(Array.from({ length: 9 }, () => null));
  });

  test('are not judged where the key fell over the cap of its table', () => {
    const aggregate = readLines([render({}), render(UC), render({ ...UC, startTime: at(5) })]);
    const none = {
      hash: new Float64Array(0),
      scope: new Uint32Array(0),
      keys: new Uint8Array(0),
      keyEnds: new Uint32Array(0),
      healthy: new Float64Array(0),
      failed: new Float64Array(0),
    };
    const { traffic } = aggregate;
    const seen = factsIn({
      ...aggregate,
      traffic: {
        scopes: { ...traffic.scopes, ...none },
        endpoints: { ...traffic.endpoints, ...none },
        paths: { ...traffic.paths, ...none },
        callers: { ...traffic.callers, ...none },
        authorities: { ...traffic.authorities, ...none },
        listeners: { ...traffic.listeners, ...none },
      },
    });
    expect([
      seen.healthyInScope,
      seen.scopeHistory,
      seen.healthyOnEndpoint,
      seen.endpointHistory,
      seen.healthyOnFailingEndpoints,
      seen.healthyForAuthority,
      seen.healthyOnPath,
      seen.healthyFromCaller,
      seen.onOneEndpoint,
      seen.onOnePath,
      seen.fromOneCaller,
    ]).toEqual(Array.from({ length: 11 }, () => null));
  });

  test.for([
    ['onlyBefore', [{}, {}, UC, UC]],
    ['onlyAfter', [UC, {}, {}]],
    ['interleaved', [{}, UC, {}, UC]],
    ['none', [OTHER, UC, OTHER]],
  ] as const)('call successes %s as they lie against the failures', ([history, events]) => {
    const seen = facts(...events);
    expect([seen.scopeHistory, seen.endpointHistory]).toEqual([
      history,
      // The other cluster has the same endpoint, but it is counted by cluster.
      history,
    ]);
  });
});

describe('coincidences', () => {
  const elsewhere: readonly Event[] = [
    { upstreamHost: B, path: '/b', downstreamRemoteAddress: '10.2.2.2:2' },
    { upstreamHost: C, path: '/c', downstreamRemoteAddress: '10.3.3.3:3' },
  ];
  const here: Event = { ...UC, upstreamHost: A, path: '/a', downstreamRemoteAddress: '10.1.1.1:1' };

  test('give the number of failures and the share of what they have in common', () => {
    const seen = facts(...elsewhere, here, { ...here, downstreamRemoteAddress: '10.1.1.1:9' });
    expect(seen.onOneEndpoint).toEqual({ n: 2, q: 0.5, what: 'an endpoint' });
    expect(seen.onOnePath).toEqual({ n: 2, q: 0.5, what: 'a path' });
    expect(seen.fromOneCaller).toEqual({ n: 2, q: 0.5, what: 'a caller' });
  });

  test('are false when the failures differ', () => {
    const seen = facts(...elsewhere, here, {
      ...UC,
      upstreamHost: B,
      path: '/b',
      downstreamRemoteAddress: '10.2.2.2:2',
    });
    expect([seen.onOneEndpoint, seen.onOnePath, seen.fromOneCaller]).toEqual([false, false, false]);
  });
});

describe('the time of failures', () => {
  test('splits into bursts', () => {
    const seen = facts(
      ...[0, 500, 14_000, 40_000, 41_000, 300_000].map((ms) => ({ ...UC, startTime: at(ms) })),
    );
    expect(seen.bursts).toBe(3);
    expect(seen.time).toEqual({ first: Date.parse(at(0)), last: Date.parse(at(300_000)) });
  });
});

describe('other groups', () => {
  const server: Event = {
    ...TCP,
    responseFlags: 'NR',
    responseCodeDetails: 'filter_chain_not_found',
    upstreamCluster: null,
    upstreamHost: null,
    upstreamLocalAddress: null,
    downstreamLocalAddress: A,
    downstreamRemoteAddress: '10.244.1.10:41000',
  };
  const client: Event = {
    ...UC,
    upstreamHost: A,
    upstreamLocalAddress: '10.244.1.10:41000',
    startTime: at(0),
  };
  const isNr = (other: { readonly shape: { readonly responseFlags: readonly string[] } }): boolean =>
    other.shape.responseFlags.includes('NR');

  test('share connections with the other hop', () => {
    expect(facts(client, server).pairedWith(isNr)).toBe(1);
    expect(facts(client, { ...server, downstreamRemoteAddress: '10.244.1.10:41001' }).pairedWith(isNr)).toBe(
      0,
    );
    expect(facts(client, server).pairedWith(() => false)).toBe(0);
  });

  test('fail at the same endpoint at the same time', () => {
    expect(facts(client, server, { ...server, startTime: at(900) }).sameEndpoint(isNr)).toBe(2);
    expect(facts(client, { ...server, startTime: at(60_000) }).sameEndpoint(isNr)).toBe(0);
    expect(facts(client, { ...server, downstreamLocalAddress: B ?? '' }).sameEndpoint(isNr)).toBe(0);
  });

  test('are neighbours when they have the same scope', () => {
    const seen = facts(
      client,
      server,
      { ...UC, responseFlags: 'UF' },
      { ...OTHER, ...UC, responseFlags: 'UO' },
    );
    expect(seen.neighbours.map(({ shape }) => shape.responseFlags)).toEqual([['UF']]);
  });
});

describe('lines of the proxy itself', () => {
  test('are facts of every group', () => {
    const ready = '2026-11-21T03:00:01.000000Z\tinfo\tEnvoy proxy is ready';
    const seen = factsIn(readLines([ready, render(UC)]));
    expect(seen.proxyLog.map(({ kind, lines }) => [kind, lines])).toEqual([['started', 1]]);
  });
});
