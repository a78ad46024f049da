/** Whole lines in a row: `bytes[start, end)` begins at a line and ends behind a line end. */
export interface LineBlock {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Lines of the block that were counted without a closer look. */
  skimmed: number;
}
