// What src/aggregate/traffic-kernel.ts calls.

import * as bytes from './bytes';
import { countFailure } from './failures';
import { hopTableAt } from './hops';
import { nameSource } from './sources';
import { countRequest, setEncoding, TABLE_COUNT, tableAt } from './traffic';
import { proxyKey } from './unwrap';

export { connectionHashes, connectionTimes, noteAnswer } from './connections';
export { packedBytes, packFailures } from './failure-image';
export { addFailures } from './failure-merge';
export { failureCapRules, openFailures } from './failure-sets';
export { keepLine, wantsLine } from './failures';
export { addHealthyHop, addHops, collectHops, hopBytes, openHops, packHops } from './hops';
export { setJsonFormat } from './json-line';
export {
  codesAddress,
  coverageAddress,
  hasSpans,
  isClaimable,
  skim,
  skimmed,
  skimmedFailed,
  skimmedFirst,
  skimmedLast,
  skimmedOthers,
  skimmedWithoutTime,
} from './skim';
export { forgetSources, setSource } from './sources';
export { offsets, spansAddress } from './spans';
export { setTextFormat } from './text-line';
export { openTables } from './traffic';
export { onlyPrefix, onlyPrefixLength, setWrappers, textAddress } from './unwrap';
export { addVerdict, findVerdict, skimmedOf } from './verdicts';

/** Room for `size` bytes, and for what searches read behind them. */
export function allocate(size: usize): usize {
  return heap.alloc(size + bytes.PADDING);
}

export function release(at: usize): void {
  heap.free(at);
}

/** Counts the line whose spans are there; returns the key of its scope. */
export function count(failed: bool, timeMs: f64, isJson: bool): f64 {
  setEncoding(isJson);
  return <f64>countRequest(failed, timeMs);
}

/** Counts the line whose spans are there as one that a diagnosis may claim; see `countFailure`. */
export function countOther(
  verdict: i32,
  code: f64,
  timeMs: f64,
  durationMs: f64,
  bytesSent: f64,
  bytesReceived: f64,
  input: u32,
  isJson: bool,
): usize {
  setEncoding(isJson);
  return countFailure(verdict, code, timeMs, durationMs, bytesSent, bytesReceived, input);
}

/** Remembers that what stands before the line at which `skim` stopped names the source that was set since. */
export function nameSourceOfLine(): void {
  nameSource(proxyKey());
}

/** Bytes that `packTraffic` writes. */
export function trafficBytes(): usize {
  let bytes: usize = 0;
  for (let n = 0; n < TABLE_COUNT; n++) bytes += tableAt(n).imageBytes();
  return bytes;
}

/** Writes all tables one behind the other, as `addTraffic` takes them. */
export function packTraffic(to: usize): void {
  for (let n = 0; n < TABLE_COUNT; n++) to = tableAt(n).writeImage(to);
}

/** Adds what another kernel has counted. */
export function addTraffic(from: usize): void {
  for (let n = 0; n < TABLE_COUNT; n++) from = tableAt(n).addImage(from);
}

/** Puts the kept rows of a table in order, for the functions below; returns their number. */
export function sortTable(table: i32): usize {
  tableAt(table).sortRows();
  return tableAt(table).rowCount;
}

export function writeKeys(table: i32, to: usize): void {
  tableAt(table).writeKeys(to);
}

export function writeScopeKeys(table: i32, to: usize): void {
  tableAt(table).writeScopeKeys(to);
}

export function writeColumn(table: i32, column: i32, to: usize): void {
  tableAt(table).writeColumn(column, to);
}

export function textBytes(table: i32): usize {
  return tableAt(table).textBytes;
}

export function writeTexts(table: i32, to: usize, ends: usize): void {
  tableAt(table).writeTexts(to, ends);
}

export function scopeAt(table: i32, row: usize): usize {
  return tableAt(table).scopeAt(row);
}

export function scopeLengthAt(table: i32, row: usize): usize {
  return tableAt(table).scopeLengthAt(row);
}

export function isJsonAt(table: i32, row: usize): bool {
  return tableAt(table).isJsonAt(row);
}

export function healthyTotal(table: i32): f64 {
  return tableAt(table).healthy;
}

export function failedTotal(table: i32): f64 {
  return tableAt(table).failed;
}

/** Puts the rows that stay in order, for `writeHops`; returns their number. */
export function sortHops(table: i32): usize {
  hopTableAt(table).sort();
  return hopTableAt(table).count;
}

export function writeHops(table: i32, column: i32, to: usize): void {
  hopTableAt(table).writeColumn(column, to);
}
