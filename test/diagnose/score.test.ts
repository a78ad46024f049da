import { describe, expect, test } from 'vitest';
import type { ClaimStatement } from '../../src/diagnose/define.ts';
import { coincidenceBits } from '../../src/diagnose/score.ts';
import { FIELD_OPERATORS } from '../../src/model/field.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';
import { render } from '../aggregate/log-lines.ts';
import { bitsOf, diagnose, rankOne } from './diagnosing.ts';
import { always, toy } from './toy.ts';

const UH = render({ responseCode: '503', responseFlags: 'UH', responseCodeDetails: 'no_healthy_upstream' });
/** The same in a format without details, routes and server names. */
const BARE_UH = render({ responseCode: '503', responseFlags: 'UH' }, 'envoy-text');

function bits(evidence: readonly ClaimStatement<ShapeView>[], line = UH): number | undefined {
  return bitsOf([line], toy({ id: 'a', evidence }));
}

describe('claims', () => {
  test.for([
    ['weak', 1],
    ['moderate', 2],
    ['strong', 4],
    ['decisive', 8],
  ] as const)('a %s one is worth %i bits, and as much against', ([weight, worth]) => {
    expect(bits([always(weight)])).toBe(worth);
    expect(bits([{ against: weight, about: 'flags', claim: 'against', when: () => true }])).toBe(-worth);
  });

  test('add up over topics', () => {
    expect(bits([always('weak', 'flags'), always('strong', 'details'), always('moderate', 'size')])).toBe(7);
  });

  test('count once per topic: the strongest for and the strongest against', () => {
    expect(
      bits([
        always('moderate'),
        always('strong'),
        always('weak'),
        { against: 'weak', about: 'flags', claim: 'weak against', when: () => true },
        { against: 'moderate', about: 'flags', claim: 'moderate against', when: () => true },
      ]),
    ).toBe(4 - 2);
  });

  test('are nothing when they are false', () => {
    expect(bits([{ ...always('decisive'), when: () => false }])).toBe(0);
  });

  test('take points away when they are false and say what that means', () => {
    expect(bits([{ ...always('weak'), when: () => false, otherwise: 'strong' }])).toBe(-4);
    expect(
      bits([{ against: 'weak', about: 'flags', claim: 'x', when: () => false, otherwise: 'moderate' }]),
    ).toBe(2);
  });

  test('see the shape and the facts of its group', () => {
    const claim: ClaimStatement<ShapeView> = {
      for: 'strong',
      about: 'flags',
      claim: 'both',
      group: (g, s) => g.requests === 2 && s.responseFlags.includes('UH'),
    };
    expect(bitsOf([UH, UH], toy({ id: 'a', evidence: [claim] }))).toBe(4);
  });
});

describe('a claim about a field that the format lacks', () => {
  const isDetailed = (s: ShapeView): boolean => s.responseCodeDetails === 'no_healthy_upstream';
  const claim: ClaimStatement<ShapeView> = {
    for: 'strong',
    about: 'details',
    claim: 'details say so',
    when: isDetailed,
    otherwise: 'decisive',
  };

  test('is not judged', () => {
    expect(bits([claim])).toBe(4);
    expect(bits([claim], BARE_UH)).toBe(0);
  });

  test('is a blind spot that names the operator and the diagnosis', () => {
    const diagnoses = [toy({ id: 'a', evidence: [always('weak'), claim] })];
    expect(diagnose([UH], diagnoses).blindSpots.map(({ missing }) => missing)).toEqual(['healthy records']);
    const { blindSpots, findings } = diagnose([BARE_UH, render({}, 'envoy-text')], diagnoses);
    expect(blindSpots).toEqual([
      {
        missing: 'RESPONSE_CODE_DETAILS',
        diagnoses: ['a'],
        remedy: expect.stringContaining('every field'),
        yaml: expect.stringContaining('%RESPONSE_CODE_DETAILS%'),
      },
    ]);
    expect(findings[0]?.notJudged).toEqual([
      { claim: 'details say so', because: 'the format lacks responseCodeDetails' },
    ]);
  });

  test('counts when it is true all the same', () => {
    expect(
      bits(
        [{ ...always('strong'), when: (s) => s.routeName === 'x' || s.responseFlags.includes('UH') }],
        BARE_UH,
      ),
    ).toBe(4);
  });

  test('is judged when the field was logged as absent', () => {
    const absent = render({ responseCode: '503', responseFlags: 'UH', responseCodeDetails: null });
    expect(bits([claim], absent)).toBe(-8);
  });

  test.for([
    ['detailsName', ['responseCodeDetails']],
    ['localPort', ['downstreamLocalAddress']],
    ['upstreamIsDownstreamLocal', ['downstreamLocalAddress']],
    ['sniRelation', ['requestedServerName']],
    ['hasUpstreamLocalAddress', ['upstreamLocalAddress']],
    ['clusterDirection', ['upstreamCluster']],
    ['isExternalHost', ['upstreamCluster']],
    ['transportFailure', ['upstreamTransportFailureReason']],
  ] as const)('about %s needs %s', ([property, fields]) => {
    const { explain } = rankOne([BARE_UH], [toy({ id: 'a' })]);
    const [judged] = explain(
      toy({ id: 'b', evidence: [{ ...always('weak'), when: (s) => s[property] === 'x' }] }),
    );
    expect(judged).toMatchObject({ holds: null, bits: 0, missing: fields });
  });

  test('names the field that is missing, not the one beside it', () => {
    const line = 'status=503 response_flags=UH sni=a.example upstream_host=10.0.0.1:80';
    const claims: ClaimStatement<ShapeView>[] = [
      { ...always('weak'), when: (s) => s.sniRelation === 'differs' },
      { ...always('weak'), when: (s) => s.authorityIsUpstream === true },
    ];
    const { blindSpots } = diagnose([line], [toy({ id: 'a', evidence: claims })]);
    expect(blindSpots.map(({ missing }) => missing)).toEqual([FIELD_OPERATORS.authority, 'healthy records']);
  });
});

describe('a claim about the group', () => {
  test('is not judged when it says so', () => {
    const claim: ClaimStatement<ShapeView> = {
      for: 'strong',
      about: 'flags',
      claim: 'x',
      otherwise: 'strong',
      group: () => null,
    };
    const report = diagnose([UH], [toy({ id: 'a', evidence: [always('weak', 'size'), claim] })]);
    expect(report.findings[0]).toMatchObject({
      bits: 1,
      notJudged: [{ claim: 'x', because: 'the log holds too little to compare with' }],
    });
  });
});

describe('a coincidence', () => {
  test.for([
    [1, 0.5, 1],
    [4, 0.5, 4],
    [4, 0.12, 12.24],
    [100, 0.5, 16],
    [3, 1, 0],
    [3, 1.2, 0],
    [3, 0, 16],
    [1, 0.99, 0.0145],
  ] as const)('of %i failures on a share of %f is worth %f bits, at most its claim', ([n, q, worth]) => {
    expect(coincidenceBits({ n, q, what: 'a path' }, 16)).toBeCloseTo(worth, 2);
  });

  const shared = (n: number, q: number): ClaimStatement<ShapeView> => ({
    for: 'strong',
    about: 'path',
    claim: 'all on one path',
    group: () => ({ n, q, what: 'a path' }),
  });

  test('counts up to the weight of its claim, for and against', () => {
    expect(bits([shared(1, 0.5)])).toBe(1);
    expect(bits([shared(9, 0.5)])).toBe(4);
    const { about, claim, group } = shared(3, 0.5);
    expect(bits([{ against: 'moderate', about, claim, group: group ?? (() => null) }])).toBe(-2);
  });

  test('is shown with its counts', () => {
    const { findings } = diagnose([UH], [toy({ id: 'a', evidence: [shared(4, 0.125)] })]);
    expect(findings[0]?.evidence).toEqual([
      {
        claim: 'all on one path',
        about: 'path',
        supports: true,
        requests: 1,
        bits: 4,
        counted: true,
        coincidence: { n: 4, q: 0.125, what: 'a path' },
      },
    ]);
  });
});

describe('the arithmetic of a finding', () => {
  const evidence: readonly ClaimStatement<ShapeView>[] = [
    always('strong'),
    always('weak'),
    { against: 'weak', about: 'size', claim: 'small', when: (s) => (s.bytesSent ?? 0) < 1000 },
    { ...always('weak', 'route'), claim: 'routed', when: (s) => s.routeName === 'x', otherwise: 'weak' },
    { ...always('weak', 'code'), claim: 'never', when: () => false },
  ];

  test('names every claim that moved it, and says which of a topic counted', () => {
    const [finding] = diagnose([UH], [toy({ id: 'a', prior: 'common', evidence })]).findings;
    expect(finding).toMatchObject({ bits: 1 + 4 - 1 - 1, priorBits: 1 });
    expect(finding?.evidence.map(({ claim, bits: worth, counted }) => [claim, worth, counted])).toEqual([
      ['strong for, about flags', 4, true],
      ['weak for, about flags', 1, false],
      ['not so: routed', -1, true],
      ['small', -1, true],
    ]);
  });

  test('sums to the bits of the finding', () => {
    const { candidates, explain } = rankOne([UH], [toy({ id: 'a', evidence })]);
    const [candidate] = candidates;
    const counted =
      candidate === undefined ? [] : explain(candidate.diagnosis).filter((item) => item.counted);
    expect(counted.reduce((sum, item) => sum + item.bits, 0)).toBe(candidate?.bits);
  });
});
