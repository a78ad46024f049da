import { NO_HOP_VALUE } from '../model/aggregate.ts';
import type { Shape } from '../model/shape.ts';
import { leadsTo } from './circles.ts';
import type { HopRecord } from './hop-records.ts';
import { byTime } from './hop-records.ts';
import type { KeptShapes } from './kept-shapes.ts';
import type { Lateness } from './lateness.ts';

/** An attempt that was turned away begins within this of the request that it was made for. */
const SAME_ATTEMPT_SLACK_MS = 500;
/** Requests that may be under way to one endpoint at a time, of which one made an attempt. */
const MOST_OVERLAPPING = 64;

/** What matching by endpoint needs to know. */
export interface EndpointRules {
  readonly shapes: KeptShapes;
  readonly lateness: Lateness;
}

/** A server logs each connection attempt that it turned away, the caller the request they were made for. */
export function matchByEndpoint(
  records: readonly HopRecord[],
  callerOf: Map<HopRecord, HopRecord>,
  { shapes, lateness }: EndpointRules,
): void {
  const servers = records.filter(
    (record) => record.id === NO_HOP_VALUE && record.direction === 'unknown' && !callerOf.has(record),
  );
  if (servers.length === 0) return;
  const shapeOf = ({ failure }: HopRecord): Shape | undefined =>
    failure === null ? undefined : shapes.get(failure);
  const callers = callersByEndpoint(records, shapeOf);
  const attempts = new Map<HopRecord, number>();
  for (const server of byTime(servers)) {
    const at = callers.get(shapeOf(server)?.downstreamLocalAddress ?? '') ?? [];
    const end = countBefore(at, (record) => lateness(record, server) >= -SAME_ATTEMPT_SLACK_MS);
    // Requests overlap, and each makes several attempts: whoever has the fewest so far.
    const [caller] = at
      .slice(Math.max(0, end - MOST_OVERLAPPING), end)
      .filter(
        (record) => lateness(record, server) <= SAME_ATTEMPT_SLACK_MS && !leadsTo(callerOf, record, server),
      )
      .sort((a, b) => (attempts.get(a) ?? 0) - (attempts.get(b) ?? 0));
    if (caller === undefined) continue;
    attempts.set(caller, (attempts.get(caller) ?? 0) + 1);
    callerOf.set(server, caller);
  }
}

/** Requests that got no connection, by the endpoint that they were for, in order of start times. */
function callersByEndpoint(
  records: readonly HopRecord[],
  shapeOf: (record: HopRecord) => Shape | undefined,
): ReadonlyMap<string, readonly HopRecord[]> {
  const callers = new Map<string, HopRecord[]>();
  for (const record of byTime(records.filter(({ send, timeMs }) => send === NO_HOP_VALUE && timeMs >= 0))) {
    const host = shapeOf(record)?.upstreamHost;
    if (host == null || record.direction === 'inbound') continue;
    const known = callers.get(host);
    if (known === undefined) callers.set(host, [record]);
    else known.push(record);
  }
  return callers;
}

/** How many items, at the begin of an ordered list, `isBefore` holds for. */
function countBefore<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && isBefore(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
