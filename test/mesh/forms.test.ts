import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { analyseWithMesh } from '../support/analyse.ts';
import { folderOf } from '../support/folder.ts';
import { CAUSES } from './causes.ts';
import { FORMS } from './forms.ts';

const CASES = fileURLToPath(new URL('cases/', import.meta.url));

function read(name: string, file: string): Promise<string> {
  return readFile(join(CASES, name, file), 'utf8');
}

/** What must not depend on how the resources are kept. */
function verdictOf({ findings }: Report): readonly unknown[] {
  return findings.map(({ diagnosis, status, meshConfig }) => [
    diagnosis.id,
    status,
    meshConfig.map(({ resource, says }) => `${resource} ${says}`).sort(),
  ]);
}

const plainReports = new Map<string, Promise<Report>>();

/** The report of a case with its resources as they are. */
function reportOf(name: string): Promise<Report> {
  const known =
    plainReports.get(name) ??
    analyseWithMesh([join(CASES, name, 'broken.log')], [join(CASES, name, 'broken.yaml')]);
  plainReports.set(name, known);
  return known;
}

describe.each(Object.entries(FORMS))('%s', (_, form) => {
  test.each(Object.keys(CAUSES))('%s: the same verdict', async (name) => {
    const log = join(CASES, name, 'broken.log');
    const yaml = await read(name, 'broken.yaml');
    const [plain, kept] = await Promise.all([reportOf(name), analyseWithMesh([log], [folderOf(form(yaml))])]);
    expect(verdictOf(kept)).toEqual(verdictOf(plain));
  });

  test('places point to the lines that say it', async () => {
    const folder = folderOf(form(await read('dr-disable-under-strict', 'broken.yaml')));
    const { findings } = await analyseWithMesh(
      [join(CASES, 'dr-disable-under-strict', 'broken.log')],
      [folder],
    );
    const [rule] = findings[0]?.meshConfig ?? [];
    const text = await readFile(rule?.file ?? '', 'utf8');
    const line = text.split('\n')[(rule?.line ?? 0) - 1];
    expect(line).toContain('DISABLE');
  });
});

/** Names, namespaces and addresses that the cases have, and others. */
const RENAMED: readonly (readonly [RegExp, string])[] = [
  [/\bdefault\.svc/g, 'payments-eu.svc'],
  [/namespace: default$/gm, 'namespace: payments-eu'],
  [/\bns\/default\b/g, 'ns/payments-eu'],
  [/\bcatalog\b/g, 'stock-keeper'],
  [/\borders\b/g, 'basket2'],
  [/\baccount\b/g, 'ledger'],
  [/\bgreeter\b/g, 'doorman'],
  [/\bfront\b/g, 'portal'],
  [/\bedge\b/g, 'outer-gw'],
  [/\btest\.com\b/g, 'corp.example'],
  [/10\.7\.0\./g, '172.29.14.'],
  [/10\.96\.0\./g, '10.43.7.'],
];

describe('other names, namespaces and addresses', () => {
  const rename = (text: string): string =>
    RENAMED.reduce((renamed, [from, to]) => renamed.replace(from, to), text);

  test.each(Object.keys(CAUSES))('%s: the same verdict', async (name) => {
    const folder = folderOf({
      'access.log': rename(await read(name, 'broken.log')),
      'mesh/all.yaml': rename(await read(name, 'broken.yaml')),
    });
    const plain = await reportOf(name);
    const renamed = await analyseWithMesh([join(folder, 'access.log')], [join(folder, 'mesh')]);
    const idOf = ({ findings }: Report): readonly unknown[] =>
      findings.map(({ diagnosis, status }) => [diagnosis.id, status]);
    expect(idOf(renamed)).toEqual(idOf(plain));
  });
});
