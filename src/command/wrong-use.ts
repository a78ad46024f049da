import { suggest } from '../model/suggest.ts';
import { UserError } from '../model/user-error.ts';
import { didYouMean } from './options.ts';

// What the option parser refuses, in the words of the program: what, where, and what to do.

/** An error of the option parser: `code` names its kind, `message` holds the names in quotes. */
interface ParserError {
  readonly code: string;
  readonly message: string;
}

/** How the program was called. */
export interface Call {
  /** What stands behind the name of the program. */
  readonly args: readonly string[];
  /** All commands; the one that is meant when none is named comes first. */
  readonly commands: readonly string[];
}

function bad(message: string, hint: string): UserError {
  return new UserError({ code: 'BAD_OPTION', message, hint });
}

function commandOf({ args, commands }: Call): string {
  return args.find((arg) => commands.includes(arg)) ?? commands[0] ?? '';
}

/** What the option parser refused. */
export function describeParserError({ code, message }: ParserError, call: Call): UserError {
  const command = commandOf(call);
  const help = `faultline ${command} --help shows how it is called.`;
  const [, named = '', value = ''] = /'([^']*)'(?:[^']*'([^']*)')?/s.exec(message) ?? [];
  // `-o, --output <kind>` has a name by which it is called.
  const option = /--[\w-]+/.exec(named)?.[0] ?? named;
  switch (code) {
    case 'commander.unknownOption': {
      const near = /Did you mean (?:one of )?([^?]*)\?/.exec(message)?.[1];
      return bad(
        `${command} has no option ${named}`,
        near === undefined ? `Those that there are: faultline ${command} --help` : `Did you mean ${near}?`,
      );
    }
    case 'commander.optionMissingArgument':
      return bad(`${option} has no value`, `Write ${named.slice(named.indexOf(option))}.`);
    case 'commander.invalidArgument': {
      const isArgument = message.includes('command-argument');
      const choices = (/Allowed choices are (.*)\.$/.exec(message)?.[1] ?? '').split(', ');
      const given = isArgument ? named : value;
      return bad(
        `${isArgument ? command : option} ${given}: there is no such choice`,
        didYouMean(given, choices, `Choose one of ${choices.join(', ')}.`),
      );
    }
    case 'commander.missingArgument':
      return bad(`${command}: the argument <${named}> is missing`, help);
    case 'commander.excessArguments': {
      const [, most = '', count = ''] = /Expected (\d+) arguments? but got (\d+)/.exec(message) ?? [];
      return bad(`${command} takes ${most === '0' ? 'no argument' : `at most ${most}`}, not ${count}`, help);
    }
    default:
      return bad(message.replace(/^error: /, ''), help);
  }
}

/** A missing input whose name is nearly that of a command was meant for it. */
export function describeMissingInput(error: UserError, { args, commands }: Call): UserError {
  const word = args.find((arg) => !arg.startsWith('-')) ?? '';
  const [near] = suggest(word, commands);
  if (near === undefined || !error.message.startsWith(`cannot read ${word}:`)) return error;
  const { code, message, hint, cause } = error;
  return new UserError({ code, message, hint: `Did you mean the command ${near}? ${hint}`, cause });
}
