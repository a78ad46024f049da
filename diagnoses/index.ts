import type { Diagnosis } from '../src/model/diagnosis.ts';
import { tlsConflictPlaintextToStrict } from './connection/tls-conflict-plaintext-to-strict.ts';
import { noRouteForAuthority } from './routing/no-route-for-authority.ts';
import { applicationError } from './stream/application-error.ts';
import { keepaliveRace } from './stream/keepalive-race.ts';

/** Every diagnosis, sorted by id. One line each. */
export const diagnoses: readonly Diagnosis[] = [
  applicationError,
  keepaliveRace,
  noRouteForAuthority,
  tlsConflictPlaintextToStrict,
];

/** Ids that were taken out: never used again. */
export const RETIRED: Readonly<
  Record<string, { readonly reason: string; readonly successor: string | null }>
> = {};
