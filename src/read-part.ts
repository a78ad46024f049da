import type { Readable } from 'node:stream';
import { chooseFormats } from '../parsers/index.ts';
import { Aggregator } from './aggregate/aggregator.ts';
import { toRecordFilter } from './aggregate/record-filter.ts';
import type { ByteCounter } from './ingest/byte-counter.ts';
import { InputReader } from './ingest/json-documents.ts';
import { describeKeySources } from './ingest/key-sources.ts';
import { LineReader } from './ingest/lines.ts';
import { openInput } from './ingest/open.ts';
import type { PartInput } from './ingest/parts.ts';
import { readRange } from './ingest/parts.ts';
import { ProxyLogCollector } from './ingest/proxy-log-events.ts';
import { RecordReader } from './ingest/record-reader.ts';
import type { Aggregate, InputSummary } from './model/aggregate.ts';
import type { Selection } from './model/selection.ts';

/** How inputs are to be read: plain data, so that it can be handed to another thread. */
export interface ReadingJob {
  /** Names of formats, format strings and JSON format objects; null: recognise. */
  readonly format: readonly string[] | null;
  readonly selection: Selection;
  /** Several proxies may have logged the same requests. */
  readonly joins: boolean;
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
  /** True when the aggregate is to be merged with that of other parts. */
  readonly isPart: boolean;
}

/** Reads the inputs of one part, one after the other, into one aggregate. */
export async function readPart(
  job: ReadingJob,
  part: readonly PartInput[],
  context: ReadingContext,
): Promise<Aggregate> {
  const aggregator = new Aggregator(toRecordFilter(job.selection), context.kernel, job.joins);
  const proxyLog = new ProxyLogCollector();
  const choice = chooseFormats(job.format);
  const inputs: InputSummary[] = [];
  for (const input of part) {
    const records = new RecordReader(inputs.length, choice, aggregator, proxyLog);
    const lines = input.range === null ? new InputReader(records) : new LineReader(records);
    for await (const chunk of openPart(input, context)) lines.push(chunk);
    lines.end();
    records.end();
    const { path } = input.source;
    if (lines.looksLikeUtf16)
      context.note(`${path}: is UTF-16 text; convert it first: iconv -f UTF-16 -t UTF-8 FILE | faultline`);
    inputs.push(records.finish(path, lines.bytes, (input.range?.start ?? 0) > 0));
  }
  for (const text of describeKeySources(choice.formats, inputs)) context.note(text);
  return aggregator.finish(inputs, proxyLog.finish(), context.isPart);
}

function openPart(
  { source, range }: PartInput,
  { stdin, signal, note, counter }: ReadingContext,
): AsyncIterable<Uint8Array> {
  if (range !== null) return counter.count(readRange(source.path, range, signal));
  if (stdin === null && source.kind === 'stdin')
    throw new Error('standard input cannot be read in another thread');
  return openInput(source, stdin ?? process.stdin, {
    onDamage: note,
    counter,
    ...(signal === undefined ? {} : { signal }),
  });
}
