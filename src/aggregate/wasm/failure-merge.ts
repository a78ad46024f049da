// Adds up the groups of parts of a log. What was kept by smallest key in both parts is what would have been kept of the
// whole.

import * as list from './bottom-list';
import { makeGroupLike, visitKept, widenRange } from './failure-group';
import * as at from './failure-layout';
import * as sets from './failure-sets';
import { MAX_LINES_PER_GROUP, settleIdle } from './failures';
import { hold, keepCopy, placeOf, release, setPlace } from './kept';
import { addHistogram } from './time-histogram';

let image: usize = 0;

/**
 * Adds the groups of an image, of a part that follows on what was counted and added before. Its inputs are numbered on
 * from `inputs`, the lines of its first input on from `lines`.
 */
export function addFailures(from: usize, inputs: u32, lines: f64): void {
  image = from;
  const count = load<u32>(image);
  for (let i: u32 = 0; i < count; i++) {
    const other = otherAt(i);
    const group = groupLike(other);
    if (group !== 0) addGroupTo(group, other, inputs, lines);
  }
  for (let i: u32 = 0; i < count; i++) visitKept(otherAt(i), image, letGo);
}

/** A group of the image. */
function otherAt(i: u32): usize {
  return image + load<u32>(image + at.IMAGE_GROUPS + <usize>i * 4);
}

/** The group with the key of that of the image; 0 when it does not stay. */
function groupLike(other: usize): usize {
  const isRouted = load<u32>(other, at.GROUP_IS_ROUTED) !== 0;
  const key = load<f64>(other, at.GROUP_KEY);
  const known = sets.findGroup(isRouted, key);
  if (known !== 0 || !sets.acceptsGroup(isRouted, key)) return known;
  sets.addGroup(isRouted, makeGroupLike(other, image + load<u32>(other, at.GROUP_SCOPE)));
  return sets.findGroup(isRouted, key);
}

function addGroupTo(group: usize, other: usize, inputs: u32, lines: f64): void {
  add(group + at.GROUP_REQUESTS, other + at.GROUP_REQUESTS);
  widenRange(group + at.GROUP_FIRST, load<f64>(other, at.GROUP_FIRST));
  widenRange(group + at.GROUP_FIRST, load<f64>(other, at.GROUP_LAST));
  widenRange(group + at.GROUP_MIN_DURATION, load<f64>(other, at.GROUP_MIN_DURATION));
  widenRange(group + at.GROUP_MIN_DURATION, load<f64>(other, at.GROUP_MAX_DURATION));
  const buckets = image + load<u32>(other + at.GROUP_HISTOGRAM, at.HISTOGRAM_BUCKETS);
  addHistogram(group + at.GROUP_HISTOGRAM, other + at.GROUP_HISTOGRAM, buckets);
  addShapes(group, other);
  addCounts(group + at.GROUP_CALLERS, other + at.GROUP_CALLERS, sets.capOf(group, sets.CALLER_CAP));
  addCounts(
    group + at.GROUP_CONNECTIONS,
    other + at.GROUP_CONNECTIONS,
    sets.capOf(group, sets.CONNECTION_CAP),
  );
  addCounts(group + at.GROUP_SOURCES, other + at.GROUP_SOURCES, sets.capOf(group, sets.SOURCE_CAP));
  addSamples(group, other);
  addLines(group, other, inputs, lines);
}

/** Adds to one number another. */
function add(to: usize, from: usize): void {
  store<f64>(to, load<f64>(to) + load<f64>(from));
}

function addShapes(group: usize, other: usize): void {
  const shapes = group + at.GROUP_SHAPES;
  const cap = sets.capOf(group, sets.SHAPE_CAP);
  const end = endOf(other + at.GROUP_SHAPES);
  for (let from = beginOf(other + at.GROUP_SHAPES); from < end; from += at.ENTRY_BYTES) {
    const entry = list.findEntry(shapes, load<f64>(from, at.ENTRY_KEY));
    if (entry === 0) {
      copyEntry(shapes, from, cap);
      continue;
    }
    add(entry + at.ENTRY_REQUESTS, from + at.ENTRY_REQUESTS);
    widenRange(entry + at.ENTRY_FIRST, load<f64>(from, at.ENTRY_FIRST));
    widenRange(entry + at.ENTRY_FIRST, load<f64>(from, at.ENTRY_LAST));
  }
}

function addCounts(keys: usize, other: usize, cap: u32): void {
  add(keys + at.LIST_TOTAL, other + at.LIST_TOTAL);
  const end = endOf(other);
  for (let from = beginOf(other); from < end; from += at.ENTRY_BYTES) {
    const entry = list.findEntry(keys, load<f64>(from, at.ENTRY_KEY));
    if (entry === 0) copyEntry(keys, from, cap);
    else add(entry + at.ENTRY_REQUESTS, from + at.ENTRY_REQUESTS);
  }
}

/** The same record in both parts is one record twice in the log: the later one is as good as the first. */
function addSamples(group: usize, other: usize): void {
  const samples = group + at.GROUP_SAMPLED;
  const cap = sets.capOf(group, sets.SAMPLE_CAP);
  const end = endOf(other + at.GROUP_SAMPLED);
  for (let from = beginOf(other + at.GROUP_SAMPLED); from < end; from += at.ENTRY_BYTES) {
    if (load<u32>(from, at.ENTRY_MARK) & at.IDLE_OPEN)
      store<u32>(
        from,
        settleIdle(from + at.SAMPLE_IDLE, load<f64>(from, at.SAMPLE_IDLE), load<f64>(from, at.SAMPLE_TIME)),
        at.ENTRY_MARK,
      );
    const entry = list.findEntry(samples, load<f64>(from, at.ENTRY_KEY));
    if (entry === 0) copyEntry(samples, from, cap);
    else memory.copy(entry, from, at.ENTRY_BYTES);
  }
}

function addLines(group: usize, other: usize, inputs: u32, lines: f64): void {
  const count = load<u32>(other, at.GROUP_LINE_COUNT);
  for (let i: u32 = 0; i < count && load<u32>(group, at.GROUP_LINE_COUNT) < MAX_LINES_PER_GROUP; i++) {
    const from = other + at.GROUP_LINES + <usize>i * at.LINE_BYTES;
    const kept = load<u32>(group, at.GROUP_LINE_COUNT);
    const to = group + at.GROUP_LINES + <usize>kept * at.LINE_BYTES;
    const input = load<u32>(from, at.LINE_INPUT);
    store<f64>(to, load<f64>(from, at.LINE_NUMBER) + (input === 0 ? lines : 0), at.LINE_NUMBER);
    store<u32>(to, input + inputs, at.LINE_INPUT);
    store<u32>(to, heldCopy(load<u32>(from, at.LINE_TEXTS)), at.LINE_TEXTS);
    store<u32>(group, kept + 1, at.GROUP_LINE_COUNT);
  }
}

function beginOf(other: usize): usize {
  return image + load<u32>(other, at.LIST_ENTRIES);
}

function endOf(other: usize): usize {
  return beginOf(other) + <usize>load<u32>(other, at.LIST_COUNT) * at.ENTRY_BYTES;
}

function copyEntry(to: usize, from: usize, cap: u32): void {
  const entry = list.addEntry(to, load<f64>(from, at.ENTRY_KEY));
  if (entry === 0) return;
  memory.copy(entry, from, at.ENTRY_BYTES);
  store<u32>(entry, heldCopy(load<u32>(from, at.ENTRY_KEPT)), at.ENTRY_KEPT);
  list.trimList(to, cap);
}

/** What is kept at a place of the image, copied once however many hold it. */
function heldCopy(place: u32): u32 {
  if (place === 0) return 0;
  const other = image + place;
  let copy = placeOf(other);
  if (copy === 0) {
    // The image holds it too, until all of it is added: its holders may come and go.
    copy = hold(keepCopy(other));
    setPlace(other, copy);
  }
  return hold(copy);
}

function letGo(place: usize): void {
  const kept = load<u32>(place);
  if (kept === 0) return;
  release(placeOf(image + kept));
  setPlace(image + kept, 0);
}
