import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { canKeepCode, findCodeCache, keepCode, readCode } from './code-cache.ts';
import type { CompiledCode } from './engine.ts';

/** The scripts that the build makes, each of a module, as a function that takes what a CommonJS module has around it. */
interface Scripts {
  readonly 'command-line': typeof import('./command-line.ts');
  readonly thread: typeof import('./thread.ts');
}

/** A script, and what becomes of its compiled code. */
interface LoadedScript<T> {
  readonly script: T;
  readonly code: CompiledCode;
}

/**
 * Loads a script with what the engine compiled of it in an earlier run: of an analysis that takes a second, compiling
 * would be a tenth. Node.js does so from version 22 on (`module.enableCompileCache`), and then for small files alike.
 */
export function loadScript<N extends keyof Scripts>(name: N): LoadedScript<Scripts[N]> {
  const path = fileURLToPath(new URL(`./${name}.cjs`, import.meta.url));
  const source = readFileSync(path);
  const place = findCodeCache(name, process);
  const cached = readCode(place, source);
  const script = new Script(source.toString('latin1'), {
    filename: path,
    ...(cached === null ? {} : { cachedData: cached }),
  });
  const isFromCache = cached !== null && script.cachedDataRejected === false;
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path));
  return {
    script: module.exports as Scripts[N],
    code: {
      isWanted: !isFromCache && canKeepCode(place),
      keep: () => keepCode(place, source, script.createCachedData()),
    },
  };
}
