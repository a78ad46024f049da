import type { Aggregate, SampledRecord } from '../model/aggregate.ts';
import { connectionSlot } from './connection-slot.ts';

type Connections = Aggregate['connections'];

/**
 * Settles the idle times of a part by what the part before it left in the table of connections: a failure that found
 * its slot untouched in its own part follows that.
 */
export function idleSettler(before: Connections): (record: SampledRecord) => SampledRecord {
  return (record) => {
    const { idleMs, timeMs } = record;
    if (idleMs === null || typeof idleMs === 'number' || timeMs === null) return record;
    const row = findSlot(before.slot, connectionSlot(idleMs.connection));
    if (row < 0) return record;
    const isSame = before.hash[row] === idleMs.connection;
    return { ...record, idleMs: isSame ? timeMs - (before.timeMs[row] ?? timeMs) : null };
  };
}

/** Row of a slot, or -1; rows are in order of slot. */
function findSlot(slots: Uint32Array, wanted: number): number {
  let [low, high] = [0, slots.length - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const slot = slots[middle] ?? 0;
    if (slot === wanted) return middle;
    if (slot < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The table as the second part leaves it behind the first. */
export function mergeConnections(a: Connections, b: Connections): Connections {
  const most = a.slot.length + b.slot.length;
  const [slot, hash, timeMs] = [new Uint32Array(most), new Float64Array(most), new Float64Array(most)];
  let [rowOfA, rowOfB, length] = [0, 0, 0];
  for (; rowOfA < a.slot.length || rowOfB < b.slot.length; length++) {
    const slotOfA = a.slot[rowOfA] ?? Number.POSITIVE_INFINITY;
    const slotOfB = b.slot[rowOfB] ?? Number.POSITIVE_INFINITY;
    const [from, row] = slotOfB <= slotOfA ? [b, rowOfB] : [a, rowOfA];
    slot[length] = Math.min(slotOfA, slotOfB);
    hash[length] = from.hash[row] ?? 0;
    timeMs[length] = from.timeMs[row] ?? 0;
    if (slotOfA <= slotOfB) rowOfA++;
    if (slotOfB <= slotOfA) rowOfB++;
  }
  return {
    slot: slot.slice(0, length),
    hash: hash.slice(0, length),
    timeMs: timeMs.slice(0, length),
  };
}
