import { Readable } from 'node:stream';
import type { Report } from '../../src/model/report.ts';
import type { AnalyseRequest } from '../../src/run.ts';
import { analyse } from '../../src/run.ts';

const EVERYTHING = { sinceMs: null, untilMs: null, clusters: [], authorities: [], excludedPaths: [] };

/** A request with everything left at its default. */
function requestFor(paths: readonly string[], stdin: Readable = Readable.from([])): AnalyseRequest {
  return {
    paths,
    stdin,
    format: null,
    selection: EVERYTHING,
    only: null,
    isSuppressed: () => false,
    version: '0.0.0',
    notes: [],
  };
}

/** The report of one file. */
export function analyseFile(path: string): Promise<Report> {
  return analyse(requestFor([path]));
}

/** The report of a text. */
function analyseText(text: string): Promise<Report> {
  return analyse(requestFor(['-'], Readable.from([Buffer.from(text)])));
}
