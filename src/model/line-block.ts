import type { LogSource } from './log-source.ts';

/** Whole lines in a row: `bytes[start, end)` begins at a line and ends behind a line end. */
export interface LineBlock {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Lines of the block that were counted without a closer look. */
  skimmed: number;
}

/** Ids of wrappers that can be opened while lines are skimmed. */
export const SKIMMABLE_WRAPPERS = ['kubectl-prefix', 'stamp', 'cri', 'docker-json'] as const;
export type SkimmableWrapper = (typeof SKIMMABLE_WRAPPERS)[number];

/** Where the lines of a block come from. */
export interface LinesOrigin {
  readonly input: number;
  /** The proxy that wrote them, if they are of one. */
  readonly source: LogSource;
  /** Number within the input of the first of them. */
  readonly line: number;
  /** Something on each line names the proxy that wrote it: those beside it may be of others. */
  readonly areOfSeveral: boolean;
  /** What lines stood in may say when they were written: those without a start time are not to be skimmed. */
  readonly areWrapped: boolean;
  /** What still stands around each line of the block, the outermost first. */
  readonly wrappers: readonly SkimmableWrapper[];
}
