import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { describe, expect, test } from 'vitest';
import { renderCompletion, SHELLS } from '../../src/command/completion.ts';
import { describeProgram } from '../../src/command/describe-program.ts';
import { renderManPage } from '../../src/command/man-page.ts';
import { faultline, ROOT, run } from '../support/command.ts';

/** A program with all that a declaration can hold, and texts that roff and shells give a meaning. */
function createProgram(): Command {
  const program = new Command('toy')
    .version('1.2.3', '-V, --version', 'print the version')
    .description('A toy.');
  program
    .command('play [files...]', { isDefault: true })
    .description(".it's the default: \\fBplay\\fR")
    .option('-o, --output <kind[=path]>', "it's [one] of several")
    .addOption(new Option('--color <when>', 'colour').choices(['auto', 'never']))
    .option('--no-noise', 'be quiet');
  program
    .command('explain')
    .argument('<topic>', 'what to explain')
    .description('explain')
    .action(() => undefined);
  program.command('secret', { hidden: true }).description('not for help');
  return program;
}

const PROGRAM = describeProgram(createProgram());

test('the declaration of a program is read as it is', () => {
  expect(PROGRAM.commands.map(({ name }) => name)).toEqual(['play', 'explain']);
  expect(PROGRAM.commands[0]?.args).toEqual([{ term: '[files...]', description: '', choices: [] }]);
  expect(PROGRAM.commands[0]?.options).toMatchObject([
    { short: '-o', long: '--output', value: '<kind[=path]>' },
    { short: null, long: '--color', value: '<when>', choices: ['auto', 'never'] },
    { short: null, long: '--no-noise', value: null },
  ]);
  expect(PROGRAM.options).toMatchObject([{ short: '-V', long: '--version', value: null }]);
});

describe('the man page', () => {
  test('names every command and option, and obeys no text', () => {
    const page = renderManPage(PROGRAM);
    for (const term of ['\\fB\\-o\\fR, \\fB\\-\\-output\\fR', '\\fB\\-\\-no\\-noise\\fR', '\\fBexplain\\fR'])
      expect(page).toContain(term);
    expect(page).toContain("\\&.it's the default: \\efBplay\\efR.");
    expect(page).toContain('One of auto, never.');
    for (const line of page.split('\n'))
      expect(line).toMatch(/^(?:\.(?:TH|SH|TP|PP|RS|RE|nf|fi|br)\b|[^.']|$)/);
  });

  // `npx vitest run -u` writes it.
  test('of the program is up to date', async () => {
    const { stdout, stderr } = await faultline(['man']);
    expect(stderr).toBe('');
    await expect(stdout).toMatchFileSnapshot(join(ROOT, 'man/faultline.1'));
  });

  // npm turns a lone path into a list when it publishes, not when it packs; and from a path alone it links no page.
  test('is linked where `man` looks when the packed program is installed', () => {
    const { man } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(man).toEqual(['./man/faultline.1']);
  });
});

describe('completion', () => {
  test.for(SHELLS)('of %s quotes what a shell gives a meaning', (shell) => {
    const script = renderCompletion(shell, PROGRAM, { '--output': ['one', 'two'], explain: ['UF'] });
    for (const word of ['one two', 'auto never', 'UF']) expect(script).toContain(word);
    expect(script).not.toMatch(/(?<!\\|')'s \[one/);
    expect(script).not.toContain('secret');
  });

  /** What bash offers for the last of the words. */
  async function offersOf(...words: readonly string[]): Promise<string[]> {
    const { stdout: script } = await faultline(['completion', 'bash']);
    const { stdout, stderr } = await run('bash', [
      '--norc',
      '-c',
      `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _faultline; printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      'faultline',
      ...words,
    ]);
    expect(stderr).toBe('');
    return stdout.trimEnd().split('\n').sort();
  }

  test.for([
    [['exp'], ['explain']],
    [['--redac'], ['--redact']],
    [['-o', 'ma'], ['markdown']],
    [['--output', 'sar'], ['sarif']],
    [['-o', 'html', '=', 'REA'], ['README.md']],
    [
      ['analyze', '--color', 'a'],
      ['always', 'auto'],
    ],
    [['--only', 'cluster-not'], ['cluster-not-found']],
    [['--fail-on', 'lik'], ['likely']],
    [['--mesh-config', 'samp'], ['samples']],
    [['--format', 'envoy-d'], ['envoy-default']],
    [['READ'], ['README.md']],
    [['explain', 'UF'], ['UF']],
    [['list', 'fl'], ['flags']],
    [['completion', 'z'], ['zsh']],
  ] as const)('bash: %j', async ([words, offers]) => {
    expect(await offersOf(...words)).toEqual(offers);
  });

  test.for(SHELLS)('of %s holds only words that need no quotes', async (shell) => {
    const { stdout, status } = await faultline(['completion', shell]);
    expect(status).toBe(0);
    const [words = ''] = /any likely confirmed [^')]*/.exec(stdout) ?? [];
    expect(words).toMatch(/^[\w -]+$/);
  });

  test('of a shell that is not known is refused', async () => {
    expect((await faultline(['completion', 'tcsh'])).status).toBe(2);
  });
});
