import type { HopTables } from '../model/aggregate.ts';
import { MAX_FAILING_HOPS, MAX_HEALTHY_HOPS } from '../model/aggregate.ts';
import * as caps from './caps.ts';
import { mergeHopRows } from './hop-table.ts';
import { mergeTrafficTables } from './merge-traffic.ts';

/** The hops of both parts; the inputs of the second are numbered on by `shift`. */
export function mergeHops(a: HopTables, b: HopTables, shift: number): HopTables {
  return {
    failing: mergeHopRows(a.failing, b.failing, MAX_FAILING_HOPS, shift),
    healthy: mergeHopRows(a.healthy, b.healthy, MAX_HEALTHY_HOPS, shift),
    servers: mergeTrafficTables(a.servers, b.servers, caps.TABLE_CAPS.servers),
  };
}
