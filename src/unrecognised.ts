import { recogniseForeignLog } from './ingest/foreign-log.ts';
import type { Aggregate } from './model/aggregate.ts';
import { NOT_ALL_READ } from './model/report.ts';
import { UserError } from './model/user-error.ts';

// What is said of inputs that hold no access log.

/** Share of characters that no text has; colours of a terminal are fewer. */
const MOST_STRANGE = 0.1;
/** In notes. */
const MAX_NAMED_FOREIGN = 5;

/** The inputs in words. */
export function namesOf({ inputs }: Aggregate): string {
  return inputs.map(({ path }) => (path === '-' ? 'standard input' : path)).join(', ');
}

/** What the inputs look like that hold no record, beside others that do. */
export function describeForeign({ inputs }: Aggregate): readonly string[] {
  const foreign = inputs.filter(({ lines }) => lines.read > 0 && lines.records + lines.proxyLog === 0);
  if (foreign.length === inputs.length) return [];
  const named = foreign.slice(0, MAX_NAMED_FOREIGN).map(({ path, lines, rejected }) => {
    const looks = recogniseForeignLog(rejected.map(({ text }) => text));
    const count = lines.read === 1 ? '1 line' : `${lines.read} lines`;
    const what = `${path}: no access-log record in its ${count}`;
    return looks === null ? `${what}.` : `${what}; it looks like ${looks.what}. ${looks.hint}`;
  });
  const others = foreign.length - named.length;
  return others > 0 ? [...named, `${others} more inputs hold no access-log record.`] : named;
}

/** A note in the middle of a sentence that says that there is nothing. */
function withinSentence(note: string): string {
  const text = note
    .replace(NOT_ALL_READ, '')
    .replace('; everything before that was read', '')
    .replace(/\.$/, '');
  return text.startsWith('Skipped ') ? `s${text.slice(1)}` : text;
}

/** No input holds a line. */
export function isEmpty({ inputs }: Aggregate): boolean {
  return inputs.every(({ lines }) => lines.read === 0);
}

/** @throws UserError when reading was ended before there was a line. */
export function assertBegun(aggregate: Aggregate): void {
  if (!isEmpty(aggregate)) return;
  throw new UserError({
    code: 'NOTHING_READ',
    message: 'a signal ended the reading before a line was read',
    hint: 'Let it run for longer: the report is of what was read until then.',
  });
}

/**
 * Says why nothing was counted, with the first line that was not understood.
 *
 * @throws UserError unless there are records, all of which something left out.
 */
export async function assertRecognised(
  aggregate: Aggregate,
  notes: readonly string[],
  isFormatGiven: boolean,
): Promise<void> {
  const names = namesOf(aggregate);
  const read = aggregate.inputs.reduce((sum, { lines }) => sum + lines.read, 0);
  const records = aggregate.inputs.reduce((sum, { lines }) => sum + lines.records, 0);
  if (records > 0) return;
  const reasons = notes.map(withinSentence).join('; ');
  const why = reasons === '' ? '' : ` (${reasons})`;
  if (isEmpty(aggregate) && notes.length > 0) {
    throw new UserError({
      code: 'NOTHING_READ',
      message: `nothing could be read: ${reasons}`,
      hint: 'docs/inputs.md lists what can be read, and what has to be unpacked or exported otherwise.',
    });
  }
  if (isEmpty(aggregate)) {
    throw new UserError({
      code: 'NOTHING_READ',
      message: `nothing to read: ${names} is empty`,
      hint: 'Pipe a log in, for example: kubectl logs deploy/NAME -c istio-proxy | faultline',
    });
  }
  const count = `${read} ${read === 1 ? 'line' : 'lines'} of ${names}`;
  // That of a log is no riddle to somebody who named its format: he looks for the difference.
  if (isFormatGiven) {
    throw new UserError({
      code: 'NOTHING_RECOGNISED',
      message: `no line of ${names} (${read} read) has the format that --format gives${why}${await describeFirstRejected(aggregate)}`,
      hint: 'Compare the format with the line, or leave --format out to have it recognised.',
    });
  }
  const proxyLines = aggregate.inputs.reduce((sum, { lines }) => sum + lines.proxyLog, 0);
  const foreign =
    proxyLines > 0
      ? null
      : recogniseForeignLog(aggregate.inputs.flatMap(({ rejected }) => rejected.map(({ text }) => text)));
  const looks = foreign === null ? '' : `; it looks like ${foreign.what}`;
  throw new UserError({
    code: 'NOTHING_RECOGNISED',
    message: `no access-log record in the ${count}${why}${looks}${await describeRejected(aggregate)}`,
    hint:
      foreign?.hint ??
      'Give the log of Envoy or of the istio-proxy container, or name its format with --format; `faultline list formats` shows those that are recognised.',
  });
}

/** Nobody recognises binary data by its first bytes, and on a terminal they fill the screen. */
function isBinary(text: string): boolean {
  const strange = [...text].filter((character) => character < ' ' || character === '\uFFFD').length;
  return strange > text.length * MOST_STRANGE;
}

async function describeRejected(aggregate: Aggregate): Promise<string> {
  const proxyLines = aggregate.inputs.reduce((sum, { lines }) => sum + lines.proxyLog, 0);
  if (proxyLines > 0)
    return `; ${proxyLines} of them are log lines of the proxy itself: access logging may be off (meshConfig.accessLogFile)`;
  return describeFirstRejected(aggregate);
}

async function describeFirstRejected(aggregate: Aggregate): Promise<string> {
  const first = aggregate.inputs.flatMap(({ rejected }) => rejected)[0];
  if (first === undefined) return '';
  // Messages end up in tickets and in the logs of build systems as reports do.
  const [{ redactLogLine }, { createFieldReader }] = await Promise.all([
    import('./redact/redact-report.ts'),
    import('./field-reader.ts'),
  ]);
  const text = redactLogLine(first.text, createFieldReader(null));
  if (isBinary(text)) return '';
  const reads = first.reason === 'OVERLONG' ? 'is longer than 1 MiB and begins' : 'reads';
  return `; line ${first.line} ${reads}: ${JSON.stringify(text.slice(0, 120))}`;
}
