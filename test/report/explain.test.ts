import { describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../src/model/diagnosis.ts';
import type { RecordFormat } from '../../src/model/record-format.ts';
import { RESPONSE_FLAG_TABLE } from '../../src/model/response-flag.ts';
import { suggest } from '../../src/model/suggest.ts';
import { explainDiagnosis, explainFlag } from '../../src/report/explain.ts';
import { listDiagnoses, listFlags, listFormats } from '../../src/report/list.ts';
import { ANSI_PAINT, PLAIN_PAINT } from '../../src/report/paint.ts';
import { CONNECT_TIMEOUT_RULE, CONNECTION_REFUSED_RULE, RBAC_RULE, RULES } from './fixture-diagnoses.ts';

describe('explain a diagnosis', () => {
  test('tells all that is known', async () => {
    const text = explainDiagnosis(CONNECTION_REFUSED_RULE, { paint: PLAIN_PAINT, width: 80 });
    await expect(text).toMatchFileSnapshot('golden/explain-diagnosis.80.txt');
  });

  test('says that nobody saw it in a real log yet', () => {
    expect(explainDiagnosis(CONNECT_TIMEOUT_RULE)).toContain('not yet observed in a real log');
  });

  test('shows lines of a real log, harmless on a terminal', () => {
    const lines = ['[2026-11-21T09:00:00.000Z] "GET / HTTP/1.1" 503 UF', 'an escape \u001b[31m'];
    const text = explainDiagnosis(CONNECTION_REFUSED_RULE, { lines });
    expect(text).toContain(`\n${' '.repeat(3)}${lines[0]}\n`);
    expect(text).toContain('an escape \\x1b[31m');
  });

  test('has no heading without content', () => {
    const bare: Diagnosis = { ...CONNECT_TIMEOUT_RULE, confusedWith: [], sources: [] };
    const text = explainDiagnosis(bare);
    expect(text).not.toMatch(/confused|confirm|Versions|Sources|speaks against/);
  });
});

describe('explain a flag', () => {
  test('names its causes, the most usual first, with what tells each', async () => {
    const text = explainFlag('UF', RULES, PLAIN_PAINT, 80);
    await expect(text).toMatchFileSnapshot('golden/explain-flag.80.txt');
  });

  test('a flag that Envoy does not define is no flag of ours, and harmless', () => {
    expect(explainFlag('X\u001bY', RULES)).toBe(
      'X\\x1bY a flag that Envoy 1.40 does not define\n\nNo diagnosis is filed under it. Its response code details say more: faultline explain DETAILS\n',
    );
  });

  test('a flag that no diagnosis claims is told by who sets it', () => {
    const text = explainFlag('UDO', RULES, PLAIN_PAINT, 80);
    expect(text).toMatch(
      /^UDO UnconditionalDropOverload\nThe endpoint policy drops every request\.\n\nWith the/,
    );
    expect(text).toContain('\n\nWhere to look\n   See first whether');
    expect(text).toContain('https://github.com/envoyproxy/envoy/pull/38408');
    expect(text).not.toContain('No diagnosis');
  });

  test('one cause is one cause', () => {
    expect(explainFlag('URX', RULES)).toContain('1 cause:');
  });

  test('a diagnosis whose only claim is the flag is told by it', () => {
    const [claim] = CONNECTION_REFUSED_RULE.evidence;
    const rule: Diagnosis = { ...RBAC_RULE, flags: ['DPE'], evidence: claim === undefined ? [] : [claim] };
    expect(explainFlag('DPE', [rule])).toContain('Told by: flag UF is set');
    expect(explainFlag('DPE', [{ ...rule, evidence: [] }])).not.toContain('Told by');
  });
});

describe('suggest', () => {
  const known = ['connect-timeout', 'connection-refused', 'per-try-timeout', 'rbac-denied', 'UF', 'UH', 'NR'];

  test.for([
    ['connection-refsued', ['connection-refused']],
    ['rbac-deneid', ['rbac-denied']],
    ['uf', ['UF', 'UH']],
    ['timeout', ['connect-timeout', 'per-try-timeout']],
    ['no such thing', []],
    ['', []],
  ] as const)('%s', ([topic, expected]) => {
    expect(suggest(topic, known)).toEqual(expected);
  });

  test('a pasted page costs nothing', () => {
    expect(suggest('x'.repeat(1e6), known)).toEqual([]);
  });

  test('no words, no suggestion', () => {
    expect(suggest('UF', [])).toEqual([]);
  });
});

describe('lists', () => {
  test('diagnoses are aligned and say what was never observed', () => {
    expect(listDiagnoses(RULES)).toBe(
      [
        'id                  family      flags   prior     seen  title',
        'connection-refused  connection  UF,URX  common    yes   The upstream endpoint refuses connections',
        'connect-timeout     connection  UF      usual     no    Connections to the upstream address time out (unreachable, blocked or gone)',
        'rbac-denied         policy      -       uncommon  yes   AuthorizationPolicy denies the request',
        '',
      ].join('\n'),
    );
  });

  test('on a terminal that is too narrow, what does not fit beside the rest stands below', () => {
    expect(listDiagnoses(RULES, { width: 80 }).split('\n').slice(0, 6)).toEqual([
      'id                  family      flags   prior     seen',
      'connection-refused  connection  UF,URX  common    yes',
      '  The upstream endpoint refuses connections',
      'connect-timeout     connection  UF      usual     no',
      '  Connections to the upstream address time out (unreachable, blocked or gone)',
      'rbac-denied         policy      -       uncommon  yes',
    ]);
    expect(listDiagnoses(RULES, { width: 140 })).toBe(listDiagnoses(RULES));
  });

  test('every flag has a line, with the number of its diagnoses', () => {
    const lines = listFlags(RULES).trimEnd().split('\n');
    expect(lines).toHaveLength(RESPONSE_FLAG_TABLE.length + 1);
    expect(lines.find((line) => line.startsWith('UF '))).toMatch(
      /^UF +UpstreamConnectionFailure +2 {2}No connection/,
    );
  });

  test('formats say what prints them', () => {
    const format: RecordFormat = {
      id: 'istio-text',
      title: 'Istio default text',
      versions: 'Istio ≥ 1.9',
      era: null,
      parser: { fields: new Set(), encoding: 'text', program: null, parse: () => 'parsed' },
      samples: [],
    };
    expect(listFormats([format])).toBe(
      'id          encoding  printed by   title\nistio-text  text      Istio ≥ 1.9  Istio default text\n',
    );
  });

  test('colour marks the header only', () => {
    expect(listDiagnoses([], { paint: ANSI_PAINT })).toBe(
      '\u001b[2mid  family  flags  prior  seen  title\u001b[22m\n',
    );
  });
});
