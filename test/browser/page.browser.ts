import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addRun } from '../../src/compare/history.ts';
import { NO_HISTORY } from '../../src/model/history.ts';
import type { Report } from '../../src/model/report.ts';
import { renderHtml } from '../../src/report/html.ts';
import { ENDLESS, HOSTILE, reportFullOf } from '../report/fixture-hostile.ts';
import {
  benignReport,
  healthyReport,
  thirtyFindingsReport,
  threeFindingsReport,
  unexplainedReport,
} from '../report/fixture-reports.ts';
import { analyseFile } from '../support/analyse.ts';
import { ROOT } from '../support/command.ts';
import { LOG_FOLDER, listLogs } from '../support/logs.ts';

const MARKUP = `"'><script>globalThis.owned = 1</script><img src="https://example.invalid/x" onerror="owned = 2"><svg onload=owned=3> </style></script>--><!-- {{7*7}}`;

const REPORTS: Readonly<Record<string, () => Report | Promise<Report>>> = {
  demo: () => analyseFile(join(ROOT, 'samples/mixed/demo.log')),
  healthy: healthyReport,
  benign: benignReport,
  'three findings': threeFindingsReport,
  'thirty findings': thirtyFindingsReport,
  unexplained: unexplainedReport,
  hostile: () => reportFullOf(HOSTILE),
  markup: () => reportFullOf(MARKUP),
  endless: () => reportFullOf(ENDLESS),
  'joined proxies': () => analyseFile(join(ROOT, 'samples/app-not-listening/client-and-server.log')),
  'a scheduled run': scheduledReport,
};

/** What the second of two runs shows: changes, and the history of each cause. */
async function scheduledReport(): Promise<Report> {
  const demo = await analyseFile(join(ROOT, 'samples/mixed/demo.log'));
  const other = await analyseFile(join(ROOT, 'samples/connection-refused/all-pods.log'));
  const context = { now: '2026-11-22T00:00:00.000Z', keepMs: 90 * 86_400_000, minConfidence: 0 };
  return addRun(addRun(NO_HISTORY, demo, context).history, other, context).report;
}

/** PAGES=all node scripts/browser.mjs opens the page of each sample, or of each log in LOGS: some minutes. */
const SAMPLES = process.env['PAGES'] === 'all' ? listLogs() : [];

const LOOKS = [
  { name: 'light, wide', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { name: 'dark, wide', colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { name: 'dark, narrow', colorScheme: 'dark', viewport: { width: 360, height: 740 } },
] as const;

const folder = mkdtempSync(join(tmpdir(), 'faultline-page-'));
let browser: Browser;

beforeAll(async () => {
  const executablePath = process.env['CHROMIUM'];
  if (executablePath === undefined) throw new Error('CHROMIUM is not set: run node scripts/browser.mjs');
  browser = await chromium.launch({ executablePath });
});

afterAll(async () => {
  await browser.close();
});

/** A page that is open, with what the browser complained of and asked for. */
interface OpenPage {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
}

async function open(context: BrowserContext, report: Report, top?: number): Promise<OpenPage> {
  const path = join(folder, 'report.html');
  writeFileSync(path, renderHtml(report, top === undefined ? {} : { top }));
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  return { page, complaints, requests };
}

describe.for(Object.entries(REPORTS))('the page of %s', ([, makeReport]) => {
  test.for(LOOKS)('$name', async ({ colorScheme, viewport }) => {
    const context = await browser.newContext({ colorScheme, viewport, offline: true });
    const { page, complaints, requests } = await open(context, await makeReport());
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('file:') && url !== 'data:,')).toEqual([]);
    expect(requests.filter((url) => url.startsWith('file:'))).toHaveLength(1);
    expect(await page.evaluate('typeof globalThis.owned')).toBe('undefined');
    expect(await page.evaluate('document.scripts.length + document.images.length')).toBe(1);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    // Folded findings are judged as well.
    await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
    await page.evaluate(axe.source);
    const found = await page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => [impact, id, nodes[0].html]))',
    );
    expect(found).toEqual([]);
    await context.close();
  });
});

test.for(SAMPLES)('the page of %s has no complaint and no violation', async (sample) => {
  const context = await browser.newContext({ colorScheme: 'light', offline: true });
  const { page, complaints } = await open(context, await analyseFile(join(LOG_FOLDER, sample)));
  await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => [impact, id, nodes[0].html]))',
  );
  expect({ complaints, found }).toEqual({ complaints: [], found: [] });
  await context.close();
});

describe('on the page', () => {
  let context: BrowserContext;

  beforeAll(async () => {
    context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  });

  afterAll(async () => {
    await context.close();
  });

  test('a button copies the command beside it, and says so', async () => {
    const report = threeFindingsReport();
    const { page } = await open(context, report);
    await page.locator('.finding').first().locator('button.copy').first().click();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(report.findings[0]?.confirm[0]?.run);
    expect(await page.locator('[role=status]').textContent()).toBe('Copied to the clipboard');
  });

  test('a copied command is one line, whatever the log put into it', async () => {
    const { page } = await open(context, reportFullOf('echo a\nrm -rf b\r\u0085c'));
    await page.locator('.finding').first().locator('button.copy').first().click();
    expect(await page.evaluate('navigator.clipboard.readText()')).not.toMatch(/[\r\n\u0085]/);
  });

  test('the keyboard reaches the findings and folds them', async () => {
    const { page } = await open(context, threeFindingsReport());
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    await page.keyboard.press('Enter');
    const first = page.locator('.finding').first();
    await first.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await first.getAttribute('open')).toBeNull();
    await page.keyboard.press('Space');
    expect(await first.getAttribute('open')).toBe('');
  });

  test('a link to a folded finding unfolds it', async () => {
    const { page } = await open(context, thirtyFindingsReport());
    expect(await page.locator('#finding-5').getAttribute('open')).toBeNull();
    await page.locator('.verdict a[href="#finding-5"]').click();
    await expect.poll(() => page.locator('#finding-5').getAttribute('open')).toBe('');
  });

  test('all findings are folded and unfolded at once', async () => {
    const { page } = await open(context, thirtyFindingsReport());
    await page.getByRole('button', { name: 'Unfold all', exact: true }).click();
    expect(await page.locator('.finding[open]').count()).toBe(10);
    await page.getByRole('button', { name: 'Fold all', exact: true }).click();
    expect(await page.locator('.finding[open]').count()).toBe(0);
  });

  test('print shows what is folded, without buttons, and folds it again', async () => {
    const { page } = await open(context, thirtyFindingsReport());
    await page.emulateMedia({ media: 'print' });
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    expect(await page.locator('.finding[open]').count()).toBe(10);
    expect(await page.locator('button:visible').count()).toBe(0);
    await page.evaluate('dispatchEvent(new Event("afterprint"))');
    expect(await page.locator('.finding[open]').count()).toBe(3);
    expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('it is read without its script: everything is there, nothing waits for a button', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const { page, complaints } = await open(plain, threeFindingsReport());
    expect(complaints).toEqual([]);
    expect(await page.locator('button:visible').count()).toBe(0);
    expect(await page.locator('.finding[open] .evidence').first().isVisible()).toBe(true);
    await plain.close();
  });
});
