import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeMesh } from '../../../src/mesh/judge.ts';
import { folderOf } from '../../support/folder.ts';
import { applyDiff, confirmedIn, diagnose, errorsIn } from '../mesh-files.ts';
import { MADE_MESHES } from './made-meshes.ts';

const CASES = MADE_MESHES.map((made) => [made.name, made] as const);

test.for(CASES)('%s is confirmed by the line that causes it', async ([, { id, log, mesh, at }]) => {
  const { findings } = await diagnose(log, mesh);
  const [place] = findings[0]?.meshConfig ?? [];
  expect(findings[0]).toMatchObject({ diagnosis: { id }, status: 'confirmed' });
  expect(mesh.split('\n')[(place?.line ?? 0) - 1]).toContain(at);
});

test.for(CASES)('%s: mended, nothing is confirmed', async ([, { id, log, mesh, mended }]) => {
  expect(mesh).toContain(mended[0]);
  expect(confirmedIn(await diagnose(log, mesh.replace(...mended)))).not.toContain(id);
});

/** What the mesh alone does not show, or shows without saying what was meant. */
const WITHOUT_PATCH: ReadonlySet<string> = new Set([
  'a path without a rule',
  'a timeout of an HTTPRoute',
  'a split by weights after few requests',
  'a target port that no container listens on',
  'a Sidecar that does not list the service',
  'a ServiceEntry that is exported to its own namespace',
  'no policy that allows the caller',
  'tokens of an issuer that nobody accepts',
  'a rate limit in an EnvoyFilter',
  'a pod that is called by its address',
  'a client without a proxy',
]);

test.for(CASES)('%s: the patch mends it', async ([, { name, id, log, mesh }]) => {
  const folder = folderOf({ 'mesh.yaml': mesh });
  const fault = judgeMesh([{ path: 'mesh.yaml', text: mesh }])
    .faults()
    .find(({ diagnosisId, patch }) => diagnosisId === id && patch !== null);
  expect(fault === undefined).toBe(WITHOUT_PATCH.has(name));
  if (fault === undefined) return;
  await applyDiff(fault.patch?.diff ?? '', folder);
  const mended = readFileSync(join(folder, 'mesh.yaml'), 'utf8');
  expect(confirmedIn(await diagnose(log, mended))).not.toContain(id);
});

test.for(CASES)('%s: mended, lint finds no error', async ([, { mesh, mended }]) => {
  expect(await errorsIn(mesh.replace(...mended))).toEqual([]);
});
