import type { Aggregate, AggregatePart, ProxyLogEvents } from '../model/aggregate.ts';
import { FIELDS } from '../model/field.ts';
import { addUpEvents } from '../model/proxy-log-events.ts';
import { createCodeCounts, createFlagCounts } from './bounded-counts.ts';
import * as caps from './caps.ts';
import { readFailures } from './failure-tables.ts';
import { mergeConnections } from './merge-connections.ts';
import { mergeFailures } from './merge-failures.ts';
import { mergeHops } from './merge-hops.ts';
import type { Shift } from './merge-inputs.ts';
import { mergeInputs, moveLine, shiftOf } from './merge-inputs.ts';
import { mergeTrafficTables } from './merge-traffic.ts';
import { joinTimeSpans } from './time-histogram.ts';

/**
 * The part that is `first` followed by `second`. Associative; the order is that of the log. What was kept by smallest
 * hash in both parts is what would have been kept of the whole.
 */
export function mergeParts(
  kernel: WebAssembly.Module,
  first: AggregatePart,
  second: AggregatePart,
): AggregatePart {
  const shift = shiftOf(first.inputs, second.inputs);
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
    failures: mergeFailures(kernel, first, second, shift),
    hops: mergeHops(first.hops, second.hops, shift.inputs),
    connections: mergeConnections(first.connections, second.connections),
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

/** All that was found, to be diagnosed. */
export function toAggregate({ failures, ...others }: AggregatePart): Aggregate {
  return { ...others, groups: readFailures(failures) };
}
