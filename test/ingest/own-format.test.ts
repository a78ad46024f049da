import { describe, expect, test } from 'vitest';
import { readLog } from '../parsers/read-log.ts';
import { analyseFile } from '../support/analyse.ts';
import { folderOf } from '../support/folder.ts';

const FORMAT =
  '%REQ(X-TEAM)% %REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE% %RESPONSE_FLAGS% %UPSTREAM_CLUSTER%';
const LINE = 'my team GET /a 503 UF outbound|80||a.b.svc.cluster.local';
const STAMP = '2026-11-21T03:33:07.287Z';

describe('a format of the user that begins with any text', () => {
  test.each([
    ['docker', JSON.stringify({ log: `${LINE}\n`, stream: 'stdout', time: STAMP })],
    ['CRI', `${STAMP} stdout F ${LINE}`],
    ['kubectl --timestamps', `${STAMP} ${LINE}`],
    ['Loki', JSON.stringify({ line: LINE, timestamp: STAMP, labels: { pod: 'a-0' } })],
    ['kubectl --prefix --timestamps', `[pod/a-0/istio-proxy] ${STAMP} ${LINE}`],
  ])('leaves what is wrapped around it alone: %s', (_, wrapped) => {
    const plain = readLog(`${LINE}\n`, { format: FORMAT });
    const { records } = readLog(`${wrapped}\n${wrapped}\n`, { format: FORMAT });
    expect(records.map(({ record }) => record)).toEqual([plain.records[0]?.record, plain.records[0]?.record]);
    expect(plain.records[0]?.record).toMatchObject({
      method: 'GET',
      upstreamCluster: 'outbound|80||a.b.svc.cluster.local',
    });
  });

  test('may begin with its own start time', () => {
    const { records } = readLog(`${STAMP} ${LINE}\n`, { format: `%START_TIME% ${FORMAT}` });
    expect(records[0]?.record).toMatchObject({ startTime: STAMP, method: 'GET', path: '/a' });
  });

  test('may begin with a brace', () => {
    const { records } = readLog(`{x} ${LINE}\n`, { format: FORMAT });
    expect(records[0]?.record).toMatchObject({ method: 'GET', path: '/a' });
  });
});

test('an input that is no log, beside one that is, is said to be what it looks like', async () => {
  const record = `[${STAMP}] "GET /a HTTP/1.1" 503 UF 0 19 0 - "-" "curl" "id" "a:80" "10.0.0.1:80"\n`;
  const { notes } = await analyseFile(
    folderOf({
      'a.log': record,
      'b.log': '<!DOCTYPE html>\n<html><body>Sign in</body></html>\n',
      'c.log': 'x\n',
    }),
  );
  const said = notes.filter((note) => note.includes('no access-log record'));
  expect(said).toEqual([
    expect.stringMatching(
      /b\.log: no access-log record in its 2 lines; it looks like an HTML page\. Perhaps a login/,
    ),
    expect.stringMatching(/c\.log: no access-log record in its 1 line\.$/),
  ]);
});
