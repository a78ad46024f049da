// @ts-check
// Compiles to dist/: every module for scripts and tests, and over the two entries the program as users run it, in few
// files, since opening three hundred takes longer than reading a short log. Run as a script it is strict; as vitest's
// global setup it only refreshes what is there.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'dist', 'src');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
/** The part that counts is AssemblyScript, which becomes WebAssembly. */
const KERNEL = [
  require.resolve('assemblyscript/bin/asc.js'),
  'src/aggregate/wasm/kernel.ts',
  ...['-O3', '--noAssert', '--runtime', 'minimal', '--enable', 'simd'],
  ...['--outFile', 'dist/kernel.wasm'],
];

/**
 * @param {import('node:child_process').StdioOptions} stdio what becomes of the words of the compiler of TypeScript
 * @returns {Promise<{ readonly modules: number, readonly kernel: number }>} exit status of both compilers
 */
async function compile(stdio) {
  const modules = run([tsc, '-p', 'tsconfig.build.json'], stdio);
  const kernel = run(KERNEL, 'inherit');
  await bundle();
  return { modules, kernel };
}

/**
 * @param {readonly string[]} args
 * @param {import('node:child_process').StdioOptions} stdio
 */
function run(args, stdio) {
  return spawnSync(process.execPath, args, { cwd: root, stdio }).status ?? 1;
}

async function bundle() {
  // Their names change with what they hold.
  const old = existsSync(bin) ? readdirSync(bin).filter((name) => name.startsWith('chunk-')) : [];
  await build({
    absWorkingDir: root,
    entryPoints: ['src/cli.ts', 'src/worker.ts'],
    outdir: bin,
    chunkNames: 'chunk-[name]-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.18',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const current = new Set(readdirSync(bin));
  for (const name of old) if (!current.has(name)) rmSync(join(bin, name));
  // tsc keeps the shebang but knows nothing of the executable bit.
  chmodSync(join(bin, 'cli.js'), 0o755);
}

/**
 * Called by vitest. Type errors are the business of `npm run typecheck`: here they would keep unrelated tests from
 * running. A kernel that does not compile stops them, since they would go on with the one that was there before.
 */
export async function setup() {
  const { kernel } = await compile('ignore');
  if (kernel !== 0) throw new Error('src/aggregate/wasm does not compile: the errors stand above');
}

// argv keeps a symbolic link in the path of the checkout, import.meta.url does not.
if (realpathSync(argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  // Files whose source is gone would otherwise be published.
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const { modules, kernel } = await compile('inherit');
  process.exitCode = modules || kernel;
}
