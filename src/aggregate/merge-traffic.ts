import type { TrafficTable } from '../model/aggregate.ts';
import { NO_TIME } from '../model/aggregate.ts';

type Columns = { -readonly [K in Exclude<keyof TrafficTable, 'scopeNames' | 'total' | 'key'>]: number[] } & {
  key: string[];
};

const NO_PLACE = -1;

function earlier(a: number, b: number): number {
  if (a === NO_TIME || b === NO_TIME) return Math.max(a, b);
  return Math.min(a, b);
}

/** Adds up two tables, whose rows are in order of hash, and keeps the `cap` rows with the smallest hashes. */
export function mergeTrafficTables(a: TrafficTable, b: TrafficTable, cap: number): TrafficTable {
  const writer = new TableWriter(a.healthyFirst.length > 0 || b.healthyFirst.length > 0);
  const [fromA, fromB] = [new TableRows(a), new TableRows(b)];
  while (writer.length < cap && !(fromA.isDone && fromB.isDone)) {
    const [hashOfA, hashOfB] = [fromA.hash, fromB.hash];
    writer.push(hashOfA <= hashOfB ? fromA : fromB);
    if (hashOfA === hashOfB) writer.addToLast(fromB);
    if (hashOfA <= hashOfB) fromA.row++;
    if (hashOfB <= hashOfA) fromB.row++;
  }
  return writer.finish({
    healthy: a.total.healthy + b.total.healthy,
    failed: a.total.failed + b.total.failed,
  });
}

/** Walks over the rows of a table. */
class TableRows {
  readonly table: TrafficTable;
  /** Places of the table's scopes in the merged table, as far as they are known. */
  readonly scopePlaces: number[];
  row = 0;

  constructor(table: TrafficTable) {
    this.table = table;
    this.scopePlaces = table.scopeNames.map(() => NO_PLACE);
  }

  get isDone(): boolean {
    return this.row >= this.table.hash.length;
  }

  get hash(): number {
    return this.table.hash[this.row] ?? Number.POSITIVE_INFINITY;
  }
}

class TableWriter {
  readonly #isTimed: boolean;
  readonly #scopes = new Map<string, number>();
  readonly #out: Columns = {
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

  constructor(isTimed: boolean) {
    this.#isTimed = isTimed;
  }

  get length(): number {
    return this.#out.hash.length;
  }

  push(rows: TableRows): void {
    const { table, row } = rows;
    const out = this.#out;
    out.hash.push(table.hash[row] ?? 0);
    out.scope.push(this.#scopePlace(rows));
    out.key.push(table.key[row] ?? '');
    out.healthy.push(table.healthy[row] ?? 0);
    out.failed.push(table.failed[row] ?? 0);
    if (!this.#isTimed) return;
    out.healthyFirst.push(table.healthyFirst[row] ?? NO_TIME);
    out.healthyLast.push(table.healthyLast[row] ?? NO_TIME);
    out.failedFirst.push(table.failedFirst[row] ?? NO_TIME);
    out.failedLast.push(table.failedLast[row] ?? NO_TIME);
  }

  /** Adds the counts of another row of the same key. */
  addToLast({ table, row }: TableRows): void {
    const out = this.#out;
    const at = out.hash.length - 1;
    out.healthy[at] = (out.healthy[at] ?? 0) + (table.healthy[row] ?? 0);
    out.failed[at] = (out.failed[at] ?? 0) + (table.failed[row] ?? 0);
    if (!this.#isTimed) return;
    out.healthyFirst[at] = earlier(out.healthyFirst[at] ?? NO_TIME, table.healthyFirst[row] ?? NO_TIME);
    out.failedFirst[at] = earlier(out.failedFirst[at] ?? NO_TIME, table.failedFirst[row] ?? NO_TIME);
    out.healthyLast[at] = Math.max(out.healthyLast[at] ?? NO_TIME, table.healthyLast[row] ?? NO_TIME);
    out.failedLast[at] = Math.max(out.failedLast[at] ?? NO_TIME, table.failedLast[row] ?? NO_TIME);
  }

  /** Scopes are numbered in order of rows, as in a table that was counted in one go; those of dropped rows are forgotten. */
  #scopePlace({ table, row, scopePlaces }: TableRows): number {
    const before = table.scope[row] ?? 0;
    const known = scopePlaces[before] ?? NO_PLACE;
    if (known !== NO_PLACE) return known;
    const name = table.scopeNames[before] ?? '';
    const place = this.#scopes.get(name) ?? this.#scopes.size;
    this.#scopes.set(name, place);
    scopePlaces[before] = place;
    return place;
  }

  finish(total: TrafficTable['total']): TrafficTable {
    return { ...this.#out, scopeNames: [...this.#scopes.keys()], total };
  }
}
