import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ASSEMBLY = 'src/aggregate/wasm/';
const MODEL = ['src/model/', 'src/bytes/'];

/**
 * Who may import whom: a file or folder (with a slash) and what it may import. The longest match decides.
 * Files of the own folder are listed where they are allowed; a file without a row is a violation.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/model/': ['src/model/'],
  'src/bytes/': ['src/bytes/'],
  'src/ingest/': [...MODEL, 'src/ingest/'],
  'parsers/': [...MODEL, 'parsers/'],
  'src/aggregate/': [...MODEL, 'src/aggregate/'],
  'src/diagnose/': ['src/model/', 'src/diagnose/'],
  'src/report/': ['src/model/', 'src/report/'],
  'src/redact/': ['src/model/', 'src/redact/'],
  'src/mesh/': ['src/model/', 'src/mesh/'],
  'src/join/': ['src/model/', 'src/join/'],
  'src/compare/': ['src/model/', 'src/compare/'],
  'src/state/': ['src/model/', 'src/state/'],
  'diagnoses/': ['src/model/', 'src/diagnose/define.ts', 'diagnoses/claims/', 'diagnoses/behaviours/'],
  // What several diagnoses ask of a log in the same words.
  'diagnoses/claims/': ['src/model/'],
  // What the claims rest on.
  'diagnoses/behaviours/': [
    'src/model/',
    'src/diagnose/define-behaviours.ts',
    'diagnoses/behaviours/sources.ts',
  ],
  'diagnoses/index.ts': ['src/model/', 'src/diagnose/define.ts', 'diagnoses/'],
  // It hands the registries to the engine, and may not pick a single parser or diagnosis out of them.
  'src/run.ts': [
    ...MODEL,
    'src/ingest/',
    'src/aggregate/',
    'src/engine.ts',
    'src/read-logs.ts',
    'src/diagnose/',
    'src/report/',
    'src/redact/',
    'src/field-reader.ts',
    'src/mesh/',
    'src/join/',
    'src/compare/',
    'src/knowledge.ts',
    'src/unrecognised.ts',
    'parsers/index.ts',
  ],
  // What is said of inputs that hold no access log.
  'src/unrecognised.ts': ['src/model/', 'src/ingest/', 'src/redact/', 'src/field-reader.ts'],
  // Reports, and all else that is shown, as text of any kind.
  'src/render.ts': ['src/model/', 'src/report/'],
  // What the program knows without a log.
  'src/knowledge.ts': [
    'src/model/',
    'src/report/',
    'src/render.ts',
    'parsers/index.ts',
    'diagnoses/index.ts',
  ],
  // The fields of lines that a report shows.
  'src/field-reader.ts': [...MODEL, 'parsers/index.ts'],
  // The scheduled job around an analysis: positions, history, state.
  'src/scheduled-run.ts': ['src/model/', 'src/ingest/', 'src/compare/', 'src/state/', 'src/run.ts'],
  // One part of the inputs, read in this thread or in another: no diagnosis crosses a thread.
  'src/read-part.ts': [...MODEL, 'src/ingest/', 'src/aggregate/', 'parsers/index.ts'],
  'src/thread.ts': [...MODEL, 'src/ingest/', 'src/engine.ts', 'src/read-part.ts'],
  'src/read-logs.ts': [
    ...MODEL,
    'src/ingest/',
    'src/aggregate/',
    'src/engine.ts',
    'src/load-kernel.ts',
    'src/read-part.ts',
    'src/reading-threads.ts',
    'src/thread.ts',
  ],
  'src/engine.ts': ['src/reading-threads.ts'],
  'src/reading-threads.ts': ['src/ingest/parallel.ts'],
  'src/load-kernel.ts': [],
  // AssemblyScript: it becomes a program of its own and knows nothing else.
  [ASSEMBLY]: [ASSEMBLY],
  // Options, exit status and outputs of the commands; only `src/command-line.ts` touches the process.
  'src/command/': [
    'src/run.ts',
    'src/scheduled-run.ts',
    'src/render.ts',
    'src/knowledge.ts',
    'src/engine.ts',
    'src/model/',
    'src/command/',
  ],
  'src/command-line.ts': ['src/run.ts', 'src/engine.ts', 'src/model/', 'src/command/'],
  // The entries of process and thread, which load the script of each, and the cache of its compiled code.
  'src/code-cache.ts': [],
  'src/load-script.ts': ['src/code-cache.ts', 'src/engine.ts', 'src/command-line.ts', 'src/thread.ts'],
  'src/cli.ts': ['src/load-script.ts', 'src/reading-threads.ts'],
  'src/worker.ts': ['src/load-script.ts'],
};

/** Everything else would run in a browser. */
const MAY_USE_NODE = [
  'src/ingest/',
  // It keeps files.
  'src/state/',
  'src/command/',
  'src/cli.ts',
  'src/code-cache.ts',
  'src/command-line.ts',
  'src/engine.ts',
  'src/load-script.ts',
  'src/reading-threads.ts',
  'src/thread.ts',
  'src/read-part.ts',
  'src/read-logs.ts',
  'src/load-kernel.ts',
  'src/run.ts',
  'test/',
  'scripts/',
];
const NODE_MODULES = new Set(builtinModules);
/** Packages that use Node's modules themselves. */
const NODE_PACKAGES = new Set(['commander', 'pino', 'split2']);
/** Vocabulary and byte tools import nothing but themselves. */
const WITHOUT_PACKAGES = MODEL;
const BARRELS = ['parsers/index.ts', 'diagnoses/index.ts'];

const STATIC_IMPORT = /^\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;
const DYNAMIC_IMPORT = /\bimport\s*\(\s*['"]([^'"]+)['"]/g;
const RE_EXPORT = /^\s*export\b[^'"`;=]*?\bfrom\s*['"]/m;
const DEFAULT_EXPORT = /^\s*export\s+(?:default\b|\{[^}]*\bas\s+default\b)/m;

interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

function covers(places: readonly string[], path: string): boolean {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
}

function importsOf(text: string): string[] {
  return [STATIC_IMPORT, DYNAMIC_IMPORT].flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap(([, specifier]) => specifier ?? []),
  );
}

function checkPackage({ path }: SourceFile, specifier: string): string[] {
  const isNode = specifier.startsWith('node:') || NODE_MODULES.has(specifier) || NODE_PACKAGES.has(specifier);
  if (isNode && !covers(MAY_USE_NODE, path)) return [`${path}: may not use Node's ${specifier}`];
  if (covers(WITHOUT_PACKAGES, path)) return [`${path}: may not import the package ${specifier}`];
  return [];
}

function checkRelative({ path }: SourceFile, specifier: string): string[] {
  if (
    !path.startsWith(ASSEMBLY) &&
    !specifier.endsWith('.ts') &&
    path.endsWith('.ts') &&
    !specifier.endsWith('.mjs')
  ) {
    return [`${path}: import path ${specifier} does not end in .ts`];
  }
  if (path.startsWith('test/')) return [];
  const row = Object.keys(MAY_IMPORT)
    .filter((place) => covers([place], path))
    .sort((a, b) => b.length - a.length)[0];
  if (row === undefined) return [];
  const target = posix.join(posix.dirname(path), specifier);
  return covers(MAY_IMPORT[row] ?? [], target) ? [] : [`${path}: may not import ${target}`];
}

function checkForm({ path, text }: SourceFile): string[] {
  const found: string[] = [];
  if (!path.startsWith('test/') && !Object.keys(MAY_IMPORT).some((place) => covers([place], path))) {
    found.push(`${path}: has no row in the table of who may import whom`);
  }
  if (DEFAULT_EXPORT.test(text)) found.push(`${path}: has a default export`);
  const isBarrel = path.endsWith('/index.ts') || RE_EXPORT.test(text);
  // What the kernel exports is what can be called from outside.
  if (isBarrel && !BARRELS.includes(path) && !path.startsWith(ASSEMBLY))
    found.push(`${path}: is a barrel file`);
  return found;
}

function violations(file: SourceFile): string[] {
  const imports = importsOf(file.text).flatMap((specifier) =>
    specifier.startsWith('.') ? checkRelative(file, specifier) : checkPackage(file, specifier),
  );
  return [...checkForm(file), ...imports];
}

function readFolder(folder: string): SourceFile[] {
  // A folder that is yet to be written breaks no rule.
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

test.for(['src', 'parsers', 'diagnoses', 'test'])('%s keeps to the layers', (folder) => {
  expect(readFolder(folder).flatMap(violations)).toEqual([]);
});

test('reads nothing from a folder that does not exist', () => {
  expect(readFolder('no-such-folder')).toEqual([]);
});

const ALLOWED: readonly (readonly [path: string, text: string])[] = [
  ['src/model/finding.ts', "import type { Shape } from './shape.ts';"],
  ['src/ingest/lines.ts', "import { createGunzip } from 'node:zlib';"],
  ['src/ingest/lines.ts', "import split2 from 'split2';"],
  ['src/aggregate/merge.ts', "import { find } from '../bytes/search.ts';"],
  ['src/report/text.ts', "import { format } from 'date-fns/format';"],
  ['diagnoses/routing/no-route.ts', "import { defineDiagnosis } from '../../src/diagnose/define.ts';"],
  ['diagnoses/index.ts', "import { noRoute } from './routing/no-route.ts';"],
  ['diagnoses/index.ts', "export { noRoute } from './routing/no-route.ts';"],
  ['src/knowledge.ts', "import { DIAGNOSES } from '../diagnoses/index.ts';"],
  ['src/run.ts', "const { render } = await import('./report/text.ts');"],
  ['src/read-part.ts', "import { FORMATS } from '../parsers/index.ts';"],
  ['src/command-line.ts', "import { run } from './run.ts';\nimport { stdin } from 'node:process';"],
  ['test/run.test.ts', "import { run } from '../src/run.ts';\nimport { setup } from '../scripts/build.mjs';"],
  ['src/model/flag.ts', "export const from = 'a';\nexport const FLAGS = ['UF', 'from'] as const;"],
  ['src/model/flag.ts', "// export default is not used, nor import 'node:fs'\nexport const a = 1;"],
];

const FORBIDDEN: readonly (readonly [path: string, text: string, violation: string])[] = [
  ['src/model/a.ts', "import { b } from '../bytes/b.ts';", 'may not import src/bytes/b.ts'],
  ['src/model/a.ts', "import { format } from 'date-fns';", 'may not import the package date-fns'],
  ['src/bytes/a.ts', "import { b } from '../model/b.ts';", 'may not import src/model/b.ts'],
  ['src/ingest/a.ts', "import { b } from '../aggregate/b.ts';", 'may not import src/aggregate/b.ts'],
  ['src/aggregate/a.ts', "import {\n  b,\n} from '../ingest/b.ts';", 'may not import src/ingest/b.ts'],
  ['src/diagnose/a.ts', "import type { B } from '../aggregate/b.ts';", 'may not import src/aggregate/b.ts'],
  ['src/diagnose/a.ts', "import '../../diagnoses/index.ts';", 'may not import diagnoses/index.ts'],
  ['src/report/a.ts', "await import('../diagnose/b.ts');", 'may not import src/diagnose/b.ts'],
  ['parsers/a.ts', "import { b } from '../src/ingest/b.ts';", 'may not import src/ingest/b.ts'],
  ['diagnoses/x/a.ts', "import { b } from './b.ts';", 'may not import diagnoses/x/b.ts'],
  [
    'diagnoses/x/a.ts',
    "import { b } from '../../src/diagnose/rank.ts';",
    'may not import src/diagnose/rank.ts',
  ],
  ['src/knowledge.ts', "import { b } from '../diagnoses/x/b.ts';", 'may not import diagnoses/x/b.ts'],
  ['src/run.ts', "import { b } from '../parsers/istio.ts';", 'may not import parsers/istio.ts'],
  ['src/thread.ts', "import { b } from '../diagnoses/index.ts';", 'may not import diagnoses/index.ts'],
  ['src/command-line.ts', "import { b } from './report/b.ts';", 'may not import src/report/b.ts'],
  ['src/aggregate/a.ts', "import { b } from 'node:fs';", "may not use Node's node:fs"],
  ['src/aggregate/a.ts', "import { b } from 'fs/promises';", "may not use Node's fs/promises"],
  ['src/report/a.ts', "import { pino } from 'pino';", "may not use Node's pino"],
  ['src/model/a.ts', "import { b } from './b.js';", 'import path ./b.js does not end in .ts'],
  ['test/a.test.ts', "import { b } from '../src/b';", 'import path ../src/b does not end in .ts'],
  ['src/model/a.ts', 'export default 1;', 'has a default export'],
  ['src/model/a.ts', 'const a = 1;\nexport { a as default };', 'has a default export'],
  ['src/report/index.ts', 'export const a = 1;', 'is a barrel file'],
  ['src/report/all.ts', "export * from './text.ts';", 'is a barrel file'],
  ['src/report/all.ts', "export type { A } from './text.ts';", 'is a barrel file'],
  ['src/utils.ts', 'export const a = 1;', 'has no row in the table of who may import whom'],
];

describe('the rules themselves', () => {
  test.for(ALLOWED)('%s may hold: %s', ([path, text]) => {
    expect(violations({ path, text })).toEqual([]);
  });

  test.for(FORBIDDEN)('%s may not hold: %s', ([path, text, violation]) => {
    expect(violations({ path, text })).toEqual([`${path}: ${violation}`]);
  });
});
