import type { Aggregate, AggregatePart, ProxyLogEvents } from '../model/aggregate.ts';
import { FIELDS } from '../model/field.ts';
import { addUpEvents } from '../model/proxy-log-events.ts';
import { joinTimeSpans } from '../model/time-span.ts';
import { createCodeCounts, createFlagCounts } from './bounded-counts.ts';
import { NO_CONNECTIONS } from './connection-table.ts';
import type { FailureKernel } from './failure-kernel.ts';
import { readFailures } from './failure-tables.ts';
import type { HopKernel } from './hop-kernel.ts';
import { NO_HOPS } from './hop-kernel.ts';
import type { Shift } from './merge-inputs.ts';
import { mergeInputs, moveLine, shiftOf } from './merge-inputs.ts';
import { TrafficKernel } from './traffic-kernel.ts';
import type { TrafficTables } from './traffic-tables.ts';

/** All that an aggregate holds but what the kernel keeps until the end. */
type Counts = Omit<AggregatePart, 'traffic' | 'hops' | 'failures' | 'connections'>;

/** What was counted in a kernel. */
interface Counted {
  readonly tables: TrafficTables;
  readonly hops: HopKernel;
  readonly failures: FailureKernel;
}

/**
 * What was found in a part of a log, to which what the parts behind it found can be added, in the order of the log. Adding
 * is associative: what was kept by smallest hash in all parts is what would have been kept of the whole.
 */
export class AggregateSum {
  #counts: Counts;
  readonly #counted: Counted;

  /** `counted` is not to be used by anybody else from now on. */
  constructor(counts: Counts, counted: Counted) {
    this.#counts = counts;
    this.#counted = counted;
  }

  /** Goes on from a part that was handed over; `kernel` is the module that wasm/kernel.ts compiles to. */
  static of(
    { traffic, hops, failures, connections, ...counts }: AggregatePart,
    kernel: WebAssembly.Module,
  ): AggregateSum {
    const counted = new TrafficKernel(kernel);
    counted.tables.add(traffic);
    counted.hops.add(hops, 0);
    counted.failures.add(failures, { inputs: 0, lines: 0 }, connections);
    return new AggregateSum(counts, counted);
  }

  /** Adds the part that comes next. */
  add({ traffic, hops, failures, connections, ...counts }: AggregatePart): this {
    const shift = shiftOf(this.#counts.inputs, counts.inputs);
    this.#counted.tables.add(traffic);
    this.#counted.hops.add(hops, shift.inputs);
    this.#counted.failures.add(failures, shift, connections);
    this.#counts = mergeCounts(this.#counts, counts, shift);
    return this;
  }

  /** All of it, to be handed over. Ends the adding: call once. `isLast`: no part follows. */
  pack(isLast = false): AggregatePart {
    const { tables, hops, failures } = this.#counted;
    const connections = isLast ? NO_CONNECTIONS : failures.connections();
    return {
      ...this.#counts,
      traffic: tables.pack(),
      hops: hops.pack(),
      failures: failures.finish(),
      connections,
    };
  }

  /** All of it, to be diagnosed. Ends the adding: call once. */
  finish(): Aggregate {
    const { tables, hops, failures } = this.#counted;
    const { onlyPod, ...counts } = this.#counts;
    return {
      ...counts,
      traffic: tables.finish(),
      hops: {
        failing: hops.finish('failing'),
        // One pod's proxy has logged one side of each request.
        healthy: onlyPod === null ? hops.finish('healthy') : NO_HOPS,
        servers: tables.servers(),
      },
      groups: readFailures(failures.finish()),
    };
  }
}

function mergeCounts(first: Counts, second: Counts, shift: Shift): Counts {
  return {
    inputs: mergeInputs(first.inputs, second.inputs),
    coverage: Object.fromEntries(
      FIELDS.map((field) => [field, (first.coverage[field] ?? 0) + (second.coverage[field] ?? 0)]).filter(
        ([, n]) => n !== 0,
      ),
    ),
    onlyPod: first.onlyPod === second.onlyPod ? first.onlyPod : null,
    time: joinTimeSpans(first.time, second.time),
    requests: mergeRequests(first.requests, second.requests),
    proxyLog: mergeProxyLog(first.proxyLog, second.proxyLog, shift),
  };
}

function mergeRequests(a: Aggregate['requests'], b: Aggregate['requests']): Aggregate['requests'] {
  return {
    total: a.total + b.total,
    failed: a.failed + b.failed,
    withoutTime: a.withoutTime + b.withoutTime,
    byResponseCode: createCodeCounts().addAll(a.byResponseCode).addAll(b.byResponseCode).finish(),
    byResponseFlag: createFlagCounts().addAll(a.byResponseFlag).addAll(b.byResponseFlag).finish(),
  };
}

function mergeProxyLog(
  a: readonly ProxyLogEvents[],
  b: readonly ProxyLogEvents[],
  shift: Shift,
): readonly ProxyLogEvents[] {
  const moved = b.map((events) => ({
    ...events,
    samples: events.samples.map((line) => moveLine(line, shift)),
  }));
  return addUpEvents([...a, ...moved]);
}
