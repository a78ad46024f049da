/** Something that is kept by the hash it carries. */
export interface Hashed {
  readonly hash: number;
}

/** The `cap` items with the smallest hashes, in order of hash. */
export function keepSmallest<T extends Hashed>(items: readonly T[], cap: number): readonly T[] {
  return [...items].sort((a, b) => a.hash - b.hash).slice(0, cap);
}
