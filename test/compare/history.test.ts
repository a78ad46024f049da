import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { addRun } from '../../src/compare/history.ts';
import type { ReportChange } from '../../src/model/comparison.ts';
import type { History } from '../../src/model/history.ts';
import { NO_HISTORY } from '../../src/model/history.ts';
import type { Report } from '../../src/model/report.ts';
import { analyse } from '../../src/run.ts';
import { createRandom } from '../bench/random.mjs';
import { hourlyLog, type Incident, TWO_WEEKS } from '../support/hourly-logs.ts';

const START_MS = Date.UTC(2026, 10, 1);
const DAY_MS = 86_400_000;
const CONTEXT = { now: '2026-11-30T00:00:00.000Z', keepMs: 90 * DAY_MS, minConfidence: 0 };
const EVERYTHING = { sinceMs: null, untilMs: null, clusters: [], authorities: [], excludedPaths: [] };

function report(text: string): Promise<Report> {
  return analyse({
    paths: ['-'],
    stdin: Readable.from([Buffer.from(text)]),
    format: null,
    selection: EVERYTHING,
    only: null,
    isSuppressed: () => false,
    version: '0.0.0',
    notes: [],
  });
}

/** What would be told: `hour change diagnosis`. */
function toldIn(hour: number, changes: readonly ReportChange[]): readonly string[] {
  return changes
    .filter(({ change, muted }) => !muted && ['new', 'worse', 'gone'].includes(change))
    .map(({ change, diagnosis }) => `${hour} ${change} ${diagnosis.id}`);
}

async function follow(
  hours: number,
  incidents: readonly Incident[],
  options: {
    readonly noise: number;
    readonly seed: number;
    readonly edit?: (text: string, hour: number) => string;
  },
) {
  const random = createRandom(options.seed).fraction;
  let history: History = NO_HISTORY;
  const told: string[] = [];
  for (let hour = 0; hour < hours; hour++) {
    const text = hourlyLog(hour, START_MS, { incidents, noise: options.noise, random });
    const run = addRun(history, await report(options.edit?.(text, hour) ?? text), CONTEXT);
    // What is stored is read back before the next run.
    history = JSON.parse(JSON.stringify(run.history));
    told.push(...toldIn(hour, run.report.comparison?.changes ?? []));
  }
  return { told, history };
}

const EXPECTED = [
  '20 new upstream-response-timeout',
  '26 worse upstream-response-timeout',
  '31 gone upstream-response-timeout',
  '50 new cluster-not-found',
  '54 gone cluster-not-found',
  '100 new tls-conflict-mtls-to-plaintext',
  '107 gone tls-conflict-mtls-to-plaintext',
  '150 new connection-refused',
  '153 worse connection-refused',
  '156 gone connection-refused',
  '200 new upstream-response-timeout',
  '201 new circuit-breaker-overflow',
  '212 gone upstream-response-timeout',
  '230 gone circuit-breaker-overflow',
  '300 new cluster-not-found',
  '310 gone cluster-not-found',
];

const withoutHour = (text: string): string => text.replace(/^\d+ /, '');

describe('two weeks of hourly logs', () => {
  test.each([2, 3])(
    'each incident is told once as new, worse and gone (%i)',
    { timeout: 240_000 },
    async (seed) => {
      const { told, history } = await follow(336, TWO_WEEKS, { noise: 0, seed });
      expect(told.map(withoutHour)).toEqual(EXPECTED.map(withoutHour));
      // An hour that a change began or ended in may hold too little of it.
      for (const [i, text] of told.entries()) {
        const late = Number.parseInt(text, 10) - Number.parseInt(EXPECTED[i] ?? '', 10);
        expect([0, 1], text).toContain(late);
      }
      expect(history.runs).toBe(336);
    },
  );

  test.each([11])(
    'quiet weeks tell of nothing, with one failure in a thousand too (%i)',
    { timeout: 240_000 },
    async (seed) => {
      const { told } = await follow(336, [], { noise: 0.001, seed });
      expect(told.filter((text) => !text.startsWith('0 '))).toEqual([]);
    },
  );
});

describe('places that few ask for', () => {
  test('one failure an hour from the first run on is how it always was', async () => {
    const [failure = ''] = hourlyLog(0, START_MS, {
      incidents: [{ fault: 'timeout', from: 0, to: 1, share: 1 }],
      noise: 0,
      random: createRandom(1).fraction,
    }).split('\n');
    const oneMore = (text: string, hour: number): string => {
      const time = new Date(START_MS + (hour + 0.5) * 3_600_000).toISOString();
      return `${text}${failure.replace(/^\[[^\]]+\]/, `[${time}]`)}\n`;
    };
    const { told } = await follow(48, [], { noise: 0, seed: 5, edit: oneMore });
    expect(told).toEqual([]);
  });

  test('what nobody asks for any more is gone after half a day', async () => {
    const incidents: readonly Incident[] = [{ fault: 'refused', from: 5, to: 10, share: 0.1 }];
    const abandon = (text: string, hour: number): string =>
      hour < 10 ? text : text.replace(/^.*outbound\|9080\|\|ratings\..*\n/gm, '');
    const { told } = await follow(48, incidents, { noise: 0, seed: 5, edit: abandon });
    expect(told.map(withoutHour)).toEqual(['new connection-refused', 'gone connection-refused']);
    expect(Number.parseInt(told[1] ?? '', 10)).toBeGreaterThan(20);
  });
});
