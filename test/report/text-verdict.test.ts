import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { renderText } from '../../src/report/text.ts';
import { KEEPALIVE_RACE } from './fixture-findings.ts';
import { withParts } from './fixture-parts.ts';
import {
  benignReport,
  healthyReport,
  oneFindingReport,
  reportOf,
  thirtyFindingsReport,
  unexplainedReport,
} from './fixture-reports.ts';

/** What stands before the first finding or section. */
function verdictOf(report: Report): string {
  return (renderText(report).split('\n\n')[0] ?? '').replace(/\s+/g, ' ');
}

describe('verdict', () => {
  test('says what, how many, where, since when and how sure', () => {
    expect(verdictOf(oneFindingReport())).toBe(
      '57 of 4,700 requests failed (1.2 %): 1 likely cause. Log: 2026-11-21 03:27:29Z to 03:41:43Z (14 min 14 s). ' +
        '1. The upstream endpoint refuses connections (likely, 93 %): all 57 failed requests to ' +
        'ratings.default.svc.cluster.local:9080, since 2026-11-21 03:31:32Z, still going on when the log ends.',
    );
  });

  test('the confidence is not torn apart at the end of a line', () => {
    for (let width = 60; width <= 120; width++)
      expect(renderText(oneFindingReport(), { width })).not.toMatch(/likely,\n/);
  });

  test('a log of failures only is told as such', () => {
    const report = oneFindingReport();
    const requests = { ...report.requests, total: 57 };
    expect(verdictOf(withParts(report, { requests }))).toMatch(/^All 57 requests failed: 1 likely cause\./);
  });

  test('says in so many words that a healthy log holds no proxy-level problem', () => {
    expect(verdictOf(healthyReport())).toMatch(
      /^No proxy-level problem found\. None of 4,700 requests failed\. Log:/,
    );
  });

  test("an application's own 5xx is no proxy-level problem", () => {
    const report = reportOf({
      diagnosis: {
        id: 'application-error',
        title: 'The application itself answers with an error',
        family: 'stream',
        doc: 'diagnoses/stream/application-error.md',
      },
    });
    expect(verdictOf(report)).toContain(
      'No proxy-level problem found. 57 of 4,700 requests failed (1.2 %). ' +
        'Only: The application itself answers with an error (57 requests).',
    );
  });

  test('does not call a log healthy whose failures nobody understands', () => {
    expect(verdictOf(unexplainedReport())).toMatch(
      /^9 of 4,700 requests failed \(0\.2 %\): no known cause fits them; see "Unexplained"\./,
    );
  });

  test('says how many failures nobody understands where the rest is harmless', () => {
    const [benign] = benignReport().findings;
    if (benign === undefined) throw new Error('the fixture has a finding');
    const report = withParts(unexplainedReport(), {
      requests: { ...unexplainedReport().requests, failed: 10 },
      findings: [benign],
    });
    expect(verdictOf(report)).toContain(
      '10 of 4,700 requests failed (0.2 %): no known cause fits 9 of them; see "Unexplained". ' +
        'Only: The client gave up before the response (1 request).',
    );
  });

  test('names what is suppressed where nothing else is wrong', () => {
    expect(verdictOf(reportOf({ suppressed: true }))).toContain(
      'No other proxy-level problem found. 57 of 4,700 requests failed (1.2 %). Suppressed: 1 finding.',
    );
  });

  test('counts the causes beyond the first five', () => {
    expect(verdictOf(thirtyFindingsReport())).toMatch(
      /5\. Cause number 5 .* and 25 more causes, ranked below\.$/,
    );
  });

  test('warns where much was not understood', () => {
    const lines = { ...healthyReport().lines, read: 5000, failed: 300 };
    expect(verdictOf(withParts(healthyReport(), { lines }))).toContain(
      'Caution: 300 of 5,000 lines (6 %) were not understood; see "What was read".',
    );
  });

  test('an input without a request says so', () => {
    const requests = { total: 0, failed: 0, byResponseCode: {}, byResponseFlag: {} };
    const lines = { ...healthyReport().lines, records: 0, proxyLog: 4700 };
    const report = withParts(healthyReport(), { requests, lines, window: null });
    expect(verdictOf(report)).toBe('No request found in 4,700 lines.');
  });

  test.for([
    [4700, 4700, 'All 4,700 records are left out by --since or --until.'],
    [4700, 0, 'All 4,700 records are left out by --cluster, --authority or --exclude-path.'],
    [
      4700,
      9,
      'All 4,700 records are left out by --since, --until, --cluster, --authority or --exclude-path.',
    ],
    [1, 1, 'The only record is left out by --since or --until.'],
  ] as const)(
    'of %i records, %i at another time, none that was asked for: that is said',
    ([records, outsideWindow, said]) => {
      const requests = { total: 0, failed: 0, byResponseCode: {}, byResponseFlag: {} };
      const lines = { ...healthyReport().lines, records, outsideWindow };
      expect(verdictOf(withParts(healthyReport(), { requests, lines, window: null }))).toBe(said);
    },
  );

  describe('where --only leaves causes out', () => {
    const failed = (count: number) => ({ requests: { ...oneFindingReport().requests, failed: count } });

    test('a log without the cause that was asked for is not called healthy', () => {
      const report = withParts(healthyReport(), failed(57));
      expect(verdictOf(report)).toContain(
        '57 of 4,700 requests failed (1.2 %): all of them by causes that --only leaves out. Log:',
      );
    });

    test('a harmless cause that was asked for does not stand for the rest', () => {
      expect(verdictOf(withParts(benignReport(), failed(58)))).toContain(
        '58 of 4,700 requests failed (1.2 %): 57 of them by causes that --only leaves out. ' +
          'Only: The client gave up before the response (1 request).',
      );
    });

    test('a fault that was asked for stands first, and the rest is told', () => {
      expect(verdictOf(withParts(oneFindingReport(), failed(58)))).toMatch(
        /: 1 likely cause\. .* 1 failed request has another cause, which --only leaves out\.$/,
      );
    });
  });

  test('a finding from the log of the proxy needs no failed request', () => {
    const report = withParts(reportOf({ requests: 0, share: 0, scopes: [] }), {
      requests: healthyReport().requests,
    });
    expect(verdictOf(report)).toMatch(
      /^None of 4,700 requests failed: 1 likely cause\..*no failed request, /,
    );
  });
});

describe('since when', () => {
  const at = (minute: number): string => `2026-11-21T03:${minute}:00.000Z`;

  test.for([
    [
      'goes on',
      at(30),
      '2026-11-21T03:41:40.000Z',
      'since 2026-11-21 03:30:00Z, still going on when the log ends',
    ],
    ['stopped', at(30), at(32), 'from 2026-11-21 03:30:00Z to 03:32:00Z (2 min), none after that'],
    ['stopped at once', at(30), at(30), 'at 2026-11-21 03:30:00Z, none after that'],
    [
      'older than the log',
      '2026-11-21T03:27:30.000Z',
      '2026-11-21T03:41:40.000Z',
      'since the log begins at 2026-11-21 03:27:29Z, still going on when it ends',
    ],
  ] as const)('%s', ([, firstSeen, lastSeen, expected]) => {
    expect(verdictOf(reportOf({ firstSeen, lastSeen }))).toContain(expected);
  });

  test('a log of one moment tells neither since when nor that it goes on', () => {
    const report = reportOf({
      firstSeen: `${at(30).slice(0, 20)}100Z`,
      lastSeen: `${at(30).slice(0, 20)}400Z`,
    });
    const window = { from: at(30), to: `${at(30).slice(0, 20)}900Z` };
    expect(verdictOf(withParts(report, { window }))).toMatch(/, at 2026-11-21 03:30:00Z\.$/);
  });

  test('a single failure has a time, not a period', () => {
    const report = reportOf({ requests: 1, firstSeen: at(30), lastSeen: at(30) });
    expect(verdictOf(withParts(report, { requests: { ...report.requests, failed: 1 } }))).toMatch(
      /, at 2026-11-21 03:30:00Z\.$/,
    );
  });
});

test('places without a cluster are named by what is known', () => {
  const [scope] = KEEPALIVE_RACE.scopes;
  if (scope === undefined) throw new Error('the fixture has a scope');
  const nowhere = { ...scope, upstreamCluster: null, authority: null };
  const names = [
    { ...scope, upstreamCluster: 'inbound|9080||' },
    { ...scope, upstreamCluster: 'inbound|||' },
    { ...scope, upstreamCluster: 'outbound|9080|v1|reviews.default.svc.cluster.local' },
    { ...scope, upstreamCluster: 'PassthroughCluster' },
    { ...nowhere, authority: 'shop.example.com' },
    { ...nowhere, localPort: 15006 },
    nowhere,
  ].map((each) =>
    /\(likely, 93 %\): 57 requests \(30 % of the failures\)(.*?), since/
      .exec(verdictOf(reportOf({ scopes: [each] })))?.[1]
      ?.trim(),
  );
  expect(names).toEqual([
    "to the application's own port 9080",
    'in inbound|||',
    'to reviews.default.svc.cluster.local:9080 (subset v1)',
    'to PassthroughCluster',
    'for authority shop.example.com',
    'on local port 15006',
    '',
  ]);
});
