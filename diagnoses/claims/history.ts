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

/** In less time than so many requests usually need, nobody can tell whether all of them failed. */
const FEWEST_USUAL = 3;
/** What comes in so short a time varies; clients that fail come back sooner. */
const LEAST_OF_USUAL = 0.7;
const MOST_OF_USUAL = 2.5;

/**
 * For `ms` at most, about as many requests failed as the authority usually gets, between successes before and after: all of
 * them, as far as numbers tell. Null when they are too few to tell. Where a part of the requests fails, or one caller tries
 * something new, the numbers differ.
 */
export const interruptedFor =
  (ms: number) =>
  ({ authorityHistory, bursts, requests, time, usualForAuthority }: GroupFacts): boolean | null => {
    if (authorityHistory === null || usualForAuthority === null || time === null) return null;
    if (authorityHistory !== 'interleaved' || bursts > 1 || time.last - time.first > ms) return false;
    if (usualForAuthority < FEWEST_USUAL) return null;
    return (
      requests >= LEAST_OF_USUAL * usualForAuthority && requests <= 1 + MOST_OF_USUAL * usualForAuthority
    );
  };
