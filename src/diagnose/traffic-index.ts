import type { Aggregate, FailureGroup, TimeSpan, TrafficTable } from '../model/aggregate.ts';
import { NO_TIME } from '../model/aggregate.ts';
import { groupBy } from '../model/group-by.ts';
import type { GroupSummary } from '../model/group-facts.ts';
import type { HopEnd, Join, ShapeRef } from '../model/join.ts';
import { keyOfShape, NO_JOIN } from '../model/join.ts';
import type { ShapeView } from '../model/shape-view.ts';
import { joinTimeSpans } from '../model/time-span.ts';
import { TrafficKeys } from '../model/traffic-key.ts';
import { findAnsweredElsewhere } from './answered-elsewhere.ts';
import { areInStep } from './in-step.ts';
import { toShapeView } from './logged-shape.ts';
import { ProxyLogPlaces } from './proxy-log-places.ts';
import { areAtSameMoments } from './same-moments.ts';

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

/** Entries of a table by scope and key. */
type EntriesByScope = ReadonlyMap<string, ReadonlyMap<string, TrafficEntry>>;

/** The aggregate, indexed for the questions that rules ask. */
export class TrafficIndex {
  readonly aggregate: Aggregate;
  readonly groups: readonly GroupView[];
  readonly healthyInLog: number;
  readonly proxyLog: ProxyLogPlaces;
  readonly #join: Join;
  readonly #scopes: ReadonlyMap<string, TrafficEntry>;
  readonly #endpoints: EntriesByScope;
  readonly #paths: EntriesByScope;
  readonly #callers: ReadonlyMap<string, TrafficEntry>;
  readonly #callersWithin: EntriesByScope;
  readonly #authorities: ReadonlyMap<string, TrafficEntry>;
  readonly #listeners: ReadonlyMap<string, TrafficEntry>;
  readonly #groupsInStep = new Map<GroupView, readonly GroupView[]>();
  readonly #groupsWithoutAddress: readonly GroupView[];
  readonly #groupsByScope: ReadonlyMap<string, readonly GroupView[]>;
  readonly #groupsByConnection: ReadonlyMap<number, readonly GroupView[]>;
  #groupsByHash: ReadonlyMap<number, GroupView> | undefined;
  readonly #groupsByAddress: ReadonlyMap<string, readonly GroupView[]>;
  #groupsByLocalAddress: ReadonlyMap<string, readonly GroupView[]> | undefined;
  #answeredElsewhere: ReadonlySet<number> | undefined;

  constructor(aggregate: Aggregate, join: Join = NO_JOIN) {
    this.aggregate = aggregate;
    this.#join = join;
    this.groups = aggregate.groups.map(toGroupView);
    this.healthyInLog = aggregate.requests.total - aggregate.requests.failed;
    this.proxyLog = new ProxyLogPlaces(aggregate);
    const { traffic } = aggregate;
    // Only what failures can be compared with is indexed: the tables hold the traffic of the whole mesh.
    const scopes = new Set(this.groups.map(({ group }) => group.scope));
    const callers = new Set<string>();
    const authorities = new Set<string>();
    const addresses = new Set<string>();
    const paths = new Set<string>();
    const note = (wanted: Set<string>, name: string | null | undefined): void => {
      if (name != null) wanted.add(name);
    };
    for (const { group, views } of this.groups) {
      for (const { key } of group.callers.entries) callers.add(key);
      for (const view of views) {
        note(authorities, view.authority);
        note(addresses, view.downstreamLocalAddress);
        note(addresses, view.upstreamHost);
        note(paths, view.path);
      }
    }
    this.#scopes = indexKeys(traffic.scopes, scopes);
    this.#endpoints = indexWithin(traffic.endpoints, scopes, null);
    this.#paths = indexWithin(traffic.paths, scopes, paths);
    this.#callers = isComplete(traffic.callers) ? indexKeys(traffic.callers, callers) : new Map();
    this.#callersWithin = indexWithin(traffic.callers, scopes, callers);
    this.#authorities = indexKeys(traffic.authorities, authorities);
    this.#listeners = indexKeys(traffic.listeners, addresses);
    this.#groupsByScope = groupBy(this.groups, (view) => [view.group.scope]);
    this.#groupsByConnection = groupBy(this.groups, (view) =>
      view.group.connections.entries.map((entry) => entry.hash),
    );
    this.#groupsByAddress = groupBy(this.groups, (view) => [...view.addresses]);
    this.#groupsWithoutAddress = this.groups.filter((view) => view.addresses.size === 0);
  }

  /** The failure group of this hash. */
  groupOf(hash: number): GroupView | undefined {
    this.#groupsByHash ??= new Map(this.groups.map((view) => [view.group.hash, view]));
    return this.#groupsByHash.get(hash);
  }

  viewOf({ group, shape }: ShapeRef): ShapeView | undefined {
    const found = this.groupOf(group);
    return found?.views[found.shapes.findIndex(({ hash }) => hash === shape)];
  }

  /** Where the requests counted under a shape end, as far as the logs of several proxies tell. */
  endsOf(shape: ShapeRef): readonly HopEnd[] {
    return this.#join.shapes.get(keyOfShape(shape))?.ends ?? [];
  }

  /** What the calling proxy logged of the requests of a shape; nothing where no other proxy saw them fail. */
  calledAs(shape: ShapeRef): readonly ShapeView[] {
    const { copiesOf = [] } = this.#join.shapes.get(keyOfShape(shape)) ?? {};
    return copiesOf.flatMap((ref) => this.viewOf(ref) ?? []);
  }

  scope(name: string): TrafficEntry | undefined {
    return this.#scopes.get(name);
  }

  /** Failure groups whose requests succeed in the logs of other proxies only. */
  get answeredElsewhere(): ReadonlySet<number> {
    this.#answeredElsewhere ??= findAnsweredElsewhere(this.aggregate);
    return this.#answeredElsewhere;
  }

  endpoint(scope: string, upstreamHost: string): TrafficEntry | undefined {
    return this.#endpoints.get(scope)?.get(upstreamHost);
  }

  endpointsOf(scope: string): Iterable<TrafficEntry> {
    return this.#endpoints.get(scope)?.values() ?? [];
  }

  path(scope: string, template: string): TrafficEntry | undefined {
    return this.#paths.get(scope)?.get(template);
  }

  /** Requests of a caller to all scopes; none is known once the table overflowed. */
  caller(address: string): TrafficEntry | undefined {
    return this.#callers.get(address);
  }

  callerWithin(scope: string, address: string): TrafficEntry | undefined {
    return this.#callersWithin.get(scope)?.get(address);
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
      const others = view.addresses.size === 0 ? this.groups : this.#groupsWithoutAddress;
      found = others.filter(
        (other) =>
          other !== view &&
          ((overlap(view.time, other.time, 0) && areInStep(view.group.histogram, other.group.histogram)) ||
            this.#areAtSameMoments(view, other)),
      );
      this.#groupsInStep.set(view, found);
    }
    return found;
  }

  #areAtSameMoments(view: GroupView, other: GroupView): boolean {
    const [nameless, caller] = view.addresses.size === 0 ? [view, other] : [other, view];
    return caller.addresses.size > 0 && areAtSameMoments(nameless.group, caller.group, this.aggregate.time);
  }

  /** Groups with a line that was logged where connections to the address arrive. */
  groupsServing(address: string): readonly GroupView[] {
    this.#groupsByLocalAddress ??= groupBy(this.groups, ({ views }) => [
      ...new Set(views.flatMap(({ downstreamLocalAddress }) => downstreamLocalAddress ?? [])),
    ]);
    return this.#groupsByLocalAddress.get(address) ?? [];
  }

  groupsAtAddress(address: string): readonly GroupView[] {
    return this.#groupsByAddress.get(address) ?? [];
  }
}

function entryAt(table: TrafficTable, row: number, key: string): TrafficEntry {
  const first = table.healthyFirst[row] ?? NO_TIME;
  return {
    key,
    healthy: table.healthy[row] ?? 0,
    failed: table.failed[row] ?? 0,
    healthyTime: first === NO_TIME ? null : { first, last: table.healthyLast[row] ?? first },
  };
}

/** Rows of the wanted keys, added up where two are spelled alike. */
function indexKeys(table: TrafficTable, wanted: ReadonlySet<string>): ReadonlyMap<string, TrafficEntry> {
  const index = new Map<string, TrafficEntry>();
  if (wanted.size === 0) return index;
  const keys = new TrafficKeys(table);
  for (let row = 0; row < table.keyEnds.length; row++) {
    const key = keys.at(row);
    if (wanted.has(key)) index.set(key, addUp(index.get(key), entryAt(table, row, key)));
  }
  return index;
}

/** All requests are counted under a key. */
function isComplete({ healthy, failed, total }: TrafficTable): boolean {
  const sum = (counts: Float64Array): number => counts.reduce((all, count) => all + count, 0);
  return sum(healthy) + sum(failed) >= total.healthy + total.failed;
}

/** Rows within the wanted scopes; of them those of wanted keys, where the others are never asked for. */
function indexWithin(
  table: TrafficTable,
  wanted: ReadonlySet<string>,
  wantedKeys: ReadonlySet<string> | null,
): EntriesByScope {
  const index = new Map<string, Map<string, TrafficEntry>>();
  const scopes = table.scopeNames.map((name) => {
    const entries = wanted.has(name) ? (index.get(name) ?? new Map<string, TrafficEntry>()) : null;
    if (entries !== null) index.set(name, entries);
    return entries;
  });
  // Only the keys of wanted scopes are made text: a table holds those of the whole mesh.
  const keys = new TrafficKeys(table);
  for (let row = 0; row < table.scope.length; row++) {
    const entries = scopes[table.scope[row] ?? 0] ?? null;
    if (entries === null) continue;
    const key = keys.at(row);
    if (wantedKeys === null || wantedKeys.has(key))
      entries.set(key, addUp(entries.get(key), entryAt(table, row, key)));
  }
  return index;
}

function addUp(a: TrafficEntry | undefined, b: TrafficEntry): TrafficEntry {
  if (a === undefined) return b;
  return {
    key: a.key,
    healthy: a.healthy + b.healthy,
    failed: a.failed + b.failed,
    healthyTime: joinTimeSpans(a.healthyTime, b.healthyTime),
  };
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
