// Runs the built program on labelled logs. Shared by the scripts that fit, compare and print confusions.
import { Readable } from 'node:stream';
import { diagnoses } from '../dist/diagnoses/index.js';
import { buildReport } from '../dist/src/diagnose/build-report.js';
import { Engine } from '../dist/src/engine.js';
import { ByteCounter } from '../dist/src/ingest/byte-counter.js';
import { planInputs } from '../dist/src/ingest/inputs.js';
import { joinHops } from '../dist/src/join/join-hops.js';
import { beginReading } from '../dist/src/read-logs.js';

const SELECTION = { sinceMs: null, untilMs: null, clusters: [], authorities: [], excludedPaths: [] };

/** The aggregate of some files, or of what comes through a pipe: bytes, or a text of bytes. */
export async function aggregateOf(
  /** @type {string[]} */ paths,
  /** @type {string | Uint8Array} */ content = '',
) {
  const plan = await planInputs(paths);
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const { aggregate } = await beginReading(
    plan,
    { format: null, selection: SELECTION },
    {
      stdin: Readable.from(bytes.length === 0 ? [] : [bytes]),
      signal: undefined,
      note: () => undefined,
      counter: new ByteCounter(),
      engine: new Engine(),
    },
  );
  return aggregate;
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
