// Keys of what tells a failing request from others. In JavaScript, reading the fields byte by byte would cost more than
// all that is then done with the keys.

import { hasPort, hostEnd } from './address';
import { connectionKey } from './connections';
import { hashBytes, hashNumber, startHash, toKey } from './hash';
import { loggedNumberAt } from './numbers';
import { hashTemplate } from './path';
import { recordKey } from './record-key';
import * as span from './spans';

const SEED_SHAPE: u64 = 20;
const SEED_CALLER: u64 = 22;
const SEED_TEXT: u64 = 23;

/** Stands where there is nothing. */
const NONE: f64 = -1;

// Places as src/aggregate/failure-keys.ts names them; a test compares both.
const FIELDS: i32 = 27;
const SHAPE: i32 = 27;
const CALLER: i32 = 28;
const CONNECTION: i32 = 29;
const RECORD: i32 = 30;
const DURATION: i32 = 31;
const BYTES_SENT: i32 = 32;
const BYTES_RECEIVED: i32 = 33;
const keys: usize = memory.data(40 * 8);

// Slots, as in the table of spans, whose texts are part of a shape …
const SHAPE_TEXTS: usize = memory.data<i32>([2, 6, 8, 12, 14, 16, 18, 34, 36, 38, 42, 46, 48, 50, 52]);
const SHAPE_TEXT_COUNT: i32 = 15;
// … and of which it is told whether they are there.
const SHAPE_MARKS: usize = memory.data<i32>([4, 20, 22, 24, 26, 40]);
const SHAPE_MARK_COUNT: i32 = 6;

export function failureKeys(): usize {
  return keys;
}

/** Writes the keys of the line whose spans are there. */
export function readFailure(): void {
  for (let field = 0; field < FIELDS; field++) setKey(field, textKey(2 * field));
  setKey(SHAPE, <f64>shapeKey());
  setKey(CALLER, callerKey());
  setKey(CONNECTION, connectionOf());
  setKey(RECORD, recordKey());
  setKey(DURATION, loggedNumberAt(span.DURATION));
  setKey(BYTES_SENT, loggedNumberAt(span.BYTES_SENT));
  setKey(BYTES_RECEIVED, loggedNumberAt(span.BYTES_RECEIVED));
}

function setKey(place: i32, key: f64): void {
  store<f64>(keys + <usize>place * 8, key);
}

/** Key of the text at `slot`, or the mark that stands for it. */
function textKey(slot: i32): f64 {
  const start = span.startAt(slot);
  return start < 0 ? <f64>start : <f64>toKey(hashBytes(startHash(SEED_TEXT), start, span.endAt(slot)));
}

/** Key of the shape, but for its flags, which may come in any order, and its numbers, which count in bands. */
function shapeKey(): u64 {
  let hash = startHash(SEED_SHAPE);
  for (let i = 0; i < SHAPE_TEXT_COUNT; i++) {
    const field = <usize>load<i32>(SHAPE_TEXTS + <usize>i * 4) >> 1;
    hash = hashNumber(hash, load<u64>(keys + field * 8));
  }
  for (let i = 0; i < SHAPE_MARK_COUNT; i++) {
    const start = span.startAt(load<i32>(SHAPE_MARKS + <usize>i * 4));
    hash = hashNumber(hash, <u64>min(start, 0));
  }
  const path = span.startAt(span.PATH);
  return toKey(path < 0 ? hash : hashTemplate(hash, path, span.endAt(span.PATH)));
}

function callerKey(): f64 {
  const start = span.startAt(span.DOWNSTREAM_REMOTE);
  if (start < 0) return NONE;
  const end = hostEnd(start, span.endAt(span.DOWNSTREAM_REMOTE));
  return <f64>toKey(hashBytes(startHash(SEED_CALLER), start, end));
}

/** Key of the connection to the upstream, else of the one from the caller: the other hop logs the same address. */
function connectionOf(): f64 {
  const slot = span.isAbsent(span.UPSTREAM_LOCAL) ? span.DOWNSTREAM_REMOTE : span.UPSTREAM_LOCAL;
  const start = span.startAt(slot);
  if (start < 0 || !hasPort(start, span.endAt(slot))) return NONE;
  return <f64>connectionKey(start, span.endAt(slot));
}
