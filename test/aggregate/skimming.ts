import { chooseFormats } from '../../parsers/index.ts';
import { Aggregator } from '../../src/aggregate/aggregator.ts';
import { LineReader } from '../../src/ingest/lines.ts';
import { ProxyLogCollector } from '../../src/ingest/proxy-log-events.ts';
import { RecordReader } from '../../src/ingest/record-reader.ts';
import type { RecordSink } from '../../src/ingest/record-sink.ts';
import type { Aggregate } from '../../src/model/aggregate.ts';
import { expectEqual } from '../support/equal.ts';
import { KERNEL } from '../support/kernel.ts';

/** How a log is read. */
export interface Reading {
  /** Plainly healthy lines are counted by the kernel alone; else every line is read by its parser. */
  readonly skims: boolean;
  /** As `--format` names it; without, the format is detected. */
  readonly format?: string;
  /** Other inputs may hold the other side of requests. */
  readonly joins?: boolean;
}

/** Reads inputs, each in chunks that are overwritten once they are read. */
function readChunks(
  inputs: readonly (readonly Uint8Array[])[],
  { skims, format, joins = false }: Reading,
): Aggregate {
  const aggregator = new Aggregator({ sinceMs: null, untilMs: null, accepts: null }, KERNEL, joins);
  const plain: RecordSink = {
    skim: (_, at) => at,
    readSpans: () => false,
    add: (bytes, spans, parser, place) => aggregator.add(bytes, spans, parser, place),
  };
  const proxyLog = new ProxyLogCollector();
  const choice = chooseFormats(format === undefined ? null : [format]);
  const summaries = inputs.map((chunks, i) => {
    const records = new RecordReader(
      { input: i, path: `${i}.log` },
      choice,
      skims ? aggregator : plain,
      proxyLog,
    );
    const reader = new LineReader(records);
    for (const chunk of chunks) {
      const copy = Uint8Array.from(chunk);
      reader.push(copy);
      copy.fill(0x21);
    }
    reader.end();
    records.end();
    return records.finish(reader.bytes, false);
  });
  return aggregator.finish(summaries, proxyLog.finish()).finish();
}

/** Reads a log in one chunk. */
export function read(log: Uint8Array, reading: Reading): Aggregate {
  return readChunks([[log]], reading);
}

/** Expects that it makes no difference whether lines are skimmed; every other log is read as one of several. */
export function expectSame(log: Uint8Array, format?: string, joins = log.length % 2 === 1): void {
  const reading = format === undefined ? { joins } : { joins, format };
  expectEqual(read(log, { skims: true, ...reading }), read(log, { skims: false, ...reading }));
}

/** Expects that it makes no difference at which byte a log is cut into two chunks, read again and again. */
export function expectSameWhereverCut(log: Uint8Array): void {
  const cut = Array.from(log, (_, at) => [log.subarray(0, at), log.subarray(at)]);
  const uncut = cut.map(() => [log]);
  const whole = readChunks(uncut, { skims: false });
  expectEqual(readChunks(cut, { skims: true }), whole);
  expectEqual(readChunks(uncut, { skims: true }), whole);
}

/** Expects that a log gives the same in chunks, skimmed, as whole and read line by line. */
export function expectSameInChunks(log: Uint8Array, cuts: readonly number[]): void {
  const joins = log.length % 2 === 1;
  const borders = [0, ...cuts.map((cut) => cut % (log.length + 1)).sort((a, b) => a - b), log.length];
  const chunks = borders.slice(1).map((end, i) => log.subarray(borders[i], end));
  expectEqual(readChunks([chunks], { skims: true, joins }), read(log, { skims: false, joins }));
}
