import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The counting kernel that `npm run build` compiles from src/aggregate/wasm; package.json says where it lies. */
export function loadKernel(): WebAssembly.Module {
  const path = createRequire(import.meta.url).resolve('#kernel.wasm');
  return new WebAssembly.Module(readFileSync(path));
}
