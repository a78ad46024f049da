import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The built program; the test runner builds it before the tests. */
export const CLI = join(ROOT, 'dist/src/cli.cjs');

/** Compiled code of the program is kept as it is for users, but not among theirs. */
const NODE_COMPILE_CACHE = join(ROOT, 'node_modules', '.cache');

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs a program to its end. */
export function run(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? ROOT,
      env: { PATH: process.env['PATH'], COLUMNS: '100', NODE_COMPILE_CACHE, ...options.env },
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** Runs faultline. */
export function faultline(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return run(process.execPath, [CLI, ...args], options);
}

/** A folder with `faultline`, and a `kubectl` that prints the demo log, to stand first in PATH. */
export function createCommandFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bin-'));
  const commands = {
    faultline: `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`,
    kubectl: `#!/bin/sh\nexec cat "${join(ROOT, 'samples/mixed/demo.log')}"\n`,
  };
  for (const [name, text] of Object.entries(commands)) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}
