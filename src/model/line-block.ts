/** Whole lines in a row: `bytes[start, end)` begins at a line and ends behind a line end. */
export interface LineBlock {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Lines of the block that were counted without a closer look. */
  skimmed: number;
}

/** Where the lines of a block come from. */
export interface LinesOrigin {
  readonly input: number;
  /** Something on each line names the proxy that wrote it: those beside it may be of others. */
  readonly areOfSeveral: boolean;
  /** What lines stood in may say when they were written: those without a start time are not to be skimmed. */
  readonly areWrapped: boolean;
}
