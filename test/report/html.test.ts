import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { renderHtml, SCRIPT_HASH, STYLE_HASH } from '../../src/report/html.ts';
import { SCRIPT } from '../../src/report/html-script.ts';
import { STYLE } from '../../src/report/html-style.ts';
import { CONNECTION_REFUSED } from './fixture-findings.ts';
import { ENDLESS, HOSTILE, reportFullOf } from './fixture-hostile.ts';
import { withFinding, withParts } from './fixture-parts.ts';
import {
  benignReport,
  healthyReport,
  oneFindingReport,
  thirtyFindingsReport,
  threeFindingsReport,
  unexplainedReport,
} from './fixture-reports.ts';

const MOST_BYTES = 600_000;
const MARKUP = `"'><script>alert(1)</script><img src=x onerror=alert(2)> style="x:1" </style></script>--><!--`;

const REPORTS: Readonly<Record<string, Report>> = {
  healthy: healthyReport(),
  benign: benignReport(),
  'one finding': oneFindingReport(),
  'three findings': threeFindingsReport(),
  'thirty findings': thirtyFindingsReport(),
  unexplained: unexplainedReport(),
  hostile: reportFullOf(HOSTILE),
  markup: reportFullOf(MARKUP),
  endless: reportFullOf(ENDLESS),
};
const EVERY_REPORT = Object.entries(REPORTS);

/** Every tag of a page with its attributes, in order; what is no tag is text. */
function tagsOf(page: string): readonly string[] {
  const body = page.replace(/<script>[\s\S]*?<\/script>/, '').replace(/<style>[\s\S]*?<\/style>/, '');
  return [...body.matchAll(/<([a-z][a-z0-9]*)\b/gi)].map(([, name = '']) => name.toLowerCase());
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

describe.for(EVERY_REPORT)('the page of a report: %s', ([, report]) => {
  const page = renderHtml(report);

  test('is small', () => {
    expect(Buffer.byteLength(page)).toBeLessThan(MOST_BYTES);
  });

  test('loads nothing from elsewhere', () => {
    expect(page).not.toMatch(/\b(?:src|srcset|action|formaction|data)\s*=\s*"/i);
    expect(page.match(/<link [^>]*>/g)).toEqual(['<link rel="icon" href="data:,">']);
    expect(page).not.toMatch(/@import|url\(/);
  });

  test('holds one script and one style, and no handler or style in an attribute', () => {
    expect(page.match(/<script\b/g)).toHaveLength(1);
    expect(page.match(/<style\b/g)).toHaveLength(1);
    for (const [tag] of page.matchAll(/<[a-z][^>]*>/g))
      expect(tag.replace(/"[^"]*"/g, '')).not.toMatch(/\s(?:on[a-z]+|style)\s*=/);
  });

  test('has an id but once, and links within itself lead somewhere', () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...page.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    expect(targets.filter((id) => !ids.includes(id))).toEqual([]);
  });
});

test('the policy of the page allows exactly its own style and script', () => {
  expect(STYLE_HASH).toBe(sha256(STYLE));
  expect(SCRIPT_HASH).toBe(sha256(SCRIPT));
  const page = renderHtml(healthyReport());
  expect(page).toContain(`default-src 'none'; style-src '${STYLE_HASH}'; script-src '${SCRIPT_HASH}'`);
  expect(page).toContain(`<style>${STYLE}</style>`);
  expect(page).toContain(`<script>${SCRIPT}</script>`);
});

test('log text adds no tag and steers no terminal', () => {
  const plain = tagsOf(renderHtml(reportFullOf('plain')));
  expect(tagsOf(renderHtml(reportFullOf(MARKUP)))).toEqual(plain);
  expect(renderHtml(reportFullOf(HOSTILE))).not.toMatch(/[\p{Cf}\p{Cs}\u007f-\u009f]|(?![\n])\p{Cc}/u);
});

test('begins with the verdict', () => {
  const page = renderHtml(threeFindingsReport());
  const [headline = ''] = page.match(/<h1>.*<\/h1>/) ?? [];
  expect(headline).toContain('188 of 4,700');
  expect(page.indexOf('<h1>')).toBeLessThan(page.indexOf('<h2'));
  expect(page.match(/<ol class="verdict">/g)).toHaveLength(1);
});

test('draws a strip for each finding with times, with a mark for each onset', () => {
  const page = renderHtml(oneFindingReport());
  expect(page.match(/<svg class="strip"/g)).toHaveLength(1);
  expect(page.match(/class="onset" /g)).toHaveLength(CONNECTION_REFUSED.intervals.length);
  const bars = CONNECTION_REFUSED.timeline?.requests.filter((count) => count > 0) ?? [];
  const [strip = ''] = page.match(/<svg class="strip"[\s\S]*?<\/svg>/) ?? [];
  expect(strip.match(/class="bar"/g)).toHaveLength(bars.length);
  for (const [, x = '', width = ''] of strip.matchAll(/x="([\d.]+)" y="\d+" width="([\d.]+)"/g))
    expect(Number(x) + Number(width)).toBeLessThanOrEqual(1001);
});

test('a bar ends where the log ends', () => {
  const timeline = { from: '2026-11-20T00:00:00.000Z', bucketMs: 86_400_000, requests: [1, 5, 3] };
  const page = renderHtml(
    withParts(oneFindingReport(), { findings: [withFinding(CONNECTION_REFUSED, { timeline })] }),
  );
  for (const [, x = '', width = ''] of page.matchAll(/class="bar" x="([\d.]+)" y="\d+" width="([\d.]+)"/g))
    expect(Number(x) + Number(width)).toBeLessThanOrEqual(1000);
  expect(page).toContain('<span class="time">2026-11-21\u00a003:41:43Z</span></p>');
});

test('has no time line where no line has a time', () => {
  const finding = withFinding(CONNECTION_REFUSED, {
    firstSeen: null,
    lastSeen: null,
    intervals: [],
    timeline: null,
  });
  expect(renderHtml(withParts(oneFindingReport(), { findings: [finding], window: null }))).not.toContain(
    'Failures over time',
  );
});

test('states what --top cut', () => {
  const page = renderHtml(thirtyFindingsReport(), { top: 3 });
  expect(page.match(/<details class="finding"/g)).toHaveLength(3);
  expect(page).toContain('27\u00a0more findings');
  expect(page).toContain('--top 30');
  // The verdict has more sentences than there are findings to link to.
  expect(page.match(/href="#finding-\d+" aria-label/g)).toHaveLength(3);
});

test('stays small whatever the log holds, and says what it left out', () => {
  const [hostile] = reportFullOf('"'.repeat(5000)).findings;
  if (hostile === undefined) throw new Error('the fixture has no finding');
  const findings = Array.from({ length: 60 }, (_, i) =>
    withFinding(hostile, {
      diagnosis: { ...hostile.diagnosis, id: `cause-${i}` },
      suppressed: false,
      status: 'likely',
      scopes: Array.from({ length: 30 }, () => hostile.scopes[0] ?? []).flat(),
      samples: Array.from({ length: 3 }, () => hostile.samples[0] ?? []).flat(),
    }),
  );
  const page = renderHtml(withParts(threeFindingsReport(), { findings }), { top: 60 });
  expect(Buffer.byteLength(page)).toBeLessThan(MOST_BYTES);
  const shown = page.match(/<details class="finding"/g) ?? [];
  expect(shown.length).toBeGreaterThan(0);
  expect(page).toContain(`${60 - shown.length}\u00a0more findings`);
  expect(page).toContain('would make the page too large');
});

test('shows what the mesh configuration says, with its place', () => {
  const page = renderHtml(
    withParts(oneFindingReport(), {
      findings: [
        withFinding(CONNECTION_REFUSED, {
          meshConfig: [
            {
              file: 'mesh.yaml',
              line: 12,
              resource: 'Service default/ratings',
              says: 'targetPort is 9081',
              supports: true,
            },
          ],
        }),
      ],
    }),
  );
  expect(page).toContain('Service default/ratings');
  expect(page).toContain('mesh.yaml:12');
});

test('links to the web only', () => {
  const sources = [{ title: 'bad', url: 'javascript:alert(1)' }];
  const page = renderHtml(
    withParts(oneFindingReport(), { findings: [withFinding(CONNECTION_REFUSED, { sources })] }),
  );
  expect(page).not.toContain('javascript:');
});
