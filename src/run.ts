import type { Readable } from 'node:stream';
import { diagnoses } from '../diagnoses/index.ts';
import { compileFormat, formats, lenientFormat, looksLikeRecordStart } from '../parsers/index.ts';
import type { RecordFilter } from './aggregate/aggregator.ts';
import { Aggregator } from './aggregate/aggregator.ts';
import type { LineView } from './aggregate/line-view.ts';
import * as slot from './aggregate/slots.ts';
import { buildReport } from './diagnose/build-report.ts';
import type { InputPlan, InputSource } from './ingest/inputs.ts';
import { planInputs } from './ingest/inputs.ts';
import { LineReader } from './ingest/lines.ts';
import { openInput } from './ingest/open.ts';
import { ProxyLogCollector } from './ingest/proxy-log-events.ts';
import type { FormatChoice } from './ingest/record-reader.ts';
import { RecordReader } from './ingest/record-reader.ts';
import type { Aggregate, InputSummary } from './model/aggregate.ts';
import type { Report } from './model/report.ts';
import { RESPONSE_FLAG_TABLE } from './model/response-flag.ts';
import { UserError } from './model/user-error.ts';
import { explainDiagnosis, explainFlag } from './report/explain.ts';
import { renderJson } from './report/json.ts';
import { listDiagnoses, listFlags, listFormats } from './report/list.ts';
import type { Paint } from './report/paint.ts';
import { ANSI_PAINT, PLAIN_PAINT } from './report/paint.ts';
import { renderSchema } from './report/schema.ts';
import { suggest } from './report/suggest.ts';
import { renderText } from './report/text.ts';

/** Globs that narrow down what is counted. An empty list lets all through. */
export interface Narrowing {
  readonly clusters: readonly string[];
  readonly authorities: readonly string[];
  readonly excludedPaths: readonly string[];
}

/** Ids of all diagnoses, sorted. */
export const diagnosisIds: readonly string[] = diagnoses.map(({ id }) => id).sort();

/** What to analyse and how; everything that is outside the program comes in here. */
export interface AnalyseRequest {
  /** Files, folders and `-`; none means standard input. */
  readonly paths: readonly string[];
  readonly stdin: Readable;
  /** Name of a format, a format string or a JSON format object; null: recognise. */
  readonly format: string | null;
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly narrowing: Narrowing;
  /** Diagnosis ids to show; null: all. */
  readonly only: ReadonlySet<string> | null;
  readonly isSuppressed: (diagnosisId: string, scope: string) => boolean;
  readonly version: string;
  /** Notes of the caller, shown with those of the analysis. */
  readonly notes: readonly string[];
  /** Ends reading early; the report is of what was read. */
  readonly signal?: AbortSignal;
}

/**
 * Reads the inputs and diagnoses them.
 *
 * @throws UserError when an input cannot be read, nothing was read, or nothing in it is an access log.
 */
export async function analyse(request: AnalyseRequest): Promise<Report> {
  const plan = await planInputs(request.paths);
  const notes = [...request.notes, ...plan.skipped.map(({ path, reason }) => `Skipped ${path}: ${reason}.`)];
  const aggregate = await readAggregate(plan, request, (note) => notes.push(note));
  if (aggregate.requests.total === 0) assertRecognised(aggregate, notes);
  const eras = new Map(formats.map(({ id, era }) => [id, era]));
  return buildReport(aggregate, {
    diagnoses,
    version: request.version,
    eraOfFormat: (id) => eras.get(id) ?? null,
    isSuppressed: request.isSuppressed,
    only: request.only,
    notes,
  });
}

/** Reads all inputs of a plan, one after the other, into one aggregate. */
async function readAggregate(
  plan: InputPlan,
  request: AnalyseRequest,
  note: (text: string) => void,
): Promise<Aggregate> {
  const aggregator = new Aggregator(toFilter(request));
  const proxyLog = new ProxyLogCollector();
  const choice = chooseFormats(request.format);
  const summaries: InputSummary[] = [];
  for (const source of plan.sources) {
    summaries.push(
      await readInput(source, summaries.length, { choice, aggregator, proxyLog, request, note }),
    );
  }
  return aggregator.finish(summaries, proxyLog.finish());
}

interface Reading {
  readonly choice: FormatChoice;
  readonly aggregator: Aggregator;
  readonly proxyLog: ProxyLogCollector;
  readonly request: AnalyseRequest;
  readonly note: (text: string) => void;
}

async function readInput(source: InputSource, input: number, reading: Reading): Promise<InputSummary> {
  const { choice, aggregator, proxyLog, request, note } = reading;
  const records = new RecordReader(input, choice, aggregator, proxyLog);
  const lines = new LineReader(records);
  const options = request.signal === undefined ? {} : { signal: request.signal };
  for await (const chunk of openInput(source, request.stdin, {
    ...options,
    onDamage: (message) => note(message),
  }))
    lines.push(chunk);
  lines.end();
  records.end();
  if (lines.looksLikeUtf16)
    note(`${source.path}: is UTF-16 text; convert it first: iconv -f UTF-16 -t UTF-8 FILE | faultline`);
  return records.finish(source.path, lines.bytes);
}

function chooseFormats(named: string | null): FormatChoice {
  if (named === null) return { formats, lenient: lenientFormat, looksLikeRecord: looksLikeRecordStart };
  return { formats: [compileFormat(named)], lenient: null, looksLikeRecord: () => true };
}

function toFilter(request: AnalyseRequest): RecordFilter {
  const { clusters, authorities, excludedPaths } = request.narrowing;
  const isNarrow = clusters.length + authorities.length + excludedPaths.length > 0;
  const [matchesCluster, matchesAuthority, matchesPath] = [clusters, authorities, excludedPaths].map(
    toMatcher,
  );
  const accepts = (line: LineView): boolean =>
    (clusters.length === 0 || matchesCluster?.(line.textAt(slot.UPSTREAM_CLUSTER)) === true) &&
    (authorities.length === 0 || matchesAuthority?.(line.textAt(slot.AUTHORITY)) === true) &&
    (excludedPaths.length === 0 || matchesPath?.(line.textAt(slot.PATH)) !== true);
  return { sinceMs: request.sinceMs, untilMs: request.untilMs, accepts: isNarrow ? accepts : null };
}

/** True for texts that one of the globs matches as a whole; `*` is any text, `?` any character. */
export function toMatcher(globs: readonly string[]): (text: string | null | undefined) => boolean {
  const patterns = globs.map((glob) => {
    const source = glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.');
    return new RegExp(`^${source}$`, 's');
  });
  return (text) => text != null && patterns.some((pattern) => pattern.test(text));
}

/** Nothing was counted: says why, with the first lines that were not understood. */
function assertRecognised(aggregate: Aggregate, notes: readonly string[]): void {
  const names = aggregate.inputs.map(({ path }) => (path === '-' ? 'standard input' : path)).join(', ');
  const read = aggregate.inputs.reduce((sum, { lines }) => sum + lines.read, 0);
  const records = aggregate.inputs.reduce((sum, { lines }) => sum + lines.records, 0);
  if (records > 0) return;
  const why = notes.length > 0 ? ` (${notes.join(' ')})` : '';
  if (read === 0) {
    throw new UserError({
      code: 'NOTHING_READ',
      message: `nothing to read: ${names} is empty${why}`,
      hint: 'Pipe a log in, for example: kubectl logs deploy/NAME -c istio-proxy | faultline',
    });
  }
  throw new UserError({
    code: 'NOTHING_RECOGNISED',
    message: `no access-log record in the ${read} ${read === 1 ? 'line' : 'lines'} of ${names}${why}${describeRejected(aggregate)}`,
    hint: 'Give the log of Envoy or of the istio-proxy container, or name its format with --format; `faultline list formats` shows those that are recognised.',
  });
}

function describeRejected(aggregate: Aggregate): string {
  const proxyLines = aggregate.inputs.reduce((sum, { lines }) => sum + lines.proxyLog, 0);
  if (proxyLines > 0)
    return `; ${proxyLines} of them are log lines of the proxy itself: access logging may be off (meshConfig.accessLogFile)`;
  const first = aggregate.inputs.flatMap(({ rejected }) => rejected)[0];
  return first === undefined ? '' : `; line ${first.line} reads: ${JSON.stringify(first.text.slice(0, 120))}`;
}

/** How a report is to look. */
export interface Looks {
  readonly width: number;
  readonly color: boolean;
  readonly verbose?: boolean;
  /** Findings shown in full. */
  readonly top?: number;
}

/** The report as text of one kind. */
export function renderReport(kind: 'text' | 'json', report: Report, looks: Looks): string {
  switch (kind) {
    case 'json':
      return renderJson(report);
    case 'text':
      return renderText(report, {
        width: looks.width,
        paint: paintOf(looks),
        verbose: looks.verbose === true,
        ...(looks.top === undefined ? {} : { top: looks.top }),
      });
    default:
      return kind satisfies never;
  }
}

function paintOf({ color }: Looks): Paint {
  return color ? ANSI_PAINT : PLAIN_PAINT;
}

/**
 * What is known about a flag or a diagnosis.
 *
 * @throws UserError when there is neither; the hint names near ones.
 */
export function explainTopic(topic: string, looks: Looks): string {
  const diagnosis = diagnoses.find(({ id }) => id === topic);
  if (diagnosis !== undefined) return explainDiagnosis(diagnosis, paintOf(looks), looks.width);
  const flag = RESPONSE_FLAG_TABLE.find(
    (row) => row.flag === topic.toUpperCase() || row.longName.toLowerCase() === topic.toLowerCase(),
  );
  if (flag !== undefined) return explainFlag(flag.flag, diagnoses, paintOf(looks), looks.width);
  const near = suggest(topic, [...diagnosisIds, ...RESPONSE_FLAG_TABLE.map((row) => row.flag)]);
  throw new UserError({
    code: 'UNKNOWN_TOPIC',
    message: `nothing is known about ${JSON.stringify(topic)}: it is no response flag, no diagnosis and no log line`,
    hint:
      near.length > 0
        ? `Did you mean ${near.join(', ')}?`
        : 'List what there is with: faultline list diagnoses, faultline list flags',
  });
}

/** What `faultline list` can list. */
export const LIST_TOPICS = ['diagnoses', 'flags', 'formats'] as const;
export type ListTopic = (typeof LIST_TOPICS)[number];

/** A table of all diagnoses, flags or formats. */
export function renderList(topic: ListTopic, looks: Looks): string {
  switch (topic) {
    case 'diagnoses':
      return listDiagnoses(diagnoses, paintOf(looks));
    case 'flags':
      return listFlags(diagnoses, paintOf(looks));
    case 'formats':
      return listFormats([...formats, lenientFormat], paintOf(looks));
    default:
      return topic satisfies never;
  }
}

/** JSON Schema of the JSON report. */
export function renderReportSchema(): string {
  return renderSchema();
}
