// The groups of failing records: those with the smallest keys stay, and the more there are the less each may keep.

import * as list from './bottom-list';
import { closeGroup } from './failure-group';
import * as at from './failure-layout';
import { sortAddresses } from './sort';

// Groups by key, the addresses of routed ones and of the others in two sets.
const SET_CAP: usize = 0;
const SET_COUNT: usize = 4;
const SET_SLOTS: usize = 8;
const SET_SLOT_COUNT: usize = 12;
const SET_LARGEST_KEPT: usize = 16;
const SET_BYTES: i32 = 24;
const FIRST_SLOTS: u32 = 256;
const routed: usize = memory.data(SET_BYTES);
const unrouted: usize = memory.data(SET_BYTES);

// Caps of a group's lists, in the order of the lists: those of routed groups, then those of the others.
const CAPS: i32 = 5;
export const SHAPE_CAP: i32 = 0;
export const CALLER_CAP: i32 = 1;
export const CONNECTION_CAP: i32 = 2;
export const SOURCE_CAP: i32 = 3;
export const SAMPLE_CAP: i32 = 4;
const caps: usize = memory.data(2 * CAPS * 4);
/** What they follow from, as src/aggregate/caps.ts says: most and least per group and all together, list by list. */
const capRules: usize = memory.data((3 * CAPS + 1) * 4);
const MOST: usize = 0;
const LEAST: usize = <usize>CAPS * 4;
const ALL: usize = 2 * LEAST;
/** Of a group without a cluster. */
const MOST_SHAPES: usize = 3 * LEAST;

/** Makes the sets of groups, each with its cap. */
export function openFailures(maxRouted: u32, maxUnrouted: u32): void {
  openSet(routed, maxRouted);
  openSet(unrouted, maxUnrouted);
  shareCaps();
}

function openSet(set: usize, cap: u32): void {
  store<u32>(set, cap, SET_CAP);
  store<u32>(set, 0, SET_COUNT);
  store<f64>(set, Infinity, SET_LARGEST_KEPT);
  store<u32>(set, FIRST_SLOTS, SET_SLOT_COUNT);
  store<u32>(set, allocateSlots(FIRST_SLOTS), SET_SLOTS);
}

function allocateSlots(slots: u32): u32 {
  const bytes = <usize>slots * 4;
  const begin = heap.alloc(bytes);
  memory.fill(begin, 0, bytes);
  return <u32>begin;
}

/** Where the rules of the caps are to be written, before `openFailures`. */
export function failureCapRules(): usize {
  return capRules;
}

/** What may be kept of each group, now that there is one more. */
function shareCaps(): void {
  const groups = max<u32>(1, keptGroups());
  for (let i = 0; i < CAPS; i++) {
    const rule = capRules + <usize>i * 4;
    const cap = min(load<u32>(rule, MOST), max(load<u32>(rule, LEAST), load<u32>(rule, ALL) / groups));
    store<u32>(caps + <usize>i * 4, cap);
    const capOfOthers = i === SHAPE_CAP ? min(cap, load<u32>(capRules, MOST_SHAPES)) : cap;
    store<u32>(caps + <usize>(CAPS + i) * 4, capOfOthers);
  }
}

/** How many groups stay at least: never more than those of the whole log, of which this may be a part. */
function keptGroups(): u32 {
  return keptOf(routed) + keptOf(unrouted);
}

function keptOf(set: usize): u32 {
  return min(load<u32>(set, SET_COUNT), load<u32>(set, SET_CAP));
}

/** The cap of one of the lists of a group. */
export function capOf(group: usize, which: i32): u32 {
  return load<u32>(caps + <usize>(which + (load<u32>(group, at.GROUP_IS_ROUTED) !== 0 ? 0 : CAPS)) * 4);
}

/** The group with the key, of those with a cluster or of the others; 0 when there is none. */
export function findGroup(isRouted: bool, key: f64): usize {
  return find(setOf(isRouted), key);
}

/** Whether a group with a key that is new would stay. */
export function acceptsGroup(isRouted: bool, key: f64): bool {
  return key <= load<f64>(setOf(isRouted), SET_LARGEST_KEPT);
}

/** Adds a group, which may be dropped at once when there are too many. */
export function addGroup(isRouted: bool, group: usize): void {
  const set = setOf(isRouted);
  add(set, group);
  shareCaps();
  if (load<u32>(set, SET_COUNT) > 2 * load<u32>(set, SET_CAP)) cutSet(set);
}

function setOf(isRouted: bool): usize {
  return isRouted ? routed : unrouted;
}

function find(set: usize, key: f64): usize {
  const slots = <usize>load<u32>(set, SET_SLOTS);
  const mask = <usize>load<u32>(set, SET_SLOT_COUNT) - 1;
  let slot = <usize>(<u64>key) & mask;
  let group = <usize>load<u32>(slots + slot * 4);
  while (group !== 0) {
    if (load<f64>(group, at.GROUP_KEY) === key) return group;
    slot = (slot + 1) & mask;
    group = <usize>load<u32>(slots + slot * 4);
  }
  return 0;
}

function add(set: usize, group: usize): void {
  const count = load<u32>(set, SET_COUNT) + 1;
  if (count << 1 > load<u32>(set, SET_SLOT_COUNT)) resize(set);
  store<u32>(set, count, SET_COUNT);
  place(set, group);
}

function place(set: usize, group: usize): void {
  const slots = <usize>load<u32>(set, SET_SLOTS);
  const mask = <usize>load<u32>(set, SET_SLOT_COUNT) - 1;
  let slot = <usize>(<u64>load<f64>(group, at.GROUP_KEY)) & mask;
  while (load<u32>(slots + slot * 4) !== 0) slot = (slot + 1) & mask;
  store<u32>(slots + slot * 4, <u32>group);
}

function resize(set: usize): void {
  const count = load<u32>(set, SET_COUNT);
  const groups = listGroups(set);
  heap.free(<usize>load<u32>(set, SET_SLOTS));
  const slots = 2 * load<u32>(set, SET_SLOT_COUNT);
  store<u32>(set, slots, SET_SLOT_COUNT);
  store<u32>(set, allocateSlots(slots), SET_SLOTS);
  for (let i: usize = 0; i < <usize>count; i++) place(set, load<u32>(groups + i * 4));
  heap.free(groups);
}

/** Addresses of the groups of a set, in no order. */
function listGroups(set: usize): usize {
  const groups = heap.alloc(<usize>load<u32>(set, SET_COUNT) * 4 + 4);
  const slots = <usize>load<u32>(set, SET_SLOTS);
  let to = groups;
  for (let slot: usize = 0; slot < <usize>load<u32>(set, SET_SLOT_COUNT); slot++) {
    const group = load<u32>(slots + slot * 4);
    if (group === 0) continue;
    store<u32>(to, group);
    to += 4;
  }
  return groups;
}

function hasSmallerKey(one: usize, other: usize): bool {
  return load<f64>(one, at.GROUP_KEY) < load<f64>(other, at.GROUP_KEY);
}

/** Drops the groups that fall over the cap. */
function cutSet(set: usize): void {
  const count = load<u32>(set, SET_COUNT);
  const cap = load<u32>(set, SET_CAP);
  if (count <= cap) return;
  const groups = listGroups(set);
  sortAddresses(groups, <i32>count, hasSmallerKey);
  memory.fill(<usize>load<u32>(set, SET_SLOTS), 0, <usize>load<u32>(set, SET_SLOT_COUNT) * 4);
  store<u32>(set, cap, SET_COUNT);
  for (let i: u32 = 0; i < count; i++) {
    const group = <usize>load<u32>(groups + <usize>i * 4);
    if (i < cap) place(set, group);
    else closeGroup(group);
    if (i === cap - 1) store<f64>(set, load<f64>(group, at.GROUP_KEY), SET_LARGEST_KEPT);
  }
  heap.free(groups);
}

let order: usize = 0;

/** Puts the groups that stay and what they keep in order, for `failureAt`; returns their number. Call once, at the end. */
export function sortFailures(): u32 {
  cutSet(routed);
  cutSet(unrouted);
  const count = keptGroups();
  const some = listGroups(routed);
  const others = listGroups(unrouted);
  order = heap.alloc(<usize>count * 4 + 4);
  memory.copy(order, some, <usize>keptOf(routed) * 4);
  memory.copy(order + <usize>keptOf(routed) * 4, others, <usize>keptOf(unrouted) * 4);
  heap.free(some);
  heap.free(others);
  sortAddresses(order, <i32>count, hasSmallerKey);
  for (let i: u32 = 0; i < count; i++) cutLists(failureAt(i));
  return count;
}

function cutLists(group: usize): void {
  for (let which = 0; which < CAPS; which++)
    list.cutList(group + at.GROUP_SHAPES + <usize>which * at.LIST_BYTES, capOf(group, which));
}

/** The group in place `i` of those that `sortFailures` left. */
export function failureAt(i: u32): usize {
  return <usize>load<u32>(order + <usize>i * 4);
}
