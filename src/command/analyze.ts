import { loadDiagnosisIds } from '../knowledge.ts';
import type { Redaction } from '../model/redaction.ts';
import type { Report } from '../model/report.ts';
import type { Selection } from '../model/selection.ts';
import { loadRenderer, renderReport } from '../render.ts';
import type { AnalyseRequest } from '../run.ts';
import { analyse, compareWith, loadRedaction, readFormats, redact } from '../run.ts';
import type { FailCondition } from './fail-on.ts';
import { assertComparable, parseFailCondition } from './fail-on.ts';
import { readOptionFile } from './option-file.ts';
import type { Output } from './options.ts';
import {
  assertGlobs,
  assertKnownId,
  parseCount,
  parseOutputs,
  parseRedaction,
  parseShare,
  parseSuppressions,
  parseWindow,
} from './options.ts';
import { ProgressLine } from './progress.ts';
import { NO_SUPPRESSIONS, readSuppressions } from './suppressions.ts';
import type { ColorChoice, Terminal } from './terminal.ts';
import { terminalWidth, wantsColor, writeAll } from './terminal.ts';
import { assertCanWrite, assertSparesInputs, writeFileAtomically } from './write-file.ts';

/** Options of `faultline analyze` as the option parser gives them. */
export interface AnalyzeOptions {
  readonly output?: readonly string[];
  readonly format?: string;
  readonly meshConfig?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly cluster?: readonly string[];
  readonly authority?: readonly string[];
  readonly excludePath?: readonly string[];
  readonly keepDuplicates?: boolean;
  readonly only?: readonly string[];
  readonly top?: string;
  readonly failOn?: readonly string[];
  readonly suppress?: readonly string[];
  readonly suppressions?: string;
  readonly minConfidence?: string;
  readonly baseline?: string;
  /** False with `--no-redact`. */
  readonly redact?: readonly string[] | false;
  readonly color: ColorChoice;
  /** False with `--no-progress`. */
  readonly progress?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly logFormat?: string;
}

/** Some condition of `--fail-on` holds. */
const STATUS_FOUND = 1;

/**
 * Analyses the inputs and writes the reports.
 *
 * @returns the exit status: 0, or 1 when a condition of `--fail-on` holds.
 * @throws UserError for wrong use and for inputs with nothing to read.
 */
export async function runAnalyze(
  paths: readonly string[],
  options: AnalyzeOptions,
  terminal: Terminal,
): Promise<number> {
  const prepared = await prepare(paths, options, terminal);
  // A scheduled run makes its folder first, and keeps nothing when a report cannot be written.
  for (const { path } of prepared.outputs) if (path !== null) await assertCanWrite(path);
  if (options.baseline === undefined) assertComparable(prepared.choices.conditions);
  const analysed = await analyse(prepared.request).finally(() => prepared.progress.stop());
  const report = await compareWithBaseline(analysed, options.baseline, prepared.choices.minConfidence);
  await publish(report, prepared, terminal);
  return conclude(report, prepared, terminal);
}

/** The options of a command that analyses, understood. */
export interface Prepared {
  readonly options: AnalyzeOptions;
  readonly request: AnalyseRequest;
  readonly choices: Choices;
  readonly outputs: readonly Output[];
  readonly top: number | undefined;
  readonly redaction: Redaction | null;
  readonly progress: ProgressLine;
}

/** @throws UserError when an option makes no sense. */
export async function prepare(
  paths: readonly string[],
  options: AnalyzeOptions,
  terminal: Terminal,
): Promise<Prepared> {
  const outputs = parseOutputs(options.output ?? []);
  const read = [...(paths.length === 0 ? ['-'] : paths), ...(options.meshConfig ?? [])];
  await assertSparesInputs(toPaths(outputs), read);
  const top = options.top === undefined ? undefined : parseCount('--top', options.top);
  const redaction = parseRedaction(options.redact);
  const choices = await parseChoices(options, terminal.nowMs);
  const format = options.format === undefined ? null : await readFormats(await readFormat(options.format));
  const progress = new ProgressLine(terminal, options.progress !== false && options.quiet !== true);
  const request: AnalyseRequest = {
    paths,
    stdin: terminal.stdin,
    format,
    selection: await toSelection(options, terminal.nowMs),
    only: options.only === undefined ? null : new Set(options.only),
    isSuppressed: choices.isSuppressed,
    version: terminal.version,
    notes: choices.notes,
    meshConfig: options.meshConfig ?? [],
    signal: terminal.signal,
    engine: terminal.engine,
    onReading: (reading) => {
      terminal.engine.spareMemory(reading);
      progress.start(reading);
      // Here the time for it is free: the file system is waited for.
      void loadRedaction();
      for (const { kind } of outputs) void loadRenderer(kind);
    },
  };
  return { options, request, choices, outputs, top, redaction, progress };
}

function toPaths(outputs: readonly Output[]): readonly (string | null)[] {
  return outputs.map(({ path }) => path);
}

/** Writes all outputs. */
export async function publish(report: Report, prepared: Prepared, terminal: Terminal): Promise<void> {
  const { options, outputs, top } = prepared;
  // What a folder holds is known by now. An old report that lies among the logs may be replaced: it has no records.
  const logs = report.inputs.filter(({ lines }) => lines.records > 0);
  await assertSparesInputs(
    toPaths(outputs),
    logs.map(({ path }) => path),
  );
  const looks = { top, verbose: options.verbose === true, color: wantsColor(options.color, terminal) };
  const shared = await share(report, prepared);
  // What a person reads at the terminal is not passed on; whoever asks for a redaction wants it there too.
  const isPrivate = options.redact === undefined && terminal.stdout.isTTY === true;
  await writeReports({ shared, onTerminal: isPrivate ? report : shared }, outputs, looks, terminal);
}

/** The report without what is not to leave the terminal. */
export async function share(report: Report, { redaction, request }: Prepared): Promise<Report> {
  return redaction === null ? report : redact(report, redaction, request.format);
}

/** The exit status that `--fail-on` asks for. */
export async function conclude(report: Report, prepared: Prepared, terminal: Terminal): Promise<number> {
  const { options, choices } = prepared;
  // Whoever finds something has run through all of the program.
  if (report.findings.length > 0) terminal.engine.keepCode();
  const met = choices.conditions.filter(({ holds }) => holds(report)).map(({ text }) => text);
  if (options.verbose === true) await sayWhy(report, met, options, terminal);
  return met.length > 0 ? STATUS_FOUND : 0;
}

interface Choices {
  readonly conditions: readonly FailCondition[];
  readonly minConfidence: number;
  readonly isSuppressed: (diagnosisId: string, scope: string) => boolean;
  readonly notes: readonly string[];
}

/** Options that name diagnoses. The knowledge base is loaded for them only: else that happens while the logs are read. */
async function parseChoices(options: AnalyzeOptions, nowMs: number): Promise<Choices> {
  const { failOn = [], only = [], suppress = [], suppressions } = options;
  const minConfidence = parseShare('--min-confidence', options.minConfidence ?? '0');
  if (failOn.length + only.length + suppress.length === 0 && suppressions === undefined)
    return { conditions: [], minConfidence, isSuppressed: () => false, notes: [] };
  const knownIds = await loadDiagnosisIds();
  for (const id of only) assertKnownId('--only', id, knownIds);
  const bySwitch = parseSuppressions(suppress, knownIds);
  const byFile =
    suppressions === undefined ? NO_SUPPRESSIONS : await readSuppressions(suppressions, knownIds, nowMs);
  return {
    conditions: failOn.map((text) => parseFailCondition(text, { knownIds, minConfidence })),
    minConfidence,
    isSuppressed: (id, scope) => bySwitch(id, scope) || byFile.isSuppressed(id, scope),
    notes: byFile.notes,
  };
}

async function toSelection(options: AnalyzeOptions, nowMs: number): Promise<Selection> {
  assertGlobs('--cluster', options.cluster ?? []);
  assertGlobs('--authority', options.authority ?? []);
  assertGlobs('--exclude-path', options.excludePath ?? []);
  return {
    ...(await parseWindow(options, nowMs)),
    clusters: options.cluster ?? [],
    authorities: options.authority ?? [],
    excludedPaths: options.excludePath ?? [],
    keepsDuplicates: options.keepDuplicates === true,
    nowMs,
  };
}

/** Notes and met conditions as diagnostics, for people who asked for more. */
async function sayWhy(
  report: Report,
  met: readonly string[],
  options: AnalyzeOptions,
  { stderr }: Terminal,
): Promise<void> {
  const { createDiagnostics } = await import('./diagnostics.ts');
  const diagnostics = createDiagnostics(stderr, {
    quiet: options.quiet === true,
    json: options.logFormat === 'json',
  });
  for (const note of report.notes) diagnostics.info(note);
  for (const text of met) diagnostics.info(`--fail-on ${text} holds`);
}

interface Looks {
  readonly top: number | undefined;
  readonly verbose: boolean;
  readonly color: boolean;
}

/** The report that leaves the terminal, and the one that a person reads there. */
interface Views {
  readonly shared: Report;
  readonly onTerminal: Report;
}

async function writeReports(
  views: Views,
  outputs: readonly Output[],
  looks: Looks,
  terminal: Terminal,
): Promise<void> {
  for (const { kind, path } of outputs) {
    const isScreen = path === null;
    const report = isScreen && kind === 'text' ? views.onTerminal : views.shared;
    const text = await renderReport(kind, report, {
      width: terminalWidth(terminal),
      color: isScreen && looks.color,
      verbose: looks.verbose,
      ...(looks.top === undefined ? {} : { top: looks.top }),
    });
    if (isScreen) await writeAll(terminal.stdout, text);
    else await writeFileAtomically(path, text);
  }
}

/** `--format @PATH` reads the format from a file. */
async function readFormat(value: string): Promise<string> {
  if (!value.startsWith('@')) return value;
  const hint =
    'Give a file that holds an Envoy format string, a JSON format object, or the configuration of the mesh or of Envoy.';
  return (await readOptionFile(value.slice(1), { what: 'format file', hint })).trim();
}

/** The report with what changed since that of `--baseline`. */
async function compareWithBaseline(
  report: Report,
  path: string | undefined,
  minConfidence: number,
): Promise<Report> {
  if (path === undefined) return report;
  const hint = 'Make a report to compare with by: faultline -o json=REPORT.json LOG...';
  const text = await readOptionFile(path, { what: 'baseline', hint });
  return compareWith(report, { name: path, text }, minConfidence);
}
