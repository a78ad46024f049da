import { chooseFormats } from '../../parsers/index.ts';
import { LineView, toRequestRecord } from '../../src/aggregate/line-view.ts';
import { InputReader } from '../../src/ingest/input-reader.ts';
import { LineReader } from '../../src/ingest/lines.ts';
import { ProxyLogCollector } from '../../src/ingest/proxy-log-events.ts';
import { RecordReader } from '../../src/ingest/record-reader.ts';
import type { InputSummary, LineCounts, ProxyLogEvents } from '../../src/model/aggregate.ts';
import { createSpans } from '../../src/model/field.ts';
import type { RequestRecord } from '../../src/model/request-record.ts';

interface ReadRecord {
  readonly line: number;
  readonly record: RequestRecord;
}

export interface ReadLog {
  readonly records: readonly ReadRecord[];
  readonly summary: InputSummary;
  readonly proxyLog: readonly ProxyLogEvents[];
}

export interface ReadingOptions {
  /** Length of the chunks that the text comes in; 0: one chunk. */
  readonly chunkBytes?: number;
  readonly format?: string | null;
  readonly maxLineBytes?: number;
  /** Reads JSON documents too, as whole inputs are read. */
  readonly mayBeDocument?: boolean;
}

/** Reads a whole log as the program does, and shows all of its records. */
export function readLog(text: string | Uint8Array, options: ReadingOptions = {}): ReadLog {
  const records: ReadRecord[] = [];
  const proxyLog = new ProxyLogCollector();
  const spans = createSpans();
  const view = new LineView();
  const reader = new RecordReader(
    { input: 0, path: 'a.log' },
    chooseFormats(options.format == null ? null : [options.format]),
    {
      skim: (_, at) => at,
      readSpans: () => false,
      add: (bytes, _spans, parser, { line, start, end }) => {
        parser.parse(bytes, start, end, spans, true);
        view.set(bytes, spans, parser.encoding);
        records.push({ line, record: toRequestRecord(view) });
        return 'counted';
      },
    },
    proxyLog,
  );
  const lines =
    options.mayBeDocument === true ? new InputReader(reader) : new LineReader(reader, options.maxLineBytes);
  const bytes = Buffer.from(text);
  const chunkBytes = options.chunkBytes || bytes.length || 1;
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    // A chunk of its own that is wiped at once, as the buffers of a file are reused.
    const chunk = Uint8Array.from(bytes.subarray(at, at + chunkBytes));
    lines.push(chunk);
    chunk.fill(0x7d);
  }
  lines.end();
  reader.end();
  return { records, summary: reader.finish(bytes.length, false), proxyLog: proxyLog.finish() };
}

/** What the lines that were read add up to: the law says it is `read`. */
export function sumOfLines(lines: LineCounts): number {
  const { records, continuation, blank, proxyLog, unrecognised, failed, overlong } = lines;
  return records + continuation + blank + proxyLog + unrecognised + failed + overlong;
}

/** The counts that are not zero. */
export function countsOf({ lines }: InputSummary): Partial<LineCounts> {
  return Object.fromEntries(Object.entries(lines).filter(([, count]) => count !== 0));
}
