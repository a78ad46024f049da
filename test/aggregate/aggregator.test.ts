import { describe, expect, test } from 'vitest';
import type { Aggregate } from '../../src/model/aggregate.ts';
import { listTrafficKeys } from '../../src/model/traffic-key.ts';
import type { Event } from './log-lines.ts';
import { at, render, TCP } from './log-lines.ts';
import { onlyGroup, readLines } from './reading.ts';

const UC: Event = {
  responseCode: '503',
  responseFlags: 'UC',
  responseCodeDetails: 'upstream_reset_before_response_started{connection_termination}',
};
const NR: Event = {
  responseCode: '404',
  responseFlags: 'NR',
  responseCodeDetails: 'route_not_found',
  upstreamCluster: null,
  upstreamHost: null,
  upstreamLocalAddress: null,
};
const DENIED = 'rbac_access_denied_matched_policy[none]';

function read(...events: readonly Event[]): Aggregate {
  return readLines(events.map((event) => render(event)));
}

describe('Aggregator', () => {
  test('counts every request by code and by each of its flags', () => {
    const { requests } = read({}, {}, UC, { ...UC, responseFlags: 'URX,UC' }, { ...TCP, bytesSent: '9999' });
    expect(requests).toEqual({
      total: 5,
      failed: 2,
      withoutTime: 0,
      byResponseCode: { 0: 1, 200: 2, 503: 2 },
      byResponseFlag: { UC: 2, URX: 1, '-': 3 },
    });
  });

  test('takes the same flags in another order for the same group', () => {
    const { groups } = read({ ...UC, responseFlags: 'URX,UC' }, { ...UC, responseFlags: 'UC,URX' });
    expect(groups.map(({ requests }) => requests)).toEqual([2]);
  });

  test('puts failures of different paths and endpoints into one group of several shapes', () => {
    const group = onlyGroup([
      render({ ...UC, path: '/a', upstreamHost: '10.0.0.1:80' }),
      render({ ...UC, path: '/b', upstreamHost: '10.0.0.2:80' }),
      render({ ...UC, path: '/b?q=1', upstreamHost: '10.0.0.2:80' }),
    ]);
    expect(group.shapes.map(({ requests }) => requests).sort()).toEqual([1, 2]);
  });

  test('keeps failures with other details apart, but not for what varies within the braces', () => {
    const details = (text: string): Event => ({ ...UC, responseCodeDetails: text });
    expect(
      read(
        details('upstream_reset_before_response_started{connection_termination}'),
        details('upstream_reset_before_response_started{remote_reset}'),
        details(
          'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_111}',
        ),
        details(
          'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_113}',
        ),
      )
        .groups.map(({ requests }) => requests)
        .sort(),
    ).toEqual([1, 1, 2]);
  });

  test('does not mix TCP connections that were denied with those that were not', () => {
    const short = { ...TCP, bytesSent: '0' };
    const lines = [short, { ...short, connectionTerminationDetails: DENIED }].map((event) => render(event));
    for (const order of [lines, [...lines].reverse()]) {
      const { groups, requests } = readLines(order);
      expect(requests.failed).toBe(1);
      expect(groups.map(({ failed, requests: n }) => [failed, n]).sort()).toEqual([
        [false, 1],
        [true, 1],
      ]);
    }
  });

  test.for([
    ['a short TCP reply', { ...TCP, bytesSent: '7' }, 1],
    ['a long TCP reply', { ...TCP, bytesSent: '4000' }, 0],
    ['426', { responseCode: '426' }, 1],
    ['an application’s 404', { responseCode: '404' }, 0],
  ] as const)('keeps %s in so many groups that have not failed: %s', ([, event, kept]) => {
    const { groups, requests } = read(event);
    expect(requests.failed).toBe(0);
    expect(groups.map(({ failed }) => failed)).toEqual(kept === 1 ? [false] : []);
  });

  test('counts the scope of a request: its cluster, else its authority, else its local port', () => {
    const { traffic } = read({}, NR, { ...NR, authority: null }, { ...UC });
    expect(
      listTrafficKeys(traffic.scopes)
        .map((key, row) => [key, traffic.scopes.healthy[row], traffic.scopes.failed[row]])
        .sort(),
    ).toEqual([
      ['authority reviews:9080', 0, 1],
      ['outbound|9080||reviews.default.svc.cluster.local', 1, 1],
      ['port 9080', 0, 1],
    ]);
  });

  test('counts callers by address without port, and believes no X-Forwarded-For', () => {
    const { traffic } = read(
      { downstreamRemoteAddress: '10.0.0.1:1', xForwardedFor: '203.0.113.9' },
      { downstreamRemoteAddress: '10.0.0.1:2' },
      { downstreamRemoteAddress: '[fd00::1]:2' },
      { downstreamRemoteAddress: null, xForwardedFor: '203.0.113.9' },
    );
    expect(
      new Map(listTrafficKeys(traffic.callers).map((key, row) => [key, traffic.callers.healthy[row]])),
    ).toEqual(
      new Map([
        ['10.0.0.1', 2],
        ['[fd00::1]', 1],
      ]),
    );
  });

  test('keeps the first lines of a group with their places', () => {
    const { lines } = onlyGroup(['', ...[1, 2, 3, 4].map((ms) => render({ ...UC, startTime: at(ms) }))]);
    expect(lines.map(({ input, line }) => [input, line])).toEqual([
      [0, 2],
      [0, 3],
      [0, 4],
    ]);
  });

  test('counts what each format logs', () => {
    const { coverage } = readLines([render({}), render({}, 'envoy-text'), render({}, 'envoy-text')]);
    expect(coverage).toMatchObject({ responseCode: 3, responseCodeDetails: 1 });
    expect(coverage).not.toHaveProperty('mixerStatus');
  });

  test.for([
    ['sinceMs', 2],
    ['untilMs', 3],
  ] as const)('leaves out what lies outside %s, but no record without a time', ([bound, left]) => {
    const selection = { sinceMs: null, untilMs: null, clusters: [], authorities: [], excludedPaths: [] };
    const lines = [at(0), at(1000), at(2000), null].map((startTime) => render({ startTime }));
    const { requests, inputs } = readLines(lines, { ...selection, [bound]: Date.parse(at(1500)) });
    expect(requests.total).toBe(left);
    expect(inputs[0]?.lines).toMatchObject({ records: 4, outsideWindow: 4 - left });
  });

  test('selects by glob of cluster, authority and path', () => {
    const lines = [
      render({}),
      render({ authority: 'ratings:9080' }),
      render({ path: '/healthz' }),
      render({ upstreamCluster: 'outbound|80||ratings.default.svc.cluster.local' }),
    ];
    const selection = {
      sinceMs: null,
      untilMs: null,
      clusters: ['*reviews*'],
      authorities: ['reviews:*'],
      excludedPaths: ['/healthz*'],
    };
    expect(readLines(lines, selection).requests.total).toBe(1);
  });
});

describe('hostile values', () => {
  test.for([
    ['before 1970', '1960-01-01T00:00:00.000Z'],
    ['after the last date there is', '13 Sep 275760 00:00:00 GMT'],
    ['that is no time', 'now'],
  ])('a start time %s is none', ([, startTime]) => {
    const line = `ts="${startTime}" status=503 response_flags=UF authority=a`;
    expect(readLines([line])).toMatchObject({ time: null, requests: { total: 1, withoutTime: 1 } });
  });

  test('a number with hundreds of digits is none', () => {
    const { shapes } = onlyGroup([render({ ...UC, duration: '9'.repeat(400), bytesSent: '9'.repeat(17) })]);
    expect(shapes[0]?.shape).toMatchObject({ durationMs: null, bytesSent: null });
  });

  test('a value that is no number makes another shape than 0', () => {
    const lines = ['-', '0'].map((duration) => render({ ...UC, duration }));
    expect(onlyGroup(lines).shapes).toHaveLength(2);
  });

  test('long values are kept cut, and still found in the tables', () => {
    const authority = `${'a'.repeat(5000)}.example`;
    const { groups, traffic } = read({ ...NR, authority }, { ...NR, authority });
    const kept = groups[0]?.shapes[0]?.shape.authority ?? '';
    expect(kept.length).toBeLessThan(600);
    expect(listTrafficKeys(traffic.authorities)).toEqual([kept]);
    expect(groups[0]?.scope).toBe(`authority ${kept}`);
    expect(groups[0]?.lines[0]?.text.length).toBeLessThanOrEqual(4096);
  });
});

describe('the idle time of an upstream connection', () => {
  const idle = (...events: readonly Event[]): unknown[] =>
    read(...events).groups.flatMap(({ sampled }) => sampled.map(({ idleMs }) => idleMs));
  const on = (connection: string, ms: number, event: Event = {}): Event => ({
    ...event,
    startTime: at(ms),
    upstreamLocalAddress: connection,
  });

  test('runs from the last healthy answer on it', () => {
    expect(idle(on('10.0.0.1:4000', 0), on('10.0.0.1:4000', 500), on('10.0.0.1:4000', 2500, UC))).toEqual([
      2000,
    ]);
  });

  test('also from an answer of the application that is an error of the caller', () => {
    expect(idle(on('10.0.0.1:4000', 0, { responseCode: '404' }), on('10.0.0.1:4000', 900, UC))).toEqual([
      900,
    ]);
  });

  test('also where the log has a gRPC status', () => {
    const lines = [
      render({ ...on('10.0.0.1:4000', 0), grpcStatus: '0' }, 'pairs'),
      render({ ...on('10.0.0.1:4000', 70, UC), grpcStatus: '14' }, 'pairs'),
    ];
    expect(onlyGroup(lines).sampled.map(({ idleMs }) => idleMs)).toEqual([70]);
  });

  test('is open when this part of the log knows of no answer', () => {
    expect(idle(on('10.0.0.1:4001', 0), on('10.0.0.1:4000', 900, UC))).toEqual([
      { connection: expect.any(Number) },
    ]);
  });

  test('is unknown without a connection, or when its address names none', () => {
    expect(idle(on('10.0.0.1:4000', 900, { ...UC, upstreamLocalAddress: null }))).toHaveLength(1);
    const internal = 'envoy://internal_client_address/';
    expect(idle(on(internal, 0), on(internal, 900, UC))).toEqual([null]);
    expect(idle(on('10.0.0.1', 0), on('10.0.0.1', 900, UC))).toEqual([null]);
    expect(read(on(internal, 0, UC)).groups[0]?.connections.total).toBe(0);
  });
});
