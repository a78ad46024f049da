import type { HashState } from '../bytes/hash.ts';
import { keyOf } from '../bytes/hash.ts';
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

  /** A healthy answer on the connection of a finished hash. */
  answered(state: HashState, timeMs: number): void {
    const hash = keyOf(state);
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
    const slot: number[] = [];
    for (let at = 0; at < CONNECTION_SLOTS; at++) if (this.#connection[at] !== UNTOUCHED) slot.push(at);
    return {
      slot,
      hash: slot.map((at) => this.#connection[at] ?? UNTOUCHED),
      timeMs: slot.map((at) => this.#timeMs[at] ?? 0),
    };
  }
}
