import { describe, expect, test } from 'vitest';
import type { AggregatePart } from '../../src/model/aggregate.ts';
import type { Event } from './log-lines.ts';
import { at, render } from './log-lines.ts';
import { merge, readToMerge } from './reading.ts';

const CONNECTION = '10.0.0.1:4000';
const FAILED: Event = {
  responseCode: '503',
  responseFlags: 'UC',
  responseCodeDetails: 'upstream_reset_before_response_started{connection_termination}',
};

/** A part of one input; all but the first go on where the part before ended. */
function parts(...all: readonly (readonly string[])[]): readonly AggregatePart[] {
  return all.map((lines, i) => readToMerge([{ path: 'a.log', continues: i > 0, lines }]));
}

const answer = (ms: number, upstreamLocalAddress = CONNECTION): string =>
  render({ startTime: at(ms), upstreamLocalAddress });
const failure = (ms: number): string =>
  render({ ...FAILED, startTime: at(ms), upstreamLocalAddress: CONNECTION });

describe('the idle time of a failure behind a cut', () => {
  const idle = (...all: readonly (readonly string[])[]): unknown[] =>
    merge(parts(...all)).groups.flatMap(({ sampled }) => sampled.map(({ idleMs }) => idleMs));

  test('runs from the last answer of the part before', () => {
    expect(idle([answer(0), answer(300)], [failure(2300)])).toEqual([2000]);
  });

  test('runs from an answer several parts before', () => {
    expect(idle([answer(300)], [answer(500, '10.0.0.1:4001')], [], [failure(2300)])).toEqual([2000]);
  });

  test('runs from an answer of its own part where there is one', () => {
    expect(idle([answer(0)], [answer(2000), failure(2300)])).toEqual([300]);
  });

  test('stays open where no part knows of an answer', () => {
    expect(idle([answer(0, '10.0.0.1:4001')], [failure(2300)])).toEqual([{ connection: expect.any(Number) }]);
  });
});

describe('what merged parts show', () => {
  test('are the lines of one input, numbered through', () => {
    const { inputs, groups } = merge(parts(['', answer(0)], [failure(1), 'hello world'], [failure(2)]));
    expect(inputs).toMatchObject([
      {
        path: 'a.log',
        continues: false,
        format: 'istio-text',
        lines: { read: 5, records: 3, unrecognised: 1 },
      },
    ]);
    expect(inputs[0]?.rejected).toEqual([{ reason: 'UNRECOGNISED', line: 4, text: 'hello world' }]);
    expect(groups[0]?.lines.map(({ input, line }) => [input, line])).toEqual([
      [0, 3],
      [0, 5],
    ]);
  });

  test('are the inputs of all in order, when none goes on', () => {
    const [a, b] = ['a.log', 'b.log'].map((path) =>
      readToMerge([{ path, continues: false, lines: [failure(1)] }]),
    );
    const merged = merge([a, b].flatMap((part) => part ?? []));
    expect(merged.inputs.map(({ path }) => path)).toEqual(['a.log', 'b.log']);
    expect(merged.groups[0]?.lines.map(({ input, line }) => [input, line])).toEqual([
      [0, 1],
      [1, 1],
    ]);
  });

  test('are the first few rejected lines of each reason', () => {
    const { inputs } = merge(parts(['one', 'two'], ['three', 'four']));
    expect(inputs[0]?.rejected.map(({ line, text }) => [line, text])).toEqual([
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
    ]);
  });

  test('is the format that most records of the input have', () => {
    const lines = [render({}, 'envoy-text'), render({}, 'envoy-text')];
    expect(merge(parts([render({})], lines)).inputs[0]).toMatchObject({
      format: 'envoy-default',
      formats: { 'envoy-default': 2, 'istio-text': 1 },
    });
  });

  test('are the events of the proxy itself, added up by kind', () => {
    const ready = '2026-11-21T03:00:01.000000Z\tinfo\tEnvoy proxy is ready';
    const { proxyLog } = merge(parts([ready], [failure(1), ready.replace(':01.', ':09.')]));
    expect(proxyLog).toMatchObject([
      {
        kind: 'started',
        lines: 2,
        time: { first: Date.parse(at(1000)), last: Date.parse(at(9000)) },
        samples: [{ line: 1 }, { line: 3 }],
      },
    ]);
  });
});
