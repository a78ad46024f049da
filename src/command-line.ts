import { readFileSync } from 'node:fs';
import { Argument, Command, CommanderError, Option } from 'commander';
import type { AnalyzeOptions } from './command/analyze.ts';
import type { Shell } from './command/completion.ts';
import type { DiffOptions } from './command/diff.ts';
import type { ExplainOptions } from './command/explain.ts';
import type { LintOptions } from './command/lint.ts';
import type { ReportOptions } from './command/report.ts';
import type { Terminal } from './command/terminal.ts';
import type { Means } from './engine.ts';
import { Engine } from './engine.ts';
import { MORE_REDACTIONS } from './model/redaction.ts';
import { REPORT_KINDS } from './model/report.ts';
import { UserError } from './model/user-error.ts';

const STATUS_WRONG_USE = 2;
const STATUS_DEFECT = 70;
const STATUS_OF_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;

const { version } = readPackage();

function readPackage(): { version: string } {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const value: unknown = JSON.parse(text);
  return {
    version: typeof value === 'object' && value !== null && 'version' in value ? String(value.version) : '0',
  };
}

/** `timeout` and `npm run` pass on a signal that the program has got with them: within this time it is the same one. */
const SAME_SIGNAL_MS = 500;

const interruption = new AbortController();
let received: keyof typeof STATUS_OF_SIGNAL | null = null;
let receivedMs = 0;

function onSignal(signal: keyof typeof STATUS_OF_SIGNAL): void {
  const nowMs = performance.now();
  if (received !== null && nowMs - receivedMs < SAME_SIGNAL_MS) return;
  // The second time the user means it: no report.
  if (received !== null) process.exit(STATUS_OF_SIGNAL[signal]);
  received = signal;
  receivedMs = nowMs;
  interruption.abort();
}

/** `all` is no list where an option can also be switched off. */
function collect(value: string, all: unknown = []): readonly string[] {
  return [...(Array.isArray(all) ? all : []), value];
}

function repeatable(flags: string, description: string): Option {
  return new Option(flags, `${description} (repeatable)`).argParser(collect);
}

const HELP = `
Examples:
  kubectl logs deploy/NAME -c istio-proxy | faultline
  faultline --fail-on likely logs/
  faultline explain UF

The options of the default command: faultline analyze --help
Exit status: 0 nothing at --fail-on, 1 something is, 2 wrong use or nothing
recognised, 70 a defect, 130 or 143 after SIGINT or SIGTERM (with the report of
what was read).`;

async function finish(status: Promise<number>): Promise<void> {
  const found = await status;
  process.exitCode = received === null ? found : STATUS_OF_SIGNAL[received];
}

function createProgram(terminal: Terminal): Command {
  const program = new Command('faultline')
    .description('Diagnoses failures of a service mesh from Envoy and istio-proxy access logs.')
    .version(version, '-V, --version', 'print the version')
    // What is wrong is said below, in words of our own.
    .configureOutput({ outputError: () => undefined })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', HELP)
    .exitOverride();
  addAnalyze(program, terminal);
  program
    .command('explain')
    .argument(
      '<topic...>',
      'a response flag (UF), response code details, a reply of Envoy, a diagnosis id, or a pasted log line',
    )
    .description('explain a flag, details or a diagnosis, or diagnose a pasted log line with the arithmetic')
    .option('--no-redact', 'keep what would be taken out of a pasted line that leaves the terminal')
    .action(async (topic: readonly string[], options: ExplainOptions) => {
      const { runExplain } = await import('./command/explain.ts');
      await finish(runExplain(topic, terminal, options));
    });
  program
    .command('list')
    .addArgument(
      new Argument('[what]', 'what to list').choices(['diagnoses', 'flags', 'formats']).default('diagnoses'),
    )
    .description('list all diagnoses, response flags or log formats')
    .action(async (what: 'diagnoses' | 'flags' | 'formats') => {
      const { runList } = await import('./command/list.ts');
      await finish(runList(what, terminal));
    });
  program
    .command('lint')
    .argument('<path...>', 'YAML or JSON of mesh resources: files or folders')
    .description('find what would break in a mesh configuration, without a log')
    .addOption(
      repeatable(
        '-o, --output <kind[=path]>',
        'text, json, markdown, html, sarif; text when not given; with a path: into a file',
      ),
    )
    .addOption(
      repeatable('--fail-on <condition>', 'exit 1 when it holds: any, error, warning, a diagnosis id'),
    )
    .action(async (paths: readonly string[], options: LintOptions) => {
      const { runLint } = await import('./command/lint.ts');
      await finish(runLint(paths, options, terminal));
    });
  program
    .command('collect')
    .argument('[namespace]', 'the namespace of the failing workload', 'default')
    .description('print the kubectl commands that gather logs and mesh resources; runs nothing')
    .action(async (namespace: string) => {
      const { runCollect } = await import('./command/collect.ts');
      await finish(runCollect(namespace, terminal));
    });
  addReport(program, terminal);
  addDiff(program, terminal);
  program
    .command('schema')
    .description('print the JSON Schema of the JSON report')
    .action(async () => {
      const { runSchema } = await import('./command/list.ts');
      await finish(runSchema(terminal));
    });
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .description('print a completion script: source <(faultline completion bash)')
    .action(async (shell: Shell) => {
      const { runCompletion } = await import('./command/help-pages.ts');
      await finish(runCompletion(shell, program, terminal));
    });
  program
    .command('man')
    .description('print the man page: faultline man | man -l -')
    .action(async () => {
      const { runMan } = await import('./command/help-pages.ts');
      await finish(runMan(program, terminal));
    });
  return program;
}

function addDiff(program: Command, terminal: Terminal): void {
  program
    .command('diff')
    .argument('<before>', 'a JSON report, or -')
    .argument('<now>', 'a later JSON report, or -')
    .description('compare two JSON reports: what is new, worse, the same, better, gone')
    .option('-o, --output <kind[=path]>', 'text, json, markdown (text when not given)')
    .addOption(repeatable('--fail-on <change>', 'exit 1 when there is such a change: new, worse'))
    .option('--min-confidence <share>', 'findings below it make no --fail-on hold (0.7 or 70%)')
    .addOption(
      new Option('--color <when>', 'colour the text').choices(['auto', 'always', 'never']).default('auto'),
    )
    .action(async (before: string, now: string, options: DiffOptions) => {
      const { runDiff } = await import('./command/diff.ts');
      await finish(runDiff([before, now], options, terminal));
    });
}

function addAnalyze(program: Command, terminal: Terminal): void {
  const command = program
    .command('analyze [inputs...]', { isDefault: true })
    .description('analyse access logs: files, folders, - or standard input (the default command)');
  addOutput(command);
  command
    .option('--since <time>', 'only requests from then on: RFC 3339, or a duration before now (90m)')
    .option('--until <time>', 'only requests up to then');
  addChoices(command);
  command.option(
    '--baseline <report.json>',
    'say what is new, worse, better and gone since that JSON report',
  );
  addLooks(command);
  command.action(async (inputs: readonly string[], options: AnalyzeOptions) => {
    if (inputs.length === 0 && process.stdin.isTTY) {
      process.stderr.write(program.helpInformation());
      process.exitCode = STATUS_WRONG_USE;
      return;
    }
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
    const { runAnalyze } = await import('./command/analyze.ts');
    await finish(runAnalyze(inputs, options, terminal));
  });
}

/** The scheduled job has the options of `analyze`, but for those that say what to read and what to compare with. */
function addReport(program: Command, terminal: Terminal): void {
  const command = program
    .command('report [inputs...]')
    .description('report on what is new in files and folders since the last run, for a scheduled job')
    .option('--state <folder>', 'where inputs were left, and the history of causes, are kept (required)')
    .addOption(
      repeatable(
        '--notify <url>',
        'tell what is new, worse or gone: [slack=|teams=|json=]URL, or env:NAME of a variable that holds the URL',
      ),
    )
    .option('--keep <duration>', 'forget causes that were last seen longer ago (default: 90d)');
  addOutput(command);
  addChoices(command);
  addLooks(command);
  command.action(async (inputs: readonly string[], options: ReportOptions) => {
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
    const { runReport } = await import('./command/report.ts');
    await finish(runReport(inputs, options, terminal));
  });
}

/** What to write and how to read. */
function addOutput(command: Command): void {
  command
    .addOption(
      repeatable(
        '-o, --output <kind[=path]>',
        `kind of report: ${REPORT_KINDS.join(', ')}; text when not given; with a path: into a file`,
      ),
    )
    .option(
      '-f, --format <name|string|@path>',
      'skip recognition: a name of `list formats`, an Envoy format string, a JSON format object, or @ and a file with one: MeshConfig, EnvoyFilter, Envoy YAML or the format alone',
    )
    .addOption(
      repeatable(
        '--mesh-config <path>',
        'YAML or JSON of mesh resources, a file or a folder: confirms or refutes causes',
      ),
    );
}

/** What counts. */
function addChoices(command: Command): void {
  command
    .addOption(repeatable('--cluster <glob>', 'only requests to these clusters'))
    .addOption(repeatable('--authority <glob>', 'only requests to these authorities'))
    .addOption(repeatable('--exclude-path <glob>', 'leave out requests to these paths'))
    .option('--keep-duplicates', 'count a line as often as it stands in the inputs, not once')
    .addOption(repeatable('--only <id>', 'show only this diagnosis'))
    .option('--top <n>', 'findings shown in full (default: 10)')
    .addOption(
      repeatable(
        '--fail-on <condition>',
        'exit 1 when it holds: any, likely, confirmed, new, worse, rate>1%, a diagnosis id',
      ),
    )
    .addOption(
      repeatable(
        '--suppress <id[=glob]>',
        'show a diagnosis as suppressed, for clusters or authorities that match',
      ),
    )
    .option('--suppressions <file>', 'the same from a YAML or JSON file: a list of id, scope, reason, until')
    .option('--min-confidence <share>', 'findings below it make no --fail-on hold (0.7 or 70%)');
}

/** What is taken out, and how things look. */
function addLooks(command: Command): void {
  command
    .addOption(
      repeatable(
        '--redact <rule>',
        `also take out: ${MORE_REDACTIONS.join(', ')}, or a /pattern/; on a terminal too`,
      ),
    )
    .option(
      '--no-redact',
      'keep query strings, tokens, client addresses and user agents in what leaves the terminal',
    )
    .addOption(
      new Option('--color <when>', 'colour the report').choices(['auto', 'always', 'never']).default('auto'),
    )
    .option('--no-progress', 'no progress on standard error')
    .option('-q, --quiet', 'no diagnostics on standard error')
    .option('-v, --verbose', 'show the arithmetic behind each confidence')
    .addOption(
      new Option('--log-format <format>', 'how diagnostics are written')
        .choices(['text', 'json'])
        .default('text'),
    );
}

/** Wrong use that only the names of commands and options explain. */
async function reword(error: unknown, { commands }: Command): Promise<never> {
  const isRefused =
    error instanceof CommanderError && error.exitCode !== 0 && error.code !== 'commander.help';
  const isMissing = error instanceof UserError && error.code === 'NO_SUCH_INPUT';
  if (!isRefused && !isMissing) throw error;
  const { describeMissingInput, describeParserError } = await import('./command/wrong-use.ts');
  const call = { args: process.argv.slice(2), commands: commands.map((command) => command.name()) };
  throw isMissing ? describeMissingInput(error, call) : describeParserError(error, call);
}

/** Standard output was closed by its reader (`| head`): that is success. */
function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/** Where the reports of other outputs go, their writer says so; this is the standard output. */
function isFullDevice(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}

function fail(error: unknown): void {
  if (isClosedPipe(error)) process.exit(0);
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : STATUS_WRONG_USE;
    return;
  }
  if (error instanceof UserError) {
    process.stderr.write(`faultline: ${error.message}\n${error.hint}\n`);
    process.exitCode = received === null ? STATUS_WRONG_USE : STATUS_OF_SIGNAL[received];
    return;
  }
  if (isFullDevice(error)) {
    process.stderr.write(
      'faultline: the report cannot be written to standard output: no space is left on the device\nMake room, or write it elsewhere: -o text=FILE\n',
    );
    process.exitCode = STATUS_WRONG_USE;
    return;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`faultline ${version}: this is a defect of the program, please report it\n${stack}\n`);
  process.exitCode = STATUS_DEFECT;
}

/** What is written has reached the system. */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}

/** Nothing is left to do but what the engine does of its own accord: collecting garbage takes longer than rendering. */
async function leave(): Promise<void> {
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  process.exit();
}

/** Runs the command that the arguments of the process name, and ends the process. */
export function main(means: Means): void {
  const { stdin, stdout, stderr, env } = process;
  stdout.on('error', fail);
  stderr.on('error', () => undefined);
  process.on('uncaughtException', (error) => {
    fail(error);
    process.exit();
  });
  const terminal: Terminal = {
    ...{ stdin, stdout, stderr, env, version },
    nowMs: Date.now(),
    signal: interruption.signal,
    engine: new Engine(means),
  };
  const program = createProgram(terminal);
  program
    .parseAsync()
    .catch((error) => reword(error, program))
    .catch(fail)
    .finally(leave);
}
