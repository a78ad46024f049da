import type { Aggregate, FailureGroup, TimeSpan, TrafficEntry, TrafficTable } from '../model/aggregate.ts';
import type { GroupSummary } from '../model/group-facts.ts';
import type { ShapeView } from '../model/shape-view.ts';
import { toShapeView } from './logged-shape.ts';

/** A failure group with its shapes as rules see them. */
export interface GroupView extends GroupSummary {
  readonly group: FailureGroup;
  readonly views: readonly ShapeView[];
  /** Addresses at which the group's connections end: upstream hosts, else local addresses. */
  readonly addresses: ReadonlySet<string>;
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
  readonly #groupsByScope: ReadonlyMap<string, readonly GroupView[]>;
  readonly #groupsByConnection: ReadonlyMap<number, readonly GroupView[]>;
  readonly #groupsByAddress: ReadonlyMap<string, readonly GroupView[]>;

  constructor(aggregate: Aggregate) {
    this.aggregate = aggregate;
    this.groups = aggregate.groups.map(toGroupView);
    this.healthyInLog = aggregate.requests.total - aggregate.requests.failed;
    const { traffic } = aggregate;
    this.#scopes = indexBy(traffic.scopes, (entry) => entry.key);
    this.#endpoints = indexBy(traffic.endpoints, (entry) => `${entry.scope} ${entry.key}`);
    this.#endpointsByScope = groupBy(traffic.endpoints.entries, (entry) => [entry.scope]);
    this.#paths = indexBy(traffic.paths, (entry) => `${entry.scope} ${entry.key}`);
    this.#callers = indexBy(traffic.callers, (entry) => entry.key);
    this.#authorities = indexBy(traffic.authorities, (entry) => entry.key);
    this.#listeners = indexBy(traffic.listeners, (entry) => entry.key);
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

  groupsAtAddress(address: string): readonly GroupView[] {
    return this.#groupsByAddress.get(address) ?? [];
  }
}

function indexBy(
  table: TrafficTable,
  keyOf: (entry: TrafficEntry) => string,
): ReadonlyMap<string, TrafficEntry> {
  return new Map(table.entries.map((entry) => [keyOf(entry), entry]));
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
