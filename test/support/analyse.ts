import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Report } from '../../src/model/report.ts';
import { analyse } from '../../src/run.ts';
import { folderOf } from './folder.ts';

const EVERYTHING = { sinceMs: null, untilMs: null, clusters: [], authorities: [], excludedPaths: [] };

/** The report of one file, with everything left at its default. */
export function analyseFile(path: string): Promise<Report> {
  return analyseInput([path], '');
}

/** The report of a log that is no file. */
export function analyseText(text: string): Promise<Report> {
  return analyseInput(['-'], text);
}

/** The report of what comes through a pipe. */
export function analyseBytes(bytes: Uint8Array): Promise<Report> {
  return analyseInput(['-'], bytes);
}

/** The report of logs with the configuration of their mesh. */
export function analyseWithMesh(paths: readonly string[], meshConfig: readonly string[]): Promise<Report> {
  return analyseInput(paths, '', meshConfig);
}

/** The report of several logs, each in a file of its own. */
export function analyseLogs(...logs: readonly (readonly string[])[]): Promise<Report> {
  // A bare number would make them the logs of one container, restarted.
  const files = logs.map((lines, i) => [`proxy-${i}.log`, `${lines.join('\n')}\n`] as const);
  const folder = folderOf(Object.fromEntries(files));
  return analyseInput(
    files.map(([name]) => join(folder, name)),
    '',
  );
}

function analyseInput(
  paths: readonly string[],
  content: string | Uint8Array,
  meshConfig: readonly string[] = [],
): Promise<Report> {
  return analyse({
    paths,
    meshConfig,
    stdin: Readable.from(content.length === 0 ? [] : [Buffer.from(content)]),
    format: null,
    selection: EVERYTHING,
    only: null,
    isSuppressed: () => false,
    version: '0.0.0',
    notes: [],
  });
}
