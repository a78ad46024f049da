import { describe, expect, test } from 'vitest';
import { analyseText } from '../support/analyse.ts';

interface Line {
  readonly ms: number;
  readonly id: string;
  readonly says: string;
  readonly tookMs: number;
  readonly to: string;
}

function lineOf({ ms, id, says, tookMs, to }: Line): string {
  const time = new Date(Date.UTC(2026, 10, 21, 9, 0, 0) + ms).toISOString();
  return `[${time}] "GET /api HTTP/1.1" ${says} - "-" 0 19 ${tookMs} - "-" "curl/8.5.0" "${id}" ${to}\n`;
}

const TO_APPLICATION =
  '"front.example.org" "192.0.2.8:8080" inbound|8080|| 127.0.0.6:36439 192.0.2.8:8080 203.0.113.9:0 outbound_.80_._.front.web.svc.cluster.local default';
const TO_SERVICE =
  '"users:80" "-" outbound|80||users.people.svc.cluster.local - 198.51.100.72:80 192.0.2.8:40022 - default';

const answer = (ms: number, id: string): string =>
  lineOf({ ms, id, says: '500 - via_upstream', tookMs: 40, to: TO_APPLICATION });
const call = (ms: number, id: string): string =>
  lineOf({ ms, id, says: '503 UH no_healthy_upstream', tookMs: 1, to: TO_SERVICE });
const healthy = (ms: number, id: string): string =>
  lineOf({ ms, id, says: '200 - via_upstream', tookMs: 4, to: TO_APPLICATION });

async function idsOf(log: string): Promise<readonly (readonly [string, number])[]> {
  const { findings } = await analyseText(log);
  return findings.map(({ diagnosis, requests }) => [diagnosis.id, requests]);
}

describe('an error of the application', () => {
  test('belongs to the call that failed under its request id', async () => {
    const log = [1, 2, 3].map((n) => call(1000 * n + 10, `id-${n}`) + answer(1000 * n, `id-${n}`)).join('');
    expect(await idsOf(healthy(1, 'id-0') + log)).toEqual([['no-healthy-endpoints', 6]]);
  });

  test('stands for itself where the call was made for another request', async () => {
    const log = [1, 2, 3]
      .map((n) => call(1000 * n + 10, `other-${n}`) + answer(1000 * n, `id-${n}`))
      .join('');
    expect(await idsOf(healthy(1, 'id-0') + log)).toEqual([
      ['no-healthy-endpoints', 3],
      ['application-error', 3],
    ]);
  });

  test('stands for itself where the call was made after the answer', async () => {
    const log = [1, 2, 3].map((n) => answer(1000 * n, `id-${n}`) + call(1000 * n + 500, `id-${n}`)).join('');
    expect((await idsOf(healthy(1, 'id-0') + log)).map(([id]) => id)).toContain('application-error');
  });

  test('stands for itself where most of its kind have no such call', async () => {
    const lone = [4, 5, 6, 7].map((n) => answer(1000 * n, `id-${n}`)).join('');
    const ids = await idsOf(healthy(1, 'id-0') + call(1010, 'id-1') + answer(1000, 'id-1') + lone);
    expect(ids[0]).toEqual(['application-error', 5]);
  });
});
