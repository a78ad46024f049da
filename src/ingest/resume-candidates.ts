import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { InputPosition } from '../model/input-position.ts';
import { UserError } from '../model/user-error.ts';
import type { InputPlan } from './inputs.ts';
import { planInputs } from './inputs.ts';
import { type FolderNames, findRotated } from './rotation.ts';

/** A file that may have something new. */
export interface Candidate {
  readonly path: string;
  /** Lies beside a log that no run has met: was there before the first run, and is left out. */
  readonly isBeforeOurTime: boolean;
}

interface Candidates {
  readonly candidates: readonly Candidate[];
  readonly skipped: InputPlan['skipped'];
  readonly notes: readonly string[];
}

/**
 * The files that may have something new: those of the inputs, and the parts that rotation has left of them.
 *
 * @throws UserError as `planInputs` does, and for inputs that have no position, such as the standard input.
 */
export async function findCandidates(
  paths: readonly string[],
  known: readonly InputPosition[],
): Promise<Candidates> {
  const notes: string[] = [];
  const there: string[] = [];
  for (const path of paths) {
    if (path === '-') throw noPosition('the standard input');
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    // Between renaming and writing anew there may be a moment without the file.
    if (isThere || !(await wasMet(path, known))) there.push(path);
    else notes.push(`${path} is not there at the moment.`);
  }
  const plan: InputPlan = there.length === 0 ? { sources: [], skipped: [] } : await planInputs(there);
  const logs = [...plan.sources.map(({ path }) => path), ...paths.filter((path) => !there.includes(path))];
  const named = new Map<string, string>();
  for (const { path } of plan.sources) named.set(await realpath(path).catch(() => path), path);
  const rotated = new Map<string, boolean>();
  const folders: FolderNames = new Map();
  const met = new Set(known.map(({ path }) => path));
  for (const log of logs) {
    const isNew = !met.has(log);
    for (const path of await findRotated(log, folders))
      rotated.set(path, isNew && rotated.get(path) !== false);
  }
  const candidates = [
    ...[...rotated].map(([path, isNew]) => ({
      path: named.get(path) ?? path,
      isBeforeOurTime: isNew && !named.has(path),
    })),
    ...[...named]
      .filter(([real]) => !rotated.has(real))
      .map(([, path]) => ({ path, isBeforeOurTime: false })),
  ];
  return { candidates, skipped: plan.skipped, notes };
}

async function wasMet(path: string, known: readonly InputPosition[]): Promise<boolean> {
  const isBelow = known.some((position) => position.path === path || dirname(position.path) === path);
  return isBelow || (await findRotated(path)).length > 0;
}

function noPosition(what: string): UserError {
  return new UserError({
    code: 'UNSUPPORTED_INPUT',
    message: `${what} cannot be read on from where the last run ended`,
    hint: 'Name files or folders; save what a command prints into a file first, for example: kubectl logs POD --since=2h > pod.log',
  });
}
