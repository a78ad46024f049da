import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Report } from '../../src/model/report.ts';
import { lintMesh } from '../../src/run.ts';
import { analyseWithMesh } from '../support/analyse.ts';
import { folderOf } from '../support/folder.ts';
import { type MadeLine, toLog } from './made-lines.ts';

const run = promisify(execFile);

/** The report of a log with a mesh, each a file. */
export function diagnose(log: readonly MadeLine[], mesh: string): Promise<Report> {
  const folder = folderOf({ 'access.log': toLog(log), 'mesh.yaml': mesh });
  return analyseWithMesh([join(folder, 'access.log')], [join(folder, 'mesh.yaml')]);
}

/** The causes that the mesh proves. */
export function confirmedIn({ findings }: Report): readonly string[] {
  return findings.filter(({ status }) => status === 'confirmed').map(({ diagnosis }) => diagnosis.id);
}

/** What lint calls errors in a mesh. */
export async function errorsIn(mesh: string): Promise<readonly string[]> {
  const { faults } = await lintMesh([join(folderOf({ 'mesh.yaml': mesh }), 'mesh.yaml')]);
  return faults.filter(({ severity }) => severity === 'error').map(({ says }) => says);
}

/** Applies a difference to the files that it names, from a folder on. */
export async function applyDiff(diff: string, folder: string): Promise<void> {
  await run('git', ['apply', join(folderOf({ 'mend.diff': diff }), 'mend.diff')], { cwd: folder });
}
