import type { Argument, Command, Option } from 'commander';

/** An option as help, man page and completions show it. */
export interface OptionDescription {
  readonly short: string | null;
  readonly long: string;
  /** What stands for the value, such as `<kind[=path]>`; null for a switch. */
  readonly value: string | null;
  readonly description: string;
  readonly choices: readonly string[];
}

export interface ArgumentDescription {
  /** As in a usage line: `<topic...>`, `[inputs...]`. */
  readonly term: string;
  readonly description: string;
  readonly choices: readonly string[];
}

export interface CommandDescription {
  readonly name: string;
  readonly description: string;
  readonly args: readonly ArgumentDescription[];
  readonly options: readonly OptionDescription[];
}

/** The program as it was declared to the option parser: the one table that help, man page and completions are made of. */
export interface ProgramDescription {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** The command that is meant when none is named comes first. */
  readonly commands: readonly CommandDescription[];
  readonly options: readonly OptionDescription[];
}

function describeOption({ short, long, flags, description, argChoices }: Option): OptionDescription {
  return {
    short: short ?? null,
    long: long ?? flags,
    value: /[<[].*$/.exec(flags)?.[0] ?? null,
    description,
    choices: argChoices ?? [],
  };
}

function describeArgument(argument: Argument): ArgumentDescription {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return {
    term: argument.required ? `<${name}>` : `[${name}]`,
    description: argument.description,
    choices: argument.argChoices ?? [],
  };
}

/** Reads the declaration of the program. Commands that are hidden from help are left out. */
export function describeProgram(program: Command): ProgramDescription {
  const help = program.createHelp();
  const isDeclared = (command: Command): boolean => program.commands.includes(command);
  return {
    name: program.name(),
    version: program.version() ?? '',
    description: program.description(),
    options: program.options.map(describeOption),
    commands: help
      .visibleCommands(program)
      .filter(isDeclared)
      .map((command) => ({
        name: command.name(),
        description: command.description(),
        args: command.registeredArguments.map(describeArgument),
        options: help
          .visibleOptions(command)
          .filter(({ long }) => long !== '--help')
          .map(describeOption),
      })),
  };
}
