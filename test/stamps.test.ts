import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Report } from '../src/model/report.ts';
import { analyse } from '../src/run.ts';

const FORMAT = 'access %REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE% %RESPONSE_FLAGS% %UPSTREAM_CLUSTER%';
const LINE = 'access GET /a 503 UF outbound|80||a.b.svc.cluster.local';

function report(lines: readonly string[], format: string | null = FORMAT, sinceMs: number | null = null) {
  return analyse({
    paths: ['-'],
    stdin: Readable.from([Buffer.from(lines.map((line) => `${line}\n`).join(''))]),
    format: format === null ? null : [format],
    selection: { sinceMs, untilMs: null, clusters: [], authorities: [], excludedPaths: [] },
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
    const { lines: counts, requests } = await report(lines, FORMAT, Date.UTC(2026, 10, 21, 3, 33, 8));
    expect([counts.outsideWindow, requests.total]).toEqual([1, 2]);
  });

  test('has no time when the stamp tells no year, or nothing is wrapped around it', async () => {
    const { notes, window } = await report([`Nov 21 03:33:07 node-1 envoy[1]: ${LINE}`, LINE]);
    expect(window).toBeNull();
    expect(notes.join(' ')).toContain('2 of 2 records have no start time');
  });
});

test('the start time of a record counts more than a stamp', async () => {
  const record =
    '[2026-11-21T03:33:07.287Z] "GET /a HTTP/1.1" 503 UF 0 19 0 - "-" "curl" "id" "a:80" "10.0.0.1:80"';
  expect(from(await report([`2026-11-22T00:00:00Z stdout F ${record}`], null))).toBe(
    '2026-11-21T03:33:07.287Z',
  );
});
