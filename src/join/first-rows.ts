import type { HopRows } from '../model/aggregate.ts';

const NONE = -1;
const FEWEST_SLOTS = 16;
/** Multiplier of MurmurHash3: times are close to each other. */
const SPREAD = 0x85ebca6b;

/** Finds the rows of one record: a hash table of numbers, since names made of four of them take longer than all else. */
export class FirstRows {
  readonly #rows: HopRows;
  /** The first row that was asked for of each record. */
  readonly #slots: Int32Array;

  constructor(rows: HopRows) {
    this.#rows = rows;
    const bits = Math.ceil(Math.log2(Math.max(FEWEST_SLOTS, 2 * rows.key.length)));
    this.#slots = new Int32Array(1 << bits).fill(NONE);
  }

  /** The first row that was asked for with the same mark, input, code and time as this one: it may be this one. */
  rowLike(row: number): number {
    const last = this.#slots.length - 1;
    const { mark, timeMs } = this.#rows;
    let slot = ((mark[row] ?? 0) ^ Math.imul(timeMs[row] ?? 0, SPREAD)) & last;
    for (;;) {
      const first = this.#slots[slot] ?? NONE;
      if (first === NONE) break;
      if (this.#isSame(first, row)) return first;
      slot = (slot + 1) & last;
    }
    this.#slots[slot] = row;
    return row;
  }

  #isSame(a: number, b: number): boolean {
    const { mark, input, code, timeMs } = this.#rows;
    return mark[a] === mark[b] && input[a] === input[b] && code[a] === code[b] && timeMs[a] === timeMs[b];
  }
}
