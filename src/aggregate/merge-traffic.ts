import type { TrafficTable } from '../model/aggregate.ts';
import { NO_TIME } from '../model/aggregate.ts';

type Columns = { -readonly [K in Exclude<keyof TrafficTable, 'scopeNames' | 'total' | 'key'>]: number[] } & {
  key: string[];
};

function earlier(a: number, b: number): number {
  if (a === NO_TIME || b === NO_TIME) return Math.max(a, b);
  return Math.min(a, b);
}

/** Adds up two tables, whose rows are in order of hash, and keeps the `cap` rows with the smallest hashes. */
export function mergeTrafficTables(a: TrafficTable, b: TrafficTable, cap: number): TrafficTable {
  const scopeNames = [...new Set([...a.scopeNames, ...b.scopeNames])];
  const placeOf = new Map(scopeNames.map((name, place) => [name, place]));
  const [scopesOfA, scopesOfB] = [a, b].map((table) =>
    table.scopeNames.map((name) => placeOf.get(name) ?? 0),
  );
  const isTimed = a.healthyFirst.length > 0 || b.healthyFirst.length > 0;
  const out: Columns = {
    hash: [],
    scope: [],
    key: [],
    healthy: [],
    failed: [],
    healthyFirst: [],
    healthyLast: [],
    failedFirst: [],
    failedLast: [],
  };
  let i = 0;
  let k = 0;
  while (out.hash.length < cap && (i < a.hash.length || k < b.hash.length)) {
    const [hashOfA = Number.POSITIVE_INFINITY, hashOfB = Number.POSITIVE_INFINITY] = [a.hash[i], b.hash[k]];
    if (hashOfA === hashOfB) pushBoth(out, { a, i, b, k, isTimed }, scopesOfA?.[a.scope[i] ?? 0] ?? 0);
    else if (hashOfA < hashOfB) pushRow(out, a, i, scopesOfA?.[a.scope[i] ?? 0] ?? 0, isTimed);
    else pushRow(out, b, k, scopesOfB?.[b.scope[k] ?? 0] ?? 0, isTimed);
    if (hashOfA <= hashOfB) i++;
    if (hashOfB <= hashOfA) k++;
  }
  const total = { healthy: a.total.healthy + b.total.healthy, failed: a.total.failed + b.total.failed };
  return { ...out, scopeNames, total };
}

interface Rows {
  readonly a: TrafficTable;
  readonly i: number;
  readonly b: TrafficTable;
  readonly k: number;
  readonly isTimed: boolean;
}

function pushBoth(out: Columns, { a, i, b, k, isTimed }: Rows, scope: number): void {
  pushRow(out, a, i, scope, isTimed);
  const at = out.hash.length - 1;
  out.healthy[at] = (out.healthy[at] ?? 0) + (b.healthy[k] ?? 0);
  out.failed[at] = (out.failed[at] ?? 0) + (b.failed[k] ?? 0);
  if (!isTimed) return;
  out.healthyFirst[at] = earlier(out.healthyFirst[at] ?? NO_TIME, b.healthyFirst[k] ?? NO_TIME);
  out.failedFirst[at] = earlier(out.failedFirst[at] ?? NO_TIME, b.failedFirst[k] ?? NO_TIME);
  out.healthyLast[at] = Math.max(out.healthyLast[at] ?? NO_TIME, b.healthyLast[k] ?? NO_TIME);
  out.failedLast[at] = Math.max(out.failedLast[at] ?? NO_TIME, b.failedLast[k] ?? NO_TIME);
}

function pushRow(out: Columns, from: TrafficTable, row: number, scope: number, isTimed: boolean): void {
  out.hash.push(from.hash[row] ?? 0);
  out.scope.push(scope);
  out.key.push(from.key[row] ?? '');
  out.healthy.push(from.healthy[row] ?? 0);
  out.failed.push(from.failed[row] ?? 0);
  if (!isTimed) return;
  out.healthyFirst.push(from.healthyFirst[row] ?? NO_TIME);
  out.healthyLast.push(from.healthyLast[row] ?? NO_TIME);
  out.failedFirst.push(from.failedFirst[row] ?? NO_TIME);
  out.failedLast.push(from.failedLast[row] ?? NO_TIME);
}
