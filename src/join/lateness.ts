import type { ClockSkew } from '../model/join.ts';
import type { HopRecord } from './hop-records.ts';

/** How long behind the end of the caller's record (negative: before its start) the server's begins; 0 in between. */
export type Lateness = (caller: HopRecord, server: HopRecord) => number;

/** `Lateness` with the clocks of the inputs put right. */
export function toLateness(skews: readonly ClockSkew[]): Lateness {
  const ahead = new Map(skews.map(({ input, against, aheadMs }) => [`${against} ${input}`, aheadMs]));
  return (caller, server) => {
    if (caller.timeMs < 0 || server.timeMs < 0) return 0;
    const late = server.timeMs - (ahead.get(`${caller.input} ${server.input}`) ?? 0) - caller.timeMs;
    return late < 0 ? late : Math.max(0, late - Math.max(0, caller.durationMs));
  };
}
