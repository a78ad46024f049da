import { describe, expect, test } from 'vitest';
import { toConfidences } from '../../src/diagnose/rank.ts';
import { PRIOR_BITS } from '../../src/model/diagnosis-vocabulary.ts';
import { render } from '../aggregate/log-lines.ts';
import { rank, rankOne } from './diagnosing.ts';
import { always, hasFlag, toy } from './toy.ts';

const UH = render({ responseCode: '503', responseFlags: 'UH', responseCodeDetails: 'no_healthy_upstream' });
const NR = render({ responseCode: '404', responseFlags: 'NR', responseCodeDetails: 'route_not_found' });

describe('ranking', () => {
  test.for(Object.entries(PRIOR_BITS))('a %s cause starts with %i bits', ([prior, bits]) => {
    const priors = ['common', 'usual', 'uncommon', 'rare'] as const;
    const { candidates } = rankOne(
      [UH],
      priors.map((one) => toy({ id: one, prior: one })),
    );
    expect(candidates.find(({ diagnosis }) => diagnosis.id === prior)?.bits).toBe(bits);
  });

  test('shares the confidence among candidates and the unknown, the odds doubling with each bit', () => {
    const { candidates, unknown } = rankOne(
      [UH],
      [
        toy({ id: 'a', evidence: [always('moderate')] }),
        toy({ id: 'b', evidence: [always('weak')] }),
        toy({ id: 'c' }),
      ],
    );
    expect(candidates.map(({ diagnosis, confidence }) => [diagnosis.id, confidence])).toEqual([
      ['a', 4 / 8],
      ['b', 2 / 8],
      ['c', 1 / 8],
    ]);
    expect(unknown).toBe(1 / 8);
  });

  test('asks a diagnosis only about shapes that it applies to', () => {
    const { shapes } = rank([UH, NR], [toy({ id: 'a', applies: hasFlag('UH') })]);
    expect(shapes.map(({ shape, candidates }) => [shape.responseFlags, candidates.length]).sort()).toEqual([
      [['NR'], 0],
      [['UH'], 1],
    ]);
  });

  test('knows nothing where no diagnosis applies', () => {
    expect(rankOne([UH], [])).toMatchObject({ candidates: [], unknown: 1 });
  });

  test('puts equals in order of id', () => {
    const { candidates } = rankOne([UH], [toy({ id: 'b' }), toy({ id: 'c' }), toy({ id: 'a' })]);
    expect(candidates.map(({ diagnosis }) => diagnosis.id)).toEqual(['a', 'b', 'c']);
  });

  test('asks about records that have not failed only those that claim such', () => {
    const short = render({ method: null, protocol: null, responseCode: '0', bytesSent: '7' });
    const { candidates } = rankOne([short], [toy({ id: 'a' }), toy({ id: 'b', claimsHealthy: true })]);
    expect(candidates.map(({ diagnosis }) => diagnosis.id)).toEqual(['b']);
  });

  test('counts every failed request of a group under one of its shapes', () => {
    const lines = Array.from({ length: 300 }, (_, i) =>
      render({ responseCode: '503', responseFlags: 'UF', upstreamHost: `10.0.${i % 9}.${i % 200}:80` }),
    );
    const { shapes } = rank(lines, []);
    expect(shapes.length).toBeLessThan(100);
    expect(shapes.reduce((sum, { requests }) => sum + requests, 0)).toBe(300);
  });
});

describe('a cause that was never observed', () => {
  const sure = always('decisive');

  test('is at most 0.8 certain, and the rest goes to the unknown', () => {
    const { candidates, unknown } = rankOne([UH], [toy({ id: 'a', unobserved: true, evidence: [sure] })]);
    expect(candidates[0]?.confidence).toBe(0.8);
    expect(unknown).toBeCloseTo(0.2);
  });

  test('is not touched below that', () => {
    const { candidates } = rankOne([UH], [toy({ id: 'a', unobserved: true, evidence: [always('weak')] })]);
    expect(candidates[0]?.confidence).toBeCloseTo(2 / 3);
  });

  test('leaves its rivals as they are', () => {
    const rivals = [{ diagnosis: toy({ id: 'b' }), bits: 3 }];
    const capped = toConfidences([{ diagnosis: toy({ id: 'a', unobserved: true }), bits: 8 }, ...rivals], 1);
    const free = toConfidences([{ diagnosis: toy({ id: 'a' }), bits: 8 }, ...rivals], 1);
    expect(capped.ranked[1]?.confidence).toBe(free.ranked[1]?.confidence);
    expect(capped.ranked[0]?.confidence).toBe(0.8);
  });
});

describe('temperature', () => {
  test('is the number of bits that double the odds', () => {
    const [a, b] = [toy({ id: 'a' }), toy({ id: 'b' })];
    const { ranked } = toConfidences(
      [
        { diagnosis: a, bits: 6 },
        { diagnosis: b, bits: 3 },
      ],
      3,
    );
    expect((ranked[0]?.confidence ?? 0) / (ranked[1]?.confidence ?? 1)).toBeCloseTo(2);
  });
});
