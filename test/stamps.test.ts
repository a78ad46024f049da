import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Report } from '../src/model/report.ts';
import { analyse } from '../src/run.ts';

const FORMAT = 'access %REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE% %RESPONSE_FLAGS% %UPSTREAM_CLUSTER%';
const LINE = 'access GET /a 503 UF outbound|80||a.b.svc.cluster.local';

interface Given {
  readonly format?: string | null;
  readonly sinceMs?: number | null;
  readonly nowMs?: number;
}

function report(lines: readonly string[], { format = FORMAT, sinceMs = null, nowMs }: Given = {}) {
  return analyse({
    paths: ['-'],
    stdin: Readable.from([Buffer.from(lines.map((line) => `${line}\n`).join(''))]),
    format: format === null ? null : [format],
    selection: {
      sinceMs,
      untilMs: null,
      clusters: [],
      authorities: [],
      excludedPaths: [],
      ...(nowMs === undefined ? {} : { nowMs }),
    },
    only: null,
    isSuppressed: () => false,
    version: '0.0.0',
    notes: [],
  });
}

function from({ window }: Report): string | undefined {
  return window?.from;
}

describe('a record without a start time', () => {
  test.for([
    ['CRI, with its zone', `2026-11-21T04:33:07.287209278+01:00 stdout F ${LINE}`],
    ['kubectl --timestamps', `2026-11-21T03:33:07.287209278Z ${LINE}`],
    ['a stamp without zone', `2026-11-21 03:33:07.287 ${LINE}`],
    ['docker', JSON.stringify({ log: `${LINE}\n`, stream: 'stdout', time: '2026-11-21T03:33:07.287Z' })],
  ] as const)('takes the stamp of %s', async ([, line]) => {
    expect(from(await report([line]))).toBe('2026-11-21T03:33:07.287Z');
  });

  test('takes its own one of a log that is large enough to be skimmed', async () => {
    const healthy = LINE.replace('503 UF', '200 -');
    const lines = Array.from({ length: 60_000 }, (_, i) => {
      const stamp = new Date(Date.UTC(2026, 10, 21, 3) + 10 * i).toISOString();
      return `${stamp} stdout F ${i === 40_000 ? LINE : healthy}`;
    });
    const { notes, window, findings } = await report(lines);
    expect(window).toEqual({ from: '2026-11-21T03:00:00.000Z', to: '2026-11-21T03:09:59.990Z' });
    expect(findings[0]?.firstSeen).toBe('2026-11-21T03:06:40.000Z');
    expect(notes.join(' ')).not.toContain('no start time');
  });

  test('is chosen by it', async () => {
    const lines = [7, 8, 9].map((second) => `2026-11-21T03:33:0${second}Z stdout F ${LINE}`);
    const { lines: counts, requests } = await report(lines, { sinceMs: Date.UTC(2026, 10, 21, 3, 33, 8) });
    expect([counts.outsideWindow, requests.total]).toEqual([1, 2]);
  });

  test('has no time when nothing tells the year of the stamp, or nothing is wrapped around it', async () => {
    const { notes, window } = await report([`Nov 21 03:33:07 node-1 envoy[1]: ${LINE}`, LINE]);
    expect(window).toBeNull();
    expect(notes.join(' ')).toContain('2 of 2 records have no start time');
  });

  test.each([
    ['Nov 21 03:33:07', '2026-11-25T00:00:00Z', '2026-11-21T03:33:07.000Z'],
    ['Dec 31 23:59:59', '2026-01-02T00:00:00Z', '2025-12-31T23:59:59.000Z'],
    ['Feb 29 03:33:07', '2026-11-25T00:00:00Z', '2024-02-29T03:33:07.000Z'],
    // The stamp may be of a time zone in the east.
    ['Jan  1 05:00:00', '2025-12-31T23:00:00Z', '2026-01-01T05:00:00.000Z'],
  ])(
    'takes a stamp without a year for the last one possible: %s, read at %s',
    async (stamp, now, expected) => {
      const nowMs = Date.parse(now);
      const { window, notes } = await report([`${stamp} node-1 envoy[1]: ${LINE}`], { nowMs });
      expect(window?.from).toBe(expected);
      expect(notes.join(' ')).toContain(`name no year; ${expected.slice(0, 4)} was taken`);
    },
  );
});

test('the start time of a record counts more than a stamp', async () => {
  const record =
    '[2026-11-21T03:33:07.287Z] "GET /a HTTP/1.1" 503 UF 0 19 0 - "-" "curl" "id" "a:80" "10.0.0.1:80"';
  expect(from(await report([`2026-11-22T00:00:00Z stdout F ${record}`], { format: null }))).toBe(
    '2026-11-21T03:33:07.287Z',
  );
});

describe('stamps that differ from the start times within', () => {
  const wrapped = (shiftMs: (i: number) => number): readonly string[] =>
    Array.from({ length: 8 }, (_, i) => {
      const startMs = Date.UTC(2026, 10, 21, 3, 33, i);
      const stamp = new Date(startMs + shiftMs(i)).toISOString();
      return `${stamp} stdout F [${new Date(startMs).toISOString()}] "GET /a HTTP/1.1" 503 UF 0 19 0 - "-" "curl" "id-${i}" "a:80" "10.0.0.1:80"`;
    });
  const HOUR = 3_600_000;

  test.each([
    ['another time zone', (): number => HOUR, 'run 1 h ahead of the times in them'],
    ['a clock that is late', (i: number): number => -95_000 - i, 'run 2 min behind the times in them'],
    ['days', (): number => 5 * 24 * HOUR, 'run 5 days ahead of the times in them'],
    ['an hour and a half', (): number => 1.5 * HOUR, 'run 1 h 30 min ahead'],
  ] as const)('by the same time are noted once: %s', async (_, shift, words) => {
    const { notes, window } = await report(wrapped(shift), { format: null });
    expect(notes.filter((note) => note.includes('stamps before its lines'))).toEqual([
      expect.stringContaining(words),
    ]);
    expect(window?.from).toBe('2026-11-21T03:33:00.000Z');
  });

  test.each([
    ['the delay of a buffer', (i: number): number => (i % 5) * 2000],
    ['late delivery', (i: number): number => i * HOUR],
  ] as const)('otherwise are no matter: %s', async (_, shift) => {
    const { notes } = await report(wrapped(shift), { format: null });
    expect(notes.join(' ')).not.toContain('stamps before its lines');
  });
});
