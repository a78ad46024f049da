// Byte search over linear memory, sixteen bytes at a step. All places are addresses. Reading a few bytes past `to` is
// fine: behind every region there is at least `PADDING` more memory.

/** Bytes that a search may read beyond its end. */
export const PADDING: usize = 16;

export const SPACE: u8 = 0x20;
export const QUOTE: u8 = 0x22;
export const COMMA: u8 = 0x2c;
export const DASH: u8 = 0x2d;
export const POINT: u8 = 0x2e;
export const ZERO: u8 = 0x30;
export const COLON: u8 = 0x3a;
export const BACKSLASH: u8 = 0x5c;

/** First place of `byte` in `[from, to)`, or `to`. */
export function findByte(from: usize, to: usize, byte: u8): usize {
  const wanted = i8x16.splat(<i8>byte);
  for (let at = from; at < to; at += 16) {
    const hits = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (hits !== 0) return min(at + ctz(hits), to);
  }
  return to;
}

/** First place of either byte in `[from, to)`, or `to`. */
export function findEither(from: usize, to: usize, one: u8, other: u8): usize {
  const first = i8x16.splat(<i8>one);
  const second = i8x16.splat(<i8>other);
  for (let at = from; at < to; at += 16) {
    const block = v128.load(at);
    const hits = i8x16.bitmask(v128.or(i8x16.eq(block, first), i8x16.eq(block, second)));
    if (hits !== 0) return min(at + ctz(hits), to);
  }
  return to;
}

/** Place behind the last of either byte in `[from, to)`, or `from`. */
export function behindLastOfEither(from: usize, to: usize, one: u8, other: u8): usize {
  const first = i8x16.splat(<i8>one);
  const second = i8x16.splat(<i8>other);
  let at = to;
  while (at >= from + 16) {
    at -= 16;
    const block = v128.load(at);
    const hits = i8x16.bitmask(v128.or(i8x16.eq(block, first), i8x16.eq(block, second)));
    if (hits !== 0) return at + 32 - clz(hits);
  }
  while (at > from) {
    const byte = load<u8>(at - 1);
    if (byte === one || byte === other) return at;
    at--;
  }
  return from;
}

/** True when `length` bytes at both places are equal. */
export function areEqual(one: usize, other: usize, length: usize): bool {
  let rest = length;
  let at: usize = 0;
  for (; rest > 16; rest -= 16, at += 16) {
    if (!i8x16.all_true(i8x16.eq(v128.load(one + at), v128.load(other + at)))) return false;
  }
  const hits = i8x16.bitmask(i8x16.eq(v128.load(one + at), v128.load(other + at)));
  return (~hits & ((1 << (<i32>rest)) - 1)) === 0;
}

/** Place behind the digits at `from`, at most `to`. */
export function behindDigits(from: usize, to: usize): usize {
  for (let at = from; at < to; at += 16) {
    const values = i8x16.sub(v128.load(at), i8x16.splat(<i8>ZERO));
    const others = i8x16.bitmask(i8x16.gt_u(values, i8x16.splat(9)));
    if (others !== 0) return min(at + ctz(others), to);
  }
  return to;
}

export function isDigit(byte: u8): bool {
  return <u8>(byte - ZERO) < 10;
}

/** Bytes of `…` in UTF-8. */
export const ELLIPSIS_BYTES: usize = 3;

/** Writes `…` in UTF-8 and returns the place behind it. */
export function writeEllipsis(at: usize): usize {
  store<u8>(at, 0xe2);
  store<u8>(at, 0x80, 1);
  store<u8>(at, 0xa6, 2);
  return at + ELLIPSIS_BYTES;
}

/**
 * Copies few bytes, and up to `PADDING` behind them: `memory.copy` is a call out of WebAssembly. The stretches must not
 * overlap.
 */
export function copyShort(to: usize, from: usize, length: usize): void {
  for (let i: usize = 0; i < length; i += 16) v128.store(to + i, v128.load(from + i));
}
