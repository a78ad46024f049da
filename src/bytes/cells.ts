import { COMMA, TAB } from './number.ts';

const SEMICOLON = 0x3b;
const BAR = 0x7c;

/** What parts the cells of a table that somebody exported. */
export const CELL_SEPARATORS: readonly number[] = [COMMA, TAB, SEMICOLON, BAR];

/**
 * Behind each cell of a row that was written anew, with a blank before the next so that the row can be shown: a wrapper
 * makes the doubled quotes of cells single, and then nothing else could part them.
 */
export const PLAIN_CELL_END = 0x1f;
