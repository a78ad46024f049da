import { describe, expect, test } from 'vitest';
import type { HopOutcome, HopPlace, ReportHop } from '../../src/model/report.ts';
import { describeHop, describeHopCounts, describeHopNodes, drawHop } from '../../src/report/hop.ts';
import { renderHtml } from '../../src/report/html.ts';
import { PLAIN_PAINT } from '../../src/report/paint.ts';
import { renderMarkdown } from '../../src/report/report-markdown.ts';
import { renderText } from '../../src/report/text.ts';
import { withParts } from './fixture-parts.ts';
import { oneFindingReport } from './fixture-reports.ts';

const HOP: ReportHop = {
  outcome: 'refused',
  place: 'servingProxy',
  requests: 1200,
  compared: 1201,
  joined: 1100,
  unseen: 100,
  path: [
    { role: 'caller', address: '10.1.1.1', input: null, pods: [], says: null },
    { role: 'callingProxy', address: null, input: '-', pods: [], says: '503 UC' },
    { role: 'servingProxy', address: '10.1.1.2:9080', input: 'server.log', pods: [], says: '0 NR <b>' },
    { role: 'application', address: null, input: null, pods: [], says: null },
  ],
};

const DRAWN: readonly (readonly [HopOutcome, HopPlace, string, RegExp])[] = [
  ['neverSent', 'callingProxy', 'calling proxy ✗ ····', /gave the requests up/],
  ['neverSent', 'between', 'calling proxy ──✗ serving', /got no connection to the endpoint/],
  ['refused', 'servingProxy', 'serving proxy ✗ ····', /turned the requests away/],
  ['refused', 'application', 'application ✗', /no connection to its application/],
  ['notAnswered', 'application', 'application ✗', /^Received and not answered/],
  ['notAnswered', 'between', 'calling proxy ──✗ serving', /^Sent and not answered/],
  ['notAnswered', 'caller', 'caller ✗', /the caller left/],
  ['answeredWithFailure', 'application', 'application ✗', /^Answered with a failure/],
  ['answeredAndLost', 'between', 'calling proxy ◀──✗ serving', /^Answered and lost/],
];

describe('the path of a request', () => {
  test.for(DRAWN)('%s at %s', ([outcome, place, drawn, said]) => {
    const hop = { ...HOP, outcome, place };
    expect(drawHop(hop)).toContain(drawn);
    expect(drawHop(hop).length).toBeLessThanOrEqual(66);
    expect(describeHop(hop)).toMatch(said);
  });

  test('says how many requests were found where, and what each proxy logged', () => {
    expect(describeHopCounts(HOP)).toMatch(
      /^1,200 of 1,201.requests: 1,100 in both logs, 100 without trace in the log of the other side$/,
    );
    expect(describeHopNodes(HOP)).toEqual([
      'calling proxy (standard input): 503 UC',
      'serving proxy (server.log, at 10.1.1.2:9080): 0 NR <b>',
    ]);
  });

  const report = oneFindingReport();
  const joined = withParts(report, {
    findings: report.findings.map((finding) => ({ ...finding, hop: HOP })),
  });

  test('stands in the text, Markdown and HTML reports, 80 columns wide', () => {
    const text = renderText(joined, { width: 80, paint: PLAIN_PAINT });
    expect(text).toContain('   Path       caller ──▶ calling proxy ──▶ serving proxy ✗ ···· application\n');
    expect(renderMarkdown(joined)).toContain('### Path\n');
    expect(renderHtml(joined)).toContain('0 NR &lt;b&gt;');
  });

  test('is left out where no other log was given', () => {
    expect(renderMarkdown(report)).not.toContain('### Path');
    expect(renderText(report, { width: 80, paint: PLAIN_PAINT })).not.toContain('Path ');
  });
});
