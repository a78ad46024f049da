import { describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../src/model/diagnosis.ts';
import { renderDiagnosesIndex, renderFlagTable } from '../../src/report/index-page.ts';
import {
  escapeMarkdown,
  markdownBlock,
  markdownCell,
  markdownCode,
  markdownLink,
} from '../../src/report/markdown.ts';
import { renderDiagnosisPage } from '../../src/report/page.ts';
import { CONNECT_TIMEOUT_RULE, CONNECTION_REFUSED_RULE, RBAC_RULE, RULES } from './fixture-diagnoses.ts';
import { HOSTILE } from './fixture-hostile.ts';

const linkTo = (id: string): string => `../connection/${id}.md`;

describe('page of a diagnosis', () => {
  test('tells all that is known', async () => {
    const page = renderDiagnosisPage(CONNECTION_REFUSED_RULE, linkTo);
    await expect(page).toMatchFileSnapshot('golden/diagnosis-page.md');
  });

  test('names the file to edit instead', () => {
    expect(renderDiagnosisPage(RBAC_RULE, linkTo).split('\n')[0]).toContain(
      'diagnoses/policy/rbac-denied.ts',
    );
  });

  test('has no heading without content', () => {
    const page = renderDiagnosisPage({ ...CONNECT_TIMEOUT_RULE, confusedWith: [] }, linkTo);
    expect(page).not.toMatch(/## (Easily|How|Versions|What speaks)/);
  });

  test('says that nobody saw it in a real log yet', () => {
    expect(renderDiagnosisPage(CONNECT_TIMEOUT_RULE, linkTo)).toContain('Not yet observed in a real log');
  });

  test('a cause without a flag says so', () => {
    expect(renderDiagnosisPage(RBAC_RULE, linkTo)).toContain(
      '`rbac-denied` · An uncommon cause, under no response flag.',
    );
  });

  test('says what a claim means that is judged and false', () => {
    const [claim] = CONNECTION_REFUSED_RULE.evidence;
    if (claim === undefined) throw new Error('the fixture has a claim');
    const rule: Diagnosis = {
      ...RBAC_RULE,
      evidence: [
        { ...claim, claim: 'a', otherwise: 'strong' },
        { ...claim, claim: 'b', supports: false, otherwise: 'weak' },
      ],
    };
    const page = renderDiagnosisPage(rule, linkTo);
    expect(page).toContain('- **Decisive:** a. If not: strong evidence against it.');
    expect(page).toContain('- **Decisive:** b. If not: weak evidence for it.');
  });

  test('no text of it is markup or steers a terminal', () => {
    const page = renderDiagnosisPage({ ...RBAC_RULE, title: `<b>${HOSTILE}`, cause: '# [x](y)' }, linkTo);
    expect(page).toContain('# \\<b\\>\\\\x1b\\[2J');
    expect(page).toContain('\n\\# \\[x\\](y)\n');
  });
});

describe('index', () => {
  test('has a table per family that has members', async () => {
    const index = renderDiagnosesIndex(RULES, (id) => `${id}.md`);
    await expect(index).toMatchFileSnapshot('golden/diagnoses-index.md');
  });

  test('the table of flags links the causes, the most usual first', () => {
    const row = renderFlagTable(RULES, linkTo)
      .split('\n')
      .find((line) => line.startsWith('| `UF` '));
    expect(row).toBe(
      '| `UF` | UpstreamConnectionFailure | No connection to the upstream endpoint could be made. | ' +
        '[`connection-refused`](../connection/connection-refused.md), ' +
        '[`connect-timeout`](../connection/connect-timeout.md) |',
    );
  });
});

describe('Markdown', () => {
  test.for([
    ['a*b*', 'a\\*b\\*'],
    ['route_not_found', 'route_not_found'],
    ['error:_Connection_refused', 'error:\\_Connection_refused'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['a & b < c', 'a &amp; b \\< c'],
    ['outbound|80', 'outbound\\|80'],
    ['the `hosts` key', 'the `hosts` key'],
    ['one ` only', 'one \\` only'],
    ['$x$', '\\$x\\$'],
  ] as const)('%s is written %s', ([text, markup]) => {
    expect(escapeMarkdown(text)).toBe(markup);
  });

  test('code may hold backticks', () => {
    expect(markdownCode('a``b')).toBe('```a``b```');
    expect(markdownCode('`a')).toBe('`` `a ``');
  });

  test('a block may hold a fence', () => {
    expect(markdownBlock('```\nx\n```\n', 'sh')).toBe('````sh\n```\nx\n```\n````');
  });

  test('an address cannot end its link', () => {
    expect(markdownLink('t', 'https://x/a b)')).toBe('[t](<https://x/a%20b)>)');
  });

  test('a bar in code does not end a cell', () => {
    expect(markdownCell('`a|b` c\\|d')).toBe('`a\\|b` c\\|d');
  });
});
