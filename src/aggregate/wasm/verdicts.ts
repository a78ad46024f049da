// What the program has found out about kinds of lines that are not plainly healthy: by the texts that decide whether a
// request has failed. A line of a known kind needs no closer look.

import { hashNumber, startHash, toKey } from './hash';
import { addText } from './record-key';
import * as span from './spans';

const SEED_KIND: u64 = 24;

// A verdict.
const KEY: usize = 0;
const REQUESTS: usize = 8;
const FLAGS_HASH: usize = 16;
const DETAILS_HASH: usize = 20;
const FAILED: usize = 24;
const VERDICT_BYTES: usize = 32;

/** As in src/aggregate/caps.ts; whoever forges a log can make up kinds. */
const MAX_VERDICTS: u32 = 4096;
const SLOTS: usize = 8192;

/** Behind those that are remembered there is room for one that is not. */
const verdicts: usize = heap.alloc((<usize>MAX_VERDICTS + 1) * VERDICT_BYTES);
/** Numbers of verdicts from 1 on, by key. */
const slots: usize = memory.data(32768);
let count: u32 = 0;
let key: f64 = 0;
let slot: usize = 0;

/** Number of the verdict on the line, whose code is given, from 0 on; -1 when there is none yet. */
export function findVerdict(code: f64): i32 {
  let hash = hashNumber(startHash(SEED_KIND), <u64>code);
  hash = hashNumber(hash, <u64>span.isAbsent(span.METHOD));
  hash = addText(hash, span.RESPONSE_FLAGS);
  hash = addText(hash, span.DETAILS);
  hash = addText(hash, span.TERMINATION_DETAILS);
  key = <f64>toKey(addText(hash, span.GRPC_STATUS));
  slot = <usize>(<u64>key) & (SLOTS - 1);
  let number = load<u32>(slots + slot * 4);
  while (number !== 0) {
    if (load<f64>(at(<i32>number - 1), KEY) === key) return <i32>number - 1;
    slot = (slot + 1) & (SLOTS - 1);
    number = load<u32>(slots + slot * 4);
  }
  return -1;
}

/** Takes in the verdict on the line that `findVerdict` did not know; returns its number, the last when it is not remembered. */
export function addVerdict(flagsHash: i32, detailsHash: i32, failed: bool): i32 {
  const number = <i32>min(count, MAX_VERDICTS);
  const verdict = at(number);
  store<f64>(verdict, key, KEY);
  store<f64>(verdict, 0, REQUESTS);
  store<i32>(verdict, flagsHash, FLAGS_HASH);
  store<i32>(verdict, detailsHash, DETAILS_HASH);
  store<u32>(verdict, failed, FAILED);
  if (number < <i32>MAX_VERDICTS) {
    store<u32>(slots + slot * 4, number + 1);
    count++;
  }
  return number;
}

function at(number: i32): usize {
  return verdicts + <usize>number * VERDICT_BYTES;
}

export function hasFailed(number: i32): bool {
  return load<u32>(at(number), FAILED) !== 0;
}

export function flagsHashOf(number: i32): i32 {
  return load<i32>(at(number), FLAGS_HASH);
}

export function detailsHashOf(number: i32): i32 {
  return load<i32>(at(number), DETAILS_HASH);
}

/** Counts a line that nobody else looks at. */
export function countSkimmed(number: i32): void {
  store<f64>(at(number), load<f64>(at(number), REQUESTS) + 1, REQUESTS);
}

/** Lines of a kind that `countSkimmed` counted. */
export function skimmedOf(number: i32): f64 {
  return load<f64>(at(number), REQUESTS);
}
