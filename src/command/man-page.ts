import type {
  ArgumentDescription,
  CommandDescription,
  OptionDescription,
  ProgramDescription,
} from './describe-program.ts';
import { ENVIRONMENT, EXIT_STATUSES } from './exit-status.ts';

/** Text as text of roff: no request, no escape, and hyphens that can be copied. */
function escapeRoff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&');
}

const bold = (text: string): string => `\\fB${escapeRoff(text)}\\fR`;
const italic = (text: string): string => `\\fI${escapeRoff(text)}\\fR`;

/** A paragraph with its term in the margin. */
function entry(term: string, text: string): string[] {
  return ['.TP', term, escapeRoff(text)];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`.SH ${title}`, ...lines];
}

function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

function describeOption({ short, long, value, description, choices }: OptionDescription): string[] {
  const names = [short, long].flatMap((name) => (name === null ? [] : bold(name))).join(', ');
  const term = value === null ? names : `${names} ${italic(value.replace(/^<(.*)>$/, '$1'))}`;
  const text =
    choices.length === 0 ? sentence(description) : `${sentence(description)} One of ${choices.join(', ')}.`;
  return entry(term, text);
}

function describeArgument({ term, description, choices }: ArgumentDescription): string[] {
  if (description === '' && choices.length === 0) return [];
  const one = choices.length === 0 ? '' : ` One of ${choices.join(', ')}.`;
  return entry(italic(term), `${sentence(description)}${one}`);
}

function usageOf({ name }: ProgramDescription, command: CommandDescription, isDefault: boolean): string {
  const words = [
    bold(name),
    isDefault ? `[${bold(command.name)}]` : bold(command.name),
    ...(command.options.length > 0 ? [`[${italic('options')}]`] : []),
    ...command.args.map(({ term }) => italic(term)),
  ];
  return words.join(' ');
}

function describeCommand(command: CommandDescription): string[] {
  const terms = [bold(command.name), ...command.args.map(({ term }) => italic(term))];
  return [
    ...entry(terms.join(' '), sentence(command.description)),
    ...command.args.flatMap((argument) => indent(describeArgument(argument))),
  ];
}

/** Entries under an entry. */
function indent(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['.RS', ...lines, '.RE'];
}

const EXAMPLES: readonly (readonly [text: string, command: string])[] = [
  ['What is wrong with a deployment:', 'kubectl logs deploy/NAME -c istio-proxy | faultline'],
  [
    'A page to pass on and the data, from one reading:',
    'faultline -o html=report.html -o json=report.json logs/',
  ],
  ['A pipeline that stops at a likely fault:', 'faultline -q --fail-on likely logs/'],
  ['What a response flag means:', 'faultline explain UF'],
];

/** The man page of the program, in roff. */
export function renderManPage(program: ProgramDescription): string {
  const { name, version, description, commands, options } = program;
  const lines = [
    `.TH ${name.toUpperCase()} 1 "" "${name} ${escapeRoff(version)}" "User Commands"`,
    ...section('NAME', [`${escapeRoff(name)} \\- ${escapeRoff(description.replace(/\.$/, ''))}`]),
    ...section(
      'SYNOPSIS',
      commands.flatMap((command, i) => [...(i === 0 ? [] : ['.br']), usageOf(program, command, i === 0)]),
    ),
    ...section('COMMANDS', commands.flatMap(describeCommand)),
    ...commands
      .filter((command) => command.options.length > 0)
      .flatMap((command) =>
        section(`OPTIONS OF ${command.name.toUpperCase()}`, command.options.flatMap(describeOption)),
      ),
    ...section('OTHER OPTIONS', options.flatMap(describeOption)),
    ...section(
      'EXIT STATUS',
      EXIT_STATUSES.flatMap(([status, meaning]) => entry(bold(status), meaning)),
    ),
    ...section(
      'ENVIRONMENT',
      ENVIRONMENT.flatMap(([variable, meaning]) => entry(bold(variable), meaning)),
    ),
    ...section(
      'EXAMPLES',
      EXAMPLES.flatMap(([text, command], i) => [
        ...(i === 0 ? [] : ['.PP']),
        escapeRoff(text),
        '.PP',
        '.RS',
        '.nf',
        escapeRoff(command),
        '.fi',
        '.RE',
      ]),
    ),
  ];
  return `${lines.join('\n')}\n`;
}
