import { describe, expect, test } from 'vitest';
import { joinHops } from '../../src/join/join-hops.ts';
import type { Join, Silence } from '../../src/model/join.ts';
import { readPart } from '../aggregate/reading.ts';
import { clientLine, idOf, numbered, plainLine, serverLine, turnedAwayLine } from './lines.ts';

function join(...logs: readonly (readonly string[])[]): Join {
  return joinHops(readPart(logs.map((lines, i) => ({ path: `${i}.log`, continues: false, lines }))));
}

describe('requests that two proxies logged', () => {
  test('count once when id and connection agree', () => {
    const client = numbered(5, (n) => clientLine({ at: 100 * n, id: idOf(n) }));
    const server = numbered(5, (n) => serverLine({ at: 100 * n + 1, id: idOf(n), durationMs: 8 }));
    expect(join(client, server)).toMatchObject({
      joined: 5,
      byResponseCode: { 200: 5 },
      byResponseFlag: { '-': 5 },
      isEstimated: false,
    });
  });

  test('are told apart by their ids on one connection', () => {
    expect(join([clientLine({ at: 0, id: idOf(1) })], [serverLine({ at: 1, id: idOf(2) })]).joined).toBe(0);
  });

  test('are matched by id alone where the format logs no addresses; who waited longer called', () => {
    const caller = { at: 0, id: idOf(1), code: 504, flags: 'UT', durationMs: 1000 };
    const callee = { at: 2, id: idOf(1), code: 200, durationMs: 990 };
    const joined = join([plainLine(callee, '127.0.0.1:9080')], [plainLine(caller, '10.244.1.21:9080')]);
    expect(joined.joined).toBe(1);
    expect(joined.byResponseCode).toEqual({ 200: 1 });
  });

  test('are one request with all attempts, of which the caller logs the last', () => {
    const attempts = numbered(3, (n) =>
      serverLine({ at: 20 * n, id: idOf(1), code: 503, flags: 'UF', details: 'x', port: 40_001 + n }),
    );
    const joined = join(
      [clientLine({ at: 0, id: idOf(1), code: 503, flags: 'URX', port: 40_003 })],
      attempts,
    );
    expect(joined).toMatchObject({ joined: 3, byResponseCode: { 503: 3 } });
    expect(joined.byResponseFlag).toEqual({ UF: 2 });
  });

  test('are told apart by their time where a client sends one id again', () => {
    const failure = { code: 503, flags: 'UF', details: 'x' };
    const later = { at: 600_000, id: idOf(1), port: null };
    const client = [clientLine({ at: 0, id: idOf(1), port: null }), clientLine({ ...later, ...failure })];
    const server = [
      serverLine({ at: 1, id: idOf(1), port: 40_001 }),
      serverLine({ ...later, at: 600_001, port: 40_002, ...failure }),
    ];
    const ends = [...join(client, server).shapes.values()].flatMap((shape) => shape.ends);
    expect(ends.map(({ proxies }) => proxies)).toEqual([2]);
  });

  test('are none where the id was used again long after, and the clocks are known', () => {
    const client = numbered(6, (n) => clientLine({ at: 100 * n, id: idOf(n), port: null }));
    const server = numbered(5, (n) =>
      serverLine({ at: 100 * n + 1, id: idOf(n), durationMs: 8, port: 40_000 + n }),
    );
    const again = serverLine({ at: 900_000, id: idOf(5), port: 40_005 });
    expect(join(client, [...server, again]).joined).toBe(5);
  });

  test('stay apart where the application only passes the id on', () => {
    const inbound = serverLine({ at: 0, id: idOf(1), path: '/page' });
    const outbound = clientLine({ at: 2, id: idOf(1), path: '/details', port: 41_000 });
    expect(join([inbound, outbound]).joined).toBe(0);
  });

  test('are matched by connection where one side has no request', () => {
    const failure = {
      code: 503,
      flags: 'UC',
      details: 'upstream_reset_before_response_started{connection_termination}',
    };
    const client = numbered(4, (n) =>
      clientLine({ at: 1000 * n, id: idOf(n), port: 40_000 + n, ...failure }),
    );
    const server = numbered(4, (n) => turnedAwayLine({ at: 1000 * n + 1, port: 40_000 + n }));
    const joined = join(client, server);
    expect(joined).toMatchObject({ joined: 4, byResponseCode: { 0: 4 } });
    expect(joined.byResponseFlag).toEqual({});
  });

  test('are not matched by connection when they lie hours apart', () => {
    const client = [clientLine({ at: 0, id: idOf(1), code: 503, flags: 'UC', details: 'x' })];
    expect(join(client, [turnedAwayLine({ at: 7_200_000, port: 40_000 })]).joined).toBe(0);
  });

  test('are matched by connection over clocks that differ', () => {
    const ahead = 90_000;
    const client = [
      ...numbered(5, (n) => clientLine({ at: 100 * n, id: idOf(n) })),
      clientLine({ at: 900, id: idOf(9), code: 503, flags: 'UC', details: 'x', port: 40_009 }),
    ];
    const server = [
      ...numbered(5, (n) => serverLine({ at: 100 * n + 1 + ahead, id: idOf(n), durationMs: 8 })),
      turnedAwayLine({ at: 901 + ahead, port: 40_009 }),
    ];
    const joined = join(client, server);
    expect(joined.joined).toBe(6);
    expect(joined.skews).toEqual([{ input: 1, against: 0, aheadMs: ahead, errorMs: 1, pairs: 5 }]);
  });

  test('count once though somebody sends the same id for ever', () => {
    const client = numbered(300, (n) => clientLine({ at: 100 * n, id: 'same' }));
    const server = numbered(300, (n) => serverLine({ at: 100 * n + 1, id: 'same' }));
    expect(join(client, server).joined).toBe(300);
  });
});

describe('a log that knows nothing of a request', () => {
  const client = [clientLine({ at: 5000, id: idOf(1), code: 503, flags: 'UC', details: 'x', port: 40_001 })];
  const silence = (server: readonly string[]): Silence | null | undefined =>
    [...join(client, server).shapes.values()][0]?.ends[0]?.unseenBeyond;
  const healthy = (at: number): string => serverLine({ at, id: idOf(at), port: 50_000 });

  test('says so when it covers the time', () => {
    expect(silence([healthy(0), healthy(9000)])).toBe('known');
  });

  test('says nothing when it ends before', () => {
    expect(silence([healthy(-90_000), healthy(-60_000)])).toBeNull();
  });

  test('says nothing when it holds failures only', () => {
    const failure = { code: 503, flags: 'UF', details: 'x', port: 50_000 };
    const server = [0, 9000].map((at) => serverLine({ at, id: idOf(at), ...failure }));
    expect(silence(server)).toBeNull();
  });
});
