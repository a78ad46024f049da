import type { AggregatePart } from '../model/aggregate.ts';
import { FailureKernel } from './failure-kernel.ts';
import { openKernel } from './kernel-exports.ts';
import { KernelMemory } from './kernel-memory.ts';
import type { Shift } from './merge-inputs.ts';

const NO_SHIFT: Shift = { inputs: 0, lines: 0 };
const NO_CONNECTIONS = {
  slot: new Uint32Array(0),
  hash: new Float64Array(0),
  timeMs: new Float64Array(0),
};

/** The failures of both parts, of which the caps let stay; those of the second are moved to where their lines now stand. */
export function mergeFailures(
  kernel: WebAssembly.Module,
  first: AggregatePart,
  second: AggregatePart,
  shift: Shift,
): AggregatePart['failures'] {
  const exports = openKernel(kernel);
  const failures = new FailureKernel(exports, new KernelMemory(exports));
  failures.add(first.failures, NO_SHIFT, NO_CONNECTIONS);
  // A failure that found the slot of its connection untouched in its own part follows what the part before left there.
  failures.add(second.failures, shift, first.connections);
  return failures.finish();
}
