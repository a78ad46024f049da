import type { Readable } from 'node:stream';
import { Engine } from './engine.ts';
import { ByteCounter } from './ingest/byte-counter.ts';
import { type InputPlan, planInputs } from './ingest/inputs.ts';
import { loadDiagnoses } from './knowledge.ts';
import type { JudgedMesh } from './mesh/judge.ts';
import type { ReportComparison } from './model/comparison.ts';
import type { Redaction } from './model/redaction.ts';
import { NOT_ALL_READ, type Report } from './model/report.ts';
import type { Selection } from './model/selection.ts';
import { UserError } from './model/user-error.ts';
import { beginReading } from './read-logs.ts';
import type { LintReport } from './report/lint.ts';
import { assertBegun, assertRecognised, describeForeign, isEmpty, namesOf } from './unrecognised.ts';

// What is not needed to begin reading is loaded while the logs are read.

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
  /** The JavaScript engine that the program runs on; absent: with threads and flags of its own. */
  readonly engine?: Engine;
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
export async function readFormats(text: string): Promise<readonly string[]> {
  const { resolveFormats } = await import('../parsers/index.ts');
  return resolveFormats(text);
}

/**
 * Reads the inputs and diagnoses them.
 *
 * @throws UserError when an input cannot be read, nothing was read, or nothing in it is an access log.
 */
export async function analyse(request: AnalyseRequest): Promise<Report> {
  const plan = request.plan ?? (await planInputs(request.paths, request.signal));
  const notes = [...request.notes, ...plan.skipped.map(({ path, reason }) => `Skipped ${path}: ${reason}.`)];
  const { stdin, signal, format, selection, engine = new Engine() } = request;
  const counter = new ByteCounter();
  // Parts are read side by side and may say the same.
  const readingNotes = new Set<string>();
  const note = (text: string): void => void readingNotes.add(text);
  const reading = await beginReading(plan, { format, selection }, { stdin, signal, engine, note, counter });
  request.onReading?.({ totalBytes: sizeOf(plan), bytesRead: () => counter.bytes });
  let isInterrupted = false;
  const allRead = reading.aggregate.then((aggregate) => {
    isInterrupted = signal?.aborted === true;
    return aggregate;
  });
  const [aggregate, mesh, diagnoses, { formats }, { buildReport }, { joinHops }] = await Promise.all([
    allRead,
    readMesh(request.meshConfig ?? [], notes, null),
    loadDiagnoses(),
    import('../parsers/index.ts'),
    import('./diagnose/build-report.ts'),
    import('./join/join-hops.ts'),
  ]);
  if (isInterrupted && request.plan === undefined) assertBegun(aggregate);
  if (isInterrupted) notes.push(`${NOT_ALL_READ}a signal ended the reading.`);
  notes.push(...[...readingNotes].sort());
  // With the configuration of the mesh at hand a proxy without requests is no mistake.
  if (aggregate.requests.total === 0 && mesh !== null && isEmpty(aggregate))
    notes.push(`${namesOf(aggregate)} is empty.`);
  else if (aggregate.requests.total === 0 && request.plan === undefined)
    await assertRecognised(aggregate, notes, format !== null);
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
      `${NOT_ALL_READ}the mesh configuration ${paths.join(', ')} holds no resource, so nothing can be confirmed by it.`,
    );
  return mesh;
}

/**
 * What would break in a mesh configuration, without a log; certificates are looked at as of `nowMs`.
 *
 * @throws UserError when a path cannot be read or holds no resource.
 */
export async function lintMesh(paths: readonly string[], nowMs: number | null = null): Promise<LintReport> {
  const notes: string[] = [];
  const mesh = await readMesh(paths, notes, nowMs);
  if (mesh === null || mesh.loaded.resources.length + mesh.loaded.dumps.length === 0) {
    const [problem] = mesh?.loaded.problems ?? [];
    throw new UserError({
      code: 'NOTHING_RECOGNISED',
      message: `no resource of Kubernetes or Istio in ${paths.join(', ')}${problem === undefined ? '' : ` (${problem.replace(/\.$/, '')})`}`,
      hint: 'Give YAML or JSON as kubectl prints it: kubectl get services,virtualservices,destinationrules -A -o yaml',
    });
  }
  const { resources, dumps, problems } = mesh.loaded;
  return { resources: resources.length, dumps: dumps.length, faults: mesh.faults(), problems };
}

/** Bytes on disk of all inputs; null when it is not known. */
function sizeOf({ sources }: InputPlan): number | null {
  if (sources.some(({ kind }) => kind === 'stdin')) return null;
  const total = sources.reduce((sum, source) => sum + (source.kind === 'stdin' ? 0 : source.bytes), 0);
  return total === 0 ? null : total;
}

/** Loads what takes out what is not to leave the terminal; worth doing ahead of time. */
export function loadRedaction() {
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
