// A group of failing records that are alike: how it lies in memory.

import * as list from './bottom-list';
import { hold, keepCopy, keepTexts, release } from './kept';
import { closeHistogram, openHistogram } from './time-histogram';
import { MAX_SCOPE_BYTES, writeScope } from './traffic';

// A group, as src/aggregate/failure-tables.ts reads it.
export const KEY: usize = 0;
export const REQUESTS: usize = 8;
export const FIRST: usize = 16;
export const LAST: usize = 24;
export const MIN_DURATION: usize = 32;
export const MAX_DURATION: usize = 40;
export const IS_ROUTED: usize = 48;
const FAILED: usize = 52;
/** In words, and whether they may hold escapes. */
export const SCOPE: usize = 56;
export const LINE_COUNT: usize = 60;
/** Number, input and text of each of the first lines; see below. */
export const LINES: usize = 64;
export const LINE_BYTES: usize = 16;
export const HISTOGRAM: usize = 112;
const IS_JSON: usize = 136;
export const SHAPES: usize = 144;
export const CALLERS: usize = SHAPES + list.LIST_BYTES;
export const CONNECTIONS: usize = CALLERS + list.LIST_BYTES;
export const SOURCES: usize = CONNECTIONS + list.LIST_BYTES;
export const SAMPLED: usize = SOURCES + list.LIST_BYTES;
export const GROUP_BYTES: usize = SAMPLED + list.LIST_BYTES;

// A line of a group.
export const LINE_INPUT: usize = 8;
export const LINE_TEXT: usize = 12;

const scope: usize = heap.alloc(MAX_SCOPE_BYTES);

/** A group of nothing yet, for lines like the one whose spans are there. */
export function makeGroup(key: f64, isRouted: bool, failed: bool, isJson: bool): usize {
  const group = heap.alloc(GROUP_BYTES);
  memory.fill(group, 0, GROUP_BYTES);
  store<f64>(group, key, KEY);
  store<u32>(group, isRouted, IS_ROUTED);
  store<u32>(group, failed, FAILED);
  store<u32>(group, hold(keepTexts(scope, writeScope(scope) - scope, 0, 0)), SCOPE);
  store<u32>(group, isJson, IS_JSON);
  openCounts(group);
  return group;
}

/** A group of nothing yet, for what one of another part holds. */
export function makeGroupLike(other: usize, itsScope: usize): usize {
  const group = heap.alloc(GROUP_BYTES);
  memory.copy(group, other, GROUP_BYTES);
  store<f64>(group, 0, REQUESTS);
  store<u32>(group, 0, LINE_COUNT);
  store<u32>(group, hold(keepCopy(itsScope)), SCOPE);
  openCounts(group);
  return group;
}

function openCounts(group: usize): void {
  store<f64>(group, Infinity, FIRST);
  store<f64>(group, -Infinity, LAST);
  store<f64>(group, Infinity, MIN_DURATION);
  store<f64>(group, -Infinity, MAX_DURATION);
  openHistogram(group + HISTOGRAM);
  for (let at = SHAPES; at < GROUP_BYTES; at += list.LIST_BYTES) list.openList(group + at);
}

/** Lets go of a group and of all that it keeps. */
export function closeGroup(group: usize): void {
  visitKept(group, 0, releaseAt);
  closeHistogram(group + HISTOGRAM);
  for (let at = SHAPES; at < GROUP_BYTES; at += list.LIST_BYTES) list.closeList(group + at);
  heap.free(group);
}

function releaseAt(at: usize): void {
  release(load<u32>(at));
}

/**
 * Calls `visit` with each place of a group at which it is noted where something lies that is kept for it, or 0. Where its
 * lists lie counts from `base` on: 0, or the begin of an image.
 */
export function visitKept(group: usize, base: usize, visit: (at: usize) => void): void {
  visit(group + SCOPE);
  for (let i: u32 = 0; i < load<u32>(group, LINE_COUNT); i++)
    visit(group + LINES + <usize>i * LINE_BYTES + LINE_TEXT);
  for (let at = group + SHAPES; at < group + GROUP_BYTES; at += list.LIST_BYTES) {
    let entry = base + load<u32>(at, list.ENTRIES);
    const end = entry + <usize>load<u32>(at, list.COUNT) * list.ENTRY_BYTES;
    for (; entry < end; entry += list.ENTRY_BYTES) visit(entry + list.KEPT);
  }
}

/** Widens the two bounds at `range`; NaN is ignored. */
export function widenRange(range: usize, value: f64): void {
  if (value < load<f64>(range)) store<f64>(range, value);
  if (value > load<f64>(range, 8)) store<f64>(range, value, 8);
}
