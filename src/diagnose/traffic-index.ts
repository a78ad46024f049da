import type { Aggregate, FailureGroup, TimeSpan, TrafficTable } from '../model/aggregate.ts';
import { NO_TIME } from '../model/aggregate.ts';
import type { GroupSummary } from '../model/group-facts.ts';
import type { ShapeView } from '../model/shape-view.ts';
import { areInStep } from './in-step.ts';
import { toShapeView } from './logged-shape.ts';

/** A failure group with its shapes as rules see them. */
export interface GroupView extends GroupSummary {
  readonly group: FailureGroup;
  readonly views: readonly ShapeView[];
  /** Addresses at which the group's connections end: upstream hosts, else local addresses. */
  readonly addresses: ReadonlySet<string>;
}

/** Requests of one key within one scope. */
export interface TrafficEntry {
  readonly key: string;
  readonly healthy: number;
  readonly failed: number;
  readonly healthyTime: TimeSpan | null;
}

/** The aggregate, indexed for the questions that rules ask. */
export class TrafficIndex {
  readonly aggregate: Aggregate;
  readonly groups: readonly GroupView[];
  readonly healthyInLog: number;
  readonly #scopes: ReadonlyMap<string, TrafficEntry>;
  readonly #endpoints: ReadonlyMap<string, TrafficEntry>;
  readonly #endpointsByScope: ReadonlyMap<string, readonly TrafficEntry[]>;
  readonly #paths: ReadonlyMap<string, TrafficEntry>;
  readonly #callers: ReadonlyMap<string, TrafficEntry>;
  readonly #authorities: ReadonlyMap<string, TrafficEntry>;
  readonly #listeners: ReadonlyMap<string, TrafficEntry>;
  readonly #groupsInStep = new Map<GroupView, readonly GroupView[]>();
  readonly #groupsByScope: ReadonlyMap<string, readonly GroupView[]>;
  readonly #groupsByConnection: ReadonlyMap<number, readonly GroupView[]>;
  readonly #groupsByAddress: ReadonlyMap<string, readonly GroupView[]>;

  constructor(aggregate: Aggregate) {
    this.aggregate = aggregate;
    this.groups = aggregate.groups.map(toGroupView);
    this.healthyInLog = aggregate.requests.total - aggregate.requests.failed;
    const { traffic } = aggregate;
    // Only what failures can be compared with is indexed: the tables hold the traffic of the whole mesh.
    const scopes = new Set(this.groups.map(({ group }) => group.scope));
    const callers = new Set(this.groups.flatMap(({ group }) => group.callers.entries.map(({ key }) => key)));
    const authorities = new Set(
      this.groups.flatMap(({ views }) => views.flatMap(({ authority }) => authority ?? [])),
    );
    const addresses = new Set(
      this.groups.flatMap(({ views }) =>
        views.flatMap((view) => [view.downstreamLocalAddress ?? [], view.upstreamHost ?? []].flat()),
      ),
    );
    this.#scopes = indexBy(traffic.scopes, (key) => (scopes.has(key) ? key : null));
    this.#endpoints = indexBy(traffic.endpoints, (key, scope) =>
      scopes.has(scope) ? `${scope} ${key}` : null,
    );
    this.#endpointsByScope = groupByScope(traffic.endpoints, scopes);
    this.#paths = indexBy(traffic.paths, (key, scope) => (scopes.has(scope) ? `${scope} ${key}` : null));
    this.#callers = indexBy(traffic.callers, (key) => (callers.has(key) ? key : null));
    this.#authorities = indexBy(traffic.authorities, (key) => (authorities.has(key) ? key : null));
    this.#listeners = indexBy(traffic.listeners, (key) => (addresses.has(key) ? key : null));
    this.#groupsByScope = groupBy(this.groups, (view) => [view.group.scope]);
    this.#groupsByConnection = groupBy(this.groups, (view) =>
      view.group.connections.entries.map((entry) => entry.hash),
    );
    this.#groupsByAddress = groupBy(this.groups, (view) => [...view.addresses]);
  }

  scope(name: string): TrafficEntry | undefined {
    return this.#scopes.get(name);
  }

  endpoint(scope: string, upstreamHost: string): TrafficEntry | undefined {
    return this.#endpoints.get(`${scope} ${upstreamHost}`);
  }

  endpointsOf(scope: string): readonly TrafficEntry[] {
    return this.#endpointsByScope.get(scope) ?? [];
  }

  path(scope: string, template: string): TrafficEntry | undefined {
    return this.#paths.get(`${scope} ${template}`);
  }

  caller(address: string): TrafficEntry | undefined {
    return this.#callers.get(address);
  }

  authority(name: string): TrafficEntry | undefined {
    return this.#authorities.get(name);
  }

  listener(localAddress: string): TrafficEntry | undefined {
    return this.#listeners.get(localAddress);
  }

  groupsInScope(scope: string): readonly GroupView[] {
    return this.#groupsByScope.get(scope) ?? [];
  }

  groupsOnConnection(hash: number): readonly GroupView[] {
    return this.#groupsByConnection.get(hash) ?? [];
  }

  /** Groups that come and go with this one, of which it or they log no address. */
  groupsInStepWith(view: GroupView): readonly GroupView[] {
    let found = this.#groupsInStep.get(view);
    if (found === undefined) {
      found = this.groups.filter(
        (other) =>
          other !== view &&
          (view.addresses.size === 0 || other.addresses.size === 0) &&
          overlap(view.time, other.time, 0) &&
          areInStep(view.group.histogram, other.group.histogram),
      );
      this.#groupsInStep.set(view, found);
    }
    return found;
  }

  groupsAtAddress(address: string): readonly GroupView[] {
    return this.#groupsByAddress.get(address) ?? [];
  }
}

function entryAt(table: TrafficTable, row: number): TrafficEntry {
  const first = table.healthyFirst[row] ?? NO_TIME;
  return {
    key: table.key[row] ?? '',
    healthy: table.healthy[row] ?? 0,
    failed: table.failed[row] ?? 0,
    healthyTime: first === NO_TIME ? null : { first, last: table.healthyLast[row] ?? first },
  };
}

/** Rows under the key that `keyOf` gives them, added up where two are spelled alike; rows without one are left out. */
function indexBy(
  table: TrafficTable,
  keyOf: (key: string, scope: string) => string | null,
): ReadonlyMap<string, TrafficEntry> {
  const index = new Map<string, TrafficEntry>();
  table.key.forEach((label, row) => {
    const key = keyOf(label, table.scopeNames[table.scope[row] ?? 0] ?? '');
    if (key !== null) index.set(key, addUp(index.get(key), entryAt(table, row)));
  });
  return index;
}

function addUp(a: TrafficEntry | undefined, b: TrafficEntry): TrafficEntry {
  if (a === undefined) return b;
  const [first, second] = [a.healthyTime, b.healthyTime];
  return {
    key: a.key,
    healthy: a.healthy + b.healthy,
    failed: a.failed + b.failed,
    healthyTime:
      first === null || second === null
        ? (first ?? second)
        : { first: Math.min(first.first, second.first), last: Math.max(first.last, second.last) },
  };
}

function groupByScope(
  table: TrafficTable,
  scopes: ReadonlySet<string>,
): ReadonlyMap<string, readonly TrafficEntry[]> {
  const wanted = table.scopeNames.map((name) => (scopes.has(name) ? name : null));
  const rows = table.key.flatMap((_, row) => {
    const scope = wanted[table.scope[row] ?? 0] ?? null;
    return scope === null ? [] : { scope, entry: entryAt(table, row) };
  });
  const groups = groupBy(rows, ({ scope }) => [scope]);
  return new Map([...groups].map(([scope, members]) => [scope, members.map(({ entry }) => entry)]));
}

function groupBy<T, K>(items: readonly T[], keysOf: (item: T) => readonly K[]): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
  }
  return groups;
}

function toGroupView(group: FailureGroup): GroupView {
  const views = group.shapes.map(({ shape }) => toShapeView(shape));
  let most = 0;
  group.shapes.forEach((entry, i) => {
    if (entry.requests > (group.shapes[most]?.requests ?? 0)) most = i;
  });
  const first = views[most];
  if (first === undefined) throw new Error(`failure group ${group.hash} has no shape`);
  const addresses = views
    .map((view) => view.upstreamHost ?? view.downstreamLocalAddress)
    .filter((address) => typeof address === 'string');
  return {
    group,
    views,
    addresses: new Set(addresses),
    requests: group.requests,
    failed: group.failed,
    time: group.time,
    shape: first,
    shapes: group.shapes,
  };
}

/** True when the two spans meet, give or take `slackMs`; spans that are not known may. */
export function overlap(a: TimeSpan | null, b: TimeSpan | null, slackMs: number): boolean {
  return a === null || b === null || (a.first <= b.last + slackMs && b.first <= a.last + slackMs);
}
