import { NO_HOP_VALUE } from '../model/aggregate.ts';

/** A mark is a bit: a hundred thousand hashes leave one value in ten to be marked by accident. */
const MARKS = 1 << 20;
const WORD_BITS = 5;

/**
 * Hashes of hops that were seen, by some of their bits: what was added is marked, and little beside it. Takes a fraction
 * of the time and the memory of a set, which it spares from nearly all values of a log that shares nothing.
 */
export class Marks {
  readonly #words = new Uint32Array(MARKS >>> WORD_BITS);

  /** Marks the value; true when it was marked already. `NO_HOP_VALUE` never is. */
  add(value: number): boolean {
    if (value === NO_HOP_VALUE) return false;
    const bits = value & (MARKS - 1);
    const word = this.#words[bits >>> WORD_BITS] ?? 0;
    this.#words[bits >>> WORD_BITS] = word | (1 << bits);
    return (word & (1 << bits)) !== 0;
  }

  /** False for what was never added; true for what was, and now and then for another. */
  has(value: number): boolean {
    if (value === NO_HOP_VALUE) return false;
    const bits = value & (MARKS - 1);
    return ((this.#words[bits >>> WORD_BITS] ?? 0) & (1 << bits)) !== 0;
  }

  // What goes over whole columns calls nothing: it runs too shortly to be compiled thoroughly before it has called often.

  addAll(values: Float64Array): this {
    const words = this.#words;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? NO_HOP_VALUE;
      const bits = value & (MARKS - 1);
      const at = bits >>> WORD_BITS;
      if (value !== NO_HOP_VALUE) words[at] = (words[at] ?? 0) | (1 << bits);
    }
    return this;
  }

  /** Adds the marked ones of the values to a list. */
  keepTo(kept: number[], values: Float64Array): void {
    const words = this.#words;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? NO_HOP_VALUE;
      const bits = value & (MARKS - 1);
      if (((words[bits >>> WORD_BITS] ?? 0) & (1 << bits)) !== 0 && value !== NO_HOP_VALUE) kept.push(value);
    }
  }
}
