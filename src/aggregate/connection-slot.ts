import { CONNECTION_SLOTS } from './caps.ts';

/** In the table of connections: a slot that no healthy answer has touched. */
export const NO_CONNECTION = -1;

/** Slot in which the table keeps the connection with this hash; as in wasm/connections.ts. */
export function connectionSlot(hash: number): number {
  return hash & (CONNECTION_SLOTS - 1);
}
