// @ts-check
// Compiles to dist/. Run as a script it is strict; as vitest's global setup it only refreshes what is there.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'dist', 'src', 'cli.js');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/** @param {import('node:child_process').StdioOptions} stdio */
function compile(stdio) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio });
  // tsc keeps the shebang but knows nothing of the executable bit.
  if (existsSync(cli)) chmodSync(cli, 0o755);
  return status ?? 1;
}

/** Called by vitest. Type errors are the business of `npm run typecheck`: here they would keep unrelated tests from running. */
export function setup() {
  compile('ignore');
}

// argv keeps a symbolic link in the path of the checkout, import.meta.url does not.
if (realpathSync(argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  // Files whose source is gone would otherwise be published.
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  process.exitCode = compile('inherit');
}
