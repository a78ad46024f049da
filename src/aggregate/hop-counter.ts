import type { HashState } from '../bytes/hash.ts';
import { finishHash, hashBytes, keyOf, startHash } from '../bytes/hash.ts';
import type { HopTables } from '../model/aggregate.ts';
import { HOP_DIRECTIONS, MAX_FAILING_HOPS, MAX_HEALTHY_HOPS, NO_HOP_VALUE } from '../model/aggregate.ts';
import { LOGGED_ABSENT, NOT_IN_FORMAT } from '../model/field.ts';
import { hasPort } from './address-span.ts';
import type { RecordPlace } from './failure-counter.ts';
import type { HopRow } from './hop-table.ts';
import { HopTableBuilder } from './hop-table.ts';
import type { LineView } from './line-view.ts';
import * as slot from './slots.ts';
import type { TrafficKernel } from './traffic-kernel.ts';

const SEED_ID = 31;
const SEED_PAIR = 32;
const SEED_REQUEST = 33;
const SEED_MARK = 34;

const REQUEST_SLOTS = [slot.METHOD, slot.AUTHORITY, slot.PATH] as const;
const MARK_SLOTS = [
  slot.START_TIME,
  slot.DOWNSTREAM_REMOTE,
  slot.UPSTREAM_LOCAL,
  slot.REQUEST_ID,
  slot.PATH,
] as const;

const INBOUND = HOP_DIRECTIONS.indexOf('inbound');
const OUTBOUND = HOP_DIRECTIONS.indexOf('outbound');
/** First two letters of Istio's names of clusters that lead in (`inbound|…`, `InboundPassthroughCluster`) … */
const INBOUND_LETTERS = ['in', 'In'].map(pairOf);
/** … and out (`outbound|…`, `PassthroughCluster`, `BlackHoleCluster`). */
const OUTBOUND_LETTERS = ['ou', 'Pa', 'Bl'].map(pairOf);

/** A failing record as the other counters know it. */
export interface FailingHop {
  readonly code: number;
  readonly timeMs: number;
  readonly failed: boolean;
  readonly group: number;
  readonly shape: number;
}

/** Keeps what is needed to find both sides of a request that two proxies logged. */
export class HopCounter {
  readonly #state: HashState = { a: 0, b: 0 };
  readonly #failing = new HopTableBuilder(MAX_FAILING_HOPS);
  readonly #healthy = new HopTableBuilder(MAX_HEALTHY_HOPS);
  readonly #kernel: TrafficKernel;
  readonly #row: HopRow = {
    key: 0,
    mark: 0,
    input: 0,
    timeMs: 0,
    durationMs: 0,
    code: 0,
    id: 0,
    request: 0,
    send: 0,
    receive: 0,
    direction: 0,
    group: 0,
    shape: 0,
  };

  /** `kernel` has counted each line before it is added here. */
  constructor(kernel: TrafficKernel) {
    this.#kernel = kernel;
  }

  /** Costs one hash for nearly every record of a large log: most are turned away by their key. */
  addHealthy(line: LineView, code: number, timeMs: number, place: RecordPlace): void {
    const id = this.#hashOf(SEED_ID, line, slot.REQUEST_ID);
    const direction = directionOf(line);
    if (direction !== OUTBOUND) this.#kernel.countServer(false, timeMs);
    if (id !== NO_HOP_VALUE && !this.#healthy.accepts(id)) return;
    const row = this.#read(line, id, direction, place.input, code, timeMs);
    row.group = row.shape = NO_HOP_VALUE;
    if (id !== NO_HOP_VALUE) this.#addUnder(this.#healthy, row, id);
    else {
      this.#addUnder(this.#healthy, row, row.send);
      if (row.receive !== row.send) this.#addUnder(this.#healthy, row, row.receive);
    }
  }

  addFailing(line: LineView, { code, timeMs, failed, group, shape }: FailingHop, place: RecordPlace): void {
    const id = this.#hashOf(SEED_ID, line, slot.REQUEST_ID);
    const direction = directionOf(line);
    if (direction !== OUTBOUND) this.#kernel.countServer(failed, timeMs);
    const row = this.#read(line, id, direction, place.input, code, timeMs);
    row.group = group;
    row.shape = shape;
    this.#addUnder(this.#failing, row, id);
    this.#addUnder(this.#failing, row, row.send);
    if (row.receive !== row.send) this.#addUnder(this.#failing, row, row.receive);
  }

  #addUnder(table: HopTableBuilder, row: HopRow, key: number): void {
    if (key === NO_HOP_VALUE || !table.accepts(key)) return;
    row.key = key;
    table.add(row);
  }

  #read(line: LineView, id: number, direction: number, input: number, code: number, timeMs: number): HopRow {
    const row = this.#row;
    row.id = id;
    row.direction = direction;
    row.input = input;
    row.code = code;
    row.timeMs = Number.isNaN(timeMs) ? NO_HOP_VALUE : timeMs;
    row.durationMs = line.numberAt(slot.DURATION) ?? NO_HOP_VALUE;
    row.send = this.#hashPair(line, slot.UPSTREAM_LOCAL, slot.UPSTREAM_HOST);
    row.receive = this.#hashPair(line, slot.DOWNSTREAM_REMOTE, slot.DOWNSTREAM_LOCAL);
    row.request =
      (line.spans[slot.METHOD] ?? NOT_IN_FORMAT) < 0
        ? NO_HOP_VALUE
        : this.#hashAll(SEED_REQUEST, line, REQUEST_SLOTS);
    row.mark = this.#hashAll(SEED_MARK, line, MARK_SLOTS);
    return row;
  }

  /** Hash of a field; an id that is empty names nothing. */
  #hashOf(seed: number, line: LineView, at: number): number {
    const start = line.spans[at] ?? NOT_IN_FORMAT;
    const end = line.spans[at + 1] ?? start;
    if (start < 0 || end <= start) return NO_HOP_VALUE;
    startHash(this.#state, seed);
    hashBytes(this.#state, line.bytes, start, end);
    finishHash(this.#state);
    return keyOf(this.#state);
  }

  /** A connection by both of its ends, from the side that opened it. */
  #hashPair(line: LineView, from: number, to: number): number {
    const { bytes, spans } = line;
    const start = spans[from] ?? NOT_IN_FORMAT;
    const end = spans[from + 1] ?? start;
    const other = spans[to] ?? NOT_IN_FORMAT;
    if (start < 0 || other < 0 || !hasPort(bytes, start, end)) return NO_HOP_VALUE;
    startHash(this.#state, SEED_PAIR);
    hashBytes(this.#state, bytes, start, end);
    hashBytes(this.#state, bytes, other, spans[to + 1] ?? other);
    finishHash(this.#state);
    return keyOf(this.#state);
  }

  #hashAll(seed: number, line: LineView, slots: readonly number[]): number {
    startHash(this.#state, seed);
    for (const at of slots) {
      const start = line.spans[at] ?? NOT_IN_FORMAT;
      if (start >= 0) hashBytes(this.#state, line.bytes, start, line.spans[at + 1] ?? start);
    }
    finishHash(this.#state);
    return keyOf(this.#state);
  }

  finish(): HopTables {
    return {
      failing: this.#failing.finish(),
      healthy: this.#healthy.finish(),
      servers: this.#kernel.finishServers(),
    };
  }
}

/** By the first letters of the cluster's name; a record without a cluster looks neither way. */
function directionOf({ bytes, spans }: LineView): number {
  const cluster = spans[slot.UPSTREAM_CLUSTER] ?? LOGGED_ABSENT;
  if (cluster < 0) return 0;
  const letters = ((bytes[cluster] ?? 0) << 8) | (bytes[cluster + 1] ?? 0);
  if (INBOUND_LETTERS.includes(letters)) return INBOUND;
  return OUTBOUND_LETTERS.includes(letters) ? OUTBOUND : 0;
}

function pairOf(letters: string): number {
  return (letters.charCodeAt(0) << 8) | letters.charCodeAt(1);
}
