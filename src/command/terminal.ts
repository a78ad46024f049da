import type { Readable, Writable } from 'node:stream';
import type { Engine } from '../engine.ts';

/** The outside world of a command: handed in by `src/command-line.ts`, and by tests. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowMs: number;
  readonly version: string;
  /** Aborted by SIGINT or SIGTERM: reading ends and the report of what was read follows. */
  readonly signal: AbortSignal;
  readonly engine: Engine;
}

/** `--color`. */
const COLOR_CHOICES = ['auto', 'always', 'never'] as const;
export type ColorChoice = (typeof COLOR_CHOICES)[number];

/** Whether to colour standard output: the option wins, then FORCE_COLOR and NO_COLOR, then whether it is a terminal. */
export function wantsColor(choice: ColorChoice, { env, stdout }: Terminal): boolean {
  if (choice !== 'auto') return choice === 'always';
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return false;
  return stdout.isTTY === true;
}

/** Columns of the terminal; where there is none, as wide as logs of build systems show without wrapping. */
export function terminalWidth({ stdout, env }: Terminal): number {
  const columns = stdout.columns ?? Number(env['COLUMNS']);
  return Number.isInteger(columns) && columns > 0 ? columns : 100;
}

/** Writes all of the text; resolves when the stream has taken it. */
export function writeAll(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error == null ? resolve() : reject(error)));
  });
}
