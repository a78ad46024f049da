import { Readable } from 'node:stream';
import { explainTopic, renderDetails } from '../knowledge.ts';
import { DEFAULT_REDACTION } from '../model/redaction.ts';
import type { Report } from '../model/report.ts';
import type { KnownDetails } from '../model/response-code-details.ts';
import { findDetails } from '../model/response-code-details.ts';
import { UserError } from '../model/user-error.ts';
import { renderReport } from '../render.ts';
import { analyse, redact } from '../run.ts';
import { readSampleLines } from './sample-lines.ts';
import type { Terminal } from './terminal.ts';
import { terminalWidth, wantsColor, writeAll } from './terminal.ts';

/** A pasted line has values behind each other; no flag and no id has a blank, a quote or a brace. */
const LOOKS_LIKE_LINE = /[\s"{]/;
/** Code and flags as they stand in a line, and as people name a failure: `503 UC`. */
const CODE_AND_FLAGS = /^\d{1,3}\s+([A-Z]+(?:,[A-Z]+)*)$/;

/** What does not fit a message is cut. */
const LONGEST_TOPIC = 120;

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
  const given = words.join(' ').trim();
  const topic = CODE_AND_FLAGS.exec(given)?.[1] ?? given;
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
  const report = await diagnose(topic, terminal).catch((error: unknown) => {
    throw toUnknownTopic(topic, error);
  });
  const isPrivate = !isRedacted || terminal.stdout.isTTY === true;
  const shown = isPrivate ? report : await redact(report, DEFAULT_REDACTION, null);
  await writeAll(terminal.stdout, await renderReport('text', shown, { ...looks, verbose: true }));
  return 0;
}

/** What was given is no line of a log; nobody has piped anything in. */
function toUnknownTopic(topic: string, error: unknown): unknown {
  if (!(error instanceof UserError) || error.code !== 'NOTHING_RECOGNISED') return error;
  const looks = /it looks like [^;]*/.exec(error.message)?.[0];
  const shown = JSON.stringify(topic.length > LONGEST_TOPIC ? `${topic.slice(0, LONGEST_TOPIC)}…` : topic);
  return new UserError({
    code: 'UNKNOWN_TOPIC',
    message: `nothing is known about ${shown}: ${looks ?? 'it is no response flag, no response code details, no diagnosis, no reply of Envoy and no log line'}`,
    hint:
      looks === undefined
        ? 'Paste a line whole, in single quotes: faultline explain \'[2026-11-21T03:40:02.543Z] "GET / HTTP/1.1" 503 UH …\''
        : error.hint,
    cause: error,
  });
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
