import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnoses, RETIRED } from '../diagnoses/index.ts';
import { fillCode, fillText } from '../src/diagnose/placeholders.ts';
import { rankShapes } from '../src/diagnose/rank.ts';
import { TEMPERATURE } from '../src/diagnose/temperature.ts';
import type { Diagnosis } from '../src/model/diagnosis.ts';
import { FAMILIES, WEIGHT_BITS } from '../src/model/diagnosis-vocabulary.ts';
import { isKnownResponseFlag, RESPONSE_FLAG_TABLE } from '../src/model/response-flag.ts';
import { UNCLAIMED_FLAGS } from '../src/model/unclaimed-flag.ts';
import { indexOf, indexOfTwo, judgeEmptyShape, observe, readWithLess } from './diagnose/observing.ts';
import { analyseFile } from './support/analyse.ts';
import { ROOT } from './support/command.ts';

interface DesignedDiagnosis {
  readonly id: string;
  readonly family: string;
  readonly title: string;
  readonly flags: readonly string[];
}

/** The diagnoses that the design asks for; other programs rely on these ids. */
const designed: readonly DesignedDiagnosis[] = JSON.parse(
  readFileSync(join(ROOT, 'test/fixtures/diagnosis-ids.json'), 'utf8'),
);
const designedById = new Map(designed.map((diagnosis) => [diagnosis.id, diagnosis]));
/** One file for the five refusals of Mixer, which differ in a word: its name, and how their ids begin. */
const TABLE_FILES: ReadonlyMap<string, string> = new Map([['mixer', 'mixer-']]);
const NO_VALUES = {};
const PLACEHOLDER = /\{[a-zA-Z]+\}/;

/** Name of the file that a diagnosis shares with others. */
function tableOf({ id }: Diagnosis): string | null {
  for (const [name, prefix] of TABLE_FILES) if (id.startsWith(prefix)) return name;
  return null;
}

function filesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(ending))
    .sort();
}

const samplesOf = (some: readonly Diagnosis[]): readonly (readonly [id: string, file: string])[] =>
  some.flatMap(({ id, samples }) => samples.map(({ file }) => [id, file] as const));
const ownSamples = samplesOf(diagnoses);
const quietSamples = samplesOf(diagnoses.filter(({ quiet }) => quiet));
const failingSamples = samplesOf(diagnoses.filter(({ quiet }) => !quiet));
const allSamples = readdirSync(join(ROOT, 'samples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => filesIn(`samples/${name}`, '.log').map((file) => ({ folder: name, file })))
  .sort((a, b) => (`${a.folder}/${a.file}` < `${b.folder}/${b.file}` ? -1 : 1));

describe('the registry', () => {
  const ids = diagnoses.map(({ id }) => id);

  test('holds each diagnosis once, sorted by id', () => {
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  test('holds every diagnosis of the design', () => {
    expect(ids).toEqual(designed.map(({ id }) => id).sort());
  });

  test('uses no id that was retired', () => {
    expect(ids.filter((id) => Object.hasOwn(RETIRED, id))).toEqual([]);
  });

  test('holds a diagnosis for every file, in the folder of its family', () => {
    const files = FAMILIES.flatMap((family) =>
      filesIn(`diagnoses/${family}`, '.ts').map((name) => ({ family, name: name.replace(/\.ts$/, '') })),
    );
    const ownerless = files.filter(
      ({ family, name }) => !diagnoses.some((d) => d.family === family && (tableOf(d) ?? d.id) === name),
    );
    expect(ownerless).toEqual([]);
  });
});

test('each flag of Envoy has a diagnosis filed under it, or is told by who sets it', () => {
  const filed = new Set(diagnoses.flatMap(({ flags }) => flags));
  const others = RESPONSE_FLAG_TABLE.map(({ flag }) => flag).filter((flag) => !filed.has(flag));
  expect(UNCLAIMED_FLAGS.map(({ flag }) => flag)).toEqual(others);
});

/** What is wrong with the form of a diagnosis, in words. */
function faultsOf(diagnosis: Diagnosis): readonly string[] {
  const { id, family, evidence, confusedWith, sources, fixes, confirm, samples, flags, quiet } = diagnosis;
  const files = filesIn(`diagnoses/${family}`, '.ts').map((name) => name.replace(/\.ts$/, ''));
  const checks: readonly (readonly [boolean, string])[] = [
    [files.includes(tableOf(diagnosis) ?? id), `is not in diagnoses/${family}/${id}.ts`],
    [
      // What fails nothing may leave no trace at all; then the configuration alone speaks for it.
      quiet || evidence.some(({ supports, weight }) => supports && WEIGHT_BITS[weight] >= WEIGHT_BITS.strong),
      'has no strong claim for it',
    ],
    [evidence.some(({ supports }) => !supports), 'has no claim against it'],
    [
      new Set(evidence.map(({ claim }) => claim)).size === evidence.length,
      'has two claims of the same words',
    ],
    [evidence.every(({ restsOn }) => restsOn.length > 0), 'has a claim that rests on nothing'],
    [confusedWith.length > 0, 'is confused with nothing'],
    [confusedWith.every((other) => other.id !== id), 'is confused with itself'],
    [sources.length > 0, 'has no source'],
    [sources.every(({ url }) => url.startsWith('https://')), 'has a source without https'],
    [fixes.length > 0, 'has no fix'],
    [confirm.length > 0, 'has nothing to confirm it by'],
    [samples.length > 0, 'has no sample'],
    [flags.every(isKnownResponseFlag), 'is filed under a flag that Envoy does not have'],
    [(diagnosis.reads ?? []).length > 0, 'reads nothing'],
  ];
  return [
    ...checks.filter(([holds]) => !holds).map(([, fault]) => fault),
    ...confusedWith
      .filter((other) => !designedById.has(other.id))
      .map((other) => `is confused with ${other.id}, which does not exist`),
    ...samples
      .filter(({ from }) => from.trim() === '')
      .map(({ file }) => `says of ${file} not whence it comes`),
    ...templatesOf(diagnosis)
      .filter((text) => PLACEHOLDER.test(text))
      .map((text) => `has an unknown placeholder in: ${text}`),
  ];
}

/** All texts with placeholders, filled. */
function templatesOf({ cause, confirm, fixes, confusedWith }: Diagnosis): readonly string[] {
  return [
    fillText(cause, NO_VALUES),
    ...confirm.flatMap(({ run, expect: shown }) => [fillCode(run, NO_VALUES), fillText(shown, NO_VALUES)]),
    ...fixes.flatMap(({ text, yaml }) => [fillText(text, NO_VALUES), fillCode(yaml ?? '', NO_VALUES)]),
    ...confusedWith.map(({ tellApart }) => fillText(tellApart, NO_VALUES)),
  ];
}

describe('each diagnosis', () => {
  test.for(diagnoses.map((diagnosis) => [diagnosis.id, diagnosis] as const))(
    '%s has the id, family, title and flags of the design',
    ([id, { family, title, flags }]) => {
      expect({ id, family, title, flags }).toEqual(designedById.get(id));
    },
  );

  test('is complete', () => {
    expect(diagnoses.flatMap((d) => faultsOf(d).map((fault) => `${d.id} ${fault}`))).toEqual([]);
  });

  test('claims nothing of a line that logs nothing', () => {
    expect(diagnoses.flatMap((d) => judgeEmptyShape(d).map((claim) => `${d.id}: ${claim}`))).toEqual([]);
  });
});

describe('samples', () => {
  test('are all listed by the diagnosis that owns their folder, and all that are listed exist', () => {
    const listed = ownSamples.map(([id, file]) => `${id}/${file}`).sort();
    const owned = allSamples.filter(({ folder }) => folder !== 'clean' && folder !== 'mixed');
    expect(owned.map(({ folder, file }) => `${folder}/${file}`)).toEqual(listed);
  });

  test.for(failingSamples)('%s/%s ranks its owner first', async ([id, file]) => {
    const { findings } = await analyseFile(join(ROOT, 'samples', id, file));
    expect(findings.map(({ diagnosis }) => diagnosis.id)[0]).toBe(id);
  });

  test.for(quietSamples)('%s/%s ranks its owner first among what fails nothing', ([id, file]) => {
    const { quiet } = rankShapes(indexOf(join(ROOT, 'samples', id, file)), diagnoses, TEMPERATURE);
    expect(quiet.map(({ candidates }) => candidates[0]?.diagnosis.id)).toContain(id);
  });

  test.for(quietSamples)(
    '%s/%s raises nothing without the configuration that proves it',
    async ([id, file]) => {
      const { findings } = await analyseFile(join(ROOT, 'samples', id, file));
      expect(findings).toEqual([]);
    },
  );

  test.for(filesIn('samples/clean', '.log').map((file) => [file] as const))(
    'clean/%s raises nothing but what is benign, or the application’s own errors',
    async ([file]) => {
      const { findings } = await analyseFile(join(ROOT, 'samples/clean', file));
      const raised = findings.filter(
        ({ status, diagnosis }) => status !== 'benign' && diagnosis.id !== 'application-error',
      );
      expect(raised.map(({ diagnosis }) => diagnosis.id)).toEqual([]);
    },
  );
});

describe('over all samples', () => {
  const indexed = allSamples.map(({ folder, file }) => ({
    folder,
    index: indexOf(join(ROOT, 'samples', folder, file)),
  }));
  /** What only two logs in a format without addresses show. */
  const inTwoLogs = allSamples
    .filter(({ file }) => file.startsWith('client-') && /-server\.log$/.test(file))
    .map(({ folder, file }) => ({ folder, index: indexOfTwo(join(ROOT, 'samples', folder, file)) }));
  const indexes = indexed.map(({ index }) => index);

  /** What none of a diagnosis's functions looks at, whatever it is shown. */
  function unreadBy(diagnosis: Diagnosis): readonly string[] {
    const { id, reads = [] } = diagnosis;
    const read = new Set(indexes.flatMap((index) => [...observe(diagnosis, index).read]));
    for (const { index } of indexed.filter(({ folder }) => folder === id)) {
      const unread = reads.filter((property) => !read.has(property));
      if (unread.length > 0)
        for (const property of readWithLess(diagnosis, index, unread)) read.add(property);
    }
    return reads.filter((property) => !read.has(property));
  }

  test('every property that a diagnosis says it reads is read', () => {
    const unread = diagnoses.flatMap((diagnosis) => {
      const table = diagnoses.filter(
        (other) => other !== diagnosis && tableOf(other) !== null && tableOf(other) === tableOf(diagnosis),
      );
      // A table's diagnoses share one list: it is enough that one of them looks.
      return unreadBy(diagnosis)
        .filter((property) => table.every((other) => unreadBy(other).includes(property)))
        .map((property) => `${diagnosis.id}: ${property}`);
    });
    expect(unread).toEqual([]);
  });

  test('every claim for a cause is met by a sample of its own, and every claim against it by any', () => {
    const unmet = diagnoses.flatMap((diagnosis) => {
      const all = [...indexed, ...inTwoLogs];
      const metIn = (some: typeof indexed): ReadonlySet<string> =>
        new Set(some.flatMap(({ index }) => [...observe(diagnosis, index).met]));
      const [byOwn, byAny] = [metIn(all.filter(({ folder }) => folder === diagnosis.id)), metIn(all)];
      return diagnosis.evidence
        .filter(({ supports, claim }) => !(supports ? byOwn : byAny).has(claim))
        .map(({ supports, claim }) => `${diagnosis.id} ${supports ? 'for' : 'against'}: ${claim}`);
    });
    expect(unmet).toEqual([]);
  });
});

// What the proxy itself decided is looked up at that proxy; the service behind may live in another namespace, as it
// does behind a gateway.
test.for(['local-health-check-failed', 'proxy-not-ready', 'rbac-denied'])(
  '%s is confirmed at the proxy that logged it',
  (id) => {
    const commands = diagnoses.find((diagnosis) => diagnosis.id === id)?.confirm.map(({ run }) => run) ?? [];
    expect(commands.length).toBeGreaterThan(0);
    for (const run of commands) expect(run).toContain('{pod} -n POD_NAMESPACE');
  },
);
