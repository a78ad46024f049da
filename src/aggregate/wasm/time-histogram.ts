// Requests per time bucket. When the buckets are too many their width doubles, which depends on the set of times alone and not
// on their order.

// A histogram, as src/aggregate/failure-tables.ts reads it.
const WIDTH: usize = 0;
export const COUNT: usize = 8;
const CAPACITY: usize = 12;
export const BUCKETS: usize = 16;
const HISTOGRAM_BYTES: usize = 24;

/** A bucket and its requests, doubles. */
export const BUCKET_BYTES: usize = 16;
// As in src/aggregate/caps.ts.
const MAX_BUCKETS: u32 = 128;
const FIRST_WIDTH_MS: f64 = 1000;
const FIRST_CAPACITY: u32 = 4;

/** Makes an empty histogram of what lies at `histogram`. */
export function openHistogram(histogram: usize): void {
  memory.fill(histogram, 0, HISTOGRAM_BYTES);
  store<f64>(histogram, FIRST_WIDTH_MS, WIDTH);
}

export function closeHistogram(histogram: usize): void {
  const buckets = load<u32>(histogram, BUCKETS);
  if (buckets !== 0) heap.free(<usize>buckets);
}

/** Adds a request; one without a time is ignored. */
export function countTime(histogram: usize, timeMs: f64): void {
  if (!isNaN(timeMs)) countTimes(histogram, timeMs, 1);
}

/** Adds all of a histogram whose buckets lie at `buckets`; the wider of the two widths is taken. */
export function addHistogram(histogram: usize, other: usize, buckets: usize): void {
  const width = load<f64>(other, WIDTH);
  while (load<f64>(histogram, WIDTH) < width) widen(histogram);
  const end = buckets + <usize>load<u32>(other, COUNT) * BUCKET_BYTES;
  for (let at = buckets; at < end; at += BUCKET_BYTES)
    countTimes(histogram, load<f64>(at) * width, load<f64>(at, 8));
}

function countTimes(histogram: usize, timeMs: f64, requests: f64): void {
  addTo(histogram, Math.floor(timeMs / load<f64>(histogram, WIDTH)), requests);
  while (load<u32>(histogram, COUNT) > MAX_BUCKETS) widen(histogram);
}

/** Lines mostly come in order of time, so the place is looked for from the end. */
function addTo(histogram: usize, bucket: f64, requests: f64): void {
  const count = load<u32>(histogram, COUNT);
  if (count === load<u32>(histogram, CAPACITY)) grow(histogram, count);
  const first = <usize>load<u32>(histogram, BUCKETS);
  const end = first + <usize>count * BUCKET_BYTES;
  let at = end;
  while (at > first && load<f64>(at - BUCKET_BYTES) > bucket) at -= BUCKET_BYTES;
  if (at > first && load<f64>(at - BUCKET_BYTES) === bucket) {
    store<f64>(at - BUCKET_BYTES, load<f64>(at - BUCKET_BYTES, 8) + requests, 8);
    return;
  }
  memory.copy(at + BUCKET_BYTES, at, end - at);
  store<f64>(at, bucket);
  store<f64>(at, requests, 8);
  store<u32>(histogram, count + 1, COUNT);
}

function grow(histogram: usize, count: u32): void {
  const capacity = max(FIRST_CAPACITY, 2 * count);
  const old = <usize>load<u32>(histogram, BUCKETS);
  const buckets = heap.alloc(<usize>capacity * BUCKET_BYTES);
  if (old !== 0) {
    memory.copy(buckets, old, <usize>count * BUCKET_BYTES);
    heap.free(old);
  }
  store<u32>(histogram, <u32>buckets, BUCKETS);
  store<u32>(histogram, capacity, CAPACITY);
}

/** Doubles the width of the buckets, which are in order. */
function widen(histogram: usize): void {
  store<f64>(histogram, 2 * load<f64>(histogram, WIDTH), WIDTH);
  const first = <usize>load<u32>(histogram, BUCKETS);
  const end = first + <usize>load<u32>(histogram, COUNT) * BUCKET_BYTES;
  let last = first;
  for (let from = first; from < end; from += BUCKET_BYTES) {
    const bucket = Math.floor(load<f64>(from) / 2);
    const requests = load<f64>(from, 8);
    if (last > first && load<f64>(last - BUCKET_BYTES) === bucket) {
      store<f64>(last - BUCKET_BYTES, load<f64>(last - BUCKET_BYTES, 8) + requests, 8);
      continue;
    }
    store<f64>(last, bucket);
    store<f64>(last, requests, 8);
    last += BUCKET_BYTES;
  }
  store<u32>(histogram, <u32>((last - first) / BUCKET_BYTES), COUNT);
}
