// Two 32-bit lanes over the same bytes, four at a time: cheap enough for every field of every line, and together wide
// enough (52 bits are used) that two keys of one log do not meet by accident. Multipliers: MurmurHash3, xxHash32.
const MULTIPLY_A = 0xcc9e2d51 | 0;
const MULTIPLY_B = 0x9e3779b1 | 0;

/** A running hash of several spans: lane `a` spreads table slots, both together name a key. */
export interface HashState {
  a: number;
  b: number;
}

/** A fresh state; `seed` keeps equal bytes in different roles apart. */
export function startHash(state: HashState, seed: number): void {
  state.a = seed | 0;
  state.b = (seed ^ 0x5bd1e995) | 0;
}

/** Adds `bytes[start, end)` and its length. */
export function hashBytes(state: HashState, bytes: Uint8Array, start: number, end: number): void {
  let a = state.a;
  let b = state.b;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word =
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24);
    a = Math.imul(a ^ word, MULTIPLY_A);
    a ^= a >>> 15;
    b = Math.imul(b, 33) + Math.imul(word, MULTIPLY_B);
  }
  let rest = end - start;
  for (; at < end; at++) rest = (rest << 8) | (bytes[at] ?? 0);
  a = Math.imul(a ^ rest, MULTIPLY_A);
  state.a = a ^ (a >>> 13);
  state.b = (Math.imul(b, 33) + Math.imul(rest, MULTIPLY_B)) | 0;
}

/** Adds a number. */
export function hashNumber(state: HashState, value: number): void {
  const low = value | 0;
  const a = Math.imul(state.a ^ low, MULTIPLY_A);
  state.a = a ^ (a >>> 15);
  state.b = (Math.imul(state.b, 33) + Math.imul(low, MULTIPLY_B)) | 0;
}

/** Mixes both lanes at the end of a hash, so that keys spread well over slots and over caps. */
export function finishHash(state: HashState): void {
  let a = state.a ^ (state.b >>> 16);
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
  a = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  let b = state.b ^ state.a;
  b = Math.imul(b ^ (b >>> 15), 0x2c1b3c6d);
  state.a = a ^ (a >>> 16);
  state.b = b ^ (b >>> 12);
}

/**
 * The key that a finished state names: a safe integer below 2^52, the same on every machine. Worked out where it is used:
 * handed from function to function, a number of this size would be boxed for every line.
 */
export function keyOf(state: HashState): number {
  return (state.a >>> 0) * 0x100000 + (state.b & 0xfffff);
}
