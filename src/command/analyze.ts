import { readFile } from 'node:fs/promises';
import type { Report } from '../model/report.ts';
import { UserError } from '../model/user-error.ts';
import { analyse, diagnosisIds, renderReport } from '../run.ts';
import { createDiagnostics } from './diagnostics.ts';
import { parseFailCondition } from './fail-on.ts';
import type { Output } from './options.ts';
import { assertKnownId, parseCount, parseOutputs, parseSuppressions, parseTime } from './options.ts';
import type { ColorChoice, Terminal } from './terminal.ts';
import { terminalWidth, wantsColor, writeAll } from './terminal.ts';
import { writeFileAtomically } from './write-file.ts';

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
  readonly only?: readonly string[];
  readonly top?: string;
  readonly failOn?: readonly string[];
  readonly suppress?: readonly string[];
  readonly color: ColorChoice;
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
  const outputs = parseOutputs(options.output ?? []);
  const conditions = (options.failOn ?? []).map((text) => parseFailCondition(text, diagnosisIds));
  const top = options.top === undefined ? undefined : parseCount('--top', options.top);
  for (const id of options.only ?? []) assertKnownId('--only', id, diagnosisIds);
  const diagnostics = createDiagnostics(terminal.stderr, {
    quiet: options.quiet === true,
    verbose: options.verbose === true,
    json: options.logFormat === 'json',
  });
  const report = await analyse({
    paths,
    stdin: terminal.stdin,
    format: options.format === undefined ? null : await readFormat(options.format),
    selection: {
      sinceMs: options.since === undefined ? null : parseTime('--since', options.since, terminal.nowMs),
      untilMs: options.until === undefined ? null : parseTime('--until', options.until, terminal.nowMs),
      clusters: options.cluster ?? [],
      authorities: options.authority ?? [],
      excludedPaths: options.excludePath ?? [],
    },
    only: (options.only ?? []).length === 0 ? null : new Set(options.only ?? []),
    isSuppressed: parseSuppressions(options.suppress ?? [], diagnosisIds),
    version: terminal.version,
    notes:
      (options.meshConfig ?? []).length === 0
        ? []
        : ['The mesh configuration was not read: this version diagnoses from logs alone.'],
    signal: terminal.signal,
  });
  for (const note of report.notes) diagnostics.debug(note);
  await writeReports(
    report,
    outputs,
    { top, verbose: options.verbose === true, color: wantsColor(options.color, terminal) },
    terminal,
  );
  const met = conditions.filter(({ holds }) => holds(report));
  for (const { text } of met) diagnostics.debug(`--fail-on ${text} holds`);
  return met.length > 0 ? STATUS_FOUND : 0;
}

interface Looks {
  readonly top: number | undefined;
  readonly verbose: boolean;
  readonly color: boolean;
}

async function writeReports(
  report: Report,
  outputs: readonly Output[],
  looks: Looks,
  terminal: Terminal,
): Promise<void> {
  for (const { kind, path } of outputs) {
    const isScreen = path === null;
    const text = renderReport(kind, report, {
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
  const path = value.slice(1);
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError({
      code: 'UNREADABLE_INPUT',
      message: `the format file ${path} cannot be read: ${reason}`,
      hint: 'Give a file that holds an Envoy format string or a JSON format object.',
      cause: error,
    });
  }
}
