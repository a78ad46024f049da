import type { AggregatePart } from '../model/aggregate.ts';
import { MAX_FAILING_HOPS, MAX_HEALTHY_HOPS, NO_HOP_VALUE } from '../model/aggregate.ts';
import type { RecordPlace } from '../model/record-place.ts';
import type { LineView } from './line-view.ts';
import * as slot from './slots.ts';
import type { TrafficKernel } from './traffic-kernel.ts';

/** Keeps what is needed to find both sides of a request that two proxies logged; of failing ones the kernel does so. */
export class HopCounter {
  readonly #kernel: TrafficKernel;

  /** `kernel` has each line open before it is added here. */
  constructor(kernel: TrafficKernel) {
    this.#kernel = kernel;
    kernel.openHops(MAX_FAILING_HOPS, MAX_HEALTHY_HOPS);
  }

  addHealthy(line: LineView, code: number, timeMs: number, { input }: RecordPlace): void {
    this.#kernel.addHealthyHop(code, timeMs, input, line.numberAt(slot.DURATION) ?? NO_HOP_VALUE);
  }

  finish(): AggregatePart['hops'] {
    return {
      failing: this.#kernel.finishHops('failing'),
      healthy: this.#kernel.finishHops('healthy'),
    };
  }
}
