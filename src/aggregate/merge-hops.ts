import type { AggregatePart } from '../model/aggregate.ts';
import { MAX_FAILING_HOPS, MAX_HEALTHY_HOPS } from '../model/aggregate.ts';
import { mergeHopRows } from './hop-table.ts';

type Hops = AggregatePart['hops'];

/** The hops of both parts; the inputs of the second are numbered on by `shift`. */
export function mergeHops(a: Hops, b: Hops, shift: number): Hops {
  return {
    failing: mergeHopRows(a.failing, b.failing, MAX_FAILING_HOPS, shift),
    healthy: mergeHopRows(a.healthy, b.healthy, MAX_HEALTHY_HOPS, shift),
  };
}
