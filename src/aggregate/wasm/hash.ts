// One 64-bit lane over eight bytes at a time: cheap enough for every field of every line, and wide enough that two keys
// of one log do not meet by accident. Multipliers: MurmurHash3 (finalizer), xxHash64.

const MULTIPLY: u64 = 0x9e3779b185ebca87;
const SPREAD: u64 = 0xc2b2ae3d27d4eb4f;
/** Bits of a hash that are no part of a key: what is left is a whole number in a double. */
const SURPLUS_BITS: u64 = 12;

/** A fresh state; `seed` keeps equal bytes in different roles apart. */
export function startHash(seed: u64): u64 {
  return seed * SPREAD;
}

/** Adds `[start, end)` and its length. */
export function hashBytes(state: u64, start: usize, end: usize): u64 {
  let hash = state;
  let at = start;
  for (; at + 8 <= end; at += 8) {
    hash = (hash ^ load<u64>(at)) * MULTIPLY;
    hash ^= hash >> 29;
  }
  const rest = <u64>(end - at);
  // What lies behind the end is cut off again.
  const tail = rest === 0 ? 0 : load<u64>(at) << (64 - rest * 8);
  hash = (hash ^ tail) * MULTIPLY;
  hash ^= hash >> 29;
  return (hash + <u64>(end - start)) * SPREAD;
}

/** Adds a number. */
export function hashNumber(state: u64, value: u64): u64 {
  const hash = (state ^ value) * MULTIPLY;
  return hash ^ (hash >> 29);
}

/** The key that a hash names, below 2^52, mixed so that keys spread well over slots and over caps. */
export function toKey(state: u64): u64 {
  let hash = state ^ (state >> 33);
  hash *= 0xff51afd7ed558ccd;
  hash ^= hash >> 33;
  hash *= 0xc4ceb9fe1a85ec53;
  return (hash ^ (hash >> 33)) >> SURPLUS_BITS;
}
