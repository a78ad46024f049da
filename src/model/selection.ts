/** Which records are counted. Plain data, so that it can be handed to another thread. */
export interface Selection {
  /** Start times in milliseconds; records without a time are always kept. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** Globs; an empty list lets all through. */
  readonly clusters: readonly string[];
  readonly authorities: readonly string[];
  readonly excludedPaths: readonly string[];
  /** Lines that stand twice are counted twice. */
  readonly keepsDuplicates?: boolean;
  /** Now, as far as the program is told: without it stamps that name no year tell no time. */
  readonly nowMs?: number;
}
