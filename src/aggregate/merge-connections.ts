import type { Aggregate } from '../model/aggregate.ts';

type Connections = Aggregate['connections'];

/** The table as the second part leaves it behind the first. */
export function mergeConnections(a: Connections, b: Connections): Connections {
  if (b.slot.length === 0) return a;
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
