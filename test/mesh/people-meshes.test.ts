import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { lintMesh } from '../../src/run.ts';
import { analyseWithMesh } from '../support/analyse.ts';
import { toLog } from './made-lines.ts';
import { PEOPLE_MESHES, type PeopleMesh } from './people-meshes.ts';

const run = promisify(execFile);

async function write(mesh: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'faultline-people-')), 'mesh.yaml');
  await writeFile(path, mesh);
  return path;
}

async function diagnose(log: PeopleMesh['log'], mesh: string): Promise<Report> {
  const path = await write(mesh);
  const logPath = join(path, '..', 'access.log');
  await writeFile(logPath, toLog(log));
  return analyseWithMesh([logPath], [path]);
}

const CASES = PEOPLE_MESHES.map((made) => [made.name, made] as const);

test.for(CASES)('%s: the cause is first and confirmed', async ([, { id, log, mesh }]) => {
  const { findings } = await diagnose(log, mesh);
  expect(findings[0]).toMatchObject({ diagnosis: { id }, status: 'confirmed' });
});

test.for(CASES)('%s: mended, there is nothing', async ([, { healthy, mesh, mended }]) => {
  expect(mesh).toContain(mended[0]);
  const path = mesh.replace(...mended);
  const { findings } = await diagnose(healthy, path);
  expect(findings.map(({ diagnosis }) => diagnosis.id)).toEqual([]);
});

/** The log does not say what the policy or the limit would have had to be. */
const STILL_FITTING: ReadonlySet<string> = new Set([
  'rbac-denied',
  'jwt-rejected',
  'circuit-breaker-overflow',
]);
const TOLD_APART = CASES.filter(([, { id }]) => !STILL_FITTING.has(id));

test.for(TOLD_APART)(
  '%s: the log with the mended mesh confirms nothing',
  async ([, { log, mesh, mended, id }]) => {
    const { findings } = await diagnose(log, mesh.replace(...mended));
    const confirmed = findings.filter(
      ({ status, diagnosis }) => status === 'confirmed' && diagnosis.id === id,
    );
    expect(confirmed).toEqual([]);
  },
);

test.for(CASES)('%s: mended, lint finds no error', async ([, { mesh, mended }]) => {
  const { faults } = await lintMesh([await write(mesh.replace(...mended))]);
  expect(faults.filter(({ severity }) => severity === 'error').map(({ says }) => says)).toEqual([]);
});

/** Nobody but its owner knows who may call, which issuer, port, name or rate was meant. */
const WITHOUT_PATCH: ReadonlySet<string> = new Set([
  'a virtual machine whose entry names another port',
  'a policy that forgot one of the callers',
  'tokens of an issuer that nobody configured',
  'a local rate limit in the sidecars of one workload',
  'an external name with a slip of the pen that DNS does not know',
]);

test.for(CASES)(
  '%s: the difference of the report applies and mends it',
  async ([, { name, id, log, mesh }]) => {
    const path = await write(mesh);
    const folder = dirname(path);
    const logPath = join(folder, 'access.log');
    await writeFile(logPath, toLog(log));
    const confirmed = async (): Promise<Report['findings']> =>
      (await analyseWithMesh([logPath], [folder])).findings.filter(({ status }) => status === 'confirmed');
    const [finding] = await confirmed();
    const diff = finding?.fixes.find((fix) => fix.diff !== undefined)?.diff;
    expect(diff === undefined).toBe(WITHOUT_PATCH.has(name));
    if (diff === undefined) return;
    const patch = join(folder, 'mend.diff');
    await writeFile(patch, diff);
    await run('git', ['apply', patch], { cwd: '/' });
    expect((await confirmed()).map(({ diagnosis }) => diagnosis.id)).not.toContain(id);
  },
);
