import type { TimeSpan } from '../model/aggregate.ts';
import type {
  Coincidence,
  DurationFacts,
  GroupFacts,
  GroupSummary,
  ReuseFacts,
  SuccessHistory,
} from '../model/group-facts.ts';
import type { ShapeView } from '../model/shape-view.ts';
import { readDurations, readReuse } from './sampled-facts.ts';
import type { GroupView, TrafficEntry, TrafficIndex } from './traffic-index.ts';
import { overlap } from './traffic-index.ts';

/** Failures further apart than this are separate bursts. */
const BURST_GAP_MS = 15_000;
/** Two hops log one failure within this, clocks included. */
const SAME_TIME_SLACK_MS = 5000;

/** Facts of one group that do not depend on the shape; computed when first asked. */
export class FactsOfGroup {
  readonly view: GroupView;
  readonly index: TrafficIndex;
  #durations: DurationFacts | null | undefined;
  #reuse: ReuseFacts | null | undefined;
  #neighbours: readonly GroupSummary[] | undefined;
  #healthyOnFailing: number | undefined;
  #otherHealthy: number | undefined;
  readonly #distinct = new Map<'upstreamHost' | 'path', ReadonlySet<string | null | undefined>>();

  constructor(view: GroupView, index: TrafficIndex) {
    this.view = view;
    this.index = index;
  }

  get durations(): DurationFacts | null {
    if (this.#durations === undefined) this.#durations = readDurations(this.view.group);
    return this.#durations;
  }

  get reuse(): ReuseFacts | null {
    if (this.#reuse === undefined) this.#reuse = readReuse(this.view.group);
    return this.#reuse;
  }

  /** Distinct values of one property among the shapes of the group. */
  distinct(property: 'upstreamHost' | 'path'): ReadonlySet<string | null | undefined> {
    let values = this.#distinct.get(property);
    if (values === undefined) {
      values = new Set(this.view.views.map((view) => view[property]));
      this.#distinct.set(property, values);
    }
    return values;
  }

  /** Endpoints on which the group fails. */
  get failingHosts(): readonly string[] {
    return [...this.distinct('upstreamHost')].flatMap((host) => host ?? []);
  }

  get healthyOnFailingHosts(): number {
    this.#healthyOnFailing ??= this.failingHosts.reduce(
      (sum, host) => sum + (this.index.endpoint(this.view.group.scope, host)?.healthy ?? 0),
      0,
    );
    return this.#healthyOnFailing;
  }

  get otherHealthyHosts(): number {
    if (this.#otherHealthy === undefined) {
      const failing = this.distinct('upstreamHost');
      const endpoints = this.index.endpointsOf(this.view.group.scope);
      this.#otherHealthy = endpoints.filter((entry) => entry.healthy > 0 && !failing.has(entry.key)).length;
    }
    return this.#otherHealthy;
  }

  get neighbours(): readonly GroupSummary[] {
    if (this.#neighbours === undefined) {
      this.#neighbours = this.index
        .groupsInScope(this.view.group.scope)
        .filter((other) => other !== this.view);
    }
    return this.#neighbours;
  }

  get bursts(): number {
    const { widthMs, buckets } = this.view.group.histogram;
    let bursts = 0;
    let last = Number.NEGATIVE_INFINITY;
    for (const [bucket] of buckets) {
      if ((bucket - last) * widthMs > Math.max(BURST_GAP_MS, widthMs)) bursts++;
      last = bucket;
    }
    return bursts;
  }

  /** How many of the group's kept connections belong to groups for which `predicate` holds. */
  pairedWith(predicate: (other: GroupSummary) => boolean): number {
    let paired = 0;
    for (const { hash } of this.view.group.connections.entries) {
      const others = this.index.groupsOnConnection(hash);
      if (others.some((other) => other !== this.view && predicate(other))) paired++;
    }
    return paired;
  }

  /** Requests of other groups at the same addresses and time for which `predicate` holds. */
  sameEndpoint(predicate: (other: GroupSummary) => boolean): number {
    const found = new Set<GroupView>();
    for (const address of this.view.addresses) {
      for (const other of this.index.groupsAtAddress(address)) {
        if (
          other !== this.view &&
          overlap(other.time, this.view.time, SAME_TIME_SLACK_MS) &&
          predicate(other)
        )
          found.add(other);
      }
    }
    return [...found].reduce((sum, other) => sum + other.requests, 0);
  }

  /** The facts as seen from one shape of the group. */
  from(shape: ShapeView): GroupFacts {
    return new ShapeFacts(this, shape);
  }
}

function historyOf(entry: TrafficEntry | undefined, failures: TimeSpan | null): SuccessHistory | null {
  if (entry === undefined || entry.healthy === 0) return 'none';
  const healthy = entry.healthyTime;
  if (healthy === null || failures === null) return null;
  if (healthy.last < failures.first) return 'onlyBefore';
  return healthy.first > failures.last ? 'onlyAfter' : 'interleaved';
}

class ShapeFacts implements GroupFacts {
  readonly #facts: FactsOfGroup;
  readonly #shape: ShapeView;

  constructor(facts: FactsOfGroup, shape: ShapeView) {
    this.#facts = facts;
    this.#shape = shape;
  }

  get requests(): number {
    return this.#facts.view.requests;
  }

  get time(): TimeSpan | null {
    return this.#facts.view.time;
  }

  get healthyInLog(): number {
    return this.#facts.index.healthyInLog;
  }

  /** Numbers of healthy requests say nothing in a log that holds none. */
  #judged<T>(value: T): T | null {
    return this.#facts.index.healthyInLog > 0 ? value : null;
  }

  get #scope(): TrafficEntry | undefined {
    return this.#facts.index.scope(this.#facts.view.group.scope);
  }

  get #endpoint(): TrafficEntry | undefined {
    const host = this.#shape.upstreamHost;
    return host == null ? undefined : this.#facts.index.endpoint(this.#facts.view.group.scope, host);
  }

  get healthyInScope(): number | null {
    return this.#judged(this.#scope?.healthy ?? 0);
  }

  get scopeHistory(): SuccessHistory | null {
    return this.#judged(historyOf(this.#scope, this.time));
  }

  get healthyOnEndpoint(): number | null {
    return this.#shape.upstreamHost == null ? null : this.#judged(this.#endpoint?.healthy ?? 0);
  }

  get endpointHistory(): SuccessHistory | null {
    return this.#shape.upstreamHost == null ? null : this.#judged(historyOf(this.#endpoint, this.time));
  }

  get failingEndpoints(): number {
    return this.#facts.failingHosts.length;
  }

  get healthyOnFailingEndpoints(): number | null {
    return this.failingEndpoints === 0 ? null : this.#judged(this.#facts.healthyOnFailingHosts);
  }

  get otherHealthyEndpoints(): number | null {
    return this.#judged(this.#facts.otherHealthyHosts);
  }

  get healthyForAuthority(): number | null {
    const { authority } = this.#shape;
    return authority == null ? null : this.#judged(this.#facts.index.authority(authority)?.healthy ?? 0);
  }

  get healthyOnPath(): number | null {
    const { path } = this.#shape;
    return path == null
      ? null
      : this.#judged(this.#facts.index.path(this.#facts.view.group.scope, path)?.healthy ?? 0);
  }

  get healthyFromCaller(): number | null {
    const callers = this.#facts.view.group.callers.entries;
    if (callers.length === 0) return null;
    return this.#judged(
      callers.reduce((sum, caller) => sum + (this.#facts.index.caller(caller.key)?.healthy ?? 0), 0),
    );
  }

  get healthyWithSniOnListener(): number | null {
    const local = this.#shape.downstreamLocalAddress;
    return local == null ? null : this.#judged(this.#facts.index.listener(local)?.healthy ?? 0);
  }

  /** All failures share one value of `keys`, which `entry` counts in the traffic of the scope or log. */
  #coincidence(
    distinct: ReadonlySet<string | null | undefined>,
    entry: TrafficEntry | undefined,
    total: number,
    what: string,
  ): Coincidence | false | null {
    if (distinct.has(null) || distinct.has(undefined)) return null;
    if (distinct.size !== 1) return false;
    if (this.#facts.index.healthyInLog === 0 || entry === undefined || total === 0) return null;
    return { n: this.requests, q: (entry.healthy + entry.failed) / total, what };
  }

  get #scopeTotal(): number {
    const scope = this.#scope;
    return scope === undefined ? 0 : scope.healthy + scope.failed;
  }

  get onOneEndpoint(): Coincidence | false | null {
    return this.#coincidence(
      this.#facts.distinct('upstreamHost'),
      this.#endpoint,
      this.#scopeTotal,
      'an endpoint',
    );
  }

  get onOnePath(): Coincidence | false | null {
    const { path } = this.#shape;
    const entry = path == null ? undefined : this.#facts.index.path(this.#facts.view.group.scope, path);
    return this.#coincidence(this.#facts.distinct('path'), entry, this.#scopeTotal, 'a path');
  }

  get fromOneCaller(): Coincidence | false | null {
    const callers = this.#facts.view.group.callers.entries.map((entry) => entry.key);
    const [first] = callers;
    if (first === undefined) return null;
    const { requests } = this.#facts.index.aggregate;
    return this.#coincidence(new Set(callers), this.#facts.index.caller(first), requests.total, 'a caller');
  }

  get durations(): DurationFacts | null {
    return this.#facts.durations;
  }

  get reuse(): ReuseFacts | null {
    return this.#facts.reuse;
  }

  get bursts(): number {
    return this.#facts.bursts;
  }

  get failedShare(): number | null {
    return this.#scopeTotal === 0 ? null : this.#judged(this.requests / this.#scopeTotal);
  }

  get distinctPaths(): number {
    return this.#facts.distinct('path').size;
  }

  get neighbours(): readonly GroupSummary[] {
    return this.#facts.neighbours;
  }

  pairedWith(predicate: (other: GroupSummary) => boolean): number {
    return this.#facts.pairedWith(predicate);
  }

  sameEndpoint(predicate: (other: GroupSummary) => boolean): number {
    return this.#facts.sameEndpoint(predicate);
  }

  get proxyLog(): GroupFacts['proxyLog'] {
    return this.#facts.index.aggregate.proxyLog;
  }
}
