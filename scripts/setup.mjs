// @ts-check
// Installs the packages of package-lock.json, or returns at once when they are installed already.
// It imports nothing but Node, since it is what runs before any package is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stampFile = join(root, 'node_modules', '.faultline-setup');

/** @param {string} message */
function fail(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}

/** @param {string} version */
function majorAndMinor(version) {
  const [major = 0, minor = 0] = version
    .replace(/^[^0-9]*/, '')
    .split('.')
    .map(Number);
  return { major, minor };
}

function demandNode() {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node;
  const lowest = majorAndMinor(wanted);
  const here = majorAndMinor(process.version);
  if (here.major < lowest.major || (here.major === lowest.major && here.minor < lowest.minor)) {
    fail(
      `faultline needs Node ${wanted}, but this is Node ${process.version}. Install a newer Node and run it again.`,
    );
  }
}

/** What the installed packages depend on: the lock file and, for native packages, the machine. */
function wantedStamp() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return `${lock} ${process.platform}-${process.arch}\n`;
}

function installedStamp() {
  try {
    return readFileSync(stampFile, 'utf8');
  } catch {
    return undefined;
  }
}

function runNpmCi() {
  // --include=dev, because NODE_ENV=production would leave the compiler out.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  // The npm that runs us, so that both use the same version and settings; `npm` of the PATH when run by hand.
  const npmCli = process.env['npm_execpath'] || '';
  const isNpm = basename(npmCli) === 'npm-cli.js';
  // npm's words go to stderr: stdout of `npm run demo` is the report.
  /** @type {import('node:child_process').SpawnSyncOptions} */
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  return isNpm
    ? spawnSync(process.execPath, [npmCli, ...args], options)
    : spawnSync(`npm ${args.join(' ')}`, { ...options, shell: true });
}

demandNode();
const stamp = wantedStamp();
if (installedStamp() !== stamp) {
  console.error('setup: installing packages (npm ci)');
  const { status, error } = runNpmCi();
  if (error) fail(`npm could not be started: ${error.message}`);
  if (status !== 0) fail(`npm ci failed (status ${status}); its message stands above.`);
  writeFileSync(stampFile, stamp);
}
