import type { Command } from 'commander';
import { listFormatNames, loadDiagnosisIds } from '../knowledge.ts';
import { DEFAULT_REDACTIONS, MORE_REDACTIONS } from '../model/redaction.ts';
import { REPORT_KINDS } from '../model/report.ts';
import { DETAILS_NAMES } from '../model/response-code-details.ts';
import { RESPONSE_FLAG_TABLE } from '../model/response-flag.ts';
import { type KnownWords, renderCompletion, type Shell } from './completion.ts';
import { describeProgram } from './describe-program.ts';
import { renderManPage } from './man-page.ts';
import type { Terminal } from './terminal.ts';
import { writeAll } from './terminal.ts';

/** Prints the man page. */
export async function runMan(program: Command, terminal: Terminal): Promise<number> {
  await writeAll(terminal.stdout, renderManPage(describeProgram(program)));
  return 0;
}

/** Prints the completion script of a shell. */
export async function runCompletion(shell: Shell, program: Command, terminal: Terminal): Promise<number> {
  await writeAll(terminal.stdout, renderCompletion(shell, describeProgram(program), await knownWords()));
  return 0;
}

async function knownWords(): Promise<KnownWords> {
  const ids = await loadDiagnosisIds();
  return {
    '--output': REPORT_KINDS,
    '--format': await listFormatNames(),
    '--fail-on': ['any', 'likely', 'confirmed', ...ids],
    '--only': ids,
    '--suppress': ids,
    '--redact': ['default', ...DEFAULT_REDACTIONS, ...MORE_REDACTIONS],
    explain: [...RESPONSE_FLAG_TABLE.map(({ flag }) => flag), ...DETAILS_NAMES, ...ids],
  };
}
