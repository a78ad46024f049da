import { describe, expect, test } from 'vitest';
import { areAtSameMoments } from '../../src/diagnose/same-moments.ts';
import type { FailureGroup } from '../../src/model/aggregate.ts';
import { onlyGroup } from '../aggregate/reading.ts';
import { plainLine, plainTurnedAwayLine } from '../join/lines.ts';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 10, 21, 3, 30);

function callerAt(times: readonly number[], durationMs = 3): FailureGroup {
  return onlyGroup(
    times.map((at, n) =>
      plainLine({ at, id: `7e57eeee-${n}`, code: 503, flags: 'UC', durationMs }, '10.244.1.21:9080'),
    ),
  );
}

function namelessAt(times: readonly number[]): FailureGroup {
  return onlyGroup(times.map(plainTurnedAwayLine));
}

const logOf = (lastMs: number): { first: number; last: number } => ({ first: START, last: START + lastMs });
const TIMES = [0, 400, 1900, 2600, 5100];

describe('a handful of lines that name nobody', () => {
  test('belong to the requests that they begin with', () => {
    expect(areAtSameMoments(namelessAt(TIMES.map((at) => at + 1)), callerAt(TIMES), logOf(9000))).toBe(true);
  });

  test('belong to requests of which each made several attempts', () => {
    const attempts = TIMES.flatMap((at) => [at + 1, at + 20, at + 45]);
    expect(areAtSameMoments(namelessAt(attempts), callerAt(TIMES, 50), logOf(9000))).toBe(true);
  });

  test('belong to requests that follow close on each other when each begins with one', () => {
    const dense = [0, 70, 130, 210, 270, 350];
    const attempts = dense.flatMap((at) => [at + 1, at + 30]);
    expect(areAtSameMoments(namelessAt(attempts), callerAt(dense, 55), logOf(9000))).toBe(true);
  });

  test('belong to no requests of other moments', () => {
    expect(areAtSameMoments(namelessAt(TIMES.map((at) => at + 150)), callerAt(TIMES), logOf(9000))).toBe(
      false,
    );
  });

  test('belong to no requests that most of them miss', () => {
    const others = [700, 1200, 3300, 4000];
    expect(areAtSameMoments(namelessAt([...TIMES, ...others]), callerAt(TIMES), logOf(9000))).toBe(false);
  });

  test('do not explain requests of which most have none', () => {
    const more = [...TIMES, 700, 1200, 3300, 4000];
    expect(areAtSameMoments(namelessAt(TIMES), callerAt(more), logOf(9000))).toBe(false);
  });

  test('may meet requests by chance that take most of the time', () => {
    const inOneGo = [0, 100, 200, 300];
    const anywhere = [70, 160, 240, 390];
    expect(areAtSameMoments(namelessAt(anywhere), callerAt(inOneGo, 99), logOf(HOUR_MS))).toBe(false);
  });

  test('are taken for one request where the log is long enough to make that no accident', () => {
    expect(areAtSameMoments(namelessAt([1]), callerAt([0]), logOf(HOUR_MS))).toBe(true);
    expect(areAtSameMoments(namelessAt([1]), callerAt([0]), logOf(500))).toBe(false);
  });
});
