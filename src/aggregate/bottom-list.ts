/** Something that is kept by the hash it carries. */
export interface Hashed {
  readonly hash: number;
}

/** The `cap` items with the smallest hashes, in order of hash. */
export function keepSmallest<T extends Hashed>(items: readonly T[], cap: number): readonly T[] {
  return [...items].sort((a, b) => a.hash - b.hash).slice(0, cap);
}

/**
 * A map that keeps the entries with the smallest hashes. It grows to twice its cap and is then cut, so that adding stays
 * cheap; `accepts` says beforehand whether a new key would survive the cut.
 */
export class BottomMap<T extends Hashed> {
  readonly #cap: () => number;
  #entries = new Map<number, T>();
  #largestKept = Number.POSITIVE_INFINITY;

  /** `cap` may shrink from call to call, never grow. */
  constructor(cap: () => number) {
    this.#cap = cap;
  }

  get(hash: number): T | undefined {
    return this.#entries.get(hash);
  }

  accepts(hash: number): boolean {
    return hash <= this.#largestKept;
  }

  set(entry: T): void {
    this.#entries.set(entry.hash, entry);
    const cap = this.#cap();
    if (this.#entries.size <= 2 * cap) return;
    const kept = keepSmallest([...this.#entries.values()], cap);
    this.#entries = new Map(kept.map((item) => [item.hash, item]));
    this.#largestKept = kept[kept.length - 1]?.hash ?? this.#largestKept;
  }

  finish(): readonly T[] {
    return keepSmallest([...this.#entries.values()], this.#cap());
  }
}
