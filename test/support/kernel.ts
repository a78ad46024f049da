import { loadKernel } from '../../src/load-kernel.ts';

/** The counting kernel as it was built before the tests began. */
export const KERNEL: WebAssembly.Module = loadKernel();
