// Requests per time bucket. When the buckets are too many their width doubles, which depends on the set of times alone and not
// on their order.

import * as at from './failure-layout';
import { enlarge, freeRoom } from './room';

// As in src/aggregate/caps.ts.
const MAX_BUCKETS: u32 = 128;
const FIRST_WIDTH_MS: f64 = 1000;
const FIRST_CAPACITY: u32 = 4;

/** Makes an empty histogram of what lies at `histogram`. */
export function openHistogram(histogram: usize): void {
  memory.fill(histogram, 0, at.HISTOGRAM_BYTES);
  store<f64>(histogram, FIRST_WIDTH_MS, at.HISTOGRAM_WIDTH);
}

export function closeHistogram(histogram: usize): void {
  freeRoom(load<u32>(histogram, at.HISTOGRAM_BUCKETS));
}

/** Adds a request; one without a time is ignored. */
export function countTime(histogram: usize, timeMs: f64): void {
  if (!isNaN(timeMs)) countTimes(histogram, timeMs, 1);
}

/** Adds all of a histogram whose buckets lie at `buckets`; the wider of the two widths is taken. */
export function addHistogram(histogram: usize, other: usize, buckets: usize): void {
  const width = load<f64>(other, at.HISTOGRAM_WIDTH);
  while (load<f64>(histogram, at.HISTOGRAM_WIDTH) < width) widen(histogram);
  const end = buckets + <usize>load<u32>(other, at.HISTOGRAM_COUNT) * at.BUCKET_BYTES;
  for (let from = buckets; from < end; from += at.BUCKET_BYTES)
    countTimes(histogram, load<f64>(from, at.BUCKET_NUMBER) * width, load<f64>(from, at.BUCKET_REQUESTS));
}

function countTimes(histogram: usize, timeMs: f64, requests: f64): void {
  addTo(histogram, Math.floor(timeMs / load<f64>(histogram, at.HISTOGRAM_WIDTH)), requests);
  while (load<u32>(histogram, at.HISTOGRAM_COUNT) > MAX_BUCKETS) widen(histogram);
}

/** Lines mostly come in order of time, so the place is looked for from the end. */
function addTo(histogram: usize, bucket: f64, requests: f64): void {
  const count = load<u32>(histogram, at.HISTOGRAM_COUNT);
  if (count === load<u32>(histogram, at.HISTOGRAM_CAPACITY)) grow(histogram, count);
  const first = <usize>load<u32>(histogram, at.HISTOGRAM_BUCKETS);
  const end = first + <usize>count * at.BUCKET_BYTES;
  let place = end;
  while (place > first && load<f64>(place - at.BUCKET_BYTES, at.BUCKET_NUMBER) > bucket)
    place -= at.BUCKET_BYTES;
  const before = place - at.BUCKET_BYTES;
  if (place > first && load<f64>(before, at.BUCKET_NUMBER) === bucket) {
    store<f64>(before, load<f64>(before, at.BUCKET_REQUESTS) + requests, at.BUCKET_REQUESTS);
    return;
  }
  memory.copy(place + at.BUCKET_BYTES, place, end - place);
  store<f64>(place, bucket, at.BUCKET_NUMBER);
  store<f64>(place, requests, at.BUCKET_REQUESTS);
  store<u32>(histogram, count + 1, at.HISTOGRAM_COUNT);
}

function grow(histogram: usize, count: u32): void {
  const capacity = max(FIRST_CAPACITY, 2 * count);
  const buckets = enlarge(load<u32>(histogram, at.HISTOGRAM_BUCKETS), <usize>capacity * at.BUCKET_BYTES);
  store<u32>(histogram, <u32>buckets, at.HISTOGRAM_BUCKETS);
  store<u32>(histogram, capacity, at.HISTOGRAM_CAPACITY);
}

/** Doubles the width of the buckets, which are in order. */
function widen(histogram: usize): void {
  store<f64>(histogram, 2 * load<f64>(histogram, at.HISTOGRAM_WIDTH), at.HISTOGRAM_WIDTH);
  const first = <usize>load<u32>(histogram, at.HISTOGRAM_BUCKETS);
  const end = first + <usize>load<u32>(histogram, at.HISTOGRAM_COUNT) * at.BUCKET_BYTES;
  let last = first;
  for (let from = first; from < end; from += at.BUCKET_BYTES) {
    const bucket = Math.floor(load<f64>(from, at.BUCKET_NUMBER) / 2);
    const requests = load<f64>(from, at.BUCKET_REQUESTS);
    const before = last - at.BUCKET_BYTES;
    if (last > first && load<f64>(before, at.BUCKET_NUMBER) === bucket) {
      store<f64>(before, load<f64>(before, at.BUCKET_REQUESTS) + requests, at.BUCKET_REQUESTS);
      continue;
    }
    store<f64>(last, bucket, at.BUCKET_NUMBER);
    store<f64>(last, requests, at.BUCKET_REQUESTS);
    last += at.BUCKET_BYTES;
  }
  store<u32>(histogram, <u32>((last - first) / at.BUCKET_BYTES), at.HISTOGRAM_COUNT);
}
