import { Readable } from 'node:stream';
import { explainTopic } from '../knowledge.ts';
import { DEFAULT_REDACTION } from '../model/redaction.ts';
import { renderReport } from '../render.ts';
import { analyse, redact } from '../run.ts';
import { readSampleLines } from './sample-lines.ts';
import type { Terminal } from './terminal.ts';
import { terminalWidth, wantsColor, writeAll } from './terminal.ts';

/** A pasted line has values behind each other; no flag and no id has a blank, a quote or a brace. */
const LOOKS_LIKE_LINE = /[\s"{]/;

export interface ExplainOptions {
  /** False with `--no-redact`. */
  readonly redact?: boolean;
}

/**
 * Explains a flag or a diagnosis, or diagnoses a pasted log line with the whole arithmetic.
 *
 * @throws UserError when the topic is none of these; the hint names near ones.
 */
export async function runExplain(
  words: readonly string[],
  terminal: Terminal,
  { redact: isRedacted = true }: ExplainOptions = {},
): Promise<number> {
  const topic = words.join(' ').trim();
  const looks = { width: terminalWidth(terminal), color: wantsColor('auto', terminal) };
  if (!LOOKS_LIKE_LINE.test(topic)) {
    await writeAll(terminal.stdout, await explainTopic(topic, looks, readSampleLines));
    return 0;
  }
  const report = await analyse({
    paths: ['-'],
    stdin: Readable.from([Buffer.from(topic)]),
    format: null,
    selection: { sinceMs: null, untilMs: null, clusters: [], authorities: [], excludedPaths: [] },
    only: null,
    isSuppressed: () => false,
    version: terminal.version,
    notes: [],
  });
  const isPrivate = !isRedacted || terminal.stdout.isTTY === true;
  const shown = isPrivate ? report : await redact(report, DEFAULT_REDACTION, null);
  await writeAll(terminal.stdout, await renderReport('text', shown, { ...looks, verbose: true }));
  return 0;
}
