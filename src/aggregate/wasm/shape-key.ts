// The key of what a failing line looks like. In JavaScript, reading the fields byte by byte would cost more than all that
// is then done with it.

import { hashBytes, hashNumber, startHash } from './hash';
import { hashTemplate } from './path';
import * as span from './spans';

const SEED_SHAPE: u64 = 20;

/** Fields whose texts are part of a shape … */
const TEXTS: usize = memory.data<i32>([
  span.METHOD,
  span.PROTOCOL,
  span.RESPONSE_CODE,
  span.DETAILS,
  span.TERMINATION_DETAILS,
  span.TRANSPORT_FAILURE,
  span.MIXER_STATUS,
  span.AUTHORITY,
  span.UPSTREAM_HOST,
  span.UPSTREAM_CLUSTER,
  span.DOWNSTREAM_LOCAL,
  span.SERVER_NAME,
  span.ROUTE_NAME,
  span.ATTEMPT_COUNT,
  span.GRPC_STATUS,
]);
const TEXT_COUNT: i32 = 15;
/** … and of which it is told whether they are there. */
const MARKS: usize = memory.data<i32>([
  span.PATH,
  span.BYTES_RECEIVED,
  span.BYTES_SENT,
  span.DURATION,
  span.SERVICE_TIME,
  span.UPSTREAM_LOCAL,
]);
const MARK_COUNT: i32 = 6;

/** Hash of the shape of the line, but for its flags, which may come in any order, and its numbers, which count in bands. */
export function shapeKey(): u64 {
  let hash = startHash(SEED_SHAPE);
  for (let i = 0; i < TEXT_COUNT; i++) {
    const slot = load<i32>(TEXTS + <usize>i * 4);
    const start = span.startAt(slot);
    hash = start < 0 ? hashNumber(hash, <u64>start) : hashBytes(hash, start, span.endAt(slot));
  }
  for (let i = 0; i < MARK_COUNT; i++) {
    const start = span.startAt(load<i32>(MARKS + <usize>i * 4));
    hash = hashNumber(hash, <u64>min(start, 0));
  }
  const path = span.startAt(span.PATH);
  return path < 0 ? hash : hashTemplate(hash, path, span.endAt(span.PATH));
}
