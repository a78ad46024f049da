import { describe, expect, test } from 'vitest';
import { chooseFormats, formats } from '../../parsers/index.ts';
import { encodeText } from '../../src/bytes/text.ts';
import { ProxyLogCollector } from '../../src/ingest/proxy-log-events.ts';
import { RecordReader } from '../../src/ingest/record-reader.ts';
import type { RecordSink } from '../../src/ingest/record-sink.ts';
import { countsOf, readLog } from '../parsers/read-log.ts';

function sampleOf(id: string, place = 0): string {
  return formats.find((format) => format.id === id)?.samples[place]?.line ?? '';
}

const TEXT = sampleOf('istio-text');
const OLD_TEXT = sampleOf('istio-text-1.3');
const JSON_LINE = sampleOf('istio-json');
const PRETTY = JSON.stringify(JSON.parse(JSON_LINE), null, 2);
const PRETTY_LINES = PRETTY.split('\n').length;
const PROXY_LINE = '[2026-11-21 03:06:59.596][21841][warning][misc] [source/a.cc:31] deprecated';

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

function lineNumbersOf(text: string): readonly number[] {
  return readLog(text).records.map(({ line }) => line);
}

describe('RecordReader', () => {
  test.for(
    formats.map(
      ({ id, samples }) => [id, lines(...samples.map(({ line }) => line)), samples.length] as const,
    ),
  )('reads a log of %s', ([id, text, count]) => {
    expect(readLog(text).summary).toMatchObject({ format: id, formats: { [id]: count }, path: 'a.log' });
  });

  test('counts every kind of line', () => {
    const broken = TEXT.slice(0, 40);
    const text = lines(TEXT, '', PROXY_LINE, 'hello', broken, PRETTY, 'x'.repeat(3000));
    expect(countsOf(readLog(text, { maxLineBytes: 2000 }).summary)).toEqual({
      read: 6 + PRETTY_LINES,
      records: 2,
      continuation: PRETTY_LINES - 1,
      blank: 1,
      proxyLog: 1,
      unrecognised: 1,
      failed: 1,
      overlong: 1,
    });
  });

  test('knows no format of a log without records', () => {
    expect(readLog(lines('hello', PROXY_LINE)).summary).toMatchObject({ format: null, formats: {} });
  });

  test('names the format that most records have', () => {
    const { summary } = readLog(lines(OLD_TEXT, ...Array(5).fill(TEXT), JSON_LINE));
    expect(summary).toMatchObject({
      format: 'istio-text',
      formats: { 'istio-text': 5, 'istio-text-1.3': 1, 'istio-json': 1 },
    });
  });

  test('goes over to another format and counts each under its own', () => {
    const { summary, records } = readLog(lines(...Array(9).fill(TEXT), ...Array(12).fill(JSON_LINE)));
    expect([records.length, summary.formats]).toEqual([21, { 'istio-json': 12, 'istio-text': 9 }]);
  });

  test('reads two formats that take turns', () => {
    const { summary, records } = readLog(lines(...Array(6).fill(lines(TEXT, JSON_LINE).trimEnd())));
    expect([records.length, summary.formats]).toEqual([12, { 'istio-json': 6, 'istio-text': 6 }]);
  });

  test('gives records the numbers of the lines they begin on', () => {
    expect(lineNumbersOf(lines('', TEXT, PRETTY, 'hello', PROXY_LINE, JSON_LINE, PRETTY, TEXT))).toEqual([
      2,
      3,
      3 + PRETTY_LINES + 2,
      3 + PRETTY_LINES + 3,
      3 + 2 * PRETTY_LINES + 3,
    ]);
  });

  test('counts what lies outside the window among the records', () => {
    const sink: RecordSink = {
      skim: (_, at) => at,
      readSpans: () => false,
      add: () => 'outsideWindow',
    };
    const reader = new RecordReader(
      { input: 0, path: '-' },
      chooseFormats(null),
      sink,
      new ProxyLogCollector(),
    );
    const bytes = encodeText(TEXT);
    reader.line(bytes, 0, bytes.length);
    reader.line(bytes, 0, bytes.length);
    expect(reader.finish(0, false).lines).toMatchObject({ records: 2, outsideWindow: 2 });
  });
});

describe('words that only look like the end of a record', () => {
  test.for([
    'we get 503 UH no_healthy_upstream on everything',
    '503 UH',
    '503 Service Unavailable',
    '200 OK via_upstream',
    'error 503 UF,URX upstream_reset_before_response_started{connection_failure}',
    '503 XX no_healthy_upstream',
    '"GET / HTTP/1.1" 200 512 "-" "curl/8"',
    '"GET / HTTP/1.1" 200 -',
  ])('are no record: %s', (text) => {
    expect(readLog(text).records).toEqual([]);
  });
});

describe('what tools put before a line', () => {
  const PREFIXES = [
    ['kubectl --prefix', '[pod/productpage-v1-87d54dd59-p4c4f/istio-proxy] '],
    ['kubectl --timestamps', '2026-11-21T03:33:07.287209278Z '],
    ['kubectl with both', '[pod/a-1/istio-proxy] 2026-11-21T03:33:07.287209278Z '],
    ['stern', 'productpage-v1-87d54dd59-p4c4f istio-proxy '],
    ['CRI', '2026-11-21T03:33:07.287209278+01:00 stdout F '],
    ['docker compose', 'envoy-1  | '],
    ['syslog', 'Nov 21 03:33:07 node-1 istio-proxy[123]: '],
    ['Emissary', 'ACCESS '],
  ] as const;

  test.for(PREFIXES)('is no part of a record: %s', ([, prefix]) => {
    const plain = readLog(lines(TEXT, JSON_LINE, OLD_TEXT, TEXT)).records;
    const prefixed = [TEXT, JSON_LINE, OLD_TEXT, TEXT].map((line) => prefix + line);
    expect(readLog(lines(...prefixed)).records).toEqual(plain);
  });

  test.for(PREFIXES)('does not hide a line of the proxy itself: %s', ([, prefix]) => {
    const agent = '2026-11-21T03:06:59.596000Z\tinfo\tEnvoy proxy is ready';
    const own = [PROXY_LINE, agent, '{"level":"info","time":"2026-11-21T03:06:59Z","scope":"ads","msg":"x"}'];
    const text = lines(...own.map((line) => prefix + line));
    expect(countsOf(readLog(text).summary)).toEqual({ read: 3, proxyLog: 3 });
  });

  test('may be there on some lines only', () => {
    const [[, kubectl]] = PREFIXES;
    const text = lines(TEXT, kubectl + TEXT, TEXT, kubectl + TEXT, kubectl + TEXT, TEXT);
    expect(lineNumbersOf(text)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('a record on several lines', () => {
  test('in JSON is one record, the other lines continue it', () => {
    expect(countsOf(readLog(lines(PRETTY)).summary)).toEqual({
      read: PRETTY_LINES,
      records: 1,
      continuation: PRETTY_LINES - 1,
    });
  });

  test('in JSON has the fields that it has on one line', () => {
    expect(readLog(lines(PRETTY)).records).toEqual(readLog(lines(JSON_LINE)).records);
  });

  test('in JSON may be an element of an array', () => {
    const array = JSON.stringify([JSON.parse(JSON_LINE), JSON.parse(JSON_LINE)], null, 2);
    expect(countsOf(readLog(array).summary)).toMatchObject({ records: 2, unrecognised: 2 });
  });

  test('in JSON ends where the next begins, though it lacks its end', () => {
    const cut = PRETTY.split('\n').slice(0, 5);
    const { records, summary } = readLog(lines(...cut, PRETTY, ...cut, TEXT));
    expect({ at: records.map(({ line }) => line), read: summary.lines.read }).toEqual({
      at: [6, 6 + PRETTY_LINES + 5],
      read: 11 + PRETTY_LINES,
    });
  });

  test('in JSON ends at a blank line', () => {
    const cut = PRETTY.split('\n').slice(0, 3);
    expect(countsOf(readLog(lines(...cut, '', TEXT)).summary)).toEqual({
      read: 5,
      records: 1,
      blank: 1,
      unrecognised: 3,
    });
  });

  test('that is none leaves its lines to be what they are', () => {
    const inner = [PROXY_LINE, `pod container ${TEXT}`, '"GET / HTTP/1.1" 503 UF 0 0 0'];
    expect(countsOf(readLog(lines('{"message":', ...inner, '}')).summary)).toEqual({
      read: 5,
      records: 2,
      proxyLog: 1,
      unrecognised: 2,
      partial: 1,
    });
  });

  test('in text is joined again behind an indent', () => {
    const wrapped = TEXT.replaceAll(/ (?="|outbound)/g, '\n  ');
    const { records, summary } = readLog(lines(wrapped));
    expect([records, summary.lines.continuation]).toEqual([
      readLog(lines(TEXT)).records,
      wrapped.split('\n').length - 1,
    ]);
  });

  test('in text is whole once it is joined', () => {
    expect(readLog(lines(TEXT.replace(' "', '\n  "'))).summary.lines.partial).toBe(0);
  });

  test('in text is partial when a part of it is lost', () => {
    const wrapped = TEXT.replace(/^\S+ /, '').replace(' "', '\n  "');
    expect(countsOf(readLog(lines(wrapped)).summary)).toEqual({
      read: 2,
      records: 1,
      continuation: 1,
      partial: 1,
    });
  });

  test('in text is joined again behind the quotes of a mail', () => {
    const mailed = TEXT.replaceAll(/ (?="|outbound)/g, '\n> ').replace(/^/, '> ');
    expect(readLog(lines(mailed)).records).toEqual(readLog(lines(TEXT)).records);
  });

  test('in text is joined again behind the prefix of a tool', () => {
    const wrapped = `pod-1 istio-proxy ${TEXT.replace(' "-" "-"', '\n  "-" "-"')}`;
    expect(readLog(lines(wrapped)).records).toEqual(readLog(lines(TEXT)).records);
  });

  test('in text does not take in the next record', () => {
    const [pasted = ''] = [TEXT.replace(/^\S+ /, '')];
    expect(lineNumbersOf(lines(pasted, pasted, `  ${pasted}`, TEXT))).toEqual([1, 2, 3, 4]);
  });

  test('is delivered at the end of the input', () => {
    expect(lineNumbersOf(PRETTY)).toEqual([1]);
  });
});

describe('a line that is not understood', () => {
  test('is failed when it begins like a record, else unrecognised', () => {
    const { rejected } = readLog(lines(TEXT.slice(0, 45), 'hello')).summary;
    expect(rejected).toEqual([
      { reason: 'FIELD_COUNT', line: 1, text: TEXT.slice(0, 45) },
      { reason: 'UNRECOGNISED', line: 2, text: 'hello' },
    ]);
  });

  test('is shown three times for each reason', () => {
    const { rejected } = readLog(lines(...Array.from({ length: 9 }, (_, i) => `hello ${i}`))).summary;
    expect(rejected.map(({ line }) => line)).toEqual([1, 2, 3]);
  });

  test('is shown cut to 512 bytes', () => {
    const { rejected } = readLog('x'.repeat(2000)).summary;
    expect(rejected[0]?.text).toBe('x'.repeat(512));
  });

  test('is shown with its length when it is too long', () => {
    const { rejected } = readLog('x'.repeat(2000), { maxLineBytes: 1000 }).summary;
    expect(rejected).toEqual([{ reason: 'OVERLONG', line: 1, text: `${'x'.repeat(512)}… (2000 bytes)` }]);
  });

  test('is failed whatever it looks like when the user named the format', () => {
    const { summary } = readLog(lines(TEXT, 'hello', JSON_LINE), { format: 'istio-text' });
    expect(countsOf(summary)).toEqual({ read: 3, records: 1, failed: 2 });
  });
});

describe('a format that the user named', () => {
  test('is the only one tried', () => {
    const { summary } = readLog(lines(OLD_TEXT, TEXT), { format: 'istio-text-1.3' });
    expect(summary.formats).toEqual({ 'istio-text-1.3': 1 });
  });

  test('reads JSON on several lines', () => {
    const { records } = readLog(lines(PRETTY, PRETTY), { format: 'istio-json' });
    expect(records.map(({ line }) => line)).toEqual([1, 1 + PRETTY_LINES]);
  });

  test('may have values between the headers', () => {
    const format = '"%REQ(USER-AGENT)%" %RESPONSE_CODE% %RESPONSE_FLAGS% "%REQ(X-B3-TRACEID)%"';
    const { records } = readLog(lines('"curl" 503 UF "0af7"', '"a b" 200 - "-"'), { format });
    expect(records.map(({ record }) => [record.responseCode, record.responseFlags])).toEqual([
      ['503', 'UF'],
      ['200', null],
    ]);
  });
});
