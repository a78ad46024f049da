import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { canKeepCode, findCodeCache, keepCode, readCode } from './code-cache.ts';
import type { CompiledCode } from './engine.ts';

type Program = typeof import('./program.ts');

/** The names that a CommonJS module expects around it. */
const WRAPPER = ['(function (exports, require, module, __filename, __dirname) {', '\n})'] as const;

/** The program, and what becomes of its compiled code. */
interface LoadedProgram {
  readonly program: Program;
  readonly code: CompiledCode;
}

/**
 * Loads the program with what the engine compiled of it in an earlier run: of an analysis that takes a second, compiling
 * would be a tenth. Node.js does so from version 22 on (`module.enableCompileCache`), and then for small files alike.
 */
export function loadProgram(): LoadedProgram {
  const path = fileURLToPath(new URL('./program.cjs', import.meta.url));
  const source = readFileSync(path);
  const place = findCodeCache(process);
  const cached = readCode(place, source);
  const script = new Script(WRAPPER.join(source.toString('latin1')), {
    filename: path,
    ...(cached === null ? {} : { cachedData: cached }),
  });
  const isFromCache = cached !== null && script.cachedDataRejected === false;
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path));
  return {
    program: module.exports as Program,
    code: {
      isWanted: !isFromCache && canKeepCode(place),
      keep: () => keepCode(place, source, script.createCachedData()),
    },
  };
}
