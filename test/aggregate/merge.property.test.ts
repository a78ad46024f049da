import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnoses } from '../../diagnoses/index.ts';
import { generateLines } from '../../scripts/bench-log.mjs';
import type { DiagnoseOptions } from '../../src/diagnose/build-report.ts';
import { buildReport } from '../../src/diagnose/build-report.ts';
import type { Aggregate, AggregatePart } from '../../src/model/aggregate.ts';
import type { Diagnosis } from '../../src/model/diagnosis.ts';
import { TOYS } from '../diagnose/toy.ts';
import { cutLog, generatedLog } from './generated-log.ts';
import type { Stretch } from './reading.ts';
import { merge, mergeTwo, readPart, readToMerge } from './reading.ts';

const RUNS = 60;
const RUNS_WITH_ALL_DIAGNOSES = 50;
/** Property tests share two cores with everything else. */
const TIMEOUT_MS = 120_000;

const REGISTRIES: readonly (readonly [string, readonly Diagnosis[], number])[] = [
  ['toy diagnoses', TOYS, RUNS],
  ['all diagnoses', diagnoses, RUNS_WITH_ALL_DIAGNOSES],
];

const cuts = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 4 });
const picks = fc.array(fc.nat(10_000), { minLength: 4, maxLength: 4 });

function report(aggregate: Aggregate, registry: readonly Diagnosis[]): string {
  const options: DiagnoseOptions = {
    diagnoses: registry,
    version: '0.0.0',
    eraOfFormat: () => null,
    isSuppressed: () => false,
    only: null,
    notes: [],
  };
  return JSON.stringify(buildReport(aggregate, options));
}

/** Merges neighbours in the order that `order` picks until one is left. */
function mergeInOrder(parts: readonly AggregatePart[], order: readonly number[]): Aggregate {
  const rest = [...parts];
  for (let turn = 0; rest.length > 1; turn++) {
    const place = (order[turn] ?? 0) % (rest.length - 1);
    const [a, b] = rest.slice(place, place + 2);
    if (a !== undefined && b !== undefined) rest.splice(place, 2, mergeTwo(a, b));
  }
  const [merged] = rest;
  if (merged === undefined) throw new Error('no part to merge');
  return merge([merged]);
}

function readParts(parts: readonly (readonly Stretch[])[]): readonly AggregatePart[] {
  return parts.map((part) => readToMerge(part));
}

describe('a log that is cut at line ends, read in parts and merged', { timeout: TIMEOUT_MS }, () => {
  test.for(REGISTRIES)('gives the report of the whole, byte for byte, with %s', ([, registry, numRuns]) => {
    fc.assert(
      fc.property(generatedLog, cuts, picks, (log, places, order) => {
        const merged = mergeInOrder(readParts(cutLog(log, places)), order);
        expect(report(merged, registry)).toBe(report(readPart(log), registry));
      }),
      { numRuns },
    );
  });

  test('gives the aggregate of the whole, however the parts are bracketed', () => {
    fc.assert(
      fc.property(generatedLog, cuts, picks, (log, places, order) => {
        const merged = mergeInOrder(readParts(cutLog(log, places)), order);
        expect(JSON.stringify(merged)).toBe(JSON.stringify(readPart(log)));
      }),
      { numRuns: RUNS },
    );
  });

  test('gives the report of the whole when the parts travel from thread to thread', () => {
    fc.assert(
      fc.property(generatedLog, cuts, picks, (log, places, order) => {
        const travelled = readParts(cutLog(log, places)).map((part): AggregatePart => structuredClone(part));
        expect(report(mergeInOrder(travelled, order), diagnoses)).toBe(report(readPart(log), diagnoses));
      }),
      { numRuns: RUNS_WITH_ALL_DIAGNOSES },
    );
  });

  test('does not depend on a part that found nothing to read', () => {
    fc.assert(
      fc.property(generatedLog, (log) => {
        const [first, ...others] = log;
        const whole = report(readPart(log), TOYS);
        const empty = { path: first?.path ?? '', continues: true, lines: [] };
        const parts = first === undefined ? [] : [[first], [empty], others];
        expect(report(mergeInOrder(readParts(parts), [0, 0]), TOYS)).toBe(whole);
      }),
      { numRuns: RUNS },
    );
  });

  test('gives the report of the whole for the traffic of a gateway', () => {
    const lines = generateLines({ format: 'text', seed: 11, count: 6000 });
    const log = [{ path: 'gateway.log', continues: false, lines }];
    const merged = mergeInOrder(readParts(cutLog(log, [700, 1999, 2000, 5100])), [3, 1, 0, 0]);
    expect(report(merged, diagnoses)).toBe(report(readPart(log), diagnoses));
  });
});

test('an aggregate survives being handed to another thread', { timeout: TIMEOUT_MS }, () => {
  fc.assert(
    fc.property(generatedLog, (log) => {
      const aggregate = readPart(log);
      expect(structuredClone(aggregate)).toEqual(aggregate);
    }),
    { numRuns: RUNS },
  );
});
