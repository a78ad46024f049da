// What is kept of a line to find the other side of its request in the log of another proxy.

import { hasPort } from './address';
import { hashBytes, startHash, toKey } from './hash';
import { HopTable } from './hop-table';
import { loggedNumberAt } from './numbers';
import { addText, hostKey, recordKey } from './record-key';
import * as span from './spans';
import { countServer } from './traffic';

const SEED_ID: u64 = 31;
const SEED_PAIR: u64 = 32;
const SEED_REQUEST: u64 = 33;
const SEED_HOST: u64 = 34;

/** NO_HOP_VALUE in src/model/aggregate.ts. */
const NONE: f64 = -1;
// HOP_DIRECTIONS in src/model/aggregate.ts.
const UNKNOWN: f64 = 0;
const INBOUND: f64 = 1;
const OUTBOUND: f64 = 2;
// The first eight bytes, as little-endian words, of Istio's names of clusters that lead in: `inbound|`, `inbound-vip|` and
// `InboundPassthroughCluster` …
const IN: u64 = 0x7c646e756f626e69;
const IN_TO_VIP: u64 = 0x2d646e756f626e69;
const IN_PASSTHROUGH: u64 = 0x50646e756f626e49;
/** … and out: `outbound|`, of which the bar is the ninth, `PassthroughCluster` and `BlackHoleCluster`. */
const OUT: u64 = 0x646e756f6274756f;
const OUT_PASSTHROUGH: u64 = 0x6f72687473736150;
const OUT_BLACK_HOLE: u64 = 0x6c6f486b63616c42;
const BAR: u8 = 0x7c;
/** All of these names are longer than their begins. */
const BEGIN_BYTES: usize = 8;

// Columns of a row behind its key: HOP_COLUMNS in src/model/aggregate.ts.
const MARK: usize = 8;
const INPUT: usize = 16;
const TIME: usize = 24;
const DURATION: usize = 32;
const CODE: usize = 40;
const ID: usize = 48;
const REQUEST: usize = 56;
const SEND: usize = 64;
const RECEIVE: usize = 72;
const DIRECTION: usize = 80;
const HOST: usize = 88;
const GROUP: usize = 96;
const SHAPE: usize = 104;

/** A row of the line, where it has several. */
const hop: usize = memory.data(112);
/** HOP_TABLES in src/aggregate/hop-kernel.ts: healthy rows name no group and no shape. */
const FAILING_COLUMNS: usize = 14;
const HEALTHY_COLUMNS: usize = 12;
let failing: HopTable = HopTable.create(1, FAILING_COLUMNS);
let healthy: HopTable = HopTable.create(1, HEALTHY_COLUMNS);
let isCollecting: bool = false;

/** Makes the tables, each with its cap. */
export function openHops(maxFailing: usize, maxHealthy: usize): void {
  failing = HopTable.create(maxFailing, FAILING_COLUMNS);
  healthy = HopTable.create(maxHealthy, HEALTHY_COLUMNS);
}

/** The tables in the order of HOP_TABLES in src/aggregate/hop-kernel.ts. */
export function hopTableAt(n: i32): HopTable {
  return n === 0 ? failing : healthy;
}

/** Bytes that `packHops` writes. */
export function hopBytes(): usize {
  return failing.imageBytes() + healthy.imageBytes();
}

/** Writes both tables one behind the other, as `addHops` takes them. */
export function packHops(to: usize): void {
  healthy.writeImage(failing.writeImage(to));
}

/** By how much the inputs of rows that are added are numbered on. */
let inputsBefore: f64 = 0;

/** Adds what another kernel has kept; the inputs of its rows are numbered on by `inputs`. */
export function addHops(from: usize, inputs: u32): void {
  inputsBefore = inputs;
  healthy.addImage(failing.addImage(from, numberOn), numberOn);
}

function numberOn(row: usize): void {
  store<f64>(row, load<f64>(row, INPUT) + inputsBefore, INPUT);
}

/** Collects the healthy lines that are skimmed from now on, or ignores them. */
export function collectHops(isWanted: bool): void {
  isCollecting = isWanted;
}

export function collectsHops(): bool {
  return isCollecting;
}

/** Adds the line, which was skimmed. */
export function noteSkimmedHop(code: i32, timeMs: f64, input: u32): void {
  addHealthyHop(<f64>code, timeMs, input, loggedNumberAt(span.DURATION));
}

/** Adds a healthy line, and counts it at the address on which its proxy took it in. */
export function addHealthyHop(code: f64, timeMs: f64, input: u32, durationMs: f64): void {
  const id = idKey();
  const towards = direction();
  if (towards !== OUTBOUND) countServer(false, timeMs, towards === INBOUND);
  if (id !== NONE && id > healthy.largestKept) return;
  const row = id !== NONE ? healthy.add(id) : hop;
  writeHop(row, code, timeMs, id, towards);
  store<f64>(row, input, INPUT);
  store<f64>(row, durationMs, DURATION);
  if (id === NONE) addUnderConnections(healthy);
}

/** Adds a failing line, with its failure group and shape. */
export function addFailingHop(
  code: f64,
  timeMs: f64,
  input: u32,
  durationMs: f64,
  failed: bool,
  group: f64,
  shape: f64,
): void {
  const id = idKey();
  const towards = direction();
  if (towards !== OUTBOUND) countServer(failed, timeMs, towards === INBOUND);
  writeHop(hop, code, timeMs, id, towards);
  store<f64>(hop, input, INPUT);
  store<f64>(hop, durationMs, DURATION);
  store<f64>(hop, group, GROUP);
  store<f64>(hop, shape, SHAPE);
  addUnder(failing, id);
  addUnderConnections(failing);
}

function writeHop(row: usize, code: f64, timeMs: f64, id: f64, towards: f64): void {
  store<f64>(row, recordKey(), MARK);
  store<f64>(row, isNaN(timeMs) ? NONE : timeMs, TIME);
  store<f64>(row, code, CODE);
  store<f64>(row, id, ID);
  store<f64>(row, requestKey(), REQUEST);
  store<f64>(row, pairKey(span.UPSTREAM_LOCAL, span.UPSTREAM_HOST), SEND);
  store<f64>(row, pairKey(span.DOWNSTREAM_REMOTE, span.DOWNSTREAM_LOCAL), RECEIVE);
  store<f64>(row, towards, DIRECTION);
  store<f64>(row, hostKey(span.UPSTREAM_HOST, SEED_HOST), HOST);
}

function addUnder(table: HopTable, key: f64): void {
  if (key !== NONE && key <= table.largestKept) table.copy(key, hop);
}

function addUnderConnections(table: HopTable): void {
  const send = load<f64>(hop, SEND);
  const receive = load<f64>(hop, RECEIVE);
  addUnder(table, send);
  if (receive !== send) addUnder(table, receive);
}

/** By the name of the cluster, if it is of Istio's making; a line without a cluster looks neither way. */
function direction(): f64 {
  const cluster = span.startAt(span.UPSTREAM_CLUSTER);
  if (cluster < 0 || span.endAt(span.UPSTREAM_CLUSTER) - cluster <= BEGIN_BYTES) return UNKNOWN;
  const begin = load<u64>(cluster);
  if (begin === OUT) return load<u8>(cluster, 8) === BAR ? OUTBOUND : UNKNOWN;
  if (begin === IN || begin === IN_TO_VIP || begin === IN_PASSTHROUGH) return INBOUND;
  return begin === OUT_PASSTHROUGH || begin === OUT_BLACK_HOLE ? OUTBOUND : UNKNOWN;
}

/** An id that is empty names nothing. */
function idKey(): f64 {
  const start = span.startAt(span.REQUEST_ID);
  const end = span.endAt(span.REQUEST_ID);
  return start < 0 || end <= <usize>start ? NONE : <f64>toKey(hashBytes(startHash(SEED_ID), start, end));
}

/** A connection by both of its ends, from the side that opened it. */
function pairKey(from: i32, to: i32): f64 {
  const start = span.startAt(from);
  const other = span.startAt(to);
  if (start < 0 || other < 0 || !hasPort(start, span.endAt(from))) return NONE;
  const hash = hashBytes(startHash(SEED_PAIR), start, span.endAt(from));
  return <f64>toKey(hashBytes(hash, other, span.endAt(to)));
}

function requestKey(): f64 {
  if (span.isAbsent(span.METHOD)) return NONE;
  const hash = addText(addText(startHash(SEED_REQUEST), span.METHOD), span.AUTHORITY);
  return <f64>toKey(addText(hash, span.PATH));
}
