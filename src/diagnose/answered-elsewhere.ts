import { type Aggregate, NO_HOP_VALUE } from '../model/aggregate.ts';
import { logNameOf } from '../model/log-source.ts';

/** With fewer requests, chance looks like a rule. */
const LEAST_REQUESTS = 4;

/**
 * Failure groups, by hash, whose hosts answer nothing in the logs that hold the failures, while another log has answers of them:
 * it is that of the server's own proxy, or of another caller. What it shows of the endpoint says nothing of the connections of
 * this caller.
 */
export function findAnsweredElsewhere({ hops, inputs }: Aggregate): ReadonlySet<number> {
  const { failing, healthy } = hops;
  // Parts of a rotated log are of one proxy.
  const logs = inputs.map(({ path }) => logNameOf(path));
  const answered = new Map<number, Set<string>>();
  const active = new Set<string>();
  healthy.host.forEach((host, i) => {
    const log = logs[healthy.input[i] ?? 0] ?? '';
    active.add(log);
    const known = answered.get(host);
    if (known === undefined) answered.set(host, new Set([log]));
    else known.add(log);
  });
  const groups = new Map<number, { requests: number; elsewhere: number; isHere: boolean }>();
  failing.group.forEach((group, i) => {
    const log = logs[failing.input[i] ?? 0] ?? '';
    const host = failing.host[i] ?? NO_HOP_VALUE;
    const by = host === NO_HOP_VALUE ? undefined : answered.get(host);
    const tally = groups.get(group) ?? { requests: 0, elsewhere: 0, isHere: false };
    tally.requests++;
    tally.isHere ||= by?.has(log) === true || !active.has(log);
    if (by !== undefined && !by.has(log)) tally.elsewhere++;
    groups.set(group, tally);
  });
  return new Set(
    [...groups].flatMap(([group, { requests, elsewhere, isHere }]) =>
      !isHere && requests >= LEAST_REQUESTS && elsewhere * 2 >= requests ? [group] : [],
    ),
  );
}
