import { MAX_REMEMBERED_LINES } from './caps.ts';

const FIRST_SLOTS = 1 << 12;
/** No line has the key 0, which marks a free slot. */
const FREE = 0;
const MOST_COUNTED = 255;

/** What is known of a line when it is met. */
export interface Sighting {
  /** It was met before, in this input or another. */
  isKnown: boolean;
  /** Another input had it at least as often as this one so far. */
  isRepeated: boolean;
  /** Another input begins with it, or ends. */
  isFirst: boolean;
  isLast: boolean;
}

const IS_FIRST = 1;
const IS_LAST = 2;

/** Counts lines by their hash: how often the input at hand has each, and how often at most one of those before. */
export class SeenLines {
  #keys = new Float64Array(FIRST_SLOTS);
  #inputs = new Uint32Array(FIRST_SLOTS);
  #here = new Uint8Array(FIRST_SLOTS);
  #before = new Uint8Array(FIRST_SLOTS);
  #edges = new Uint8Array(FIRST_SLOTS);
  #size = 0;
  readonly #sighting: Sighting = { isKnown: false, isRepeated: false, isFirst: false, isLast: false };

  /** Lines beyond the cap are taken for new. */
  get isFull(): boolean {
    return this.#size >= MAX_REMEMBERED_LINES;
  }

  /** Counts a line. The answer is valid until the next call. */
  see(key: number, input: number): Sighting {
    const sighting = this.#sighting;
    const slot = this.#find(key);
    sighting.isKnown = this.#keys[slot] === key;
    sighting.isRepeated = sighting.isFirst = sighting.isLast = false;
    if (!sighting.isKnown) {
      if (!this.isFull) this.#insert(key, slot, input);
      return sighting;
    }
    const edges = this.#edges[slot] ?? 0;
    const here = this.#here[slot] ?? 0;
    const before = this.#before[slot] ?? 0;
    if (this.#inputs[slot] === input) this.#here[slot] = Math.min(MOST_COUNTED, here + 1);
    else {
      this.#before[slot] = Math.max(before, here);
      this.#inputs[slot] = input;
      this.#here[slot] = 1;
    }
    sighting.isRepeated = (this.#here[slot] ?? 0) <= (this.#before[slot] ?? 0);
    sighting.isFirst = (edges & IS_FIRST) !== 0;
    sighting.isLast = (edges & IS_LAST) !== 0;
    return sighting;
  }

  /** An input begins, or ended, with the line. */
  markEdge(key: number, edge: 'first' | 'last'): void {
    const slot = this.#find(key);
    if (this.#keys[slot] !== key) return;
    this.#edges[slot] = (this.#edges[slot] ?? 0) | (edge === 'first' ? IS_FIRST : IS_LAST);
  }

  #find(key: number): number {
    const mask = this.#keys.length - 1;
    // The upper bits of a key are as good as the lower ones, which a number of this size has no bit operations for.
    let slot = Math.floor(key / 0x100000) & mask;
    while (this.#keys[slot] !== key && this.#keys[slot] !== FREE) slot = (slot + 1) & mask;
    return slot;
  }

  #insert(key: number, slot: number, input: number): void {
    this.#keys[slot] = key;
    this.#inputs[slot] = input;
    this.#here[slot] = 1;
    this.#before[slot] = 0;
    this.#edges[slot] = 0;
    this.#size++;
    if (this.#size * 2 > this.#keys.length) this.#grow();
  }

  #grow(): void {
    const [keys, inputs, here, before, edges] = [
      this.#keys,
      this.#inputs,
      this.#here,
      this.#before,
      this.#edges,
    ];
    const slots = keys.length * 2;
    this.#keys = new Float64Array(slots);
    this.#inputs = new Uint32Array(slots);
    this.#here = new Uint8Array(slots);
    this.#before = new Uint8Array(slots);
    this.#edges = new Uint8Array(slots);
    for (const [old, key] of keys.entries()) {
      if (key === FREE) continue;
      const slot = this.#find(key);
      this.#keys[slot] = key;
      this.#inputs[slot] = inputs[old] ?? 0;
      this.#here[slot] = here[old] ?? 0;
      this.#before[slot] = before[old] ?? 0;
      this.#edges[slot] = edges[old] ?? 0;
    }
  }
}
