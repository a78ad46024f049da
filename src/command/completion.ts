import type { CommandDescription, OptionDescription, ProgramDescription } from './describe-program.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Words, of letters that no shell gives a meaning, that can stand behind an option, by its long name, or as an argument of a command, by the name of the command. */
export type KnownWords = Readonly<Record<string, readonly string[]>>;

/** Between single quotes of any shell that we write for. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Descriptions are one line, and colons end a word of zsh. */
const brief = (text: string): string => text.replace(/\s+/g, ' ').replaceAll(':', '\\:');

/** The words behind an option; null where they are files, or nobody knows. */
function wordsOf({ long, choices }: OptionDescription, known: KnownWords): readonly string[] | null {
  return choices.length > 0 ? choices : (known[long] ?? null);
}

function wordsOfArguments({ name, args }: CommandDescription, known: KnownWords): readonly string[] | null {
  const choices = args.flatMap((argument) => argument.choices);
  return choices.length > 0 ? choices : (known[name] ?? null);
}

const namesOf = ({ short, long }: OptionDescription): readonly string[] =>
  short === null ? [long] : [short, long];

/** Patterns of a shell's `case` for the names of an option. */
const patternOf = (option: OptionDescription): string => namesOf(option).join('|');

function renderBash({ name, commands, options }: ProgramDescription, known: KnownWords): string {
  const [first] = commands;
  const valued = commands.flatMap((command) => command.options.filter(({ value }) => value !== null));
  const cases = valued.map((option) => {
    const words = wordsOf(option, known);
    const reply = words === null ? 'compgen -f -- "$cur"' : `compgen -W ${quote(words.join(' '))} -- "$cur"`;
    return `    ${patternOf(option)}) COMPREPLY=($(${reply})); return ;;`;
  });
  const perCommand = commands.map((command) => {
    const flags = [...command.options, ...options].flatMap(namesOf).join(' ');
    const words = wordsOfArguments(command, known);
    const others = words === null ? 'compgen -f -- "$cur"' : `compgen -W ${quote(words.join(' '))} -- "$cur"`;
    return `    ${command.name}) flags=${quote(flags)}; [[ $cur == -* ]] || COMPREPLY=($(${others})) ;;`;
  });
  const names = commands.map((command) => command.name).join(' ');
  return `# bash completion of ${name}: source <(${name} completion bash)
_${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= flags= word
  COMPREPLY=()
  # Bash takes the = of KIND=PATH for a word of its own.
  if [[ $cur == = ]]; then COMPREPLY=($(compgen -f)); return; fi
  if [[ $prev == = ]]; then COMPREPLY=($(compgen -f -- "$cur")); return; fi
  case $prev in
${cases.join('\n')}
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${commands.map((command) => command.name).join('|')}) command=$word; break ;; esac
  done
  case \${command:-${first?.name ?? ''}} in
${perCommand.join('\n')}
  esac
  [[ $cur == -* ]] && COMPREPLY=($(compgen -W "$flags" -- "$cur"))
  [[ -z $command && $COMP_CWORD == 1 && $cur != -* ]] && COMPREPLY+=($(compgen -W ${quote(names)} -- "$cur"))
}
complete -o filenames -o bashdefault -F _${name} ${name}
`;
}

function renderZshOption(option: OptionDescription, known: KnownWords): string {
  const text = `[${brief(option.description).replace(/[[\]]/g, '\\$&')}]`;
  const words = wordsOf(option, known);
  const value = words === null ? '_files' : `(${words.join(' ')})`;
  const action = option.value === null ? '' : `:value:${value}`;
  // A star: an option may come again.
  return namesOf(option)
    .map((flag) => `      ${quote(`*${flag}${text}${action}`)}`)
    .join(' \\\n');
}

function renderZsh({ name, commands, options }: ProgramDescription, known: KnownWords): string {
  const [first] = commands;
  const perCommand = commands.map((command) => {
    const words = wordsOfArguments(command, known);
    const others = words === null ? '_files' : `(${words.join(' ')})`;
    const lines = [...command.options, ...options].map((option) => renderZshOption(option, known));
    return `    ${command.name})
      _arguments \\
${[...lines, `      ${quote(`*:argument:${others}`)}`].join(' \\\n')}
      ;;`;
  });
  const described = commands.map(
    (command) => `    ${quote(`${command.name}:${brief(command.description)}`)}`,
  );
  return `#compdef ${name}
# zsh completion of ${name}: source <(${name} completion zsh)
_${name}() {
  local -a commands=(
${described.join('\n')}
  )
  local command=${first?.name ?? ''} word
  for word in \${words[2,CURRENT-1]}; do
    case $word in ${commands.map((command) => command.name).join('|')}) command=$word; break ;; esac
  done
  (( CURRENT == 2 )) && [[ $PREFIX != -* ]] && _describe command commands
  case $command in
${perCommand.join('\n')}
  esac
}
compdef _${name} ${name}
`;
}

function renderFish({ name, commands, options }: ProgramDescription, known: KnownWords): string {
  const names = commands.map((command) => command.name).join(' ');
  const [first] = commands;
  const fishOption = (option: OptionDescription, condition: string): string => {
    const words = wordsOf(option, known);
    const short = option.short === null ? '' : ` -s ${option.short.slice(1)}`;
    let value = '';
    if (option.value !== null) value = words === null ? ' -r' : ` -x -a ${quote(words.join(' '))}`;
    return `complete -c ${name}${condition}${short} -l ${option.long.slice(2)}${value} -d ${quote(option.description)}`;
  };
  const isIn = (command: CommandDescription): string => {
    const seen = `__fish_seen_subcommand_from ${command.name}`;
    return ` -n ${quote(command === first ? `not __fish_seen_subcommand_from ${names}; or ${seen}` : seen)}`;
  };
  return [
    `# fish completion of ${name}: ${name} completion fish | source`,
    ...commands.map(
      (command) =>
        `complete -c ${name} -n ${quote(`not __fish_seen_subcommand_from ${names}`)} -a ${command.name} -d ${quote(command.description)}`,
    ),
    ...commands.flatMap((command) => {
      const words = wordsOfArguments(command, known);
      return [
        ...command.options.map((option) => fishOption(option, isIn(command))),
        ...(words === null ? [] : [`complete -c ${name}${isIn(command)} -f -a ${quote(words.join(' '))}`]),
      ];
    }),
    ...options.map((option) => fishOption(option, '')),
    '',
  ].join('\n');
}

/** The completion script of a shell. */
export function renderCompletion(shell: Shell, program: ProgramDescription, known: KnownWords): string {
  switch (shell) {
    case 'bash':
      return renderBash(program, known);
    case 'zsh':
      return renderZsh(program, known);
    case 'fish':
      return renderFish(program, known);
    default:
      return shell satisfies never;
  }
}
