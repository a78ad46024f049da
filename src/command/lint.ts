import type { MeshFault } from '../model/mesh-evidence.ts';
import { UserError } from '../model/user-error.ts';
import { LINT_KINDS, lintMesh, loadDiagnosisIds, renderLint } from '../run.ts';
import type { Terminal } from './terminal.ts';
import { terminalWidth, wantsColor, writeAll } from './terminal.ts';

/** Options of `faultline lint` as the option parser gives them. */
export interface LintOptions {
  readonly output?: string;
  readonly failOn?: readonly string[];
}

const STATUS_FOUND = 1;

/**
 * Finds what would break in a mesh configuration.
 *
 * @returns the exit status: 0, or 1 when a condition of `--fail-on` holds.
 * @throws UserError for wrong use and for paths without resources.
 */
export async function runLint(
  paths: readonly string[],
  options: LintOptions,
  terminal: Terminal,
): Promise<number> {
  const kind = LINT_KINDS.find((known) => known === (options.output ?? 'text'));
  if (kind === undefined) {
    throw new UserError({
      code: 'BAD_OPTION',
      message: `--output ${options.output}: lint has no such output`,
      hint: `Use ${LINT_KINDS.join(' or ')}.`,
    });
  }
  const ids = await loadDiagnosisIds();
  const conditions = (options.failOn ?? []).map((text) => toCondition(text, ids));
  const result = await lintMesh(paths);
  const looks = { width: terminalWidth(terminal), color: wantsColor('auto', terminal) };
  await writeAll(terminal.stdout, await renderLint(kind, result, looks));
  return conditions.some((holds) => result.faults.some(holds)) ? STATUS_FOUND : 0;
}

function toCondition(text: string, ids: readonly string[]): (fault: MeshFault) => boolean {
  if (text === 'any') return () => true;
  if (text === 'error') return ({ severity }) => severity === 'error';
  if (text === 'warning') return ({ severity }) => severity === 'error' || severity === 'warning';
  if (ids.includes(text)) return ({ diagnosisId }) => diagnosisId === text;
  throw new UserError({
    code: 'BAD_OPTION',
    message: `--fail-on ${text}: there is no such condition`,
    hint: 'Use any, error, warning or the id of a diagnosis (faultline list).',
  });
}
