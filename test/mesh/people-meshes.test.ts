import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { lintMesh } from '../../src/run.ts';
import { analyseWithMesh } from '../support/analyse.ts';
import { toLog } from './made-lines.ts';
import { PEOPLE_MESHES, type PeopleMesh } from './people-meshes.ts';

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
