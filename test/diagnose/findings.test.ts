import { describe, expect, test } from 'vitest';
import { diagnose, idsOf } from './diagnosing.ts';
import { failures } from './failures.ts';
import { always, hasFlag, SURE, toy, UF, UH } from './toy.ts';

describe('findings are ordered', () => {
  const [big, small, harmless] = [
    toy({ id: 'big', applies: hasFlag('UF'), evidence: [always('weak')] }),
    toy({ id: 'small', applies: hasFlag('UH'), evidence: [SURE] }),
    toy({ id: 'harmless', applies: hasFlag('DC'), evidence: [SURE], benign: () => true }),
  ];

  test('benign last, else by failed requests times confidence', () => {
    const lines = [
      ...failures('DC', 90, { responseCode: '0' }),
      ...failures('UH', 6),
      ...failures('UF', 10, { upstreamCluster: 'outbound|80||x.y.svc.cluster.local' }),
    ];
    const report = diagnose(lines, [big, small, harmless]);
    // 10 × 2/3 against 6 × 256/257.
    expect(idsOf(report)).toEqual(['big', 'small', 'harmless']);
    expect(idsOf(diagnose(lines.slice(0, -2), [big, small, harmless]))).toEqual(['small', 'big', 'harmless']);
  });

  test('by fingerprint when nothing else differs', () => {
    const lines = [...failures('UF', 2), ...failures('UH', 2)];
    expect(idsOf(diagnose(lines, [UH, UF]))).toEqual(['uf', 'uh']);
  });
});

describe('suppression', () => {
  const clusters = ['a', 'b'].map((name) => `outbound|80||${name}.x.svc.cluster.local`);
  const lines = clusters.flatMap((upstreamCluster) => failures('UF', 1, { upstreamCluster }));
  const suppressed = (isSuppressed: (id: string, scope: string) => boolean): boolean | undefined =>
    diagnose(lines, [UF], { isSuppressed }).findings[0]?.suppressed;

  test('marks a finding all of whose scopes are suppressed, and keeps showing it', () => {
    expect(suppressed((id) => id === 'uf')).toBe(true);
    expect(suppressed((id, scope) => id === 'uf' && scope === clusters[0])).toBe(false);
    expect(suppressed((id) => id === 'uh')).toBe(false);
  });

  test('sees the authority where no cluster was chosen', () => {
    const seen: string[] = [];
    diagnose(failures('UF', 1, { upstreamCluster: null }), [UF], {
      isSuppressed: (_, scope) => seen.push(scope) > 0,
    });
    expect(seen).toEqual(['reviews:9080']);
  });
});

describe('--only', () => {
  test('shows findings of the named diagnoses, judged among all', () => {
    const lines = [...failures('UF', 3), ...failures('UH', 1)];
    const report = diagnose(lines, [UF, UH], { only: new Set(['uh']) });
    expect(report.findings).toMatchObject([{ diagnosis: { id: 'uh' }, share: 0.25 }]);
  });
});
