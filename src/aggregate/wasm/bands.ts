// Numbers as shapes hold them: the same bands as src/aggregate/shape-reader.ts.

import { hashNumber } from './hash';

/** Hashed where a number is not logged; no band is so large. */
const NO_BAND: u64 = u64.MAX_VALUE;

/** Lower edges of the bands of durations: DURATION_BANDS_MS in src/model/shape.ts. */
const DURATION_BANDS: usize = memory.data<f64>([
  0, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000,
  300_000, 600_000, 3_600_000,
]);
const DURATION_BAND_COUNT: i32 = 23;
/** EXACT_BYTES_LIMIT in src/model/shape.ts. */
const EXACT_BYTES: u64 = 1024;

/** Hashes the band of a duration; NaN stands for none. */
export function hashDuration(state: u64, durationMs: f64): u64 {
  if (isNaN(durationMs)) return hashNumber(state, NO_BAND);
  let band: f64 = 0;
  for (let i = 0; i < DURATION_BAND_COUNT; i++) {
    const edge = load<f64>(DURATION_BANDS + <usize>i * 8);
    if (edge > durationMs) break;
    band = edge;
  }
  return hashNumber(state, <u64>band);
}

/** Hashes the band of a size; NaN stands for none. */
export function hashSize(state: u64, bytes: f64): u64 {
  if (isNaN(bytes)) return hashNumber(state, NO_BAND);
  const size = <u64>bytes;
  return hashNumber(state, size <= EXACT_BYTES ? size : (<u64>1) << (63 - clz(size)));
}
