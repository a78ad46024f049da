import type { Writable } from 'node:stream';
import pino from 'pino';

/** How the program talks about itself on standard error. */
export interface DiagnosticsOptions {
  readonly quiet: boolean;
  readonly json: boolean;
}

/** The program's own log. */
export interface Diagnostics {
  info(message: string): void;
}

/** Diagnostics on standard error: one sentence a line, or with `--log-format json` one object a line. */
export function createDiagnostics(stderr: Writable, { quiet, json }: DiagnosticsOptions): Diagnostics {
  const stream = json ? stderr : { write: (line: string) => stderr.write(`faultline: ${messageOf(line)}\n`) };
  const logger = pino(
    { level: quiet ? 'silent' : 'info', base: null, timestamp: json ? pino.stdTimeFunctions.isoTime : false },
    stream,
  );
  return { info: (message) => logger.info(message) };
}

function messageOf(line: string): string {
  const entry: unknown = JSON.parse(line);
  return typeof entry === 'object' && entry !== null && 'msg' in entry ? String(entry.msg) : line;
}
