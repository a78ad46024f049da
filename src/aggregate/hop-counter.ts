import type { HopTables } from '../model/aggregate.ts';
import { HOP_DIRECTIONS, MAX_FAILING_HOPS, MAX_HEALTHY_HOPS, NO_HOP_VALUE } from '../model/aggregate.ts';
import type { RecordPlace } from './failure-counter.ts';
import * as at from './hop-columns.ts';
import { HopTableBuilder } from './hop-table.ts';
import type { LineView } from './line-view.ts';
import * as slot from './slots.ts';
import type { TrafficKernel } from './traffic-kernel.ts';

const OUTBOUND = HOP_DIRECTIONS.indexOf('outbound');

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
  readonly #failing = new HopTableBuilder(MAX_FAILING_HOPS);
  readonly #healthy = new HopTableBuilder(MAX_HEALTHY_HOPS);
  readonly #kernel: TrafficKernel;

  /** `kernel` has counted each line before it is added here. */
  constructor(kernel: TrafficKernel) {
    this.#kernel = kernel;
  }

  /** Lets the kernel collect the healthy lines that it skims; take those that it has before. */
  collect(input: number): void {
    this.#kernel.collectHops(input, this.#healthy.largestKept);
  }

  /** Takes what the kernel has collected. */
  takeCollected(): void {
    this.#healthy.addAll(this.#kernel.collectedHops());
  }

  addHealthy(line: LineView, code: number, timeMs: number, place: RecordPlace): void {
    const row = this.#read(line, code, timeMs, place.input);
    if (row[at.DIRECTION] !== OUTBOUND) this.#kernel.countServer(false, timeMs);
    const id = row[at.ID] ?? NO_HOP_VALUE;
    if (id !== NO_HOP_VALUE) addUnder(this.#healthy, row, id);
    else addUnderConnections(this.#healthy, row);
  }

  addFailing(line: LineView, { code, timeMs, failed, group, shape }: FailingHop, place: RecordPlace): void {
    const row = this.#read(line, code, timeMs, place.input);
    if (row[at.DIRECTION] !== OUTBOUND) this.#kernel.countServer(failed, timeMs);
    row[at.GROUP] = group;
    row[at.SHAPE] = shape;
    addUnder(this.#failing, row, row[at.ID] ?? NO_HOP_VALUE);
    addUnderConnections(this.#failing, row);
  }

  /** Copied: counting may move the kernel's memory. */
  #read(line: LineView, code: number, timeMs: number, input: number): Float64Array {
    const row = this.#kernel.readHop(code, timeMs).slice();
    row[at.INPUT] = input;
    row[at.DURATION] = line.numberAt(slot.DURATION) ?? NO_HOP_VALUE;
    row[at.GROUP] = row[at.SHAPE] = NO_HOP_VALUE;
    return row;
  }

  finish(): HopTables {
    return {
      failing: this.#failing.finish(),
      healthy: this.#healthy.finish(),
      servers: this.#kernel.finishServers(),
    };
  }
}

function addUnder(table: HopTableBuilder, row: Float64Array, key: number): void {
  if (key === NO_HOP_VALUE) return;
  row[at.KEY] = key;
  table.addAll(row);
}

function addUnderConnections(table: HopTableBuilder, row: Float64Array): void {
  const send = row[at.SEND] ?? NO_HOP_VALUE;
  const receive = row[at.RECEIVE] ?? NO_HOP_VALUE;
  addUnder(table, row, send);
  if (receive !== send) addUnder(table, row, receive);
}
