import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { renderMarkdown } from '../../src/report/report-markdown.ts';
import { ENDLESS, HOSTILE, reportFullOf } from './fixture-hostile.ts';
import {
  benignReport,
  healthyReport,
  oneFindingReport,
  thirtyFindingsReport,
  threeFindingsReport,
  unexplainedReport,
} from './fixture-reports.ts';

const MARKUP = '# x\n- **b** <script>alert(1)</script> [a](javascript:b) | ``` `c` *d* _e_ ~~f~~ &amp; $g$';
const GOLDEN: Readonly<Record<string, Report>> = {
  healthy: healthyReport(),
  benign: benignReport(),
  'three-findings': threeFindingsReport(),
  unexplained: unexplainedReport(),
};
const HARMFUL_REPORTS: readonly (readonly [name: string, text: string])[] = [
  ['hostile', HOSTILE],
  ['markup', MARKUP],
  ['endless', ENDLESS],
];

/** The lines outside of fenced blocks, without code spans. */
function proseOf(markdown: string): readonly string[] {
  let fence = '';
  return markdown.split('\n').flatMap((line) => {
    const [run = ''] = /^`{3,}/.exec(line) ?? [];
    if (fence === '' && run !== '') {
      fence = run;
      return [];
    }
    if (fence !== '') {
      if (line === fence) fence = '';
      return [];
    }
    // What a backslash escapes goes too: an escaped backtick begins no code, and the one behind it does.
    return [line.replace(/\\[\s\S]|(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')];
  });
}

test.for(Object.entries(GOLDEN))('%s', async ([name, report]) => {
  await expect(renderMarkdown(report)).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `${name}.md`));
});

describe.for(HARMFUL_REPORTS)('log text in Markdown: %s', ([, text]) => {
  const markdown = renderMarkdown(reportFullOf(text));

  test('begins no block and is no markup', () => {
    const shape = (lines: readonly string[]): string[] =>
      lines.map((line) => /^(?:#+|- |\d+\.|\||→)/.exec(line)?.[0] ?? '').filter((mark) => mark !== '');
    expect(shape(proseOf(markdown))).toEqual(shape(proseOf(renderMarkdown(reportFullOf('plain')))));
    for (const line of proseOf(markdown))
      expect(line).not.toMatch(/(?<!\\)<(?!https?:)|(?<!\\)\]\(javascript/);
  });

  test('steers no terminal, and is cut', () => {
    expect(markdown).not.toMatch(/[\p{Cf}\p{Cs}\u007f-\u009f]|(?![\n])\p{Cc}/u);
    expect(markdown.length).toBeLessThan(120_000);
  });
});

test('states what --top cut', () => {
  const markdown = renderMarkdown(thirtyFindingsReport(), { top: 2 });
  expect(markdown.match(/^## \d+\. /gm)).toHaveLength(2);
  expect(markdown).toContain('## 28 more findings');
  expect(markdown).toContain('`--top 30` shows all in full.');
});

test('holds no HTML and no blank that a search would miss', () => {
  const markdown = renderMarkdown(oneFindingReport());
  expect(proseOf(markdown).join('\n')).not.toMatch(/<[a-z/]/);
  expect(markdown).not.toContain('\u00a0');
});
