import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { judgeMesh } from '../../src/mesh/judge.ts';
import type { Report } from '../../src/model/report.ts';
import { lintMesh } from '../../src/run.ts';
import { analyseWithMesh } from '../support/analyse.ts';
import { toLog } from './made-lines.ts';
import { MADE_MESHES, type MadeMesh } from './made-meshes.ts';

const run = promisify(execFile);

async function diagnose(log: MadeMesh['log'], mesh: string): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-made-'));
  const paths = { log: join(folder, 'access.log'), mesh: join(folder, 'mesh.yaml') };
  await Promise.all([writeFile(paths.log, toLog(log)), writeFile(paths.mesh, mesh)]);
  return analyseWithMesh([paths.log], [paths.mesh]);
}

const CASES = MADE_MESHES.map((made) => [made.name, made] as const);

test.for(CASES)('%s is confirmed by the line that causes it', async ([, { id, log, mesh, at }]) => {
  const { findings } = await diagnose(log, mesh);
  const [place] = findings[0]?.meshConfig ?? [];
  expect(findings[0]).toMatchObject({ diagnosis: { id }, status: 'confirmed' });
  expect(mesh.split('\n')[(place?.line ?? 0) - 1]).toContain(at);
});

test.for(CASES)('%s: mended, nothing is confirmed', async ([, { id, log, mesh, mended }]) => {
  expect(mesh).toContain(mended[0]);
  const { findings } = await diagnose(log, mesh.replace(...mended));
  const confirmed = findings.filter(({ status }) => status === 'confirmed');
  expect(confirmed.map(({ diagnosis }) => diagnosis.id)).not.toContain(id);
});

test.for(CASES)('%s: the patch, where there is one, mends it', async ([, { id, log, mesh }]) => {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-made-'));
  await writeFile(join(folder, 'mesh.yaml'), mesh);
  const [fault] = judgeMesh([{ path: 'mesh.yaml', text: mesh }])
    .faults()
    .filter(({ diagnosisId, patch }) => diagnosisId === id && patch !== null);
  if (fault === undefined) return;
  await writeFile(join(folder, 'mend.diff'), fault.patch?.diff ?? '');
  await run('git', ['apply', 'mend.diff'], { cwd: folder });
  const mended = await readFile(join(folder, 'mesh.yaml'), 'utf8');
  const { findings } = await diagnose(log, mended);
  const confirmed = findings.filter(({ status }) => status === 'confirmed');
  expect(confirmed.map(({ diagnosis }) => diagnosis.id)).not.toContain(id);
});

test.for(CASES)('%s: mended, lint finds no error', async ([, { mesh, mended }]) => {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-made-'));
  const path = join(folder, 'mesh.yaml');
  await writeFile(path, mesh.replace(...mended));
  const { faults } = await lintMesh([path]);
  expect(faults.filter(({ severity }) => severity === 'error').map(({ says }) => says)).toEqual([]);
});
