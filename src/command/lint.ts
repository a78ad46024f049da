import { loadDiagnosisIds } from '../knowledge.ts';
import type { MeshFault } from '../model/mesh-evidence.ts';
import { UserError } from '../model/user-error.ts';
import { LINT_KINDS, renderLint } from '../render.ts';
import { lintMesh } from '../run.ts';
import { parseOutputsOf } from './options.ts';
import type { Terminal } from './terminal.ts';
import { terminalWidth, wantsColor, writeAll } from './terminal.ts';
import { assertSparesInputs, writeFileAtomically } from './write-file.ts';

/** Options of `faultline lint` as the option parser gives them. */
export interface LintOptions {
  readonly output?: readonly string[];
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
  const outputs = parseOutputsOf(LINT_KINDS, options.output ?? []);
  const written = outputs.map(({ path }) => path);
  await assertSparesInputs(written, paths);
  const ids = await loadDiagnosisIds();
  const conditions = (options.failOn ?? []).map((text) => toCondition(text, ids));
  const result = await lintMesh(paths, terminal.nowMs);
  for (const { kind, path } of outputs) {
    const color = path === null && wantsColor('auto', terminal);
    const text = await renderLint(kind, result, {
      width: terminalWidth(terminal),
      color,
      version: terminal.version,
    });
    if (path === null) await writeAll(terminal.stdout, text);
    else await writeFileAtomically(path, text);
  }
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
