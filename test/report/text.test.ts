import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { ANSI_PAINT } from '../../src/report/paint.ts';
import { renderText } from '../../src/report/text.ts';
import { CONNECTION_REFUSED, KEEPALIVE_RACE } from './fixture-findings.ts';
import { ENDLESS, HOSTILE, reportFullOf } from './fixture-hostile.ts';
import { claim, withFinding, withParts } from './fixture-parts.ts';
import {
  benignReport,
  healthyReport,
  oneFindingReport,
  thirtyFindingsReport,
  threeFindingsReport,
  unexplainedReport,
} from './fixture-reports.ts';

const REPORTS: Readonly<Record<string, Report>> = {
  healthy: healthyReport(),
  benign: benignReport(),
  'one-finding': oneFindingReport(),
  'three-findings': threeFindingsReport(),
  'thirty-findings': thirtyFindingsReport(),
  unexplained: unexplainedReport(),
  hostile: reportFullOf(HOSTILE),
};
const WIDTHS = [60, 80, 100, 120] as const;

/** A report with the one given finding. */
function reportOf(...parts: readonly Partial<typeof CONNECTION_REFUSED>[]): Report {
  return withParts(oneFindingReport(), {
    findings: parts.map((part) => withFinding(CONNECTION_REFUSED, part)),
  });
}

/** The text without its line breaks, to look for sentences. */
function flatten(report: Report, options: Parameters<typeof renderText>[1] = {}): string {
  return renderText(report, options).replace(/\s+/g, ' ');
}

/** What stands before the first finding or section. */
function verdictOf(report: Report): string {
  return (renderText(report).split('\n\n')[0] ?? '').replace(/\s+/g, ' ');
}

describe('whole reports', () => {
  const cases = Object.entries(REPORTS).flatMap(([name, report]) =>
    ([80, 120] as const).map((width) => [name, width, report] as const),
  );

  test.for(cases)('%s at %i columns', async ([name, width, report]) => {
    await expect(renderText(report, { width })).toMatchFileSnapshot(`golden/${name}.${width}.txt`);
  });

  test('three findings with the arithmetic', async () => {
    const text = renderText(threeFindingsReport(), { width: 100, verbose: true });
    await expect(text).toMatchFileSnapshot('golden/three-findings.verbose.txt');
  });
});

describe('form', () => {
  const cases = Object.entries(REPORTS).flatMap(([name, report]) =>
    WIDTHS.flatMap((width) =>
      [false, true].map(
        (verbose) => [name, width, verbose, renderText(report, { width, verbose, top: 30 })] as const,
      ),
    ),
  );

  test.for(cases)(
    '%s, %i columns, verbose %s: no blanks at line ends, no double empty lines',
    ([, , , text]) => {
      expect(text).not.toMatch(/[ \t]$|\n\n\n/m);
      expect(text.endsWith('\n') && !text.endsWith('\n\n')).toBe(true);
    },
  );

  test.for(cases)('%s, %i columns, verbose %s: one of a kind is singular', ([, , , text]) => {
    expect(text).not.toMatch(
      /(?<![\d,.])1\s+(requests|records|lines|claims|bursts|findings|causes|diagnoses|rows|groups|bytes|inputs)\b/,
    );
    expect(text).not.toMatch(/\b([a-z]+) \1\b/i);
  });

  test.for(cases)(
    '%s, %i columns, verbose %s: only what is copied is wider than the page',
    ([name, width, , text]) => {
      if (name === 'hostile') return;
      const wide = text.split('\n').filter((line) => [...line].length > width);
      expect(wide.filter((line) => !/^\s+(istioctl|kubectl|https:|(Where +)?outbound\|)/.test(line))).toEqual(
        [],
      );
    },
  );

  test('a wide terminal gets no longer sentences, but more of each log line', () => {
    const lines = (width: number): string[] => renderText(threeFindingsReport(), { width }).split('\n');
    const [wide, narrow] = [lines(400), lines(120)];
    const differing = wide.filter((line, i) => line !== narrow[i]);
    expect(wide).toHaveLength(narrow.length);
    expect(differing.length).toBeGreaterThan(0);
    for (const line of differing.filter((text) => !text.startsWith('─'))) expect(line).toMatch(/^ +\[2026-/);
  });

  test('a width under what reads well is clamped', () => {
    expect(renderText(threeFindingsReport(), { width: 1 })).toBe(
      renderText(threeFindingsReport(), { width: 60 }),
    );
  });

  test('colour adds nothing but colour', () => {
    const painted = renderText(threeFindingsReport(), { paint: ANSI_PAINT, verbose: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of the paint are what is looked for.
    expect(painted.replace(/\u001b\[\d+m/g, '')).toBe(renderText(threeFindingsReport(), { verbose: true }));
    expect(painted).not.toBe(renderText(threeFindingsReport(), { verbose: true }));
  });
});

describe('verdict', () => {
  test('says what, how many, where, since when and how sure', () => {
    expect(verdictOf(oneFindingReport())).toBe(
      '57 of 4,700 requests failed (1.2 %): 1 likely cause. Log: 2026-11-21 03:27:29Z to 03:41:43Z (14 min 14 s). ' +
        '1. The upstream endpoint refuses connections (likely, 93 %): all 57 failed requests to ' +
        'ratings.default.svc.cluster.local:9080, since 2026-11-21 03:31:32Z, still going on when the log ends.',
    );
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
    const report = withParts(healthyReport(), { requests, window: null });
    expect(verdictOf(report)).toBe('No request found in 4,700 lines.');
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
      'since the log begins at 2026-11-21 03:27:30Z, still going on when it ends',
    ],
  ] as const)('%s', ([, firstSeen, lastSeen, expected]) => {
    expect(verdictOf(reportOf({ firstSeen, lastSeen }))).toContain(expected);
  });

  test('a single failure has a time, not a period', () => {
    expect(verdictOf(reportOf({ requests: 1, firstSeen: at(30), lastSeen: at(30) }))).toMatch(
      /, at 2026-11-21 03:30:00Z\.$/,
    );
  });
});

describe('finding', () => {
  test('prints a coincidence with its chance', () => {
    expect(flatten(oneFindingReport())).toContain(
      '(4 of 4 on an endpoint with 12 % of the traffic: chance 1 in 4,800)',
    );
  });

  test('a claim that was judged and is false speaks for the other side', () => {
    const evidence = [
      claim({ claim: 'the idle times lie close together', bits: -4 }),
      claim({ claim: 'some succeed on the same endpoint', supports: false, bits: 2 }),
    ];
    const text = flatten(reportOf({ evidence }));
    expect(text).toContain('+ not so: some succeed on the same endpoint');
    expect(text).toContain('− not so: the idle times lie close together');
  });

  test('keeps a command on a line of its own, however long', () => {
    const lines = renderText(oneFindingReport(), { width: 60 }).split('\n');
    expect(lines.map((line) => line.trim())).toContain(CONNECTION_REFUSED.confirm[0]?.run);
  });

  test('a line end that a log smuggled into a command runs nothing', () => {
    const run = 'istioctl proxy-config routes {pod}\nrm -rf /';
    const lines = renderText(reportOf({ confirm: [{ run, expect: 'nothing' }] })).split('\n');
    expect(lines.map((line) => line.trim())).toContain('istioctl proxy-config routes {pod}\\nrm -rf /');
  });

  test('keeps the indentation of YAML', () => {
    expect(renderText(oneFindingReport())).toContain(
      '        spec:\n          ports:\n            - name: http\n',
    );
  });

  test('names three places and counts the rest', () => {
    const text = flatten(threeFindingsReport());
    expect(text).toContain('authority oldest.bookinfo.example.com (19 requests)');
    expect(text).toContain('+2 more (20 requests)');
  });

  test('shows two samples, no more', () => {
    expect(renderText(threeFindingsReport())).not.toContain('a third sample');
  });

  test('leaves out runners-up that nobody would check', () => {
    expect(renderText(oneFindingReport())).not.toContain('app-not-listening');
  });

  test('counts bursts beyond the third', () => {
    const burst = { from: '2026-11-21T03:31:00.000Z', to: '2026-11-21T03:31:05.000Z', requests: 1 };
    const text = flatten(reportOf({ intervals: Array.from({ length: 5 }, () => burst) }));
    expect(text).toContain('in 5 bursts: - 2026-11-21 03:31:00Z to 03:31:05Z (5 s): 1 request');
    expect(text).toContain('+2 more bursts');
  });
});

describe('arithmetic', () => {
  const text = flatten(oneFindingReport(), { verbose: true, width: 120 });

  test('adds prior and points to the confidence', () => {
    expect(text).toContain(
      'Sum 1 (prior: common) + 4 + 3.1 − 2 + 1 = 7.1 bits → 93 %; beside it connect-timeout 2.6 → 4 %, ' +
        'pod-termination 1.2 → 2 %, app-not-listening −3 → under 1 %, unknown 0 → 1 %',
    );
  });

  test('names the claims that did not count', () => {
    expect(text).toContain(
      'No points · details name remote_connection_failure (a stronger claim about transport counted)',
    );
  });

  test('says why a claim was not judged', () => {
    expect(text).toContain(
      'Not judged ? the same endpoint refused the connections of other callers (all requests come from one caller)',
    );
  });

  test('stays out of the short report, which says where it is', () => {
    const short = flatten(oneFindingReport());
    expect(short).toContain('Not judged 1 claim (-v says which and why)');
    expect(short).not.toContain('(prior: common)');
  });
});

describe('what is left out', () => {
  test('is counted and named', () => {
    const text = flatten(threeFindingsReport(), { top: 1 });
    expect(text).toContain(
      '2 more findings (106 requests) no-route-for-authority (95), keepalive-race (11) --top 3 shows them in full.',
    );
  });

  test('rows of the table are summed', () => {
    expect(flatten(thirtyFindingsReport())).toContain('420 20 more rows');
  });

  test('groups without a cause are summed', () => {
    const { unexplained } = unexplainedReport();
    const groups = Array.from({ length: 7 }, () => unexplained.groups).flat();
    const report = withParts(unexplainedReport(), { unexplained: { ...unexplained, groups } });
    expect(flatten(report)).toContain('+2 more groups (18 requests)');
  });

  test('inputs beyond the fifth are counted', () => {
    const inputs = Array.from({ length: 6 }, () => healthyReport().inputs).flat();
    expect(flatten(withParts(healthyReport(), { inputs }))).toContain('+1 more input');
  });
});

describe('what was read', () => {
  test('accounts for every line', () => {
    expect(flatten(threeFindingsReport())).toContain(
      'Lines: 4,712 read = 4,700 records + 0 continuation + 2 blank + 7 proxy log + 1 unrecognised + 2 failed + ' +
        '0 overlong. Of the 4,700 records 1 was cut short.',
    );
  });

  test('does not hide that the lines do not add up', () => {
    const lines = { ...healthyReport().lines, blank: 3 };
    expect(flatten(withParts(healthyReport(), { lines }))).toContain(
      'The parts add up to 4,703: please report this as a defect of the program.',
    );
  });

  test('shows the lines that were not understood, with the reason in words', () => {
    expect(flatten(threeFindingsReport())).toContain(
      'Not understood (2 of 3): · access.log:17: too few or too many fields [2026-11-21T03:27:31.002Z]',
    );
  });

  test('names operators with one remedy together', () => {
    expect(flatten(threeFindingsReport())).toContain(
      'No %UPSTREAM_CLUSTER% and %RESPONSE_CODE_DETAILS%: 5 diagnoses judged in part only',
    );
  });

  test('counts records outside the chosen time', () => {
    const lines = { ...healthyReport().lines, partial: 2, outsideWindow: 40 };
    expect(flatten(withParts(healthyReport(), { lines }))).toContain(
      'Of the 4,700 records 2 were cut short and 40 lay outside the chosen time.',
    );
  });
});

describe('hostile text', () => {
  const text = renderText(reportFullOf(HOSTILE), { verbose: true });

  test('no control, format or surrogate character reaches the terminal', () => {
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  test('what was replaced is shown', () => {
    expect(text).toContain('\\x1b[2J\\x1b]0;owned\\x07');
    expect(text).toContain('\\u202egnp.exe\\u2066\\u200b');
  });

  test('a line end in a log makes no line of its own', () => {
    const { notes, samples } = { notes: ['a\nFake'], samples: [{ input: 'x', line: 1, text: 'b\r\nFake' }] };
    const report = withParts(reportOf({ samples }), { notes });
    expect(renderText(report)).not.toMatch(/^\s*Fake/m);
  });

  test('a name without end is cut', () => {
    const length = renderText(reportFullOf(ENDLESS), { verbose: true }).length;
    expect(length).toBeLessThan(60_000);
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
