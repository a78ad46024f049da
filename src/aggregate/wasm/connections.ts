// Start time of the last healthy answer on each upstream connection, in a table whose collisions overwrite.

import { hasPort } from './address';
import { hashBytes, startHash, toKey } from './hash';
import { endAt, startAt, UPSTREAM_LOCAL } from './spans';

const SEED_CONNECTION: u64 = 19;
/** As in src/aggregate/caps.ts. */
const SLOTS: usize = 131_072;
const UNTOUCHED: f64 = -1;

const hashes: usize = heap.alloc(SLOTS * 8);
const times: usize = heap.alloc(SLOTS * 8);
clear();

function clear(): void {
  for (let slot: usize = 0; slot < SLOTS; slot++) store<f64>(hashes + slot * 8, UNTOUCHED);
}

/** Hash of the connection that an address names: upstream local here is downstream remote at the other hop. */
export function connectionKey(start: usize, end: usize): u64 {
  return toKey(hashBytes(startHash(SEED_CONNECTION), start, end));
}

/** Notes that the connection of the line has answered. */
export function noteAnswer(timeMs: f64): void {
  const start = startAt(UPSTREAM_LOCAL);
  if (start < 0 || isNaN(timeMs)) return;
  const end = endAt(UPSTREAM_LOCAL);
  if (!hasPort(start, end)) return;
  const key = connectionKey(start, end);
  const slot = <usize>key & (SLOTS - 1);
  store<f64>(hashes + slot * 8, <f64>key);
  store<f64>(times + slot * 8, timeMs);
}

/** Time of the last healthy answer on a connection; below 0 when its slot is untouched, NaN when another one has it. */
export function idleBefore(connection: f64): f64 {
  const slot = <usize>(<u64>connection) & (SLOTS - 1);
  const last = load<f64>(hashes + slot * 8);
  if (last === UNTOUCHED) return UNTOUCHED;
  return last === connection ? load<f64>(times + slot * 8) : NaN;
}

export function connectionHashes(): usize {
  return hashes;
}

export function connectionTimes(): usize {
  return times;
}
