import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './command.ts';

/** The folder whose logs every output is tried on: that of the samples, or what LOGS names. */
export const LOG_FOLDER = process.env['LOGS'] ?? join(ROOT, 'samples');

/** The logs in it, as paths within it. */
export function listLogs(): readonly string[] {
  return readdirSync(LOG_FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.log(?:\.gz)?$/.test(path))
    .sort();
}
