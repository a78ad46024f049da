import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { analyseBytes, analyseFile } from '../support/analyse.ts';
import { faultline } from '../support/command.ts';
import { folderOf } from '../support/folder.ts';

const LINES = Array.from(
  { length: 6 },
  (_, i) =>
    `[2026-11-21T03:33:0${i}.287Z] "GET /a HTTP/1.1" 503 UF upstream_reset_before_response_started{remote_connection_failure} - "delayed_connect_error:_Connection_refused" 0 91 10 - "-" "curl" "id-${i}" "a:80" "10.0.0.1:80" outbound|80||a.b.svc.cluster.local - 10.96.0.1:80 10.0.0.2:4000 - default`,
);
const TEXT = `${LINES.join('\n')}\n`;
const asDocker = TEXT.replaceAll(
  /.*\n/g,
  (line) => `${JSON.stringify({ log: line, stream: 'stdout', time: '2026-11-21T03:33:09Z' })}\n`,
);

/** Records, lines that are no records, and what the inputs hold. */
function countsOf({ lines, requests, inputs }: Report): unknown {
  const { records, continuation, unrecognised, failed, partial, read } = lines;
  return {
    records,
    continuation,
    bad: unrecognised + failed + partial,
    read,
    requests: requests.total,
    bytes: inputs.map(({ bytes }) => bytes),
  };
}

const halfOf = (text: string, share: number): number => Math.floor(text.length * share);

describe('a record that was cut by rotation', () => {
  test.each([
    ['in its path', TEXT, TEXT.indexOf('GET /a', 500) + 2],
    ['in its addresses', TEXT, TEXT.indexOf('10.96', 500) + 3],
    ['in a wrapper', asDocker, halfOf(asDocker, 0.52)],
  ] as const)('is read whole: %s', async (_, text, at) => {
    const parts = { 'access.log.1': text.slice(0, at), 'access.log': text.slice(at) };
    const report = await analyseFile(folderOf(parts));
    expect(countsOf(report)).toEqual({
      records: LINES.length,
      continuation: 1,
      bad: 0,
      read: LINES.length + 1,
      requests: LINES.length,
      bytes: [at, text.length - at],
    });
    expect(report.findings[0]?.requests).toBe(LINES.length);
  });

  test('is read whole wherever it was cut', async () => {
    const first = TEXT.indexOf('\n') + 1;
    for (let at = first + 30; at < first + 330; at += 37) {
      const report = await analyseFile(
        folderOf({ 'access.log.1.gz': gzipSync(TEXT.slice(0, at)), 'access.log': TEXT.slice(at) }),
      );
      expect([at, report.requests.total, report.lines.partial]).toEqual([at, LINES.length, 0]);
    }
  });

  test('is read whole where parts of the log are so large that several threads read them', async () => {
    const text = TEXT.repeat(Math.ceil((30 * 1024 * 1024) / TEXT.length));
    const at = text.indexOf('10.96', text.length - 200) + 3;
    const folder = folderOf({ 'access.log.1': text.slice(0, at), 'access.log': text.slice(at) + TEXT });
    const { status, stdout } = await faultline(['-o', 'json', '--keep-duplicates', folder]);
    const { lines, requests } = JSON.parse(stdout);
    const count = ((text.length + TEXT.length) / TEXT.length) * LINES.length;
    expect(status).toBe(0);
    expect([requests.total, lines.continuation, lines.unrecognised + lines.failed + lines.partial]).toEqual([
      count,
      1,
      0,
    ]);
  });

  test('is read whole out of an archive', async () => {
    const at = halfOf(TEXT, 0.5);
    const files = [
      ['pod/access.log.1', TEXT.slice(0, at)],
      ['pod/access.log', TEXT.slice(at)],
    ] as const;
    const tar = await packTar(
      files.map(([name, body]) => ({ header: { name, size: body.length, type: 'file' as const }, body })),
    );
    expect((await analyseBytes(tar)).requests.total).toBe(LINES.length);
  });

  test('names the part in which it begins', async () => {
    const at = TEXT.length - 40;
    const report = await analyseFile(
      folderOf({ 'access.log.1': TEXT.slice(0, at), 'access.log': TEXT.slice(at) }),
    );
    expect(report.inputs.map(({ lines }) => [lines.records, lines.continuation])).toEqual([
      [LINES.length, 0],
      [0, 1],
    ]);
  });
});

describe('what is no cut record', () => {
  test.each([
    ['a last line without an end', TEXT.slice(0, -1), TEXT.replaceAll('id-', 'other-')],
    ['parts that end with a line', TEXT, TEXT.replaceAll('id-', 'other-')],
    ['a wrapped last line without an end', asDocker.slice(0, -1), asDocker.replaceAll('id-', 'other-')],
  ] as const)('stays in its part: %s', async (_, older, newer) => {
    const report = await analyseFile(folderOf({ 'access.log.1': older, 'access.log': newer }));
    expect(report.inputs.map(({ lines }) => lines.records)).toEqual([LINES.length, LINES.length]);
    expect(report.lines.continuation).toBe(0);
  });

  test('is not looked for in another log', async () => {
    const at = halfOf(TEXT, 0.5);
    const report = await analyseFile(folderOf({ 'a.log': TEXT.slice(0, at), 'b.log': TEXT.slice(at) }));
    expect(report.lines.continuation).toBe(0);
  });
});
