import { Readable } from 'node:stream';
import { explainTopic, renderDetails } from '../knowledge.ts';
import { DEFAULT_REDACTION } from '../model/redaction.ts';
import type { Report } from '../model/report.ts';
import type { KnownDetails } from '../model/response-code-details.ts';
import { findDetails } from '../model/response-code-details.ts';
import { renderReport } from '../render.ts';
import { analyse, redact } from '../run.ts';
import { readSampleLines } from './sample-lines.ts';
import type { Terminal } from './terminal.ts';
import { terminalWidth, wantsColor, writeAll } from './terminal.ts';

/** A pasted line has values behind each other; no flag and no id has a blank, a quote or a brace. */
const LOOKS_LIKE_LINE = /[\s"{]/;

/** What the command line may say beside the topic. */
export interface ExplainOptions {
  /** False with `--no-redact`. */
  readonly redact?: boolean;
}

/**
 * Explains a flag, response code details or a diagnosis, or diagnoses a pasted log line with the whole arithmetic.
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
  const details = findDetails(topic);
  if (details !== null) {
    const report = await diagnose(toLine(details), terminal);
    await writeAll(terminal.stdout, await renderDetails(details, report, looks));
    return 0;
  }
  if (!LOOKS_LIKE_LINE.test(topic)) {
    await writeAll(terminal.stdout, await explainTopic(topic, looks, readSampleLines));
    return 0;
  }
  const report = await diagnose(topic, terminal);
  const isPrivate = !isRedacted || terminal.stdout.isTTY === true;
  const shown = isPrivate ? report : await redact(report, DEFAULT_REDACTION, null);
  await writeAll(terminal.stdout, await renderReport('text', shown, { ...looks, verbose: true }));
  return 0;
}

function diagnose(line: string, { version }: Terminal): Promise<Report> {
  return analyse({
    paths: ['-'],
    stdin: Readable.from([Buffer.from(line)]),
    format: null,
    selection: { sinceMs: null, untilMs: null, clusters: [], authorities: [], excludedPaths: [] },
    only: null,
    isSuppressed: () => false,
    version,
    notes: [],
  });
}

/** A line that shows the details, and the code and flag that go with them; of all else it says nothing. */
function toLine({ logged, code, flag }: KnownDetails): string {
  // No request was read where no chain took the connection.
  const isConnection = code === 0 && flag === 'NR';
  return JSON.stringify({
    start_time: '2026-01-01T00:00:00.000Z',
    method: isConnection ? null : 'GET',
    protocol: isConnection ? null : 'HTTP/1.1',
    response_code: code,
    response_flags: flag ?? '-',
    response_code_details: logged,
  });
}
