import { decodeText } from '../bytes/text.ts';
import type { AggregatePart, HopColumn, HopRows } from '../model/aggregate.ts';
import { HOP_COLUMNS, MAX_FAILING_HOPS, MAX_HEALTHY_HOPS, NO_HOP_VALUE } from '../model/aggregate.ts';
import type { RecordPlace } from '../model/record-place.ts';
import type { KernelExports } from './kernel-exports.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { LineView } from './line-view.ts';
import * as slot from './slots.ts';

const HOP_TABLES = ['failing', 'healthy'] as const;
type HopTableName = (typeof HOP_TABLES)[number];
export type HopCaps = Readonly<Record<HopTableName, number>>;
/** How many of the columns each has, the first ones. */
const HELD_COLUMNS = { failing: HOP_COLUMNS.length, healthy: HOP_COLUMNS.indexOf('group') } as const;
/** Rows of each that stay. */
const CAPS: HopCaps = { failing: MAX_FAILING_HOPS, healthy: MAX_HEALTHY_HOPS };
const DOUBLE_BYTES = 8;
const NONE = new Float64Array(0);
export const NO_HOPS: HopRows = {
  key: NONE,
  mark: NONE,
  input: NONE,
  timeMs: NONE,
  durationMs: NONE,
  code: NONE,
  id: NONE,
  request: NONE,
  send: NONE,
  receive: NONE,
  direction: NONE,
  host: NONE,
  group: NONE,
  shape: NONE,
};

/** What a kernel keeps to find both sides of a request that two proxies logged; of failing ones it does so by itself. */
export class HopKernel {
  readonly #kernel: KernelExports;
  readonly #memory: KernelMemory;

  constructor(kernel: KernelExports, memory: KernelMemory, { failing, healthy }: HopCaps = CAPS) {
    this.#kernel = kernel;
    this.#memory = memory;
    kernel.openHops(failing, healthy);
  }

  /** Whether the lines that are skimmed may be the other side of requests. */
  collect(areWanted: boolean): void {
    this.#kernel.collectHops(areWanted);
  }

  /** Adds a healthy line, which the kernel has open; `timeMs` is NaN when it has none. */
  addHealthy(line: LineView, code: number, timeMs: number, { input }: Pick<RecordPlace, 'input'>): void {
    this.#kernel.addHealthyHop(code, timeMs, input, line.numberAt(slot.DURATION) ?? NO_HOP_VALUE);
  }

  /** The pod that stands before all lines that were skimmed; null when several do, undefined when none does. */
  get onlyPod(): string | null | undefined {
    const length = this.#kernel.onlyPrefixLength();
    if (length <= 0) return length < 0 ? null : undefined;
    const at = this.#kernel.onlyPrefix();
    // `[pod/NAME`, as `kubectl logs --prefix` writes it.
    const [, pod] = decodeText(new Uint8Array(this.#kernel.memory.buffer), at, at + length).split('/');
    return pod ?? null;
  }

  /** All rows as they are, to be added to those of another kernel. */
  pack(): AggregatePart['hops'] {
    return this.#memory.take(this.#kernel.hopBytes(), (at) => this.#kernel.packHops(at));
  }

  /** Adds the rows of another part; its inputs are numbered on by `inputs`. */
  add(hops: AggregatePart['hops'], inputs: number): void {
    this.#memory.lend(hops, (at) => this.#kernel.addHops(at, inputs));
  }

  /** The rows that stay, in order. Call once for each table, at the end. */
  finish(table: HopTableName): HopRows {
    const place = HOP_TABLES.indexOf(table);
    const rows = this.#kernel.sortHops(place);
    const out = this.#kernel.allocate(rows * DOUBLE_BYTES);
    const columns = HOP_COLUMNS.slice(0, HELD_COLUMNS[table]).map(
      (name, column): [HopColumn, Float64Array] => {
        this.#kernel.writeHops(place, column, out);
        return [name, new Float64Array(this.#kernel.memory.buffer, out, rows).slice()];
      },
    );
    this.#kernel.release(out);
    return { ...NO_HOPS, ...Object.fromEntries(columns) };
  }
}
