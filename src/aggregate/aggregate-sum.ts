import type { Aggregate, AggregatePart, ProxyLogEvents } from '../model/aggregate.ts';
import { FIELDS } from '../model/field.ts';
import { addUpEvents } from '../model/proxy-log-events.ts';
import { createCodeCounts, createFlagCounts } from './bounded-counts.ts';
import * as caps from './caps.ts';
import { NO_CONNECTIONS } from './connection-table.ts';
import { FailureKernel } from './failure-kernel.ts';
import { readFailures } from './failure-tables.ts';
import { openKernel } from './kernel-exports.ts';
import { KernelMemory } from './kernel-memory.ts';
import { mergeHops } from './merge-hops.ts';
import type { Shift } from './merge-inputs.ts';
import { mergeInputs, moveLine, shiftOf } from './merge-inputs.ts';
import { mergeTrafficTables } from './merge-traffic.ts';
import { joinTimeSpans } from './time-span.ts';

/** All that an aggregate holds but its failures, which the kernel keeps until the end. */
type Counts = Omit<Aggregate, 'groups'>;

/**
 * What was found in a part of a log, to which what the parts behind it found can be added, in the order of the log. Adding
 * is associative: what was kept by smallest hash in all parts is what would have been kept of the whole.
 */
export class AggregateSum {
  #counts: Counts;
  readonly #failures: FailureKernel;

  /** `failures` is not to be used by anybody else from now on. */
  constructor(counts: Counts, failures: FailureKernel) {
    this.#counts = counts;
    this.#failures = failures;
  }

  /** Goes on from a part that was handed over; `kernel` is the module that wasm/kernel.ts compiles to. */
  static of({ failures, connections, ...counts }: AggregatePart, kernel: WebAssembly.Module): AggregateSum {
    const exports = openKernel(kernel);
    const sum = new AggregateSum(counts, new FailureKernel(exports, new KernelMemory(exports)));
    sum.#failures.add(failures, { inputs: 0, lines: 0 }, connections);
    return sum;
  }

  /** Adds the part that comes next. */
  add({ failures, connections, ...counts }: AggregatePart): this {
    const shift = shiftOf(this.#counts.inputs, counts.inputs);
    this.#failures.add(failures, shift, connections);
    this.#counts = mergeCounts(this.#counts, counts, shift);
    return this;
  }

  /** All of it, to be handed over. Ends the adding: call once. `isLast`: no part follows. */
  pack(isLast = false): AggregatePart {
    const connections = isLast ? NO_CONNECTIONS : this.#failures.connections();
    return { ...this.#counts, failures: this.#failures.finish(), connections };
  }

  /** All of it, to be diagnosed. Ends the adding: call once. */
  finish(): Aggregate {
    return { ...this.#counts, groups: readFailures(this.#failures.finish()) };
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
    time: joinTimeSpans(first.time, second.time),
    requests: mergeRequests(first.requests, second.requests),
    traffic: mergeTraffic(first.traffic, second.traffic),
    hops: mergeHops(first.hops, second.hops, shift.inputs),
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

function mergeTraffic(a: Aggregate['traffic'], b: Aggregate['traffic']): Aggregate['traffic'] {
  return {
    scopes: mergeTrafficTables(a.scopes, b.scopes, caps.TABLE_CAPS.scopes),
    endpoints: mergeTrafficTables(a.endpoints, b.endpoints, caps.TABLE_CAPS.endpoints),
    paths: mergeTrafficTables(a.paths, b.paths, caps.TABLE_CAPS.paths),
    callers: mergeTrafficTables(a.callers, b.callers, caps.TABLE_CAPS.callers),
    authorities: mergeTrafficTables(a.authorities, b.authorities, caps.TABLE_CAPS.authorities),
    listeners: mergeTrafficTables(a.listeners, b.listeners, caps.TABLE_CAPS.listeners),
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
