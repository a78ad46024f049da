import { FIELDS } from '../model/field.ts';

/**
 * Keys of a failing line: hashes below 2^52 that stand for what the line says, as wasm/failure.ts writes them. First
 * comes one for the text of each field, at the half of its slot (see `textKeyAt`); then those below. The keys of what
 * the line does not log are less than 0.
 */
export type FailureKeys = Float64Array;

/** The shape, but for its flags and its numbers. */
export const SHAPE = FIELDS.length;
/** The caller's address without its port. */
export const CALLER = SHAPE + 1;
/** The upstream connection, else the caller's. */
export const CONNECTION = SHAPE + 2;
/** The record itself. */
export const RECORD = SHAPE + 3;
// Numbers as they are; those that are not plainly numbers are less than 0 too.
export const DURATION = SHAPE + 4;
export const BYTES_SENT = SHAPE + 5;
export const BYTES_RECEIVED = SHAPE + 6;

/** How many keys there are. */
export const KEY_COUNT = SHAPE + 7;

/** Key of the text of the field at `slot` of the span table. */
export function textKeyAt(keys: FailureKeys, slot: number): number {
  return keys[slot >> 1] ?? -1;
}
