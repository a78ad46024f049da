import type { RunState } from '../model/run-state.ts';

/** Makes of a state of one form that of the next: the first entry of a list brings form 1 to form 2. */
export type Migration = (state: unknown) => unknown;

/** Each form of the state but the last has an entry. */
export const MIGRATIONS: readonly Migration[] = [];

/** A state of an earlier version of the program in the form of this one. What was checked by its sum is trusted. */
export function bringUpToDate(
  version: number,
  state: unknown,
  migrations: readonly Migration[] = MIGRATIONS,
): RunState | null {
  const current = migrations.slice(version - 1).reduce((older, migrate) => migrate(older), state);
  return isRunState(current) ? current : null;
}

function isRunState(value: unknown): value is RunState {
  return (
    typeof value === 'object' &&
    value !== null &&
    'positions' in value &&
    Array.isArray(value.positions) &&
    'outbox' in value &&
    Array.isArray(value.outbox) &&
    'history' in value &&
    typeof value.history === 'object'
  );
}
