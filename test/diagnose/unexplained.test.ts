import { describe, expect, test } from 'vitest';
import { render, TCP } from '../aggregate/log-lines.ts';
import { diagnose, findingOf } from './diagnosing.ts';
import { failures } from './failures.ts';
import { always, hasFlag, SURE, toy, UF } from './toy.ts';

describe('what fits no diagnosis', () => {
  test('is unexplained, with its share and a line', () => {
    const lines = [
      ...failures('UF', 3),
      ...failures('UO', 1, { upstreamCluster: null }),
      ...failures('UC', 2),
    ];
    const { unexplained, requests } = diagnose(lines, [UF]);
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

  test('is told by who sets its flag, where no diagnosis claims that', () => {
    const { notes } = diagnose([...failures('DO', 3), ...failures('UF', 1), render({})], [UF]);
    expect(notes).toEqual([expect.stringMatching(/^DO on 3 requests: .*drop_overloads/)]);
  });

  test('needs no word on flags that a diagnosis claims', () => {
    expect(diagnose(failures('UF', 1), [UF]).notes).toEqual([]);
    expect(
      diagnose(failures('LR', 1), [toy({ id: 'a', applies: hasFlag('LR'), evidence: [SURE] })]).notes,
    ).toEqual([]);
  });

  test('does not include requests that have not failed', () => {
    const short = render({ ...TCP, bytesSent: '7' });
    expect(diagnose([short], [UF]).unexplained.requests).toBe(0);
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
      evidence: [SURE],
      echoes: (s) => s.layer === 'tcp',
    });
    const report = diagnose([...short, ...failures('UF', 1)], [claimer, cause]);
    expect(report.requests.failed).toBe(5);
    expect(findingOf(report, 'cause')).toMatchObject({ requests: 5, share: 1 });
  });
});
