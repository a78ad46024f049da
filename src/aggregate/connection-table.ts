import type { Aggregate, SampledRecord } from '../model/aggregate.ts';
import { CONNECTION_SLOTS } from './caps.ts';

const UNTOUCHED = -1;

/** Slot in which the table keeps the connection with this hash. */
export function connectionSlot(hash: number): number {
  return hash & (CONNECTION_SLOTS - 1);
}

/**
 * Remembers the start time of the last healthy answer on each upstream connection. A failure on a slot that this part of
 * the log has not touched yet may follow an answer of an earlier part, so it is left open until the parts are merged.
 */
export class ConnectionTable {
  readonly #connection = new Float64Array(CONNECTION_SLOTS).fill(UNTOUCHED);
  readonly #timeMs = new Float64Array(CONNECTION_SLOTS);

  /** A healthy answer on the connection with this hash. */
  answered(hash: number, timeMs: number): void {
    const slot = connectionSlot(hash);
    this.#connection[slot] = hash;
    this.#timeMs[slot] = timeMs;
  }

  /** Time between the last healthy answer on the connection and `timeMs`. */
  idleBefore(hash: number, timeMs: number): SampledRecord['idleMs'] {
    const slot = connectionSlot(hash);
    const last = this.#connection[slot] ?? UNTOUCHED;
    if (last === UNTOUCHED) return { connection: hash };
    return last === hash ? timeMs - (this.#timeMs[slot] ?? timeMs) : null;
  }

  /** The touched slots, in order. */
  finish(): Aggregate['connections'] {
    const slots = [...this.#connection.keys()].filter((slot) => this.#connection[slot] !== UNTOUCHED);
    return {
      slot: slots,
      hash: slots.map((slot) => this.#connection[slot] ?? UNTOUCHED),
      timeMs: slots.map((slot) => this.#timeMs[slot] ?? 0),
    };
  }
}
