import { describe, expect, test } from 'vitest';
import { buildReport } from '../../src/diagnose/build-report.ts';
import type { Report } from '../../src/model/report.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';
import type { Event } from '../aggregate/log-lines.ts';
import { at, render, TCP } from '../aggregate/log-lines.ts';
import { readLines } from '../aggregate/reading.ts';
import { diagnose, findingOf } from './diagnosing.ts';
import { always, hasFlag, toy } from './toy.ts';

const RESET = 'upstream_reset_before_response_started';
const NO_UPSTREAM: Event = { upstreamHost: null, upstreamLocalAddress: null };

function failures(flag: string, count: number, event: Event = {}, fromMs = 0): readonly string[] {
  return Array.from({ length: count }, (_, i) =>
    render({
      responseCode: '503',
      responseFlags: flag,
      responseCodeDetails: `${RESET}{overflow}`,
      startTime: at(fromMs + 100 * i),
      ...event,
    }),
  );
}

const sure = always('decisive');
const uf = toy({ id: 'uf', applies: hasFlag('UF'), evidence: [sure] });
const uh = toy({ id: 'uh', applies: hasFlag('UH'), evidence: [sure] });

function idsOf(report: Report): readonly string[] {
  return report.findings.map(({ diagnosis }) => diagnosis.id);
}

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
    const finding = findingOf(diagnose(lines, [uf]), 'uf');
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
      findingOf(diagnose(lines, [uf, uh]), 'uf').scopes.map(({ fingerprint }) => fingerprint);
    const alone = failures('UF', 3);
    const among = [...failures('UH', 9), ...failures('UF', 1, { path: '/other' }, 9e5), ...alone];
    expect(fingerprints(among)).toEqual(fingerprints(alone));
  });

  test('tells when it was seen: first, last and each burst', () => {
    const lines = [...failures('UF', 3), ...failures('UF', 2, {}, 600_000)];
    expect(findingOf(diagnose(lines, [uf]), 'uf')).toMatchObject({
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
    const { timeline } = findingOf(diagnose(lines, [uf]), 'uf');
    expect(timeline).toMatchObject({ bucketMs: 8000 });
    const requests = timeline?.requests ?? [];
    expect(Date.parse(timeline?.from ?? '')).toBe(Math.floor(Date.parse(at(0)) / 8000) * 8000);
    expect(requests.length).toBeLessThanOrEqual(96);
    expect([requests[0], requests.at(-1)]).toEqual([3, 1]);
    expect(requests.reduce((sum, count) => sum + count, 0)).toBe(6);
  });

  test('of a group that it shares with another cause it counts its own part, and no more', () => {
    const isOnA = (shape: ShapeView): boolean => shape.path === '/a';
    const onA = toy({ id: 'on-a', applies: isOnA, evidence: [sure] });
    const onB = toy({ id: 'on-b', applies: (shape) => !isOnA(shape), evidence: [sure] });
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
    expect(findingOf(diagnose(lines, [uf]), 'uf').scopes[0]?.endpoints).toEqual([
      { upstreamHost: '10.0.0.2:80', requests: 3 },
      { upstreamHost: '10.0.0.1:80', requests: 1 },
    ]);
  });

  test('knows no time where none was logged', () => {
    const lines = failures('UF', 2, { startTime: null });
    expect(findingOf(diagnose(lines, [uf]), 'uf')).toMatchObject({
      firstSeen: null,
      lastSeen: null,
      intervals: [],
      timeline: null,
    });
  });

  test('names its rivals with what tells them apart, whichever of the two knows it', () => {
    const rivals = [
      toy({ id: 'uf', evidence: [sure], confusedWith: [{ id: 'b', tellApart: 'Is {host} up?' }] }),
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

describe('findings are ordered', () => {
  const [big, small, harmless] = [
    toy({ id: 'big', applies: hasFlag('UF'), evidence: [always('weak')] }),
    toy({ id: 'small', applies: hasFlag('UH'), evidence: [sure] }),
    toy({ id: 'harmless', applies: hasFlag('DC'), evidence: [sure], benign: () => true }),
  ];

  test('benign last, else by failed requests times confidence', () => {
    const lines = [
      ...failures('DC', 90, { responseCode: '0' }),
      ...failures('UH', 6),
      ...failures('UF', 10, { upstreamCluster: 'outbound|80||x.y.svc.cluster.local' }),
    ];
    const report = diagnose(lines, [big, small, harmless]);
    // 10 × 2/3 against 6 × 256/257.
    expect(idsOf(report)).toEqual(['big', 'small', 'harmless']);
    expect(idsOf(diagnose(lines.slice(0, -2), [big, small, harmless]))).toEqual(['small', 'big', 'harmless']);
  });

  test('by fingerprint when nothing else differs', () => {
    const lines = [...failures('UF', 2), ...failures('UH', 2)];
    expect(idsOf(diagnose(lines, [uh, uf]))).toEqual(['uf', 'uh']);
  });
});

describe('a benign finding', () => {
  const quick = toy({ id: 'a', evidence: [sure], benign: (s) => (s.durationMs ?? 0) < 100 });

  test('is one of which every shape is benign', () => {
    const lines = failures('UF', 2, { duration: '3' });
    expect(diagnose(lines, [quick]).findings[0]?.status).toBe('benign');
    expect(diagnose([...lines, ...failures('UF', 1, { duration: '500' })], [quick]).findings[0]?.status).toBe(
      'likely',
    );
  });
});

describe('suppression', () => {
  const clusters = ['a', 'b'].map((name) => `outbound|80||${name}.x.svc.cluster.local`);
  const lines = clusters.flatMap((upstreamCluster) => failures('UF', 1, { upstreamCluster }));
  const suppressed = (isSuppressed: (id: string, scope: string) => boolean): boolean | undefined =>
    diagnose(lines, [uf], { isSuppressed }).findings[0]?.suppressed;

  test('marks a finding all of whose scopes are suppressed, and keeps showing it', () => {
    expect(suppressed((id) => id === 'uf')).toBe(true);
    expect(suppressed((id, scope) => id === 'uf' && scope === clusters[0])).toBe(false);
    expect(suppressed((id) => id === 'uh')).toBe(false);
  });

  test('sees the authority where no cluster was chosen', () => {
    const seen: string[] = [];
    diagnose(failures('UF', 1, { upstreamCluster: null }), [uf], {
      isSuppressed: (_, scope) => seen.push(scope) > 0,
    });
    expect(seen).toEqual(['reviews:9080']);
  });
});

describe('what fits no diagnosis', () => {
  test('is unexplained, with its share and a line', () => {
    const lines = [
      ...failures('UF', 3),
      ...failures('UO', 1, { upstreamCluster: null }),
      ...failures('UC', 2),
    ];
    const { unexplained, requests } = diagnose(lines, [uf]);
    expect(requests).toMatchObject({ total: 6, failed: 6 });
    expect(unexplained).toMatchObject({ requests: 3, share: 0.5 });
    expect(unexplained.groups).toMatchObject([
      { responseFlags: ['UC'], responseCode: 503, requests: 2, sample: { input: 'access.log', line: 5 } },
      { responseFlags: ['UO'], upstreamCluster: null, requests: 1, sample: { line: 4, text: lines[3] } },
    ]);
  });

  test('includes what a diagnosis applies to without having any evidence', () => {
    expect(diagnose(failures('UF', 2), [toy({ id: 'a' })])).toMatchObject({
      findings: [],
      unexplained: { requests: 2 },
    });
  });

  test('does not include requests that have not failed', () => {
    const short = render({ ...TCP, bytesSent: '7' });
    expect(diagnose([short], [uf]).unexplained.requests).toBe(0);
  });
});

describe('records that have not failed', () => {
  const short = Array.from({ length: 4 }, () => render({ ...TCP, bytesSent: '7' }));
  const claimer = toy({ id: 'claimer', claimsHealthy: true, evidence: [always('moderate')] });

  test('count as failed when a diagnosis claims them', () => {
    const report = diagnose([...short, render({})], [claimer]);
    expect(report.requests).toMatchObject({ total: 5, failed: 4 });
    expect(findingOf(report, 'claimer')).toMatchObject({ requests: 4, share: 1 });
    expect(report.failures).toMatchObject([{ requests: 4 }]);
  });

  test('are left alone by a diagnosis that is not surer than the unknown', () => {
    const unsure = toy({ id: 'claimer', claimsHealthy: true, evidence: [] });
    expect(diagnose(short, [unsure])).toMatchObject({ findings: [], requests: { failed: 0 }, failures: [] });
  });

  test('count as failed also when they are folded into a cause', () => {
    const cause = toy({
      id: 'cause',
      applies: hasFlag('UF'),
      evidence: [sure],
      echoes: (s) => s.layer === 'tcp',
    });
    const report = diagnose([...short, ...failures('UF', 1)], [claimer, cause]);
    expect(report.requests.failed).toBe(5);
    expect(findingOf(report, 'cause')).toMatchObject({ requests: 5, share: 1 });
  });
});

describe('--only', () => {
  test('shows findings of the named diagnoses, judged among all', () => {
    const lines = [...failures('UF', 3), ...failures('UH', 1)];
    const report = diagnose(lines, [uf, uh], { only: new Set(['uh']) });
    expect(report.findings).toMatchObject([{ diagnosis: { id: 'uh' }, share: 0.25 }]);
  });
});

describe('an incident', () => {
  /** The caller's 504 UT, and what the server's proxy logs of the same requests. */
  const client = failures('UT', 4, {
    responseCode: '504',
    responseCodeDetails: 'response_timeout',
    upstreamHost: '10.244.1.21:9080',
    upstreamLocalAddress: '10.244.1.10:41000',
  });
  const server = failures('DC', 4, {
    responseCode: '0',
    responseCodeDetails: 'downstream_remote_disconnect',
    upstreamCluster: 'inbound|9080||',
    upstreamHost: '10.244.1.21:9080',
    downstreamLocalAddress: '10.244.1.21:9080',
  });
  const timeout = toy({
    id: 'timeout',
    applies: hasFlag('UT'),
    evidence: [always('strong')],
    echoes: hasFlag('DC'),
  });
  const gone = (weight: 'strong' | 'moderate' | 'decisive', prior: 'usual' | 'common' = 'usual') =>
    toy({ id: 'gone', prior, applies: hasFlag('DC'), evidence: [always(weight)] });

  test('folds the echo at the same endpoint into its cause, with a sentence', () => {
    const report = diagnose([...client, ...server], [timeout, gone('strong')]);
    expect(idsOf(report)).toEqual(['timeout']);
    expect(findingOf(report, 'timeout')).toMatchObject({
      requests: 8,
      share: 1,
      responseFlags: ['UT', 'DC'],
      includes: [
        {
          sentence:
            '0 with DC at inbound|9080|| belongs to the same incident; on its own it would read: Title of gone',
          requests: 4,
        },
      ],
    });
  });

  test('says once what lines at many places have in common', () => {
    const others = ['a', 'b', 'c', 'd'].map((name) =>
      failures('DC', 1, {
        responseCode: '0',
        responseCodeDetails: 'downstream_remote_disconnect',
        upstreamCluster: `inbound|9080|${name}|`,
        upstreamHost: '10.244.1.21:9080',
        downstreamLocalAddress: '10.244.1.21:9080',
      }),
    );
    const report = diagnose([...client, ...server, ...others.flat()], [timeout, gone('strong')]);
    expect(findingOf(report, 'timeout').includes).toEqual([
      {
        sentence:
          '0 with DC at inbound|9080||, inbound|9080|a| and 3 other places belongs to the same incident; on its own it would read: Title of gone',
        requests: 8,
      },
    ]);
  });

  test('folds what nothing else explains', () => {
    const report = diagnose([...client, ...server], [timeout]);
    expect(report.unexplained.requests).toBe(0);
    expect(findingOf(report, 'timeout').requests).toBe(8);
  });

  test('leaves a second cause that is better proved by 2 bits', () => {
    expect(idsOf(diagnose([...client, ...server], [timeout, gone('strong', 'common')]))).toEqual(['timeout']);
    expect(idsOf(diagnose([...client, ...server], [timeout, gone('decisive')]))).toEqual(['gone', 'timeout']);
  });

  test('needs the same time', () => {
    const later = failures('DC', 4, { responseCode: '0', upstreamHost: '10.244.1.21:9080' }, 3_600_000);
    expect(idsOf(diagnose([...client, ...later], [timeout, gone('strong')]))).toEqual(['gone', 'timeout']);
  });

  test('needs a shared scope, endpoint or connection', () => {
    const elsewhere: Event = {
      upstreamCluster: 'inbound|80||',
      downstreamRemoteAddress: '10.7.7.7:7',
      responseCode: '0',
    };
    const none = failures('DC', 1, { ...elsewhere, ...NO_UPSTREAM, downstreamLocalAddress: '10.7.7.8:80' });
    const connection = failures('DC', 1, {
      ...elsewhere,
      ...NO_UPSTREAM,
      downstreamLocalAddress: '10.7.7.8:80',
      downstreamRemoteAddress: '10.244.1.10:41000',
    });
    const address = failures('DC', 1, {
      ...elsewhere,
      ...NO_UPSTREAM,
      downstreamLocalAddress: '10.244.1.21:9080',
    });
    const scope = failures('DC', 1, {
      ...NO_UPSTREAM,
      responseCode: '0',
      downstreamLocalAddress: '10.7.7.8:80',
    });
    const found = (lines: readonly string[]): readonly string[] =>
      idsOf(diagnose([...client, ...lines], [timeout, gone('strong')]));
    expect(found(none)).toEqual(['timeout', 'gone']);
    expect(found(connection)).toEqual(['timeout']);
    expect(found(address)).toEqual(['timeout']);
    expect(found(scope)).toEqual(['timeout']);
  });

  test('never folds two causes into each other', () => {
    const mutual = toy({
      id: 'gone',
      applies: hasFlag('DC'),
      evidence: [always('strong')],
      echoes: hasFlag('UT'),
    });
    const report = diagnose([...client, ...server], [timeout, mutual]);
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]).toMatchObject({ requests: 8 });
  });
});

describe('an input', () => {
  test('of which nothing was read is noted', () => {
    expect(diagnose([], []).notes).toEqual(['access.log is empty.']);
  });

  test('say that a fault filter is at work when it only delays', () => {
    const delayed = render({ responseFlags: 'DI', duration: '5003' });
    expect(diagnose([delayed, delayed, render({})], []).notes).toEqual([
      '2 requests were held back on purpose (DI): a fault filter is at work, as a VirtualService with a fault section sets it up. That alone fails no request.',
    ]);
    expect(diagnose([render({})], []).notes).toEqual([]);
  });

  test('without start times is noted', () => {
    expect(diagnose(failures('UF', 2, { startTime: null }), [uf]).notes).toEqual([
      '2 of 2 records have no start time; --since and --until keep them.',
    ]);
  });

  test('whose keys overflowed a table is noted', () => {
    const aggregate = readLines([...failures('UF', 2), render({})]);
    const { paths } = aggregate.traffic;
    const report = buildReport(
      {
        ...aggregate,
        traffic: { ...aggregate.traffic, paths: { ...paths, total: { healthy: 8, failed: 2 } } },
      },
      {
        diagnoses: [uf],
        version: '0.0.0',
        eraOfFormat: () => null,
        isSuppressed: () => false,
        only: null,
        notes: ['Skipped a.zst: it is packed.'],
      },
    );
    expect(report.notes).toEqual([
      'Skipped a.zst: it is packed.',
      'Of the paths, 1 are counted one by one (3 of 10 requests); the others only in sum.',
    ]);
  });

  test('shows its era by the wording of its failures, else by its format', () => {
    const eraOfFormat = (): string => 'Istio ≥ 1.9';
    const refused = failures('UF', 1, {
      upstreamTransportFailureReason: 'delayed_connect_error:_Connection_refused',
    });
    expect(diagnose(refused, [], { eraOfFormat }).inputs[0]?.era).toBe('Envoy ≥ 1.32');
    expect(diagnose([render({})], [], { eraOfFormat }).inputs[0]?.era).toBe('Istio ≥ 1.9');
    expect(diagnose(['hello'], [], { eraOfFormat }).inputs[0]).toMatchObject({ era: null, format: null });
  });
});
