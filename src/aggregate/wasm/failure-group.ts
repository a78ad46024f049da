// A group of failing records that are alike: how it comes and goes.

import * as list from './bottom-list';
import * as at from './failure-layout';
import { hold, keepCopy, keepTexts, release } from './kept';
import { closeHistogram, openHistogram } from './time-histogram';
import { MAX_SCOPE_BYTES, writeScope } from './traffic';

const scope: usize = heap.alloc(MAX_SCOPE_BYTES);

/** A group of nothing yet, for lines like the one whose spans are there. */
export function makeGroup(key: f64, isRouted: bool, failed: bool, isJson: bool): usize {
  const group = heap.alloc(at.GROUP_BYTES);
  memory.fill(group, 0, at.GROUP_BYTES);
  store<f64>(group, key, at.GROUP_KEY);
  store<u32>(group, isRouted, at.GROUP_IS_ROUTED);
  store<u32>(group, failed, at.GROUP_FAILED);
  store<u32>(group, hold(keepTexts(scope, writeScope(scope) - scope, 0, 0)), at.GROUP_SCOPE);
  store<u32>(group, isJson, at.GROUP_IS_JSON);
  openCounts(group);
  return group;
}

/** A group of nothing yet, for what one of another part holds. */
export function makeGroupLike(other: usize, itsScope: usize): usize {
  const group = heap.alloc(at.GROUP_BYTES);
  memory.copy(group, other, at.GROUP_BYTES);
  store<f64>(group, 0, at.GROUP_REQUESTS);
  store<u32>(group, 0, at.GROUP_LINE_COUNT);
  store<u32>(group, hold(keepCopy(itsScope)), at.GROUP_SCOPE);
  openCounts(group);
  return group;
}

function openCounts(group: usize): void {
  store<f64>(group, Infinity, at.GROUP_FIRST);
  store<f64>(group, -Infinity, at.GROUP_LAST);
  store<f64>(group, Infinity, at.GROUP_MIN_DURATION);
  store<f64>(group, -Infinity, at.GROUP_MAX_DURATION);
  openHistogram(group + at.GROUP_HISTOGRAM);
  for (let place = at.GROUP_SHAPES; place < at.GROUP_BYTES; place += at.LIST_BYTES)
    list.openList(group + place);
}

/** Lets go of a group and of all that it keeps. */
export function closeGroup(group: usize): void {
  visitKept(group, 0, releaseAt);
  closeHistogram(group + at.GROUP_HISTOGRAM);
  for (let place = at.GROUP_SHAPES; place < at.GROUP_BYTES; place += at.LIST_BYTES)
    list.closeList(group + place);
  heap.free(group);
}

function releaseAt(place: usize): void {
  release(load<u32>(place));
}

/**
 * Calls `visit` with each place of a group at which it is noted where something lies that is kept for it, or 0. Where its
 * lists lie counts from `base` on: 0, or the begin of an image.
 */
export function visitKept(group: usize, base: usize, visit: (place: usize) => void): void {
  visit(group + at.GROUP_SCOPE);
  for (let i: u32 = 0; i < load<u32>(group, at.GROUP_LINE_COUNT); i++)
    visit(group + at.GROUP_LINES + <usize>i * at.LINE_BYTES + at.LINE_TEXTS);
  const end = group + at.GROUP_BYTES;
  for (let itsList = group + at.GROUP_SHAPES; itsList < end; itsList += at.LIST_BYTES) {
    const first = base + load<u32>(itsList, at.LIST_ENTRIES);
    for (let i: usize = 0; i < <usize>load<u32>(itsList, at.LIST_COUNT); i++)
      visit(first + i * at.ENTRY_BYTES + at.ENTRY_KEPT);
  }
}

/** Widens the two bounds at `range`; NaN is ignored. */
export function widenRange(range: usize, value: f64): void {
  if (value < load<f64>(range)) store<f64>(range, value);
  if (value > load<f64>(range, 8)) store<f64>(range, value, 8);
}
