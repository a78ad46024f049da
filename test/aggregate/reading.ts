import { chooseFormats } from '../../parsers/index.ts';
import { AggregateSum } from '../../src/aggregate/aggregate-sum.ts';
import { Aggregator } from '../../src/aggregate/aggregator.ts';
import { toRecordFilter } from '../../src/aggregate/record-filter.ts';
import { LineReader } from '../../src/ingest/lines.ts';
import { ProxyLogCollector } from '../../src/ingest/proxy-log-events.ts';
import { RecordReader } from '../../src/ingest/record-reader.ts';
import type { Aggregate, AggregatePart, FailureGroup, InputSummary } from '../../src/model/aggregate.ts';
import type { Selection } from '../../src/model/selection.ts';
import { KERNEL } from '../support/kernel.ts';

/** An input, or the stretch of one, as lines without their ends. */
export interface Stretch {
  readonly path: string;
  /** True when the lines before it belong to another part. */
  readonly continues: boolean;
  readonly lines: readonly string[];
}

const EVERYTHING: Selection = {
  sinceMs: null,
  untilMs: null,
  clusters: [],
  authorities: [],
  excludedPaths: [],
};

/** Reads stretches into one aggregate, as a part is read from files. */
export function readPart(part: readonly Stretch[], selection: Selection = EVERYTHING): Aggregate {
  return AggregateSum.of(readToMerge(part, selection), KERNEL).finish();
}

/** All of a log, of which these are the parts. */
export function merge([first, ...others]: readonly AggregatePart[]): Aggregate {
  if (first === undefined) throw new Error('no part to merge');
  return others.reduce((sum, part) => sum.add(part), AggregateSum.of(first, KERNEL)).finish();
}

/** A part of a log, of which these are the parts. */
export function mergeTwo(first: AggregatePart, second: AggregatePart): AggregatePart {
  return AggregateSum.of(first, KERNEL).add(second).pack();
}

/** The same as `readPart`, to be merged with what other parts give. */
export function readToMerge(part: readonly Stretch[], selection: Selection = EVERYTHING): AggregatePart {
  const aggregator = new Aggregator(toRecordFilter(selection), KERNEL, true);
  const proxyLog = new ProxyLogCollector();
  const choice = chooseFormats(null);
  const inputs: InputSummary[] = [];
  for (const { path, continues, lines } of part) {
    const records = new RecordReader({ input: inputs.length, path }, choice, aggregator, proxyLog);
    const reader = new LineReader(records);
    reader.push(Buffer.from(lines.map((line) => `${line}\n`).join('')));
    reader.end();
    records.end();
    inputs.push(records.finish(reader.bytes, continues));
  }
  return aggregator.finish(inputs, proxyLog.finish()).pack();
}

/** Reads the lines of one input. */
export function readLines(lines: readonly string[], selection?: Selection): Aggregate {
  return readPart([{ path: 'access.log', continues: false, lines }], selection);
}

/** The only failure group of the lines. */
export function onlyGroup(lines: readonly string[]): FailureGroup {
  const [group, ...others] = readLines(lines).groups;
  if (group === undefined || others.length > 0) throw new Error(`${others.length} groups beside the first`);
  return group;
}
