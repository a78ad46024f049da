import type { Connections } from '../model/aggregate.ts';
import { CONNECTION_SLOTS } from './caps.ts';
import type { KernelExports } from './kernel-exports.ts';

/** A slot that no healthy answer has touched. */
const UNTOUCHED = -1;

/** What nobody wants to know of connections. */
export const NO_CONNECTIONS: Connections = {
  slot: new Uint32Array(0),
  hash: new Float64Array(0),
  timeMs: new Float64Array(0),
};

/** Slot in which the table keeps the connection with this hash; as in wasm/connections.ts. */
export function connectionSlot(hash: number): number {
  return hash & (CONNECTION_SLOTS - 1);
}

/** The touched slots of a kernel's table. */
export function readConnections(kernel: KernelExports): Connections {
  const { hashes, times } = columnsOf(kernel);
  let touched = 0;
  for (const hash of hashes) if (hash !== UNTOUCHED) touched++;
  const connections = {
    slot: new Uint32Array(touched),
    hash: new Float64Array(touched),
    timeMs: new Float64Array(touched),
  };
  for (let slot = 0, row = 0; slot < hashes.length; slot++) {
    const hash = hashes[slot] ?? UNTOUCHED;
    if (hash === UNTOUCHED) continue;
    connections.slot[row] = slot;
    connections.hash[row] = hash;
    connections.timeMs[row++] = times[slot] ?? 0;
  }
  return connections;
}

/** Leaves a kernel's table as a part left its own that follows on what was counted there. */
export function writeConnections(kernel: KernelExports, { slot, hash, timeMs }: Connections): void {
  const { hashes, times } = columnsOf(kernel);
  slot.forEach((place, row) => {
    hashes[place] = hash[row] ?? 0;
    times[place] = timeMs[row] ?? 0;
  });
}

function columnsOf(kernel: KernelExports): { readonly hashes: Float64Array; readonly times: Float64Array } {
  const { buffer } = kernel.memory;
  return {
    hashes: new Float64Array(buffer, kernel.connectionHashes(), CONNECTION_SLOTS),
    times: new Float64Array(buffer, kernel.connectionTimes(), CONNECTION_SLOTS),
  };
}
