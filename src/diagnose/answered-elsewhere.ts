import { type Aggregate, NO_HOP_VALUE } from '../model/aggregate.ts';

/** With fewer requests, chance looks like a rule. */
const LEAST_REQUESTS = 4;

/**
 * Failure groups, by hash, whose requests never succeed in the logs that hold the failures, while another log has the same
 * requests (method, authority, path) answered: by the server's own proxy, or for another caller. What that log shows of the
 * endpoint says nothing of the connections of this caller.
 */
export function findAnsweredElsewhere({ hops }: Aggregate): ReadonlySet<number> {
  const { failing, healthy } = hops;
  const answered = new Map<number, Set<number>>();
  const active = new Set<number>();
  healthy.request.forEach((request, i) => {
    const input = healthy.input[i] ?? NO_HOP_VALUE;
    active.add(input);
    const known = answered.get(request);
    if (known === undefined) answered.set(request, new Set([input]));
    else known.add(input);
  });
  const groups = new Map<number, { requests: number; elsewhere: number; isHere: boolean }>();
  failing.group.forEach((group, i) => {
    const input = failing.input[i] ?? NO_HOP_VALUE;
    const inputs = answered.get(failing.request[i] ?? NO_HOP_VALUE);
    const tally = groups.get(group) ?? { requests: 0, elsewhere: 0, isHere: false };
    tally.requests++;
    tally.isHere ||= inputs?.has(input) === true || !active.has(input);
    if (inputs !== undefined && !inputs.has(input)) tally.elsewhere++;
    groups.set(group, tally);
  });
  return new Set(
    [...groups].flatMap(([group, { requests, elsewhere, isHere }]) =>
      !isHere && requests >= LEAST_REQUESTS && elsewhere * 2 >= requests ? [group] : [],
    ),
  );
}
