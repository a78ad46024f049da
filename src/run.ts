import type { Readable } from 'node:stream';
import { formats, namedFormats, resolveFormats } from '../parsers/index.ts';
import { ByteCounter } from './ingest/byte-counter.ts';
import { recogniseForeignLog } from './ingest/foreign-log.ts';
import { type InputPlan, planInputs } from './ingest/inputs.ts';
import type { JudgedMesh } from './mesh/judge.ts';
import type { Aggregate } from './model/aggregate.ts';
import type { ReportComparison } from './model/comparison.ts';
import type { Diagnosis } from './model/diagnosis.ts';
import type { Redaction } from './model/redaction.ts';
import type { Report, ReportKind } from './model/report.ts';
import { RESPONSE_FLAG_TABLE } from './model/response-flag.ts';
import type { Message, NotificationKind } from './model/run-state.ts';
import type { Selection } from './model/selection.ts';
import { UserError } from './model/user-error.ts';
import { readLogs } from './read-logs.ts';
import type { LintReport } from './report/lint.ts';
import type { Paint } from './report/paint.ts';
import { ANSI_PAINT, PLAIN_PAINT } from './report/paint.ts';
import { describeReading, type ReadingState } from './report/progress.ts';

/** In notes. */
const MAX_NAMED_FOREIGN = 5;

// What is not needed to begin reading is loaded while the logs are read.

async function loadDiagnoses(): Promise<readonly Diagnosis[]> {
  return (await import('../diagnoses/index.ts')).diagnoses;
}

/** Ids of all diagnoses, sorted. */
export async function loadDiagnosisIds(): Promise<readonly string[]> {
  return (await loadDiagnoses()).map(({ id }) => id).sort();
}

/** Names that `--format` knows. */
export function listFormatNames(): readonly string[] {
  return namedFormats.map(({ id }) => id);
}

/** What to analyse and how; everything that is outside the program comes in here. */
export interface AnalyseRequest {
  /** Files, folders and `-`; none means standard input. */
  readonly paths: readonly string[];
  /** What to read, where that is planned already: it may then hold nothing. */
  readonly plan?: InputPlan;
  readonly stdin: Readable;
  /** Names of formats, format strings and JSON format objects; null: recognise. */
  readonly format: readonly string[] | null;
  readonly selection: Selection;
  /** Diagnosis ids to show; null: all. */
  readonly only: ReadonlySet<string> | null;
  readonly isSuppressed: (diagnosisId: string, scope: string) => boolean;
  readonly version: string;
  /** Files and folders of the mesh configuration. */
  readonly meshConfig?: readonly string[];
  /** Notes of the caller, shown with those of the analysis. */
  readonly notes: readonly string[];
  /** Ends reading early; the report is of what was read. */
  readonly signal?: AbortSignal;
  /** Told when reading begins. */
  readonly onReading?: (progress: ReadingProgress) => void;
}

/** How far reading has come, to be asked as often as one likes. */
export interface ReadingProgress {
  /** Null when it is not known: standard input, a pipe. */
  readonly totalBytes: number | null;
  readonly bytesRead: () => number;
}

/**
 * The formats that `--format` gives: one, or all that are in the configuration which it is.
 *
 * @throws UserError BAD_FORMAT when there is none.
 */
export function readFormats(text: string): Promise<readonly string[]> {
  return resolveFormats(text);
}

/** How far reading has come, in words. */
export function describeProgress(state: ReadingState): string {
  return describeReading(state);
}

/**
 * Reads the inputs and diagnoses them.
 *
 * @throws UserError when an input cannot be read, nothing was read, or nothing in it is an access log.
 */
export async function analyse(request: AnalyseRequest): Promise<Report> {
  const plan = request.plan ?? (await planInputs(request.paths));
  const notes = [...request.notes, ...plan.skipped.map(({ path, reason }) => `Skipped ${path}: ${reason}.`)];
  const { stdin, signal, format, selection } = request;
  const counter = new ByteCounter();
  // Parts are read side by side and may say the same.
  const readingNotes = new Set<string>();
  const note = (text: string): void => void readingNotes.add(text);
  const reading = readLogs(plan, { format, selection }, { stdin, signal, note, counter });
  request.onReading?.({ totalBytes: sizeOf(plan), bytesRead: () => counter.bytes });
  const [aggregate, mesh, diagnoses, { buildReport }, { joinHops }] = await Promise.all([
    reading,
    readMesh(request.meshConfig ?? [], notes, null),
    loadDiagnoses(),
    import('./diagnose/build-report.ts'),
    import('./join/join-hops.ts'),
  ]);
  notes.push(...[...readingNotes].sort());
  // With the configuration of the mesh at hand a proxy without requests is no mistake.
  if (aggregate.requests.total === 0 && mesh !== null && isEmpty(aggregate))
    notes.push(`${namesOf(aggregate)} is empty.`);
  else if (aggregate.requests.total === 0 && request.plan === undefined)
    await assertRecognised(aggregate, notes);
  notes.push(...describeForeign(aggregate));
  const eras = new Map(formats.map(({ id, era }) => [id, era]));
  return buildReport(aggregate, {
    diagnoses,
    version: request.version,
    eraOfFormat: (id) => eras.get(id) ?? null,
    isSuppressed: request.isSuppressed,
    only: request.only,
    join: joinHops(aggregate),
    mesh,
    notes,
  });
}

/** The mesh configuration, where one was given. */
async function readMesh(
  paths: readonly string[],
  notes: string[],
  nowMs: number | null,
): Promise<JudgedMesh | null> {
  if (paths.length === 0) return null;
  const [{ readMeshFiles }, { readCertificate }, { judgeMesh }] = await Promise.all([
    import('./ingest/mesh-files.ts'),
    import('./ingest/certificate.ts'),
    import('./mesh/judge.ts'),
  ]);
  const mesh = judgeMesh(await readMeshFiles(paths), { nowMs, readCertificate });
  notes.push(...mesh.loaded.problems);
  if (mesh.loaded.resources.length + mesh.loaded.dumps.length === 0)
    notes.push(
      `The mesh configuration ${paths.join(', ')} holds no resource: nothing can be confirmed by it.`,
    );
  return mesh;
}

/** Kinds of output of `lint`. */
export const LINT_KINDS = ['text', 'json', 'markdown', 'html', 'sarif'] as const;
export type LintKind = (typeof LINT_KINDS)[number];

/**
 * What would break in a mesh configuration, without a log; certificates are looked at as of `nowMs`.
 *
 * @throws UserError when a path cannot be read or holds no resource.
 */
export async function lintMesh(paths: readonly string[], nowMs: number | null = null): Promise<LintReport> {
  const notes: string[] = [];
  const mesh = await readMesh(paths, notes, nowMs);
  if (mesh === null || mesh.loaded.resources.length + mesh.loaded.dumps.length === 0) {
    throw new UserError({
      code: 'NOTHING_RECOGNISED',
      message: `no resource of Kubernetes or Istio in ${paths.join(', ')}${notes.length > 0 ? ` (${notes[0]})` : ''}`,
      hint: 'Give YAML or JSON as kubectl prints it: kubectl get services,virtualservices,destinationrules -A -o yaml',
    });
  }
  const { resources, dumps, problems } = mesh.loaded;
  return { resources: resources.length, dumps: dumps.length, faults: mesh.faults(), problems };
}

/** The result of `lint` as text of one kind. */
export async function renderLint(
  kind: LintKind,
  result: LintReport,
  looks: Looks & { readonly version: string },
): Promise<string> {
  switch (kind) {
    case 'text':
      return (await import('./report/lint.ts')).renderLintText(result, paintOf(looks));
    case 'json':
      return (await import('./report/lint.ts')).renderLintJson(result);
    case 'markdown':
      return (await import('./report/lint-markdown.ts')).renderLintMarkdown(result);
    case 'html':
      return (await import('./report/lint-html.ts')).renderLintHtml(result);
    case 'sarif':
      return (await import('./report/lint-sarif.ts')).renderLintSarif(result, looks.version);
    default:
      return kind satisfies never;
  }
}

/** Bytes on disk of all inputs; null when it is not known. */
function sizeOf({ sources }: InputPlan): number | null {
  if (sources.some(({ kind }) => kind === 'stdin')) return null;
  const total = sources.reduce((sum, source) => sum + (source.kind === 'stdin' ? 0 : source.bytes), 0);
  return total === 0 ? null : total;
}

function namesOf({ inputs }: Aggregate): string {
  return inputs.map(({ path }) => (path === '-' ? 'standard input' : path)).join(', ');
}

/** What the inputs look like that hold no record, beside others that do. */
function describeForeign({ inputs }: Aggregate): readonly string[] {
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

function isEmpty({ inputs }: Aggregate): boolean {
  return inputs.every(({ lines }) => lines.read === 0);
}

/** Nothing was counted: says why, with the first lines that were not understood. */
async function assertRecognised(aggregate: Aggregate, notes: readonly string[]): Promise<void> {
  const names = namesOf(aggregate);
  const read = aggregate.inputs.reduce((sum, { lines }) => sum + lines.read, 0);
  const records = aggregate.inputs.reduce((sum, { lines }) => sum + lines.records, 0);
  if (records > 0) return;
  const why = notes.length > 0 ? ` (${notes.join(' ')})` : '';
  if (isEmpty(aggregate) && notes.length > 0) {
    throw new UserError({
      code: 'NOTHING_READ',
      message: `nothing could be read: ${notes.join('; ')}`,
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
  const proxyLines = aggregate.inputs.reduce((sum, { lines }) => sum + lines.proxyLog, 0);
  const foreign =
    proxyLines > 0
      ? null
      : recogniseForeignLog(aggregate.inputs.flatMap(({ rejected }) => rejected.map(({ text }) => text)));
  const looks = foreign === null ? '' : `; it looks like ${foreign.what}`;
  throw new UserError({
    code: 'NOTHING_RECOGNISED',
    message: `no access-log record in the ${read} ${read === 1 ? 'line' : 'lines'} of ${names}${why}${looks}${await describeRejected(aggregate)}`,
    hint:
      foreign?.hint ??
      'Give the log of Envoy or of the istio-proxy container, or name its format with --format; `faultline list formats` shows those that are recognised.',
  });
}

async function describeRejected(aggregate: Aggregate): Promise<string> {
  const proxyLines = aggregate.inputs.reduce((sum, { lines }) => sum + lines.proxyLog, 0);
  if (proxyLines > 0)
    return `; ${proxyLines} of them are log lines of the proxy itself: access logging may be off (meshConfig.accessLogFile)`;
  const first = aggregate.inputs.flatMap(({ rejected }) => rejected)[0];
  if (first === undefined) return '';
  // Messages end up in tickets and in the logs of build systems as reports do.
  const [{ redactLogLine }, { createFieldReader }] = await loadRedaction();
  const text = redactLogLine(first.text, createFieldReader(null));
  return `; line ${first.line} reads: ${JSON.stringify(text.slice(0, 120))}`;
}

function loadRedaction() {
  return Promise.all([import('./redact/redact-report.ts'), import('./field-reader.ts')]);
}

/**
 * The report as it may leave the terminal: without what the redaction names. `format` is what `--format` gave.
 */
export async function redact(
  report: Report,
  redaction: Redaction,
  format: readonly string[] | null,
): Promise<Report> {
  const [{ redactReport }, { createFieldReader }] = await loadRedaction();
  return redactReport(report, redaction, createFieldReader(format));
}

/** The report without secrets in the names of places, as they may be remembered. */
export async function maskSecrets(report: Report): Promise<Report> {
  const [{ maskPlaces }] = await loadRedaction();
  return maskPlaces(report);
}

/** A file that may hold a JSON report. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/**
 * The report with what changed since another one.
 *
 * @throws UserError when the baseline is no JSON report.
 */
export async function compareWith(
  report: Report,
  baseline: NamedText,
  minConfidence: number,
): Promise<Report> {
  const [{ readReport }, { toSnapshot }, { compareSnapshots }] = await Promise.all([
    import('./compare/read-report.ts'),
    import('./compare/snapshot.ts'),
    import('./compare/compare.ts'),
  ]);
  const before = toSnapshot(readReport(baseline.name, baseline.text));
  const comparison = compareSnapshots(before, toSnapshot(report), { baseline: baseline.name, minConfidence });
  return { ...report, comparison };
}

/**
 * What changed from one JSON report to another.
 *
 * @throws UserError when one of them is no JSON report.
 */
export async function compareReports(
  before: NamedText,
  now: NamedText,
  minConfidence: number,
): Promise<ReportComparison> {
  const { readReport } = await import('./compare/read-report.ts');
  const { comparison } = await compareWith(readReport(now.name, now.text), before, minConfidence);
  if (comparison === null) throw new Error('two reports were not compared');
  return comparison;
}

/** Kinds of output of a comparison on its own. */
export const COMPARISON_KINDS = ['text', 'json', 'markdown'] as const;
export type ComparisonKind = (typeof COMPARISON_KINDS)[number];

/** A comparison as text of one kind. */
export async function renderComparison(
  kind: ComparisonKind,
  comparison: ReportComparison,
  looks: Looks,
): Promise<string> {
  switch (kind) {
    case 'json': {
      const { stringifySafely } = await import('./report/json.ts');
      return `${stringifySafely(comparison)}\n`;
    }
    case 'text': {
      const { renderComparison: render } = await import('./report/text-changes.ts');
      return render(comparison, { width: looks.width, paint: paintOf(looks) });
    }
    case 'markdown': {
      const { toMarkdownChanges } = await import('./report/text-changes.ts');
      return `${toMarkdownChanges(comparison).source}\n`;
    }
    default:
      return kind satisfies never;
  }
}

/** The body of a notification, as JSON. */
export async function renderNotification(kind: NotificationKind, message: Message): Promise<string> {
  const { renderNotification: render } = await import('./report/notification.ts');
  return render(kind, message);
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
export async function renderReport(kind: ReportKind, report: Report, looks: Looks): Promise<string> {
  switch (kind) {
    case 'json': {
      const { renderJson } = await import('./report/json.ts');
      return renderJson(report);
    }
    case 'text': {
      const { renderText } = await import('./report/text.ts');
      return renderText(report, {
        width: looks.width,
        paint: paintOf(looks),
        verbose: looks.verbose === true,
        ...topOf(looks),
      });
    }
    case 'ndjson': {
      const { renderNdjson } = await import('./report/ndjson.ts');
      return renderNdjson(report);
    }
    case 'sarif': {
      const { renderSarif } = await import('./report/sarif.ts');
      return renderSarif(report);
    }
    case 'openmetrics': {
      const { renderOpenMetrics } = await import('./report/openmetrics.ts');
      return renderOpenMetrics(report);
    }
    case 'html': {
      const { renderHtml } = await import('./report/html.ts');
      return renderHtml(report, topOf(looks));
    }
    case 'markdown': {
      const { renderMarkdown } = await import('./report/report-markdown.ts');
      return renderMarkdown(report, topOf(looks));
    }
    default:
      return kind satisfies never;
  }
}

function topOf({ top }: Looks): { readonly top?: number } {
  return top === undefined ? {} : { top };
}

function paintOf({ color }: Looks): Paint {
  return color ? ANSI_PAINT : PLAIN_PAINT;
}

/**
 * What is known about a flag or a diagnosis.
 *
 * @throws UserError when there is neither; the hint names near ones.
 */
export async function explainTopic(
  topic: string,
  looks: Looks,
  linesOf: (diagnosis: Diagnosis) => Promise<readonly string[]> = () => Promise.resolve([]),
): Promise<string> {
  const diagnoses = await loadDiagnoses();
  const { explainDiagnosis, explainFlag } = await import('./report/explain.ts');
  const diagnosis = diagnoses.find(({ id }) => id === topic);
  if (diagnosis !== undefined) {
    const lines = await linesOf(diagnosis);
    return explainDiagnosis(diagnosis, { paint: paintOf(looks), width: looks.width, lines });
  }
  const flag = RESPONSE_FLAG_TABLE.find(
    (row) => row.flag === topic.toUpperCase() || row.longName.toLowerCase() === topic.toLowerCase(),
  );
  if (flag !== undefined) return explainFlag(flag.flag, diagnoses, paintOf(looks), looks.width);
  const { suggest } = await import('./report/suggest.ts');
  const near = suggest(topic, [...(await loadDiagnosisIds()), ...RESPONSE_FLAG_TABLE.map((row) => row.flag)]);
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
const LIST_TOPICS = ['diagnoses', 'flags', 'formats'] as const;
export type ListTopic = (typeof LIST_TOPICS)[number];

/** A table of all diagnoses, flags or formats. */
export async function renderList(topic: ListTopic, looks: Looks): Promise<string> {
  const { listDiagnoses, listFlags, listFormats } = await import('./report/list.ts');
  switch (topic) {
    case 'diagnoses':
      return listDiagnoses(await loadDiagnoses(), paintOf(looks));
    case 'flags':
      return listFlags(await loadDiagnoses(), paintOf(looks));
    case 'formats':
      return listFormats(namedFormats, paintOf(looks));
    default:
      return topic satisfies never;
  }
}

/** JSON Schema of the JSON report. */
export async function renderReportSchema(): Promise<string> {
  const { renderSchema } = await import('./report/schema.ts');
  return renderSchema();
}
