import { describe, expect, test } from 'vitest';
import { Kinds, KindWatch } from '../../src/diagnose/kinds.ts';
import { toShapeView } from '../../src/diagnose/logged-shape.ts';
import type { Diagnosis } from '../../src/model/diagnosis.ts';
import type { GroupFacts } from '../../src/model/group-facts.ts';
import { EMPTY_SHAPE, type Shape } from '../../src/model/shape.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';
import { render } from '../aggregate/log-lines.ts';
import { rank } from './diagnosing.ts';
import { always, toy } from './toy.ts';

function view(fields: Partial<Shape>): ShapeView {
  return toShapeView({ ...EMPTY_SHAPE, responseCode: 503, responseFlags: ['UH'], ...fields });
}

describe('kinds of shapes', () => {
  const kinds = new Kinds<ShapeView>();
  const first = kinds.of(view({ path: '/a' }), (shape) => shape);

  test('are the same whatever the names', () => {
    expect(kinds.of(view({ path: '/b', routeName: 'x' }), (shape) => shape)).toBe(first);
  });

  test.for([
    { responseCode: 502 },
    { responseFlags: ['UH', 'URX'] },
    { responseFlags: [] },
    { responseCodeDetails: 'no_healthy_upstream' },
    { responseCodeDetails: null },
    { mixerStatus: 'null' },
    { mixerStatus: null },
    { hasUpstreamServiceTime: false },
  ])('differ by what proxies say: %j', (fields) => {
    expect(kinds.of(view(fields), (shape) => shape)).not.toBe(first);
  });
});

describe('what is watched', () => {
  const watch = new KindWatch(view({}));
  const isOfKind = (ask: (shape: ShapeView) => unknown): boolean =>
    watch.ask(view({ path: '/a' }), ({ shape }) => ask(shape)).isOfKind;

  test('holds for the kind as long as no name is looked at', () => {
    expect(isOfKind((s) => s.responseFlags.includes('UH') && s.layer === 'http')).toBe(true);
    expect(isOfKind((s) => s.layer === 'tcp' && s.path === '/a')).toBe(true);
    expect(isOfKind((s) => s.path === '/a')).toBe(false);
  });
});

describe('shapes of one kind', () => {
  const lineOf = (fields: Record<string, string>): string =>
    render({ responseCode: '503', responseFlags: 'UH', ...fields });
  /** Bits of a diagnosis on each shape, by path. */
  const bitsByPath = (
    lines: readonly string[],
    diagnosis: Diagnosis,
  ): Readonly<Record<string, number | undefined>> =>
    Object.fromEntries(
      rank(lines, [diagnosis]).shapes.map(({ shape, candidates }) => [shape.path, candidates[0]?.bits]),
    );
  const ONE_GROUP = [lineOf({ path: '/a' }), lineOf({ path: '/b' })];
  const TWO_GROUPS = [
    lineOf({ path: '/a', upstreamCluster: 'outbound|80||a.x.svc.cluster.local' }),
    lineOf({ path: '/b', upstreamCluster: 'outbound|80||b.x.svc.cluster.local' }),
    lineOf({ path: '/b', upstreamCluster: 'outbound|80||b.x.svc.cluster.local' }),
  ];

  test('are told apart by what a claim says of names', () => {
    const evidence = [{ ...always('strong'), when: ({ path }: ShapeView) => path === '/a' }];
    expect(bitsByPath(ONE_GROUP, toy({ id: 'a', evidence }))).toEqual({ '/a': 4, '/b': 0 });
  });

  test('are told apart by what a claim says of facts', () => {
    const { about, claim } = always('strong');
    const evidence = [
      { for: 'strong', about, claim, group: ({ requests }: GroupFacts) => requests === 2 },
    ] as const;
    expect(bitsByPath(TWO_GROUPS, toy({ id: 'a', evidence }))).toEqual({ '/a': 0, '/b': 4 });
  });

  test('are told apart by what a diagnosis applies to', () => {
    const diagnosis = toy({ id: 'a', applies: ({ path }) => path === '/b', evidence: [always('weak')] });
    expect(bitsByPath(ONE_GROUP, diagnosis)).toEqual({ '/b': 1 });
  });

  test('are judged once by claims on what they share', () => {
    let asked = 0;
    const when = ({ responseFlags }: ShapeView): boolean => {
      asked++;
      return responseFlags.includes('UH');
    };
    const diagnosis = toy({ id: 'a', evidence: [{ ...always('strong'), when }] });
    expect(bitsByPath(ONE_GROUP, diagnosis)).toEqual({ '/a': 4, '/b': 4 });
    expect(asked).toBe(1);
  });
});
