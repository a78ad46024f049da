import type { HopRecord } from './hop-records.ts';

/** True when `from`, or who called it, is `to`: matches must not run in a circle. */
export function leadsTo(
  callerOf: ReadonlyMap<HopRecord, HopRecord>,
  from: HopRecord,
  to: HopRecord,
): boolean {
  for (let at: HopRecord | undefined = from; at !== undefined; at = callerOf.get(at))
    if (at === to) return true;
  return false;
}
