import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../../src/model/report.ts';
import { analyseWithMesh } from '../../support/analyse.ts';
import { folderOf } from '../../support/folder.ts';
import { toLog } from '../made-lines.ts';
import { applyDiff, confirmedIn, diagnose, errorsIn } from '../mesh-files.ts';
import { PEOPLE_MESHES } from './people-meshes.ts';

const CASES = PEOPLE_MESHES.map((made) => [made.name, made] as const);

test.for(CASES)('%s: the cause is first and confirmed', async ([, { id, log, mesh }]) => {
  const { findings } = await diagnose(log, mesh);
  expect(findings[0]).toMatchObject({ diagnosis: { id }, status: 'confirmed' });
});

test.for(CASES)('%s: mended, there is nothing', async ([, { healthy, mesh, mended }]) => {
  expect(mesh).toContain(mended[0]);
  const { findings } = await diagnose(healthy, mesh.replace(...mended));
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
    expect(confirmedIn(await diagnose(log, mesh.replace(...mended)))).not.toContain(id);
  },
);

test.for(CASES)('%s: mended, lint finds no error', async ([, { mesh, mended }]) => {
  expect(await errorsIn(mesh.replace(...mended))).toEqual([]);
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
    const folder = folderOf({ 'mesh.yaml': mesh, 'access.log': toLog(log) });
    const report = (): Promise<Report> => analyseWithMesh([join(folder, 'access.log')], [folder]);
    const finding = (await report()).findings.find(({ status }) => status === 'confirmed');
    const diff = finding?.fixes.find((fix) => fix.diff !== undefined)?.diff;
    expect(diff === undefined).toBe(WITHOUT_PATCH.has(name));
    if (diff === undefined) return;
    // It names files as they were given: from the root on.
    await applyDiff(diff, '/');
    expect(confirmedIn(await report())).not.toContain(id);
  },
);
