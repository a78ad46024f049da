// Runs the built program on labelled logs. Shared by the scripts that fit, compare and print confusions.
import { Readable } from 'node:stream';
import { diagnoses } from '../dist/diagnoses/index.js';
import { buildReport } from '../dist/src/diagnose/build-report.js';
import { planInputs } from '../dist/src/ingest/inputs.js';
import { joinHops } from '../dist/src/join/join-hops.js';
import { readLogs } from '../dist/src/read-logs.js';

const SELECTION = { sinceMs: null, untilMs: null, clusters: [], authorities: [], excludedPaths: [] };

/** The aggregate of some files, or of a text. */
export async function aggregateOf(/** @type {string[]} */ paths, text = '') {
  const plan = await planInputs(paths);
  const stdin = Readable.from(text === '' ? [] : [Buffer.from(text, 'latin1')]);
  return readLogs(
    plan,
    { format: null, selection: SELECTION },
    { stdin, signal: undefined, note: () => undefined },
  );
}

/** The report of an aggregate, at the committed temperature or another. */
export function reportOf(aggregate, temperature = undefined) {
  return buildReport(aggregate, {
    diagnoses,
    version: '0',
    eraOfFormat: () => null,
    isSuppressed: () => false,
    only: null,
    notes: [],
    join: joinHops(aggregate),
    ...(temperature === undefined ? {} : { temperature }),
  });
}
