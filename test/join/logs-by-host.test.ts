import { describe, expect, test } from 'vitest';
import type { HopOutcome, HopPlace } from '../../src/model/report.ts';
import { analyseLogs } from '../support/analyse.ts';
import { CUT, idOf, type LineParts, plainRequests, plainTurnedAwayLine } from './lines.ts';

const HOST = '10.244.1.21:9080';
const OTHER = '10.244.9.9:80';
/** A pod has one address and any number of ports. */
const OTHER_PORT = '10.244.1.21:9090';

const UNSEEN = 'its log covers the time and has no trace of them';
const LIKELY_UNSEEN = 'the log of which all requests lead here covers the time and has no trace of them';

type Log = readonly string[];

const REFUSED: Partial<LineParts> = { code: 503, flags: 'URX,UF', durationMs: 40, bytesSent: 121 };
const callsOf = (failure: Partial<LineParts>): Log => [
  ...plainRequests(0, HOST, failure),
  ...plainRequests(1000, OTHER, { at: 7 }),
];
const ofServer = plainRequests(2000, HOST, { at: 9, path: '/reviews' });

async function hopOf(
  ...logs: readonly Log[]
): Promise<readonly [HopOutcome, HopPlace, string | null] | null> {
  const { findings } = await analyseLogs(...logs);
  const hop = findings[0]?.hop ?? null;
  const serving = hop?.path.find(({ role }) => role === 'servingProxy');
  return hop && [hop.outcome, hop.place, serving?.says ?? null];
}

describe('a log that names nobody, beside that of a caller whose connections to a host fail', () => {
  test('is the silent log of the host when all of its requests lead there', async () => {
    expect(await hopOf(callsOf(REFUSED), ofServer)).toEqual(['neverSent', 'between', LIKELY_UNSEEN]);
  });

  test('is so too when connections were made and cut', async () => {
    expect(await hopOf(callsOf(CUT), ofServer)).toEqual(['refused', 'servingProxy', LIKELY_UNSEEN]);
  });

  test('is so too when the order of the logs is the other', async () => {
    expect(await hopOf(ofServer, callsOf(REFUSED))).toEqual(['neverSent', 'between', LIKELY_UNSEEN]);
  });

  test('is so too when the pod serves another port beside', async () => {
    const both = [...ofServer, ...plainRequests(3000, OTHER_PORT, { at: 11 })];
    expect(await hopOf(callsOf(REFUSED), both)).toEqual(['neverSent', 'between', LIKELY_UNSEEN]);
  });

  test('is known by requests that both logged, whatever else it holds', async () => {
    const answered = plainRequests(4000, HOST, { at: 200 });
    const server = [
      ...plainRequests(4000, '127.0.0.1:9080', { at: 201, durationMs: 8 }),
      ...plainRequests(5000, OTHER, { at: 202 }),
    ];
    expect(await hopOf([...callsOf(REFUSED), ...answered], server)).toEqual(['neverSent', 'between', UNSEEN]);
  });
});

describe('a log that names nobody does not say where requests of another failed', () => {
  const FOREIGN: readonly (readonly [string, readonly Log[]])[] = [
    ['when it is that of another host', [plainRequests(2000, '10.244.1.22:9080', { at: 9 })]],
    ['when it ends before the first of them', [plainRequests(2000, HOST, { at: -120_000 })]],
    ['when it begins after the last of them', [plainRequests(2000, HOST, { at: 120_000 })]],
    ['when it leads to other hosts too', [[...ofServer, ...plainRequests(3000, OTHER, { at: 11 })]]],
    ['when it is too short to tell', [plainRequests(2000, HOST, { at: 9, count: 5 })]],
    ['when it holds failures only', [plainRequests(2000, HOST, { at: 9, code: 500 })]],
    ['when there are two of its kind', [ofServer, plainRequests(3000, HOST, { at: 11 })]],
    [
      'when it holds lines that name no request and no host',
      [[...ofServer, ...[900, 4000].map((at) => plainTurnedAwayLine(at))]],
    ],
  ];

  test.for(FOREIGN)('%s', async ([, logs]) => {
    expect(await hopOf(callsOf(REFUSED), ...logs)).toBeNull();
  });

  test('when it lacks what the host answered them, and so is of another caller', async () => {
    const answered = plainRequests(4000, HOST, { at: 200 });
    expect(await hopOf([...callsOf(REFUSED), ...answered], ofServer)).toBeNull();
  });

  test('when it lacks an error with which the host answered them', async () => {
    const answered = plainRequests(4000, HOST, { at: 200, code: 500, count: 1 });
    expect(await hopOf([...callsOf(REFUSED), ...answered], ofServer)).toBeNull();
  });

  test('when it shows too few of those that the host answered to be whole', async () => {
    const answered = plainRequests(4000, HOST, { at: 200 });
    const some = plainRequests(4000, HOST, { at: 201, count: 10 });
    expect(await hopOf([...callsOf(REFUSED), ...answered], [...ofServer, ...some])).toBeNull();
  });
});

describe('a log that names clusters but no address of its own', () => {
  const CLUSTER = 'inbound|9080||';
  const jsonLine = (at: number, id: string, rest: object): string =>
    JSON.stringify({
      start_time: new Date(Date.UTC(2026, 10, 21, 3, 30) + at).toISOString(),
      request_id: id,
      method: 'GET',
      path: '/',
      authority: 'reviews:9080',
      upstream_host: HOST,
      duration: 3,
      ...rest,
    });
  const client = Array.from({ length: 20 }, (_, n) =>
    jsonLine(500 * n, idOf(n), {
      response_code: 503,
      response_flags: 'UC',
      response_code_details: 'upstream_reset_before_response_started{connection_termination}',
      upstream_cluster: 'outbound|9080||reviews.default.svc.cluster.local',
    }),
  );
  const server = Array.from({ length: 5 }, (_, n) =>
    jsonLine(2000 * n, idOf(100 + n), {
      response_code: 200,
      response_flags: '-',
      response_code_details: 'via_upstream',
      upstream_cluster: CLUSTER,
    }),
  );
  const turnedAway = JSON.stringify({
    start_time: '2026-11-21T03:30:04.000Z',
    request_id: null,
    method: null,
    path: null,
    authority: null,
    upstream_host: null,
    duration: 0,
    response_code: 0,
    response_flags: 'NR',
    response_code_details: 'filter_chain_not_found',
    upstream_cluster: null,
  });

  test('is known by where its cluster leads', async () => {
    expect(await hopOf(client, server)).toEqual(['refused', 'servingProxy', UNSEEN]);
  });

  test('is not known to be silent while it holds lines that name nobody', async () => {
    expect(await hopOf(client, [...server, turnedAway])).toBeNull();
  });
});
