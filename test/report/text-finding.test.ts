import { describe, expect, test } from 'vitest';
import { renderText } from '../../src/report/text.ts';
import { CONNECTION_REFUSED } from './fixture-findings.ts';
import { claim } from './fixture-parts.ts';
import { oneFindingReport, reportOf, threeFindingsReport } from './fixture-reports.ts';
import { flatten } from './flat-text.ts';

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
