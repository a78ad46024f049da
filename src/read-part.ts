import type { Readable } from 'node:stream';
import { chooseFormats } from '../parsers/index.ts';
import type { AggregateSum } from './aggregate/aggregate-sum.ts';
import { Aggregator } from './aggregate/aggregator.ts';
import { MAX_REMEMBERED_LINES } from './aggregate/caps.ts';
import { DuplicateFilter } from './aggregate/duplicate-filter.ts';
import { toRecordFilter } from './aggregate/record-filter.ts';
import type { ByteCounter } from './ingest/byte-counter.ts';
import type { MovedBytes } from './ingest/cut-records.ts';
import { joinCutRecords } from './ingest/cut-records.ts';
import { InputReader } from './ingest/input-reader.ts';
import { findWrittenMs } from './ingest/inputs.ts';
import { describeKeySources } from './ingest/key-sources.ts';
import { LineReader } from './ingest/lines.ts';
import { openLogs } from './ingest/open.ts';
import type { PartInput } from './ingest/parts.ts';
import { readRange } from './ingest/parts.ts';
import { ProxyLogCollector } from './ingest/proxy-log-events.ts';
import { RecordReader } from './ingest/record-reader.ts';
import type { InputSummary } from './model/aggregate.ts';
import type { FormatChoice } from './model/record-format.ts';
import { NOT_ALL_READ } from './model/report.ts';
import type { Selection } from './model/selection.ts';

/** Of a file without the name of a log. */
const LINES_LOOKED_AT = 8;
const BYTES_COMPARED_ALONE = 4 * 1024 * 1024;
/** In a note. */
const MAX_NAMED_INPUTS = 5;
const LF = 0x0a;

/** How inputs are to be read: plain data, so that it can be handed to another thread. */
export interface ReadingJob {
  /** Names of formats, format strings and JSON format objects; null: recognise. */
  readonly format: readonly string[] | null;
  readonly selection: Selection;
  /** Several proxies may have logged the same requests. */
  readonly joins: boolean;
  /** Lines that stand in the inputs twice count once. */
  readonly comparesLines: boolean;
}

/** What a reader has around it. */
export interface ReadingContext {
  readonly stdin: Readable | null;
  readonly signal: AbortSignal | undefined;
  readonly note: (text: string) => void;
  /** Counts the bytes that are read. */
  readonly counter: ByteCounter;
  /** What counts; see `loadKernel`. */
  readonly kernel: WebAssembly.Module;
}

/** Reads the inputs of one part, one after the other, into one aggregate. */
export async function readPart(
  job: ReadingJob,
  part: readonly PartInput[],
  context: ReadingContext,
): Promise<AggregateSum> {
  const aggregator = new Aggregator(toRecordFilter(job.selection), context.kernel, job.joins);
  const records = new DuplicateFilter(aggregator, job.comparesLines && part.length > 1);
  const proxyLog = new ProxyLogCollector();
  const choice = chooseFormats(job.format);
  if (choice.isDayFirst) aggregator.expectDayFirst();
  const inputs: InputSummary[] = [];
  const opened = openPart(part, choice, context, job.selection.nowMs ?? null);
  for await (const log of joinCutRecords(opened, choice)) {
    if (log.isInArchive) expectSeveral(aggregator, job.comparesLines ? records : null);
    const { path, latestMs, moved } = log;
    const place = { input: inputs.length, path, latestMs };
    const reader = new RecordReader(place, choice, records, proxyLog);
    const mayBeSmall = job.comparesLines && !records.isActive;
    const { bytes, looksLikeUtf16 } = await readLog(
      reader,
      mayBeSmall ? { ...log, chunks: lookAhead(log.chunks, () => expectSeveral(aggregator, records)) } : log,
    );
    if (looksLikeUtf16)
      context.note(`${path}: is UTF-16 text; convert it first: iconv -f UTF-16 -t UTF-8 FILE | faultline`);
    inputs.push(reader.finish(bytes + moved.given - moved.taken, log.continues));
    noteAll(context, reader.describe());
  }
  noteAll(context, describeKeySources(choice.formats, inputs));
  noteAll(context, describeDuplicates(records, inputs));
  return aggregator.finish(inputs, proxyLog.finish());
}

function noteAll({ note }: ReadingContext, texts: readonly string[]): void {
  for (const text of texts) note(text);
}

async function readLog(
  reader: RecordReader,
  { chunks, isWhole, moved }: PartLog & { readonly moved: MovedBytes },
): Promise<InputReader | LineReader> {
  // Its first line was the rest of the record before.
  if (moved.given > 0) reader.continueDocument(1);
  const lines = isWhole ? new InputReader(reader) : new LineReader(reader);
  for await (const chunk of chunks) lines.push(chunk);
  lines.end();
  reader.end();
  return lines;
}

/** An input is several logs, or may be without costing anybody time. */
function expectSeveral(aggregator: Aggregator, records: DuplicateFilter | null): void {
  aggregator.expectOtherSides();
  records?.activate();
}

/**
 * A single stream may be two exports one behind the other, or the logs of two proxies: its lines are compared and joined when
 * it ends soon, of which `whenSmall` is told before its first chunk. What is large goes the quick way from its first line on.
 */
async function* lookAhead(
  chunks: AsyncIterable<Uint8Array>,
  whenSmall: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let head: Uint8Array[] | null = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (head === null) yield chunk;
    else head.push(chunk);
    if (head === null || bytes < BYTES_COMPARED_ALONE) continue;
    yield* head;
    head = null;
  }
  if (head === null) return;
  whenSmall();
  yield* head;
}

const nameOf = (path: string): string => (path === '-' ? 'standard input' : path);

/** What was counted once though it stands in several places, input by input. */
function describeDuplicates(records: DuplicateFilter, inputs: readonly InputSummary[]): readonly string[] {
  const counts = [...records.finish()].sort(([, a], [, b]) => b - a);
  const sum = counts.reduce((all, [, lines]) => all + lines, 0);
  const named = counts
    .slice(0, MAX_NAMED_INPUTS)
    .map(([input, lines]) => `${lines} of ${nameOf(inputs[input]?.path ?? '?')}`)
    .join(', ');
  const others =
    counts.length > MAX_NAMED_INPUTS ? `, and others of ${counts.length - MAX_NAMED_INPUTS} inputs` : '';
  return [
    ...(sum > 0
      ? [
          `${sum} ${sum === 1 ? 'record stands' : 'records stand'} elsewhere in the inputs too and ${sum === 1 ? 'counts' : 'count'} once: ${named}${others}. With --keep-duplicates each counts.`,
        ]
      : []),
    ...(records.isFull
      ? [
          `Records that stand twice are noticed among the first ${MAX_REMEMBERED_LINES}; behind them each counts.`,
        ]
      : []),
  ];
}

/** A log, or a stretch of one. */
interface PartLog {
  readonly path: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly isInArchive: boolean;
  readonly isWhole: boolean;
  /** Begins in the middle of its file. */
  readonly continues: boolean;
  /** Goes to the end of its file. */
  readonly isLast: boolean;
  /** When it was last written, or else now; null: not known. */
  readonly latestMs: number | null;
}

/** A command at the end is copied, so nothing follows it. */
function asSentence(text: string): string {
  return /\| faultline$/.test(text) ? text : `${text}.`;
}

async function* openPart(
  part: readonly PartInput[],
  choice: FormatChoice,
  { stdin, signal, note, counter }: ReadingContext,
  nowMs: number | null,
): AsyncGenerator<PartLog, void, undefined> {
  const options = {
    onDamage: (damage: string) => note(asSentence(`${NOT_ALL_READ}${damage}`)),
    onLeftOut: (text: string) => note(asSentence(text)),
    counter,
    looksLikeLog: (head: Uint8Array) => looksLikeLog(choice, head),
    ...(signal === undefined ? {} : { signal }),
  };
  for (const { source, range } of part) {
    const { path } = source;
    const latestMs = nowMs === null ? null : ((await findWrittenMs(source)) ?? nowMs);
    if (range !== null) {
      const chunks = counter.count(readRange(path, range, signal));
      const [continues, isLast] = [range.start > 0, range.end === Number.POSITIVE_INFINITY];
      yield { path, chunks, isInArchive: false, isWhole: false, continues, isLast, latestMs };
      continue;
    }
    if (stdin === null && source.kind === 'stdin')
      throw new Error('standard input cannot be read in another thread');
    for await (const log of openLogs(source, stdin ?? process.stdin, options))
      yield { ...log, isWhole: true, continues: false, isLast: true, latestMs };
  }
}

/** Whether one of the first lines begins like a record. */
function looksLikeLog({ looksLikeRecord }: FormatChoice, head: Uint8Array): boolean {
  let start = 0;
  for (let line = 0; line < LINES_LOOKED_AT && start < head.length; line++) {
    const lineEnd = head.indexOf(LF, start);
    const end = lineEnd < 0 ? head.length : lineEnd;
    if (looksLikeRecord(head, start, end)) return true;
    start = end + 1;
  }
  return false;
}
