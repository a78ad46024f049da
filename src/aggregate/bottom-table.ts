const EMPTY = -1;
const FIRST_SLOTS = 1024;

/**
 * Keys to dense numbers, keeping only the `cap` keys with the smallest hashes. A key that is among them at the end was
 * among them from its first appearance on, so what is counted under it is exact; all others are turned away.
 */
export class BottomTable {
  readonly #cap: number;
  readonly #onCompact: (kept: readonly number[]) => void;
  #keys: Float64Array = new Float64Array(FIRST_SLOTS);
  #slots: Int32Array = new Int32Array(FIRST_SLOTS).fill(EMPTY);
  #size = 0;
  #largestKept = Number.POSITIVE_INFINITY;

  /** `onCompact` gets the old numbers in their new order when keys were dropped. */
  constructor(cap: number, onCompact: (kept: readonly number[]) => void) {
    this.#cap = cap;
    this.#onCompact = onCompact;
  }

  get size(): number {
    return this.#size;
  }

  keyAt(id: number): number {
    return this.#keys[id] ?? 0;
  }

  /** Number of the key, or -1 when it is not (or no longer) in the table. */
  find(key: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = key & mask; ; slot = (slot + 1) & mask) {
      const id = this.#slots[slot] ?? EMPTY;
      if (id === EMPTY || this.#keys[id] === key) return id;
    }
  }

  /** True when a new key would be kept: ask before making anything for it. */
  accepts(key: number): boolean {
    return key < this.#largestKept;
  }

  /** Adds a key that `find` did not find and returns its number, which is the table's size before. */
  add(key: number): number {
    if (this.#size >= 2 * this.#cap) this.compact();
    if (2 * (this.#size + 1) > this.#slots.length) this.#grow();
    const id = this.#size++;
    this.#keys[id] = key;
    this.#place(id, key);
    return id;
  }

  /** Drops all but the smallest `cap` keys. */
  compact(): void {
    if (this.#size <= this.#cap) return;
    const order = Array.from({ length: this.#size }, (_, id) => id).sort(
      (a, b) => this.keyAt(a) - this.keyAt(b),
    );
    const kept = order.slice(0, this.#cap);
    const keys = kept.map((id) => this.keyAt(id));
    this.#largestKept = keys[keys.length - 1] ?? this.#largestKept;
    this.#keys.set(keys);
    this.#size = kept.length;
    this.#rebuild(this.#slots.length);
    this.#onCompact(kept);
  }

  #grow(): void {
    const keys = new Float64Array(2 * this.#keys.length);
    keys.set(this.#keys);
    this.#keys = keys;
    this.#rebuild(2 * this.#slots.length);
  }

  #rebuild(slots: number): void {
    this.#slots = new Int32Array(slots).fill(EMPTY);
    for (let id = 0; id < this.#size; id++) this.#place(id, this.keyAt(id));
  }

  #place(id: number, key: number): void {
    const mask = this.#slots.length - 1;
    let slot = key & mask;
    while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.#slots[slot] = id;
  }
}
