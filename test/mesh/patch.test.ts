import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dump, loadAll } from 'js-yaml';
import { expect, test } from 'vitest';
import { judgeMesh } from '../../src/mesh/judge.ts';

const run = promisify(execFile);
const CASE = fileURLToPath(new URL('cases/dr-disable-under-strict/broken.yaml', import.meta.url));

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
    const folder = await mkdtemp(join(tmpdir(), 'faultline-patch-'));
    const text = write(await readFile(CASE, 'utf8'));
    await writeFile(join(folder, name), text);
    const faultsOf = (content: string) =>
      judgeMesh([{ path: name, text: content }])
        .faults()
        .filter(({ severity }) => severity === 'error');
    const [fault] = faultsOf(text);
    await writeFile(join(folder, 'mend.diff'), fault?.patch?.diff ?? '');
    await run('git', ['apply', 'mend.diff'], { cwd: folder });
    const mended = await readFile(join(folder, name), 'utf8');
    expect(faultsOf(mended)).toEqual([]);
    expect(mended.replace('ISTIO_MUTUAL', 'DISABLE')).toBe(text);
  },
);
