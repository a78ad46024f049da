import type { Aggregate } from '../model/aggregate.ts';
import type { HopEnd, Join, JoinedShape, ShapeRef } from '../model/join.ts';
import { keyOfShape } from '../model/join.ts';
import { findFailedCalls } from './follow-on.ts';
import type { HopRecord } from './hop-records.ts';
import { keptUnder, readFollowingRecords, readHopRecords } from './hop-records.ts';
import { KeptShapes } from './kept-shapes.ts';
import type { Matches } from './match.ts';
import { matchHops } from './match.ts';
import { inWholeLogs } from './one-log.ts';
import { ServerLogs } from './server-logs.ts';

/** Hashes are spread evenly below this. */
const HASH_RANGE = 2 ** 52;
const NO_FLAG = '-';
const NO_MATCHES: Matches = { callerOf: new Map(), skews: [] };

/** All records of one request, the caller's first. */
type Family = readonly HopRecord[];

/** Matches the records of several proxies: which are sides of one request, and where each failure ends. */
export function joinHops(aggregate: Aggregate): Join {
  const shapes = new KeptShapes(aggregate.groups);
  const isJoined = holdsSeveralProxies(aggregate);
  const read = isJoined ? readHopRecords : readFollowingRecords;
  const { records: kept, limit } = read(aggregate.hops, shapes);
  const records = inWholeLogs(kept, aggregate.inputs);
  const { callerOf, skews } = isJoined ? matchHops(records, shapes) : NO_MATCHES;
  const families = toFamilies(records, callerOf).filter(
    ([first]) => first !== undefined && keptUnder(first) < limit,
  );
  const scale = limit === Number.POSITIVE_INFINITY ? 1 : HASH_RANGE / limit;
  const sums = new JoinedSums(shapes);
  const byShape = new ShapeTally(shapes, new ServerLogs(aggregate, { callerOf, skews, shapes }));
  for (const family of isJoined ? families : []) {
    sums.add(family);
    byShape.add(family);
  }
  for (const [family, call] of findFailedCalls(families, shapes)) byShape.addCall(family, call);
  return { ...sums.finish(scale), isEstimated: isJoined && scale > 1, shapes: byShape.finish(scale), skews };
}

/** A stream of one proxy keeps the failing records alone: they tell which error follows on which, and no more. */
function holdsSeveralProxies({ hops, requests }: Aggregate): boolean {
  return hops.healthy.key.length > 0 || requests.failed === requests.total;
}

/** Records joined with their callers' ones, in order along the path. */
function toFamilies(
  records: readonly HopRecord[],
  callerOf: ReadonlyMap<HopRecord, HopRecord>,
): readonly Family[] {
  const families = new Map<HopRecord, { readonly record: HopRecord; readonly depth: number }[]>();
  for (const record of records) {
    let first = record;
    let depth = 0;
    for (let next = callerOf.get(first); next !== undefined; next = callerOf.get(first), depth++)
      first = next;
    const members = families.get(first);
    if (members === undefined) families.set(first, [{ record, depth }]);
    else members.push({ record, depth });
  }
  return [...families.values()].map((members) =>
    members
      .sort((a, b) => a.depth - b.depth || a.record.timeMs - b.record.timeMs)
      .map(({ record }) => record),
  );
}

/** What joined records take from the sums over all records. */
class JoinedSums {
  readonly #shapes: KeptShapes;
  readonly #codes = new Map<string, number>();
  readonly #flags = new Map<string, number>();
  #joined = 0;

  constructor(shapes: KeptShapes) {
    this.#shapes = shapes;
  }

  /** Of a request stay the code that its first proxy logged, and each flag once. */
  add(family: Family): void {
    if (family.length < 2) return;
    this.#joined += family.length - 1;
    for (const { code } of family.slice(1)) addTo(this.#codes, String(code), 1);
    const logged = family.map((record) => this.#flagsOf(record));
    const stay = new Set(logged.flat().filter((flag) => flag !== NO_FLAG));
    if (stay.size === 0) stay.add(NO_FLAG);
    for (const flag of logged.flat()) addTo(this.#flags, flag, 1);
    for (const flag of stay) addTo(this.#flags, flag, -1);
  }

  #flagsOf({ failure }: HopRecord): readonly string[] {
    const flags = failure === null ? [] : (this.#shapes.get(failure)?.responseFlags ?? []);
    return flags.length === 0 ? [NO_FLAG] : flags;
  }

  finish(scale: number): Pick<Join, 'joined' | 'byResponseCode' | 'byResponseFlag'> {
    return {
      joined: Math.round(this.#joined * scale),
      byResponseCode: scaled(this.#codes, scale),
      byResponseFlag: scaled(this.#flags, scale),
    };
  }
}

function scaled(counts: ReadonlyMap<string, number>, scale: number): Readonly<Record<string, number>> {
  const rows = [...counts].sort().map(([key, count]) => [key, Math.round(count * scale)] as const);
  return Object.fromEntries(rows.filter(([, count]) => count !== 0));
}

function addTo<K>(counts: Map<K, number>, key: K, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

interface ShapeDraft {
  copies: number;
  readonly copiesOf: Map<string, { readonly ref: ShapeRef; requests: number }>;
  readonly ends: Map<string, { readonly end: HopEnd; requests: number }>;
  readonly followsOn: Map<string, { readonly ref: ShapeRef; requests: number }>;
}

/** Where the failing requests of each shape end. */
class ShapeTally {
  readonly #shapes: KeptShapes;
  readonly #servers: ServerLogs;
  readonly #drafts = new Map<string, ShapeDraft>();

  constructor(shapes: KeptShapes, servers: ServerLogs) {
    this.#shapes = shapes;
    this.#servers = servers;
  }

  /** A request counts under the shape of the first proxy that saw it fail; the others' records are copies. */
  add(family: Family): void {
    const [first] = family;
    const [primary, ...copies] = family.flatMap(({ failure }) => failure ?? []);
    if (first === undefined || primary === undefined) return;
    for (const copy of copies) {
      const draft = this.#draftOf(copy);
      draft.copies++;
      countUnder(draft.copiesOf, keyOfShape(primary), () => ({ ref: primary, requests: 0 }));
    }
    const end = this.#endOf(first, family);
    const { at } = end;
    const name = JSON.stringify({ ...end, at: at && keyOfShape(at) });
    countUnder(this.#draftOf(primary).ends, name, () => ({ end, requests: 0 }));
  }

  /** An application answered the request with an error because its own `call` failed. */
  addCall(family: Family, call: ShapeRef): void {
    for (const { failure } of family)
      if (failure !== null)
        countUnder(this.#draftOf(failure).followsOn, keyOfShape(call), () => ({ ref: call, requests: 0 }));
  }

  #endOf(first: HopRecord, family: Family): HopEnd {
    const last = family[family.length - 1] ?? first;
    const shape = last.failure === null ? undefined : this.#shapes.get(last.failure);
    return {
      at: last.failure,
      responseCode: last.code,
      firstResponseCode: first.code,
      input: last.input,
      firstInput: first.input,
      proxies: family.length,
      unseenBeyond: shape === undefined ? null : this.#servers.silence(shape, last),
      requests: 0,
    };
  }

  #draftOf(ref: ShapeRef): ShapeDraft {
    const key = keyOfShape(ref);
    const known = this.#drafts.get(key);
    if (known !== undefined) return known;
    const draft: ShapeDraft = { copies: 0, copiesOf: new Map(), ends: new Map(), followsOn: new Map() };
    this.#drafts.set(key, draft);
    return draft;
  }

  finish(scale: number): ReadonlyMap<string, JoinedShape> {
    return new Map(
      [...this.#drafts].map(
        ([key, { copies, copiesOf, ends, followsOn }]): readonly [string, JoinedShape] => [
          key,
          {
            copies: Math.round(copies * scale),
            copiesOf: mostFirst(copiesOf).map(({ ref }) => ref),
            ends: mostFirst(ends).map(({ end, requests }) => ({
              ...end,
              requests: Math.round(requests * scale),
            })),
            followsOn: mostFirst(followsOn).map(({ ref, requests }) => ({
              ref,
              requests: Math.round(requests * scale),
            })),
          },
        ],
      ),
    );
  }
}

function countUnder<T extends { requests: number }>(
  counts: Map<string, T>,
  key: string,
  start: () => T,
): void {
  const entry = counts.get(key) ?? start();
  entry.requests++;
  counts.set(key, entry);
}

function mostFirst<T extends { requests: number }>(counts: ReadonlyMap<string, T>): readonly T[] {
  return [...counts]
    .sort(([a, x], [b, y]) => y.requests - x.requests || (a < b ? -1 : 1))
    .map(([, entry]) => entry);
}
