import { describe, expect, test } from 'vitest';
import { PARSE_FAILURES } from '../../src/model/record-format.ts';
import type { Report } from '../../src/model/report.ts';
import { ANSI_PAINT } from '../../src/report/paint.ts';
import { renderText } from '../../src/report/text.ts';
import { ENDLESS, HOSTILE, reportFullOf } from './fixture-hostile.ts';
import { withParts } from './fixture-parts.ts';
import {
  benignReport,
  healthyReport,
  oneFindingReport,
  reportOf,
  thirtyFindingsReport,
  threeFindingsReport,
  unexplainedReport,
} from './fixture-reports.ts';
import { flatten } from './flat-text.ts';

const REPORTS: Readonly<Record<string, Report>> = {
  healthy: healthyReport(),
  benign: benignReport(),
  'one-finding': oneFindingReport(),
  'three-findings': threeFindingsReport(),
  'thirty-findings': thirtyFindingsReport(),
  unexplained: unexplainedReport(),
  hostile: reportFullOf(HOSTILE),
};
const WIDTHS = [60, 80, 100, 120] as const;

describe('whole reports', () => {
  const cases = Object.entries(REPORTS).flatMap(([name, report]) =>
    ([80, 120] as const).map((width) => [name, width, report] as const),
  );

  test.for(cases)('%s at %i columns', async ([name, width, report]) => {
    await expect(renderText(report, { width })).toMatchFileSnapshot(`golden/${name}.${width}.txt`);
  });

  test('three findings with the arithmetic', async () => {
    const text = renderText(threeFindingsReport(), { width: 100, verbose: true });
    await expect(text).toMatchFileSnapshot('golden/three-findings.verbose.txt');
  });
});

describe('form', () => {
  const cases = Object.entries(REPORTS).flatMap(([name, report]) =>
    WIDTHS.flatMap((width) =>
      [false, true].map(
        (verbose) => [name, width, verbose, renderText(report, { width, verbose, top: 30 })] as const,
      ),
    ),
  );

  test.for(cases)(
    '%s, %i columns, verbose %s: no blanks at line ends, no double empty lines',
    ([, , , text]) => {
      expect(text).not.toMatch(/[ \t]$|\n\n\n/m);
      expect(text.endsWith('\n') && !text.endsWith('\n\n')).toBe(true);
    },
  );

  test.for(cases)('%s, %i columns, verbose %s: one of a kind is singular', ([, , , text]) => {
    expect(text).not.toMatch(
      /(?<![\d,.])1\s+(requests|records|lines|claims|bursts|findings|causes|diagnoses|rows|groups|bytes|inputs)\b/,
    );
    expect(text).not.toMatch(/\b([a-z]+) \1\b/i);
  });

  // What is hostile may be of any width, since all of it is copied.
  test.for(cases.filter(([name]) => name !== 'hostile'))(
    '%s, %i columns, verbose %s: only what is copied is wider than the page',
    ([, width, , text]) => {
      const wide = text.split('\n').filter((line) => [...line].length > width);
      expect(wide.filter((line) => !/^\s+(istioctl|kubectl|https:|(Where +)?outbound\|)/.test(line))).toEqual(
        [],
      );
    },
  );

  test('a wide terminal gets no longer sentences, but more of each log line', () => {
    const lines = (width: number): string[] => renderText(threeFindingsReport(), { width }).split('\n');
    const [wide, narrow] = [lines(400), lines(120)];
    const differing = wide.filter((line, i) => line !== narrow[i]);
    expect(wide).toHaveLength(narrow.length);
    expect(differing.length).toBeGreaterThan(0);
    for (const line of differing.filter((text) => !text.startsWith('─'))) expect(line).toMatch(/^ +\[2026-/);
  });

  test('a width under what reads well is clamped', () => {
    expect(renderText(threeFindingsReport(), { width: 1 })).toBe(
      renderText(threeFindingsReport(), { width: 60 }),
    );
  });

  test('colour adds nothing but colour', () => {
    const painted = renderText(threeFindingsReport(), { paint: ANSI_PAINT, verbose: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of the paint are what is looked for.
    expect(painted.replace(/\u001b\[\d+m/g, '')).toBe(renderText(threeFindingsReport(), { verbose: true }));
    expect(painted).not.toBe(renderText(threeFindingsReport(), { verbose: true }));
  });
});

describe('what is left out', () => {
  test('is counted and named', () => {
    const text = flatten(threeFindingsReport(), { top: 1 });
    expect(text).toContain(
      '2 more findings (106 requests) no-route-for-authority (95), keepalive-race (11) --top 3 shows them in full.',
    );
  });

  test('rows of the table are summed', () => {
    expect(flatten(thirtyFindingsReport())).toContain('420 20 more rows');
  });

  test('groups without a cause are summed', () => {
    const { unexplained } = unexplainedReport();
    const groups = Array.from({ length: 7 }, () => unexplained.groups).flat();
    const report = withParts(unexplainedReport(), { unexplained: { ...unexplained, groups } });
    expect(flatten(report)).toContain('+2 more groups (18 requests)');
  });

  test('inputs beyond the fifth are counted', () => {
    const inputs = Array.from({ length: 6 }, () => healthyReport().inputs).flat();
    expect(flatten(withParts(healthyReport(), { inputs }))).toContain('+1 more input');
  });
});

describe('what was read', () => {
  test('accounts for every line', () => {
    expect(flatten(threeFindingsReport())).toContain(
      'Lines: 4,712 read = 4,700 records + 0 continuation + 2 blank + 7 proxy log + 1 unrecognised + 2 failed + ' +
        '0 overlong. Of the 4,700 records 1 was cut short.',
    );
  });

  test('does not hide that the lines do not add up', () => {
    const lines = { ...healthyReport().lines, blank: 3 };
    expect(flatten(withParts(healthyReport(), { lines }))).toContain(
      'The parts add up to 4,703: please report this as a defect of the program.',
    );
  });

  test.for([...PARSE_FAILURES, 'UNRECOGNISED', 'OVERLONG'])('has words for the reason %s', (reason) => {
    const rejected = [{ input: 'access.log', line: 1, reason, text: 'x' }];
    expect(flatten(withParts(healthyReport(), { rejected }))).not.toContain(reason);
  });

  test('shows the lines that were not understood, with the reason in words', () => {
    expect(flatten(threeFindingsReport())).toContain(
      'Not understood (2 of 3): · access.log:17: a field too many, too few or of another kind [2026-11-21T03:27:31.002Z]',
    );
  });

  test('names what was taken out by examples that the report has', () => {
    const redaction = { rules: ['token', 'user-agent'], values: { token: 1, client: 0, 'user-agent': 3 } };
    expect(flatten(withParts(healthyReport(), { redaction }))).toContain(
      'Redacted: 1 token and 3 user agents, the same value by the same name (token-1, user-agent-1 and so on).',
    );
  });

  test('names operators with one remedy together', () => {
    expect(flatten(threeFindingsReport())).toContain(
      'No %UPSTREAM_CLUSTER% and %RESPONSE_CODE_DETAILS%: 5 diagnoses judged in part only',
    );
  });

  test('counts records outside the chosen time', () => {
    const lines = { ...healthyReport().lines, partial: 2, outsideWindow: 40 };
    expect(flatten(withParts(healthyReport(), { lines }))).toContain(
      'Of the 4,700 records 2 were cut short and 40 lay outside the chosen time.',
    );
  });
});

describe('hostile text', () => {
  const text = renderText(reportFullOf(HOSTILE), { verbose: true });

  test('no control, format or surrogate character reaches the terminal', () => {
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  test('what was replaced is shown', () => {
    expect(text).toContain('\\x1b[2J\\x1b]0;owned\\x07');
    expect(text).toContain('\\u202egnp.exe\\u2066\\u200b');
  });

  test('a line end in a log makes no line of its own', () => {
    const { notes, samples } = { notes: ['a\nFake'], samples: [{ input: 'x', line: 1, text: 'b\r\nFake' }] };
    const report = withParts(reportOf({ samples }), { notes });
    expect(renderText(report)).not.toMatch(/^\s*Fake/m);
  });

  test('a name without end is cut', () => {
    const length = renderText(reportFullOf(ENDLESS), { verbose: true }).length;
    expect(length).toBeLessThan(60_000);
  });
});
