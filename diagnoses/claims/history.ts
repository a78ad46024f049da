import type { GroupFacts } from '../../src/model/group-facts.ts';

/** By chance fewer orders than this leave all successes behind all failures too often. */
const LEAST_ORDERS = 32;

/** In how many orders so many failures and successes may come, as far as it matters. */
function countOrders(failures: number, successes: number): number {
  let orders = 1;
  for (let i = 1; i <= Math.min(failures, successes) && orders < LEAST_ORDERS; i++)
    orders *= (failures + successes + 1 - i) / i;
  return orders;
}

/**
 * The failures were over within `ms`, and all successes of the authority come after them; null when both are too few for
 * their order to be more than chance.
 */
export const recoveredWithin =
  (ms: number) =>
  ({ authorityHistory, healthyForAuthority, requests, time }: GroupFacts): boolean | null => {
    if (authorityHistory !== 'onlyAfter' || time === null || time.last - time.first > ms) return false;
    return countOrders(requests, healthyForAuthority ?? 0) >= LEAST_ORDERS || null;
  };
