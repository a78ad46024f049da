import { copyFileSync, cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCommandFolder, ROOT, run } from './support/command.ts';

/** Stands for any number of lines. */
const ANYTHING = '…';

interface Example {
  readonly command: string;
  readonly shown: readonly string[];
}

/** What the page about the mesh configuration shows. */
const MESH_CASE = 'test/mesh/cases/dr-disable-under-strict';
const MESH_FILES = [
  ['broken.yaml', 'mesh.yaml'],
  ['broken.log', 'access.log'],
] as const;

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const stories = readFileSync(join(ROOT, 'docs/stories.md'), 'utf8');
const meshConfig = readFileSync(join(ROOT, 'docs/mesh-config.md'), 'utf8');
const examples = examplesOf(readme);

function examplesOf(page: string): readonly Example[] {
  return [...page.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block = '']) => splitExamples(block));
}

function splitExamples(block: string): readonly Example[] {
  const found: { command: string; shown: string[] }[] = [];
  for (const line of block.trimEnd().split('\n')) {
    if (line.startsWith('$ ')) found.push({ command: line.slice(2), shown: [] });
    else found[found.length - 1]?.shown.push(line);
  }
  return found;
}

/** A pattern for the output shown: line by line, `…` for any lines. */
function toPattern(shown: readonly string[]): RegExp {
  const lines = shown.map((line) =>
    line === ANYTHING ? '(?:.*\\n)*?' : `${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\n`,
  );
  return new RegExp(`^${lines.join('')}$`);
}

/** A copy of what the commands read, so that what they write does not lie about in the repository. */
function createWorkFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-readme-'));
  cpSync(join(ROOT, 'samples/mixed'), join(folder, 'samples/mixed'), { recursive: true });
  cpSync(join(ROOT, 'docs/stories'), join(folder, 'docs/stories'), { recursive: true });
  copyFileSync(join(ROOT, 'README.md'), join(folder, 'README.md'));
  for (const [name, copy] of MESH_FILES) copyFileSync(join(ROOT, MESH_CASE, name), join(folder, copy));
  return folder;
}

describe('the commands of the README, of the stories and of the mesh configuration', () => {
  test.for([...examples, ...examplesOf(stories), ...examplesOf(meshConfig)])(
    '$command',
    async ({ command, shown }) => {
      const env = { PATH: `${createCommandFolder()}:${process.env['PATH'] ?? ''}`, COLUMNS: '80' };
      const { stdout, stderr } = await run('sh', ['-c', command], { cwd: createWorkFolder(), env });
      expect(stderr).toBe('');
      if (shown.length > 0) expect(stdout).toMatch(toPattern(shown));
      else expect(stdout).not.toBe('');
    },
  );

  test('are there', () => {
    expect(examples.length).toBeGreaterThan(8);
  });
});

/** The block of the README that shows the options. */
const HELP_BLOCK = /(?<=```text\n)Usage: faultline analyze[\s\S]*?(?=\n```)/;

// `npx vitest run -u` writes it.
test('the README shows the help as the program prints it', async () => {
  expect(readme).toMatch(HELP_BLOCK);
  const { stdout } = await run(process.execPath, [join(ROOT, 'dist/src/cli.cjs'), 'analyze', '--help'], {
    env: { COLUMNS: '100' },
  });
  await expect(readme.replace(HELP_BLOCK, () => stdout.trimEnd())).toMatchFileSnapshot(
    join(ROOT, 'README.md'),
  );
});

test('links of the README lead to files', () => {
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path);
  for (const path of links) expect(() => readFileSync(join(ROOT, path))).not.toThrow();
});
