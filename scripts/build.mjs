// @ts-check
// Compiles to dist/: every module for scripts and tests, and the program as users run it, one script for the process and one
// for its threads, since opening three hundred files takes longer than reading a short log. Run as a script it is strict
// about types; as vitest's global setup it is not.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
/** Begins the names of folders in dist in which a build is under way. */
const UNDER_WAY = '.build-';
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
/** The part that counts is AssemblyScript, which becomes WebAssembly. */
const KERNEL = [
  require.resolve('assemblyscript/bin/asc.js'),
  'src/aggregate/wasm/kernel.ts',
  ...['-O3', '--noAssert', '--runtime', 'minimal', '--enable', 'simd'],
  // Pages of 64 KiB that a log of a large mesh takes: growing step by step makes the engine collect garbage in vain.
  ...['--initialMemory', '320'],
];

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/**
 * Packages that become part of the scripts: what is an ES module only a script cannot load, and what every run needs is
 * loaded sooner with the rest. Their licences go along.
 */
const WITHIN = ['commander', 'modern-tar'];

/** @satisfies {import('esbuild').BuildOptions} */
const SCRIPT = /** @type {const} */ ({
  absWorkingDir: root,
  bundle: true,
  // Node starts a script in less time than a module.
  format: 'cjs',
  // The directive that esbuild writes counts only in the first line.
  banner: { js: "'use strict';\nconst scriptUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'scriptUrl' },
  platform: 'node',
  target: 'node20.18',
  legalComments: 'none',
  logLevel: 'warning',
});

/**
 * Compiles into a folder of its own, and only what came out otherwise takes its place in dist, whole: programs and tests
 * that run meanwhile read either what was there or what is new.
 * @param {import('node:child_process').StdioOptions} stdio what becomes of the words of the compiler of TypeScript
 * @returns {Promise<{ readonly modules: number, readonly kernel: number }>} exit status of both compilers
 */
async function compile(stdio) {
  mkdirSync(dist, { recursive: true });
  const folder = mkdtempSync(join(dist, UNDER_WAY));
  try {
    const modules = run([tsc, '-p', 'tsconfig.build.json', '--outDir', folder], stdio);
    const kernel = run([...KERNEL, '--outFile', join(folder, 'kernel.wasm')], 'inherit');
    await bundle(join(folder, 'src'));
    replaceBy(folder, dist);
    return { modules, kernel };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {readonly string[]} args
 * @param {import('node:child_process').StdioOptions} stdio
 */
function run(args, stdio) {
  return spawnSync(process.execPath, args, { cwd: root, stdio }).status ?? 1;
}

/**
 * The engine reads a script faster, and in half of the memory, when all of it is ASCII. esbuild sees to that but for
 * templates and regular expressions, where the escape says the same.
 * @param {string} script
 */
function toAscii(script) {
  return script.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** @param {string} name of a package */
function licenceOf(name) {
  const text = readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8');
  return `The scripts beside this file hold the package ${name}, which comes under this licence:\n\n${text}`;
}

/** What Node.js puts around a CommonJS module: src/load-script.ts runs such a script without making it anew. */
const WRAPPER = /** @type {const} */ ([
  '(function (exports, require, module, __filename, __dirname) {',
  '})',
]);

/** @param {string} outdir */
async function bundle(outdir) {
  const { outputFiles } = await build({
    ...SCRIPT,
    banner: { js: `${WRAPPER[0]}\n${SCRIPT.banner.js}` },
    footer: { js: WRAPPER[1] },
    entryPoints: ['src/command-line.ts', 'src/thread.ts'],
    outdir,
    outExtension: { '.js': '.cjs' },
    write: false,
    external: Object.keys(dependencies).filter((name) => !WITHIN.includes(name)),
    // The engine cannot tell a script that it has kept from where it imports: it requires.
    supported: { 'dynamic-import': false },
  });
  for (const { path, text } of outputFiles) writeFileSync(path, toAscii(text));
  for (const entry of ['cli', 'worker'])
    await build({ ...SCRIPT, entryPoints: [`src/${entry}.ts`], outfile: join(outdir, `${entry}.cjs`) });
  writeFileSync(join(outdir, 'licences.txt'), WITHIN.map(licenceOf).join('\n'));
  // tsc keeps the shebang but knows nothing of the executable bit.
  for (const name of ['cli.js', 'cli.cjs']) chmodSync(join(outdir, name), 0o755);
}

/**
 * @param {string} folder
 * @returns {readonly string[]} paths within it, but for those of builds that are under way
 */
function listFiles(folder, below = '') {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith(UNDER_WAY))
    .flatMap((entry) => {
      const path = join(below, entry.name);
      return entry.isDirectory() ? listFiles(folder, path) : [path];
    });
}

/**
 * Puts what one folder holds in the place of what another holds. Files whose source is gone would otherwise be published.
 * @param {string} folder
 * @param {string} target
 */
export function replaceBy(folder, target) {
  const fresh = listFiles(folder);
  for (const path of fresh) {
    const [from, to] = [join(folder, path), join(target, path)];
    if (existsSync(to) && readFileSync(from).equals(readFileSync(to))) continue;
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  }
  const kept = new Set(fresh);
  // Another build may be at it, too.
  for (const path of listFiles(target)) if (!kept.has(path)) rmSync(join(target, path), { force: true });
}

/**
 * Called by vitest. Type errors are the business of `npm run typecheck`: here they would keep unrelated tests from
 * running. A kernel that does not compile stops them, since they would have none.
 */
export async function setup() {
  const { kernel } = await compile('ignore');
  if (kernel !== 0) throw new Error('src/aggregate/wasm does not compile: the errors stand above');
}

// argv keeps a symbolic link in the path of the checkout, import.meta.url does not.
if (realpathSync(argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  const { modules, kernel } = await compile('inherit');
  process.exitCode = modules || kernel;
}
