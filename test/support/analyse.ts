import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Report } from '../../src/model/report.ts';
import { analyse } from '../../src/run.ts';

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
export async function analyseLogs(...logs: readonly (readonly string[])[]): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-logs-'));
  // A bare number would make them the logs of one container, restarted.
  const paths = logs.map((_, i) => join(folder, `proxy-${i}.log`));
  await Promise.all(paths.map((path, i) => writeFile(path, `${logs[i]?.join('\n')}\n`)));
  return analyseInput(paths, '');
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
