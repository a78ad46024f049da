// Folds failing records into groups: what tells them apart, their shapes, callers, connections, sources and samples.

import { hasPort, hostEnd } from './address';
import { hashDuration, hashSize } from './bands';
import * as list from './bottom-list';
import { connectionKey, idleBefore } from './connections';
import { makeGroup, widenRange } from './failure-group';
import * as at from './failure-layout';
import * as sets from './failure-sets';
import { hashNumber, startHash, toKey } from './hash';
import { addFailingHop } from './hops';
import { hold, keepRecord, keepTexts, MAX_FIELD_BYTES, release } from './kept';
import { hostKey, recordKey } from './record-key';
import { shapeKey } from './shape-key';
import * as source from './sources';
import * as span from './spans';
import { countTime } from './time-histogram';
import { countRequest, mayEscape } from './traffic';
import { detailsHashOf, flagsHashOf, hasFailed } from './verdicts';

const SEED_GROUP: u64 = 25;
const SEED_SHAPE: u64 = 26;
const SEED_CALLER: u64 = 22;
const NONE: f64 = -1;

// As in src/aggregate/caps.ts.
export const MAX_LINES_PER_GROUP: u32 = 3;
const MAX_SHOWN_LINE_BYTES: usize = 4096;

/** The record of the line, once something of it is kept. */
let record: u32 = 0;
let groupKey: f64 = 0;

/**
 * Counts the line as a request, in its group and among the failing hops. Numbers that are not logged are NaN. Returns the
 * group, to be asked with `wantsLine`; 0 when it does not stay.
 */
export function countFailure(
  verdict: i32,
  code: f64,
  timeMs: f64,
  durationMs: f64,
  bytesSent: f64,
  bytesReceived: f64,
  input: u32,
): usize {
  const failed = hasFailed(verdict);
  const scopeKey = countRequest(failed, timeMs);
  // Records that have not failed stand apart from those that have, and replies of nothing from short ones.
  const mark: u64 = failed ? 1 : bytesSent === 0 ? 2 : 0;
  let hash = hashNumber(startHash(SEED_GROUP), scopeKey);
  hash = hashNumber(hash, <u64>flagsHashOf(verdict));
  hash = hashNumber(hash, <u64>detailsHashOf(verdict));
  hash = hashNumber(hash, <u64>code);
  groupKey = <f64>toKey(hashNumber(hash, mark));
  const shape = shapeOf(flagsHashOf(verdict), durationMs, bytesSent, bytesReceived);
  record = 0;
  const group = groupOf(failed);
  if (group !== 0) countIn(group, shape, timeMs, durationMs);
  release(record);
  const duration = isNaN(durationMs) ? NONE : durationMs;
  addFailingHop(code, timeMs, input, duration, failed, groupKey, shape);
  return group;
}

function shapeOf(flagsHash: i32, durationMs: f64, bytesSent: f64, bytesReceived: f64): f64 {
  let hash = hashNumber(startHash(SEED_SHAPE), shapeKey());
  hash = hashDuration(hashNumber(hash, <u64>flagsHash), durationMs);
  return <f64>toKey(hashSize(hashSize(hash, bytesSent), bytesReceived));
}

/** The group of the line, which is made if it is new; 0 when it does not stay. */
function groupOf(failed: bool): usize {
  const isRouted = !span.isAbsent(span.UPSTREAM_CLUSTER);
  const known = sets.findGroup(isRouted, groupKey);
  if (known !== 0 || !sets.acceptsGroup(isRouted, groupKey)) return known;
  sets.addGroup(isRouted, makeGroup(groupKey, isRouted, failed, mayEscape()));
  return sets.findGroup(isRouted, groupKey);
}

/** The record of the line, held once more; the line itself holds it until it is counted. */
function heldRecord(): u32 {
  if (record === 0) record = hold(keepRecord(mayEscape()));
  return hold(record);
}

function countIn(group: usize, shape: f64, timeMs: f64, durationMs: f64): void {
  store<f64>(group, load<f64>(group, at.GROUP_REQUESTS) + 1, at.GROUP_REQUESTS);
  countTime(group + at.GROUP_HISTOGRAM, timeMs);
  widenRange(group + at.GROUP_FIRST, timeMs);
  widenRange(group + at.GROUP_MIN_DURATION, durationMs);
  countShape(group, shape, timeMs);
  const caller = hostKey(span.DOWNSTREAM_REMOTE, SEED_CALLER);
  if (caller !== NONE) countCaller(group, caller);
  const connection = connectionOf();
  if (connection !== NONE) countConnection(group, connection);
  countSource(group);
  sample(group, connection, timeMs, durationMs);
}

function countShape(group: usize, shape: f64, timeMs: f64): void {
  let entry = list.findEntry(group + at.GROUP_SHAPES, shape);
  const isNew = entry === 0;
  if (isNew) {
    entry = list.addEntry(group + at.GROUP_SHAPES, shape);
    if (entry === 0) return;
    store<f64>(entry, 0, at.ENTRY_REQUESTS);
    store<f64>(entry, Infinity, at.ENTRY_FIRST);
    store<f64>(entry, -Infinity, at.ENTRY_LAST);
    store<u32>(entry, heldRecord(), at.ENTRY_KEPT);
  }
  store<f64>(entry, load<f64>(entry, at.ENTRY_REQUESTS) + 1, at.ENTRY_REQUESTS);
  widenRange(entry + at.ENTRY_FIRST, timeMs);
  if (isNew) list.trimList(group + at.GROUP_SHAPES, sets.capOf(group, sets.SHAPE_CAP));
}

function countCaller(group: usize, caller: f64): void {
  const entry = countKey(group + at.GROUP_CALLERS, caller);
  if (entry === 0) return;
  const start = <usize>span.startAt(span.DOWNSTREAM_REMOTE);
  const length = min(hostEnd(start, span.endAt(span.DOWNSTREAM_REMOTE)) - start, MAX_FIELD_BYTES);
  store<u32>(entry, hold(keepTexts(start, length, 0, 0)), at.ENTRY_KEPT);
  store<u32>(entry, mayEscape(), at.ENTRY_MARK);
  list.trimList(group + at.GROUP_CALLERS, sets.capOf(group, sets.CALLER_CAP));
}

function countConnection(group: usize, connection: f64): void {
  const entry = countKey(group + at.GROUP_CONNECTIONS, connection);
  if (entry === 0) return;
  store<u32>(entry, 0, at.ENTRY_KEPT);
  list.trimList(group + at.GROUP_CONNECTIONS, sets.capOf(group, sets.CONNECTION_CAP));
}

function countSource(group: usize): void {
  const entry = countKey(group + at.GROUP_SOURCES, source.sourceKey());
  if (entry === 0) return;
  store<u32>(entry, hold(source.sourceTexts()), at.ENTRY_KEPT);
  list.trimList(group + at.GROUP_SOURCES, sets.capOf(group, sets.SOURCE_CAP));
}

/** Counts a request under a key; returns its entry if it is new, and is to be given what it keeps. */
function countKey(keys: usize, key: f64): usize {
  list.countInList(keys);
  const known = list.findEntry(keys, key);
  if (known !== 0) {
    store<f64>(known, load<f64>(known, at.ENTRY_REQUESTS) + 1, at.ENTRY_REQUESTS);
    return 0;
  }
  const entry = list.addEntry(keys, key);
  if (entry !== 0) store<f64>(entry, 1, at.ENTRY_REQUESTS);
  return entry;
}

/** The same record again is as good as before. */
function sample(group: usize, connection: f64, timeMs: f64, durationMs: f64): void {
  const key = recordKey();
  const samples = group + at.GROUP_SAMPLED;
  const known = list.findEntry(samples, key);
  const entry = known !== 0 ? known : list.addEntry(samples, key);
  if (entry === 0) return;
  store<f64>(entry, timeMs, at.SAMPLE_TIME);
  store<f64>(entry, durationMs, at.SAMPLE_DURATION);
  store<u32>(entry, 0, at.ENTRY_KEPT);
  store<u32>(entry, idleOf(entry + at.SAMPLE_IDLE, connection, timeMs), at.ENTRY_MARK);
  if (known === 0) list.trimList(samples, sets.capOf(group, sets.SAMPLE_CAP));
}

/** Writes how long the upstream connection was idle, or its key where an earlier part of the log knows; returns the mark. */
function idleOf(to: usize, connection: f64, timeMs: f64): u32 {
  // Only of upstream connections is it known how long they were idle.
  if (connection === NONE || span.isAbsent(span.UPSTREAM_LOCAL)) return 0;
  return isNaN(timeMs) ? at.HAS_CONNECTION : settleIdle(to, connection, timeMs);
}

/** The same for a sample that has both. */
export function settleIdle(to: usize, connection: f64, timeMs: f64): u32 {
  const last = idleBefore(connection);
  if (isNaN(last)) return at.HAS_CONNECTION;
  store<f64>(to, last < 0 ? connection : timeMs - last);
  return at.HAS_CONNECTION | (last < 0 ? at.IDLE_OPEN : at.IDLE_KNOWN);
}

/** Key of the connection to the upstream, else of the one from the caller: the other hop logs the same address. */
function connectionOf(): f64 {
  const slot = span.isAbsent(span.UPSTREAM_LOCAL) ? span.DOWNSTREAM_REMOTE : span.UPSTREAM_LOCAL;
  const start = span.startAt(slot);
  if (start < 0 || !hasPort(start, span.endAt(slot))) return NONE;
  return <f64>connectionKey(start, span.endAt(slot));
}

/** Whether a group wants to keep the line itself. */
export function wantsLine(group: usize): bool {
  return group !== 0 && load<u32>(group, at.GROUP_LINE_COUNT) < MAX_LINES_PER_GROUP;
}

/** Keeps the line, cut when it is long, with the pod that wrote it. */
export function keepLine(group: usize, start: usize, end: usize, line: f64, input: u32): void {
  const count = load<u32>(group, at.GROUP_LINE_COUNT);
  const kept = group + at.GROUP_LINES + <usize>count * at.LINE_BYTES;
  store<u32>(group, count + 1, at.GROUP_LINE_COUNT);
  store<f64>(kept, line, at.LINE_NUMBER);
  store<u32>(kept, input, at.LINE_INPUT);
  const length = min(end - start, MAX_SHOWN_LINE_BYTES);
  const texts = keepTexts(start, length, source.podText(), source.podLength());
  store<u32>(kept, hold(texts), at.LINE_TEXTS);
}
