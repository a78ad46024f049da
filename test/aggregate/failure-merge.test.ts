import { expect, test } from 'vitest';
import * as caps from '../../src/aggregate/caps.ts';
import { FailureKernel } from '../../src/aggregate/failure-kernel.ts';
import { openKernel } from '../../src/aggregate/kernel-exports.ts';
import { KernelMemory } from '../../src/aggregate/kernel-memory.ts';
import { KERNEL } from '../support/kernel.ts';
import { addTo, Failing } from './failing.ts';

const SHAPES = caps.MOST.shapes;
const PARTS = 60;
/** Long texts, so that what is not let go is soon more than a kernel has to spare. */
const FILLER = 'x'.repeat(caps.MAX_KEPT_BYTES);

function failShape(failing: Failing, name: string): void {
  failing.failWith({
    upstreamCluster: 'a',
    authority: `${name}.${FILLER}`,
    routeName: FILLER,
    upstreamTransportFailureReason: FILLER,
    requestedServerName: FILLER,
    upstreamHost: FILLER,
    connectionTerminationDetails: FILLER,
  });
}

/** Names of shapes, those with the largest hashes first: each takes the place of one before it. */
function namesInFallingOrder(): readonly string[] {
  const count = PARTS * SHAPES;
  const roomy = { ...caps.MOST, shapes: count };
  const failing = new Failing({ most: roomy, least: roomy, all: roomy });
  for (let i = 0; i < count; i++) failShape(failing, `name-${i}`);
  const shapes = failing.groups().flatMap((group) => group.shapes);
  expect(shapes).toHaveLength(count);
  return shapes.map(({ shape }) => shape.authority?.split('.')[0] ?? '').toReversed();
}

test('what falls over the caps as parts are added takes no memory', () => {
  const names = namesInFallingOrder();
  const kernel = openKernel(KERNEL);
  const sum = new FailureKernel(kernel, new KernelMemory(kernel));
  const bytes = Array.from({ length: PARTS }, (_, part) => {
    const failing = new Failing();
    for (const name of names.slice(part * SHAPES, (part + 1) * SHAPES)) failShape(failing, name);
    addTo(sum, failing);
    return kernel.memory.buffer.byteLength;
  });
  expect(bytes.at(-1)).toBe(bytes[PARTS / 10]);
});
