import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { analyse, lintMesh } from '../../src/run.ts';
import { toLog } from './made-lines.ts';
import { MADE_MESHES, type MadeMesh } from './made-meshes.ts';

const EVERYTHING = { sinceMs: null, untilMs: null, clusters: [], authorities: [], excludedPaths: [] };

async function diagnose(log: MadeMesh['log'], mesh: string): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-made-'));
  const paths = { log: join(folder, 'access.log'), mesh: join(folder, 'mesh.yaml') };
  await Promise.all([writeFile(paths.log, toLog(log)), writeFile(paths.mesh, mesh)]);
  return analyse({
    paths: [paths.log],
    meshConfig: [paths.mesh],
    stdin: Readable.from([]),
    format: null,
    selection: EVERYTHING,
    only: null,
    isSuppressed: () => false,
    version: '0.0.0',
    notes: [],
  });
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

test.for(CASES)('%s: mended, lint finds no error', async ([, { mesh, mended }]) => {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-made-'));
  const path = join(folder, 'mesh.yaml');
  await writeFile(path, mesh.replace(...mended));
  const { faults } = await lintMesh([path]);
  expect(faults.filter(({ severity }) => severity === 'error').map(({ says }) => says)).toEqual([]);
});
