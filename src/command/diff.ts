import { loadDiagnosisIds } from '../knowledge.ts';
import { UserError } from '../model/user-error.ts';
import type { ComparisonKind } from '../render.ts';
import { COMPARISON_KINDS, renderComparison } from '../render.ts';
import type { NamedText } from '../run.ts';
import { compareReports } from '../run.ts';
import type { ChangeCondition } from './fail-on.ts';
import { parseFailCondition } from './fail-on.ts';
import { readOptionFile } from './option-file.ts';
import { parseShare, toOutputPath } from './options.ts';
import type { ColorChoice, Terminal } from './terminal.ts';
import { terminalWidth, wantsColor, writeAll } from './terminal.ts';
import { assertSparesInputs, writeFileAtomically } from './write-file.ts';

/** Options of `faultline diff` as the option parser gives them. */
export interface DiffOptions {
  readonly output?: string;
  readonly failOn?: readonly string[];
  readonly minConfidence?: string;
  readonly color: ColorChoice;
}

const STATUS_FOUND = 1;

/**
 * Compares two JSON reports.
 *
 * @returns the exit status: 0, or 1 when `--fail-on new` or `worse` holds.
 * @throws UserError for wrong use and for what is no JSON report.
 */
export async function runDiff(
  [before, now]: readonly [before: string, now: string],
  options: DiffOptions,
  terminal: Terminal,
): Promise<number> {
  const { kind, path } = parseOutput(options.output ?? 'text');
  await assertSparesInputs([path], [before, now]);
  const minConfidence = parseShare('--min-confidence', options.minConfidence ?? '0');
  const conditions = await parseConditions(options.failOn ?? [], minConfidence);
  if (before === '-' && now === '-')
    throw badOption('both reports would come from the standard input', 'Name a file for one of them.');
  const comparison = await compareReports(
    await readNamed(before, terminal),
    await readNamed(now, terminal),
    minConfidence,
  );
  const text = await renderComparison(kind, comparison, {
    width: terminalWidth(terminal),
    color: path === null && wantsColor(options.color, terminal),
  });
  if (path === null) await writeAll(terminal.stdout, text);
  else await writeFileAtomically(path, text);
  return conditions.some(({ holds }) => holds({ comparison })) ? STATUS_FOUND : 0;
}

function parseOutput(value: string): { readonly kind: ComparisonKind; readonly path: string | null } {
  const [name, ...rest] = value.split('=');
  const kind = COMPARISON_KINDS.find((known) => known === name);
  const path = rest.join('=');
  if (kind === undefined || (rest.length > 0 && path === ''))
    throw badOption(
      `--output ${value}: a comparison has no such output`,
      `Use ${COMPARISON_KINDS.join(', ')}, or one of them with a file: json=changes.json.`,
    );
  return { kind, path: toOutputPath(path) };
}

async function parseConditions(
  texts: readonly string[],
  minConfidence: number,
): Promise<readonly ChangeCondition[]> {
  if (texts.length === 0) return [];
  const knownIds = await loadDiagnosisIds();
  const conditions = texts.map((text) => parseFailCondition(text, { knownIds, minConfidence }));
  const other = conditions.find(({ compares }) => !compares);
  if (other === undefined) return conditions.filter((condition) => condition.compares);
  throw badOption(
    `--fail-on ${other.text}: a comparison can only be asked for new and worse`,
    'Ask for the others when the report is made: faultline --fail-on likely LOG...',
  );
}

async function readNamed(path: string, { stdin }: Terminal): Promise<NamedText> {
  if (path === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
    return { name: 'standard input', text: Buffer.concat(chunks).toString('utf8') };
  }
  const hint = 'Give two JSON reports: faultline diff BEFORE.json NOW.json';
  return { name: path, text: await readOptionFile(path, { what: 'report', hint }) };
}

function badOption(message: string, hint: string): UserError {
  return new UserError({ code: 'BAD_OPTION', message, hint });
}
