import type { HashState } from '../bytes/hash.ts';
import { keyOf } from '../bytes/hash.ts';
import type { TrafficTable } from '../model/aggregate.ts';
import { NO_TIME } from '../model/aggregate.ts';

const FIRST_SLOTS = 1024;
// Columns of one slot. Everything about a key lies side by side, so that counting touches one cache line.
const KEY = 0;
const LABEL = 1;
const HEALTHY = 2;
const FAILED = 3;
const HEALTHY_FIRST = 4;
const HEALTHY_LAST = 5;
const FAILED_FIRST = 6;
const FAILED_LAST = 7;
const TIMED_COLUMNS = 8;
const PLAIN_COLUMNS = 4;
const EMPTY = -1;
/** From `find`: the key is to be added. */
export const NEW_KEY = -1;
/** From `find`: the key does not stay; its requests count in the totals only. */
export const TURNED_AWAY = -2;
/** Full slots at which the table doubles, in parts of all. */
const MAX_LOAD = 0.6;

interface Label {
  readonly scope: string;
  readonly key: string;
}

const NO_LABEL: Label = { scope: '', key: '' };

/**
 * Counts healthy and failed requests per key. It keeps the `cap` keys with the smallest hashes: a key that is among them
 * at the end was among them from its first appearance on, so what is counted under it is exact; others are turned away.
 */
export class TrafficTableBuilder {
  readonly #cap: number;
  readonly #columns: number;
  #slots: Float64Array;
  #slotCount = FIRST_SLOTS;
  #size = 0;
  #largestKept = Number.POSITIVE_INFINITY;
  #labels: Label[] = [];
  #healthy = 0;
  #failed = 0;

  /** `isTimed` tables also remember the first and last start time of the healthy and of the failed requests. */
  constructor(cap: number, isTimed: boolean) {
    this.#cap = cap;
    this.#columns = isTimed ? TIMED_COLUMNS : PLAIN_COLUMNS;
    this.#slots = this.#emptySlots(FIRST_SLOTS);
  }

  /** Place of the key of a finished hash, to be used at once; `NEW_KEY` or `TURNED_AWAY` when it has none. */
  find(state: HashState): number {
    const key = keyOf(state);
    const slots = this.#slots;
    const columns = this.#columns;
    const mask = this.#slotCount - 1;
    for (let slot = key & mask; ; slot = (slot + 1) & mask) {
      const at = slot * columns;
      const found = slots[at] ?? EMPTY;
      if (found === key) return at;
      if (found === EMPTY) return key <= this.#largestKept ? NEW_KEY : TURNED_AWAY;
    }
  }

  /** What `add` was told about the key at this place. */
  labelAt(at: number): string | undefined {
    return at < 0 ? undefined : this.#labels[this.#slots[at + LABEL] ?? EMPTY]?.key;
  }

  /** Counts a request; `at` is `TURNED_AWAY` for a key that has no place, `timeMs` NaN when the line has no time. */
  count(at: number, failed: boolean, timeMs: number): void {
    if (failed) this.#failed++;
    else this.#healthy++;
    if (at < 0) return;
    const slots = this.#slots;
    const total = at + (failed ? FAILED : HEALTHY);
    slots[total] = (slots[total] ?? 0) + 1;
    if (this.#columns === PLAIN_COLUMNS) return;
    const first = at + (failed ? FAILED_FIRST : HEALTHY_FIRST);
    if (timeMs < (slots[first] ?? 0)) slots[first] = timeMs;
    if (timeMs > (slots[first + 1] ?? 0)) slots[first + 1] = timeMs;
  }

  /** Adds the key of a finished hash for which `find` said `NEW_KEY`; returns its place. */
  add(state: HashState, scope: string, label: string): number {
    const key = keyOf(state);
    if (this.#size >= 2 * this.#cap) this.#dropLargest();
    if (this.#size + 1 > MAX_LOAD * this.#slotCount) this.#rebuild(2 * this.#slotCount, this.#usedPlaces());
    const at = this.#freePlace(key);
    const slots = this.#slots;
    slots[at + KEY] = key;
    slots[at + LABEL] = this.#labels.length;
    slots[at + HEALTHY] = slots[at + FAILED] = 0;
    if (this.#columns === TIMED_COLUMNS) {
      slots[at + HEALTHY_FIRST] = slots[at + FAILED_FIRST] = Number.POSITIVE_INFINITY;
      slots[at + HEALTHY_LAST] = slots[at + FAILED_LAST] = Number.NEGATIVE_INFINITY;
    }
    this.#labels.push({ scope, key: label });
    this.#size++;
    return at;
  }

  #emptySlots(count: number): Float64Array {
    return new Float64Array(count * this.#columns).fill(EMPTY);
  }

  #freePlace(key: number): number {
    const mask = this.#slotCount - 1;
    let slot = key & mask;
    while (this.#slots[slot * this.#columns] !== EMPTY) slot = (slot + 1) & mask;
    return slot * this.#columns;
  }

  #usedPlaces(): number[] {
    const places: number[] = [];
    for (let at = 0; at < this.#slots.length; at += this.#columns) {
      if (this.#slots[at] !== EMPTY) places.push(at);
    }
    return places;
  }

  /** Places of all keys, in order of hash. */
  #places(): number[] {
    return this.#usedPlaces().sort((a, b) => (this.#slots[a] ?? 0) - (this.#slots[b] ?? 0));
  }

  #dropLargest(): void {
    const kept = this.#places().slice(0, this.#cap);
    this.#largestKept = this.#slots[kept[kept.length - 1] ?? 0] ?? this.#largestKept;
    this.#rebuild(this.#slotCount, kept);
    this.#size = kept.length;
  }

  #rebuild(slotCount: number, kept: readonly number[]): void {
    const old = this.#slots;
    const labels: Label[] = [];
    this.#slotCount = slotCount;
    this.#slots = this.#emptySlots(slotCount);
    for (const from of kept) {
      const label = this.#labels[old[from + LABEL] ?? EMPTY];
      const at = this.#freePlace(old[from] ?? 0);
      this.#slots.set(old.subarray(from, from + this.#columns), at);
      this.#slots[at + LABEL] = labels.length;
      if (label !== undefined) labels.push(label);
    }
    this.#labels = labels;
  }

  /** The table as a value: the kept keys in order of hash, and the totals over all keys. */
  finish(): TrafficTable {
    const places = this.#places().slice(0, this.#cap);
    const column = (n: number): number[] => places.map((at) => this.#slots[at + n] ?? 0);
    const times = (n: number): number[] => (this.#columns === TIMED_COLUMNS ? column(n).map(toTime) : []);
    const labels = places.map((at) => this.#labels[this.#slots[at + LABEL] ?? EMPTY] ?? NO_LABEL);
    const scopes = new Map<string, number>();
    for (const { scope } of labels) if (!scopes.has(scope)) scopes.set(scope, scopes.size);
    return {
      hash: column(KEY),
      scope: labels.map(({ scope }) => scopes.get(scope) ?? 0),
      key: labels.map(({ key }) => key),
      healthy: column(HEALTHY),
      failed: column(FAILED),
      healthyFirst: times(HEALTHY_FIRST),
      healthyLast: times(HEALTHY_LAST),
      failedFirst: times(FAILED_FIRST),
      failedLast: times(FAILED_LAST),
      scopeNames: [...scopes.keys()],
      total: { healthy: this.#healthy, failed: this.#failed },
    };
  }
}

/** Running bounds start at infinity. */
function toTime(bound: number): number {
  return Number.isFinite(bound) ? bound : NO_TIME;
}
