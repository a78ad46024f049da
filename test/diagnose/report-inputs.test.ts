import { describe, expect, test } from 'vitest';
import { buildReport } from '../../src/diagnose/build-report.ts';
import { render } from '../aggregate/log-lines.ts';
import { readLines } from '../aggregate/reading.ts';
import { diagnose } from './diagnosing.ts';
import { failures } from './failures.ts';
import { UF } from './toy.ts';

describe('an input', () => {
  test('of which nothing was read is noted', () => {
    expect(diagnose([], []).notes).toEqual(['access.log is empty.']);
  });

  test('whose requests a fault filter only delays is noted', () => {
    const delayed = render({ responseFlags: 'DI', duration: '5003' });
    expect(diagnose([delayed, delayed, render({})], []).notes).toEqual([
      '2 requests were held back on purpose (DI): a fault filter is at work, as a VirtualService with a fault section sets it up. That alone fails no request.',
    ]);
    expect(diagnose([render({})], []).notes).toEqual([]);
  });

  test('without start times is noted', () => {
    expect(diagnose(failures('UF', 2, { startTime: null }), [UF]).notes).toEqual([
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
        diagnoses: [UF],
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
