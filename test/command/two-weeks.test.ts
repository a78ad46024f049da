import { appendFileSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runReport } from '../../src/command/report.ts';
import type { ReportChange } from '../../src/model/comparison.ts';
import { createRandom } from '../bench/random.mjs';
import { hourlyLog, TWO_WEEKS } from '../support/hourly-logs.ts';
import { createTerminal } from '../support/terminal.ts';
import { createWebhook, status } from '../support/webhook.ts';

const START_MS = Date.UTC(2026, 10, 1);
const HOUR_MS = 3_600_000;
const HOURS = 14 * 24;
/** Raise it for other weeks: SEED=2 npx vitest run test/command/two-weeks.test.ts */
const SEED = Number(process.env['SEED'] ?? 1);

/** What is told, and in which hour at the earliest. */
const EXPECTED: readonly (readonly [hour: number, what: string])[] = [
  [20, 'new upstream-response-timeout'],
  [26, 'worse upstream-response-timeout'],
  [31, 'gone upstream-response-timeout'],
  [50, 'new cluster-not-found'],
  [53, 'gone cluster-not-found'],
  [100, 'new tls-conflict-mtls-to-plaintext'],
  [107, 'gone tls-conflict-mtls-to-plaintext'],
  [150, 'new connection-refused'],
  [153, 'worse connection-refused'],
  [156, 'gone connection-refused'],
  [200, 'new upstream-response-timeout'],
  [201, 'new circuit-breaker-overflow'],
  [212, 'gone upstream-response-timeout'],
  [230, 'gone circuit-breaker-overflow'],
  [300, 'new cluster-not-found'],
  [310, 'gone cluster-not-found'],
];

interface Posted {
  readonly hour: number;
  readonly changes: readonly ReportChange[];
}

const posted: Posted[] = [];
let read = 0;
let written = 0;

/** The job as the timer runs it: a log that grows and is rotated every night, and somebody who listens. */
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-weeks-'));
  const log = join(folder, 'access.log');
  const hook = await createWebhook(status(200));
  const random = createRandom(SEED).fraction;
  for (let hour = 0; hour < HOURS; hour++) {
    const nowMs = START_MS + (hour + 1) * HOUR_MS;
    const text = hourlyLog(hour, START_MS, { incidents: TWO_WEEKS, noise: 0, random });
    appendFileSync(log, text);
    written += text.split('\n').length - 1;
    utimesSync(log, nowMs / 1000, nowMs / 1000);
    // In the middle of what the next run will read.
    if (hour % 24 === 23) {
      renameSync(log, `${log}.1`);
      writeFileSync(log, '');
      utimesSync(log, nowMs / 1000, nowMs / 1000);
    } else if (hour % 24 === 12) rmSync(`${log}.1`, { force: true });
    const before = hook.received.length;
    const terminal = { ...createTerminal(), nowMs };
    const options = { color: 'never', state: join(folder, 'state'), output: ['json'] } as const;
    await runReport([log], { ...options, notify: [`json=${hook.url}`] }, terminal);
    read += JSON.parse(terminal.shown.stdout).lines.read;
    for (const { body } of hook.received.slice(before)) posted.push({ hour, ...JSON.parse(body) });
  }
  await hook.close();
}, 240_000);

afterAll(() => {
  posted.length = 0;
});

test('two weeks of hourly runs read each line once', () => {
  expect(read).toBe(written);
  expect(read).toBeGreaterThan(50_000);
});

test('each incident is told once as new, worse and gone, and at once', () => {
  const told = posted.flatMap(({ hour, changes }) =>
    changes.map(({ change, diagnosis }) => ({ hour, what: `${change} ${diagnosis.id}` })),
  );
  expect(told.map(({ what }) => what)).toEqual(EXPECTED.map(([, what]) => what));
  // An hour in which a change began or ended may hold too little of it.
  for (const [i, { hour, what }] of told.entries())
    expect([0, 1], what).toContain(hour - (EXPECTED[i]?.[0] ?? 0));
});

test('in quiet hours nothing is sent, and nothing empty ever', () => {
  expect(posted.every(({ changes }) => changes.length > 0)).toBe(true);
  expect(posted.length).toBeLessThanOrEqual(EXPECTED.length);
});
