// @ts-check
// Tests the HTML report in a real Chromium. Where there is none it says so, and what to do.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of a Chromium, or undefined: that of CHROMIUM, else the first of PATH and of the usual places. */
export function findChromium() {
  const given = process.env['CHROMIUM'];
  if (given) return given;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const places = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...places, ...PLACES].find(isProgram);
}

/** Says why the tests were left out; undefined when they can run. */
export function whyNoBrowser() {
  return findChromium() === undefined
    ? 'there is no Chromium: install one (apt-get install chromium) or name it in CHROMIUM'
    : undefined;
}

if (fileURLToPath(import.meta.url) === argv[1]) {
  const why = whyNoBrowser();
  if (why !== undefined) {
    console.error(`browser: ${why}`);
    process.exit(1);
  }
  const root = fileURLToPath(new URL('..', import.meta.url));
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const env = { ...process.env, CHROMIUM: findChromium() };
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', 'vitest.browser.config.ts'], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
