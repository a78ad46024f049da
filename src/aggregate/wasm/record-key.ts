// What tells one record from another, wherever the log was cut, and what only some have in common.

import { hostEnd } from './address';
import { hashBytes, hashNumber, startHash, toKey } from './hash';
import * as span from './spans';

const SEED_RECORD: u64 = 21;

/** Key of the record whose spans are there. */
export function recordKey(): f64 {
  let hash = addText(startHash(SEED_RECORD), span.START_TIME);
  hash = addText(hash, span.DOWNSTREAM_REMOTE);
  hash = addText(hash, span.UPSTREAM_LOCAL);
  hash = addText(hash, span.REQUEST_ID);
  return <f64>toKey(addText(hash, span.PATH));
}

/** Key of the host at `slot` whatever its port, since a pod has one address and several ports; below 0 when there is none. */
export function hostKey(slot: i32, seed: u64): f64 {
  const start = span.startAt(slot);
  if (start < 0) return -1;
  return <f64>toKey(hashBytes(startHash(seed), start, hostEnd(start, span.endAt(slot))));
}

/** Adds the text at `slot`, or that there is none. */
export function addText(state: u64, slot: i32): u64 {
  const start = span.startAt(slot);
  return start < 0 ? hashNumber(state, 0) : hashBytes(state, start, span.endAt(slot));
}
