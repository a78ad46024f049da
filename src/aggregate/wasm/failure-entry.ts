// What the entries of a group's lists hold, as src/aggregate/failure-tables.ts reads it.

import { VALUE } from './bottom-list';

// Of a shape, a caller, a connection or a source …
export const REQUESTS: usize = VALUE;
// … and of a shape alone.
export const FIRST: usize = VALUE + 8;
export const LAST: usize = VALUE + 16;

// Of a sample.
export const TIME: usize = VALUE;
export const DURATION: usize = VALUE + 8;
/** How long the connection was idle, or which it is, as the mark says. */
export const IDLE: usize = VALUE + 16;

/** Marks of a sample: it names a connection … */
export const HAS_CONNECTION: u32 = 1;
/** … of which it is known how long it was idle, or an earlier part of the log may know. */
export const IDLE_KNOWN: u32 = 2;
export const IDLE_OPEN: u32 = 4;
