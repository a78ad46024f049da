import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, loadAll } from 'js-yaml';
import { expect, test } from 'vitest';
import { judgeMesh } from '../../src/mesh/judge.ts';
import { folderOf } from '../support/folder.ts';
import { applyDiff } from './mesh-files.ts';

const CASE = new URL('cases/dr-disable-under-strict/broken.yaml', import.meta.url);

/** The same resources as files are written by people and by kubectl. */
const WRITTEN: Readonly<Record<string, (yaml: string) => string>> = {
  'mesh.yaml': (yaml) => yaml,
  'list.yaml': (yaml) => dump({ apiVersion: 'v1', items: loadAll(yaml), kind: 'List' }),
  'column.yaml': (yaml) =>
    dump({ apiVersion: 'v1', items: loadAll(yaml), kind: 'List' }, { noArrayIndent: true }),
  'list.json': (yaml) => `${JSON.stringify({ kind: 'List', items: loadAll(yaml) }, null, 4)}\n`,
  'rows.json': (yaml) => `${JSON.stringify(loadAll(yaml), null, '\t')}\n`,
};

test.for(Object.entries(WRITTEN))(
  'the difference for %s applies, changes one value and mends',
  async ([name, write]) => {
    const text = write(readFileSync(CASE, 'utf8'));
    const folder = folderOf({ [name]: text });
    const faultsOf = (content: string) =>
      judgeMesh([{ path: name, text: content }])
        .faults()
        .filter(({ severity }) => severity === 'error');
    const [fault] = faultsOf(text);
    await applyDiff(fault?.patch?.diff ?? '', folder);
    const mended = readFileSync(join(folder, name), 'utf8');
    expect(faultsOf(mended)).toEqual([]);
    expect(mended.replace('ISTIO_MUTUAL', 'DISABLE')).toBe(text);
  },
);
