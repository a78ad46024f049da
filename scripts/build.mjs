// @ts-check
// Compiles to dist/: every module for scripts and tests, and over the two entries the program as users run it, in few
// files, since opening three hundred takes longer than reading a short log. Run as a script it is strict; as vitest's
// global setup it only refreshes what is there.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'dist', 'src');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
/** The part that counts is AssemblyScript, which becomes WebAssembly. */
const KERNEL = [
  join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js'),
  'src/aggregate/wasm/kernel.ts',
  ...['-O3', '--noAssert', '--runtime', 'minimal', '--enable', 'simd'],
  ...['--outFile', 'dist/kernel.wasm'],
];

/**
 * @param {import('node:child_process').StdioOptions} stdio
 * @returns {Promise<number>} exit status
 */
async function compile(stdio) {
  const status = run([tsc, '-p', 'tsconfig.build.json'], stdio) || run(KERNEL, stdio);
  await bundle();
  return status;
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

/** Called by vitest. Type errors are the business of `npm run typecheck`: here they would keep unrelated tests from running. */
export async function setup() {
  await compile('ignore');
}

// argv keeps a symbolic link in the path of the checkout, import.meta.url does not.
if (realpathSync(argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  // Files whose source is gone would otherwise be published.
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  process.exitCode = await compile('inherit');
}
