import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnoses } from '../diagnoses/index.ts';
import { FIELD_NAMES } from '../parsers/field-names.ts';
import { namedFormats } from '../parsers/index.ts';
import type { Diagnosis } from '../src/model/diagnosis.ts';
import { renderBehavioursPage } from '../src/report/behaviours-page.ts';
import { renderFormatsPage } from '../src/report/formats-page.ts';
import { renderDiagnosesIndex, renderFlagTable } from '../src/report/index-page.ts';
import { renderDiagnosisPage } from '../src/report/page.ts';
import { analyseFile } from './support/analyse.ts';
import { ROOT } from './support/command.ts';

/** Enough to know the look of them. */
const MOST_LINES = 2;

const FAMILIES = ['routing', 'cluster', 'connection', 'stream', 'policy'];
const pathOf = new Map(diagnoses.map(({ id, family }) => [id, `${family}/${id}.md`]));

/** Link to a page from a folder that lies `up` above the diagnoses folder; ids without a page stay where they are. */
const linkFrom =
  (up: string) =>
  (id: string): string =>
    `${up}${pathOf.get(id) ?? 'README.md'}`;

/** Lines of its first sample that a diagnosis explains; of a cause that fails nothing, the first ones. */
async function linesOf({ id, samples }: Diagnosis): Promise<readonly string[]> {
  const path = join(ROOT, 'samples', id, samples[0]?.file ?? '');
  const { findings } = await analyseFile(path);
  const own = findings.find(({ diagnosis }) => diagnosis.id === id)?.samples.map(({ text }) => text);
  return (own ?? readFileSync(path, 'utf8').split('\n')).slice(0, MOST_LINES);
}

describe('generated pages', () => {
  test.for(diagnoses.map((diagnosis) => [diagnosis.id, diagnosis] as const))(
    '%s is up to date',
    async ([, diagnosis]) => {
      const page = renderDiagnosisPage(diagnosis, linkFrom('../'), await linesOf(diagnosis));
      await expect(page).toMatchFileSnapshot(join(ROOT, 'diagnoses', diagnosis.family, `${diagnosis.id}.md`));
    },
  );

  test('the index of diagnoses is up to date', async () => {
    await expect(renderDiagnosesIndex(diagnoses, linkFrom(''))).toMatchFileSnapshot(
      join(ROOT, 'diagnoses/README.md'),
    );
  });

  test('the page of behaviours is up to date', async () => {
    await expect(renderBehavioursPage(diagnoses, linkFrom('../diagnoses/'))).toMatchFileSnapshot(
      join(ROOT, 'docs/behaviours.md'),
    );
  });

  test('the table of response flags is up to date', async () => {
    await expect(renderFlagTable(diagnoses, linkFrom('../diagnoses/'))).toMatchFileSnapshot(
      join(ROOT, 'docs/flags.md'),
    );
  });

  test('the page of formats is up to date', async () => {
    await expect(renderFormatsPage(namedFormats, FIELD_NAMES)).toMatchFileSnapshot(
      join(ROOT, 'docs/formats.md'),
    );
  });

  test('no page is without its diagnosis', () => {
    const pages = FAMILIES.flatMap((family) => {
      const folder = join(ROOT, 'diagnoses', family);
      return existsSync(folder)
        ? readdirSync(folder)
            .filter((name) => name.endsWith('.md'))
            .map((name) => `${family}/${name}`)
        : [];
    });
    expect(pages.filter((page) => ![...pathOf.values()].includes(page))).toEqual([]);
  });
});
