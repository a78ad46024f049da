import { expect, test } from 'vitest';
import { HOP_OUTCOMES, HOP_PLACES, type ReportHop } from '../../src/model/report.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderPath } from '../../src/report/html-path.ts';
import { renderMarkdown } from '../../src/report/report-markdown.ts';
import { CONNECTION_REFUSED } from './fixture-findings.ts';
import { withFinding, withParts } from './fixture-parts.ts';
import { oneFindingReport } from './fixture-reports.ts';

const REFUSED: ReportHop = {
  outcome: 'neverSent',
  place: 'between',
  requests: 57,
  compared: 57,
  joined: 0,
  unseen: 57,
  path: [
    { role: 'caller', address: '10.244.1.10', input: null, pods: [], says: null },
    { role: 'callingProxy', address: null, input: 'client.log', pods: [], says: '503 UF,URX' },
    { role: 'servingProxy', address: '10.244.1.31:9080', input: 'server.log', pods: [], says: null },
    { role: 'application', address: null, input: null, pods: [], says: null },
  ],
};

test('draws the stations with the wires between them, and a cross where the requests fail', () => {
  const { source } = renderPath(REFUSED);
  expect(source.match(/class="station"/g)).toHaveLength(4);
  expect(source.match(/class="wire"/g)).toHaveLength(3);
  expect(source.match(/class="cross"/g)).toHaveLength(1);
  expect(source.match(/class="absent"/g)).toHaveLength(1);
  expect(source).toContain('<code>503 UF,URX</code>');
  expect(source).toContain('57 without trace in the log of the other side');
});

test('a station at which requests fail says so', () => {
  const { source } = renderPath({ ...REFUSED, outcome: 'refused', place: 'servingProxy' });
  expect(source).toMatch(/cross-here"><strong>serving proxy<\/strong> <span class="bad">✗ fails here/);
});

test.for(HOP_OUTCOMES.flatMap((outcome) => HOP_PLACES.map((place) => [outcome, place] as const)))(
  '%s at %s has exactly one place of failure, if the requests were not answered',
  ([outcome, place]) => {
    const { source } = renderPath({ ...REFUSED, outcome, place });
    const crosses = source.match(/class="cross"|cross-here/g) ?? [];
    expect(crosses).toHaveLength(1);
  },
);

test('a page and a ticket have the path of a finding that was joined', () => {
  const joined = withParts(oneFindingReport(), {
    findings: [withFinding(CONNECTION_REFUSED, { hop: REFUSED })],
  });
  expect(renderHtml(joined)).toContain('<ol class="path"');
  expect(renderMarkdown(joined)).toContain('### Path');
  expect(renderHtml(oneFindingReport())).not.toContain('<ol class="path"');
  expect(renderMarkdown(oneFindingReport())).not.toContain('### Path');
});
