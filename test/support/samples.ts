import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './command.ts';

/** A sample log, by its path in `samples`. */
export function readSample(path: string): string {
  return readFileSync(join(ROOT, 'samples', path), 'utf8');
}

/** The lines of a sample log. */
export function linesOfSample(path: string): readonly string[] {
  return readSample(path)
    .split('\n')
    .filter((line) => line !== '');
}
