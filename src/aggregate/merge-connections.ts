import type { Aggregate, SampledRecord } from '../model/aggregate.ts';
import { connectionSlot } from './connection-table.ts';

type Connections = Aggregate['connections'];

/**
 * Settles the idle times of a part by what the part before it left in the table of connections: a failure that found
 * its slot untouched in its own part follows that.
 */
export function idleSettler(before: Connections): (record: SampledRecord) => SampledRecord {
  const rows = new Map(before.slot.map((slot, row) => [slot, row]));
  return (record) => {
    const { idleMs, timeMs } = record;
    if (idleMs === null || typeof idleMs === 'number' || timeMs === null) return record;
    const row = rows.get(connectionSlot(idleMs.connection));
    if (row === undefined) return record;
    const isSame = before.hash[row] === idleMs.connection;
    return { ...record, idleMs: isSame ? timeMs - (before.timeMs[row] ?? timeMs) : null };
  };
}

/** The table as the second part leaves it behind the first. */
export function mergeConnections(a: Connections, b: Connections): Connections {
  const slots = new Map(
    a.slot.map((slot, i): [number, [number, number]] => [slot, [a.hash[i] ?? 0, a.timeMs[i] ?? 0]]),
  );
  b.slot.forEach((slot, i) => {
    slots.set(slot, [b.hash[i] ?? 0, b.timeMs[i] ?? 0]);
  });
  const sorted = [...slots].sort((x, y) => x[0] - y[0]);
  return {
    slot: sorted.map(([slot]) => slot),
    hash: sorted.map(([, [hash]]) => hash),
    timeMs: sorted.map(([, [, timeMs]]) => timeMs),
  };
}
