import type { Writable } from 'node:stream';
import pino from 'pino';

/** How much the program says about itself on standard error. */
export interface DiagnosticsOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly json: boolean;
}

/** The program's own log. */
export interface Diagnostics {
  debug(message: string): void;
  warn(message: string): void;
}

/** Diagnostics on standard error: one sentence a line, or with `--log-format json` one object a line. */
export function createDiagnostics(
  stderr: Writable,
  { quiet, verbose, json }: DiagnosticsOptions,
): Diagnostics {
  const level = quiet ? 'error' : verbose ? 'debug' : 'warn';
  const stream = json ? stderr : { write: (line: string) => stderr.write(`faultline: ${messageOf(line)}\n`) };
  const logger = pino({ level, base: null, timestamp: json ? pino.stdTimeFunctions.isoTime : false }, stream);
  return { debug: (message) => logger.debug(message), warn: (message) => logger.warn(message) };
}

function messageOf(line: string): string {
  const entry: unknown = JSON.parse(line);
  return typeof entry === 'object' && entry !== null && 'msg' in entry ? String(entry.msg) : line;
}
