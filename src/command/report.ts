import { UserError } from '../model/user-error.ts';
import { maskSecrets } from '../run.ts';
import { runScheduled } from '../scheduled-run.ts';
import type { AnalyzeOptions } from './analyze.ts';
import { conclude, prepare, publish, share } from './analyze.ts';
import { createDiagnostics } from './diagnostics.ts';
import { parseTargets, sendAll } from './notify.ts';
import { parseDuration } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Options of `faultline report` as the option parser gives them. */
export interface ReportOptions extends Omit<AnalyzeOptions, 'baseline' | 'since' | 'until'> {
  readonly state?: string;
  readonly keep?: string;
  readonly notify?: readonly string[];
}

const DEFAULT_KEEP = '90d';

/**
 * Reads what is new in the inputs, compares it with the runs before, and writes the reports.
 *
 * @returns the exit status: 0, or 1 when a condition of `--fail-on` holds.
 * @throws UserError for wrong use, and when inputs, reports or state cannot be read or written.
 */
export async function runReport(
  paths: readonly string[],
  options: ReportOptions,
  terminal: Terminal,
): Promise<number> {
  const { state: stateFolder } = options;
  if (stateFolder === undefined || paths.length === 0)
    throw new UserError({
      code: 'BAD_OPTION',
      message: stateFolder === undefined ? 'report has no --state' : 'report has no inputs',
      hint: 'Name a folder of its own and the logs: faultline report --state /var/lib/faultline /var/log/envoy/',
    });
  const targets = parseTargets(options.notify ?? [], terminal.env);
  const prepared = await prepare(paths, options, terminal);
  const run = await runScheduled({
    ...prepared.request,
    stateFolder,
    keepMs: parseDuration('--keep', options.keep ?? DEFAULT_KEEP),
    minConfidence: prepared.choices.minConfidence,
    nowMs: terminal.nowMs,
    targets: targets.map(({ key }) => key),
    mask: (report) => (prepared.redaction === null ? Promise.resolve(report) : maskSecrets(report)),
    share: (report) => share(report, prepared),
  }).finally(() => prepared.progress.stop());
  await publish(run.report, prepared, terminal);
  const diagnostics = createDiagnostics(terminal.stderr, {
    quiet: options.quiet === true,
    json: options.logFormat === 'json',
  });
  if (terminal.signal.aborted) {
    diagnostics.info('interrupted: nothing was stored, and the next run reads the same lines');
    return 0;
  }
  if (!(await run.store())) {
    diagnostics.info(
      'another run with this state folder was faster: it has counted these lines, and tells of them',
    );
    return 0;
  }
  const { sent, problems } = await sendAll(run.outbox, targets, terminal);
  for (const problem of problems) diagnostics.info(problem);
  await run.settle(sent).catch((error: unknown) => {
    // Who was told is not worth failing for: at worst they are told once more.
    diagnostics.info(error instanceof Error ? error.message : String(error));
  });
  return conclude(run.report, prepared, terminal);
}
