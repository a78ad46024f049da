import type { ClockSkew } from '../model/join.ts';
import type { HopRecord } from './hop-records.ts';

/** Both records of one request: the caller's and the server's. */
export interface HopPair {
  readonly caller: HopRecord;
  readonly server: HopRecord;
}

interface Offset {
  readonly aheadMs: number;
  readonly errorMs: number;
}

/**
 * The server's time lies within the caller's, so the difference of their middles is that of their clocks, give or take
 * half of the time that they do not share.
 */
function offsetOf({ caller, server }: HopPair): Offset | null {
  if (caller.timeMs < 0 || server.timeMs < 0 || caller.durationMs < 0 || server.durationMs < 0) return null;
  return {
    aheadMs: server.timeMs + server.durationMs / 2 - caller.timeMs - caller.durationMs / 2,
    errorMs: Math.abs(caller.durationMs - server.durationMs) / 2,
  };
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** The clocks of inputs whose requests were matched by id, in order of inputs. */
export function estimateSkews(pairs: readonly HopPair[]): readonly ClockSkew[] {
  const byInputs = new Map<string, { input: number; against: number; offsets: Offset[] }>();
  for (const pair of pairs) {
    const offset = offsetOf(pair);
    const [input, against] = [pair.server.input, pair.caller.input];
    if (offset === null || input === against) continue;
    const known = byInputs.get(`${against} ${input}`);
    if (known === undefined) byInputs.set(`${against} ${input}`, { input, against, offsets: [offset] });
    else known.offsets.push(offset);
  }
  return [...byInputs.values()]
    .sort((a, b) => a.against - b.against || a.input - b.input)
    .map(({ input, against, offsets }) => ({
      input,
      against,
      aheadMs: median(offsets.map(({ aheadMs }) => aheadMs).sort((a, b) => a - b)),
      errorMs: median(offsets.map(({ errorMs }) => errorMs).sort((a, b) => a - b)),
      pairs: offsets.length,
    }));
}
