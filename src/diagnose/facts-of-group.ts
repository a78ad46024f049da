import type { CappedCounts, ProxyLogEvents, TimeSpan } from '../model/aggregate.ts';
import type { DurationFacts, GroupSummary, QuietFacts, ReuseFacts } from '../model/group-facts.ts';
import type { HopEnd, Silence } from '../model/join.ts';
import type { ShapeView } from '../model/shape-view.ts';
import { joinTimeSpans } from '../model/time-span.ts';
import { readDurations, readReuse } from './sampled-facts.ts';
import type { GroupView, TrafficEntry, TrafficIndex } from './traffic-index.ts';
import { overlap } from './traffic-index.ts';

/** Failures further apart than this are separate bursts. */
const BURST_GAP_MS = 15_000;
/** Two hops log one failure within this, clocks included. */
const SAME_TIME_SLACK_MS = 5000;
/** With fewer answers on either side it may be chance that no endpoint gave some on both. */
const ENOUGH_ANSWERS = 8;
/** What holds for this share of a group's requests holds for the group. */
const MOST_SHARE = 0.9;

/** Facts of one group that do not depend on the shape; computed when first asked. */
export class FactsOfGroup {
  readonly view: GroupView;
  readonly index: TrafficIndex;
  readonly quiet: QuietFacts | null;
  readonly scope: TrafficEntry | undefined;
  #durations: DurationFacts | null | undefined;
  #reuse: ReuseFacts | null | undefined;
  #neighbours: readonly GroupSummary[] | undefined;
  #healthyOnFailing: number | null | undefined;
  #healthyFromCallers: number | null | undefined;
  #healthyFromCallersInScope: number | null | undefined;
  #serverSilence: Silence | false | null | undefined;
  #otherHealthy: number | undefined;
  #proxyLog: readonly ProxyLogEvents[] | undefined;
  #serverProxyLog: readonly ProxyLogEvents[] | undefined;
  #atSameEndpoint: readonly GroupView[] | undefined;
  #failingHosts: readonly string[] | undefined;
  #failuresOn: ReadonlyMap<string, TimeSpan | null> | undefined;
  readonly #distinct = new Map<'upstreamHost' | 'path', ReadonlySet<string | null | undefined>>();

  constructor(view: GroupView, index: TrafficIndex, quiet: QuietFacts | null = null) {
    this.view = view;
    this.index = index;
    this.quiet = quiet;
    this.scope = index.scope(view.group.scope);
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

  /**
   * The traffic of an endpoint as the proxy knows it that logged the failures. Lines without a cluster and a local address do
   * not tell whose they are. That somebody listens at the endpoint, lines of any proxy show, which is what counts where no
   * connection came about (UF). How connections of this caller fare that did come about (UC), only its own lines show.
   */
  endpoint(scope: string, upstreamHost: string): TrafficEntry | undefined {
    const entry = this.index.endpoint(scope, upstreamHost);
    const { shape, group } = this.view;
    const isMixed =
      shape.upstreamCluster === undefined &&
      shape.downstreamLocalAddress === undefined &&
      shape.responseFlags.includes('UC') &&
      this.index.answeredElsewhere.has(group.hash);
    return entry === undefined || !isMixed ? entry : { ...entry, healthy: 0, healthyTime: null };
  }

  /** Endpoints on which the group fails. */
  get failingHosts(): readonly string[] {
    this.#failingHosts ??= [...this.distinct('upstreamHost')].filter((host) => host != null);
    return this.#failingHosts;
  }

  /** From the first to the last failure on an endpoint: of a rollout, each pod has its own moment. */
  failuresOn(upstreamHost: string | null | undefined): TimeSpan | null {
    if (upstreamHost == null) return this.view.time;
    this.#failuresOn ??= this.#readFailuresByHost();
    return this.#failuresOn.get(upstreamHost) ?? this.view.time;
  }

  /** Nothing where there is only one, and where shapes fell over their cap: nobody knows which endpoints they failed on. */
  #readFailuresByHost(): ReadonlyMap<string, TimeSpan | null> {
    const { group, requests, views } = this.view;
    const failures = new Map<string, TimeSpan | null>();
    if (this.failingHosts.length < 2 || sumRequests(group.shapes) < requests) return failures;
    for (const [i, shape] of group.shapes.entries()) {
      const host = views[i]?.upstreamHost;
      if (host != null) failures.set(host, joinTimeSpans(failures.get(host) ?? null, shape.time));
    }
    return failures;
  }

  get healthyOnFailingHosts(): number | null {
    if (this.#healthyOnFailing === undefined) {
      const { scope } = this.view.group;
      this.#healthyOnFailing = sumHealthy(this.failingHosts, (host) => this.endpoint(scope, host));
    }
    return this.#healthyOnFailing;
  }

  /** Healthy requests of the callers whose requests fail in the group. */
  get healthyFromCallers(): number | null {
    if (this.#healthyFromCallers === undefined) {
      const callers = this.view.group.callers.entries.map(({ key }) => key);
      this.#healthyFromCallers = sumHealthy(callers, (caller) => this.index.caller(caller));
    }
    return this.#healthyFromCallers;
  }

  /** Healthy requests within the scope of the callers whose requests fail in the group; null when they are too many to know. */
  get healthyFromCallersInScope(): number | null {
    if (this.#healthyFromCallersInScope === undefined) {
      const { scope, callers } = this.view.group;
      const kept = callers.entries.reduce((sum, { requests }) => sum + requests, 0);
      const keys = callers.entries.map(({ key }) => key);
      this.#healthyFromCallersInScope =
        kept < this.view.requests ? null : sumHealthy(keys, (key) => this.index.callerWithin(scope, key));
    }
    return this.#healthyFromCallersInScope;
  }

  /** What the ends of the group's requests say together: those of a few may have been lost between two logs. */
  get serverSilence(): Silence | false | null {
    if (this.#serverSilence === undefined) this.#serverSilence = this.#readSilence();
    return this.#serverSilence;
  }

  #readSilence(): Silence | false | null {
    const { hash, shapes } = this.view.group;
    const ends = shapes.flatMap((shape) => this.index.endsOf({ group: hash, shape: shape.hash }));
    if (ends.length === 0) return null;
    const isMost = (wanted: (end: HopEnd) => boolean): boolean =>
      sumRequests(ends.filter(wanted)) >= MOST_SHARE * sumRequests(ends);
    if (isMost(({ unseenBeyond }) => unseenBeyond === 'known')) return 'known';
    return isMost(({ unseenBeyond }) => unseenBeyond !== null) && 'likely';
  }

  callerLogged(predicate: (shape: ShapeView) => boolean): boolean {
    const { hash, shapes } = this.view.group;
    return shapes.some((shape) => this.index.calledAs({ group: hash, shape: shape.hash }).some(predicate));
  }

  get otherHealthyHosts(): number {
    if (this.#otherHealthy === undefined) {
      const failing = this.distinct('upstreamHost');
      let others = 0;
      for (const { healthy, key } of this.index.endpointsOf(this.view.group.scope))
        if (healthy > 0 && !failing.has(key)) others++;
      this.#otherHealthy = others;
    }
    return this.#otherHealthy;
  }

  /** Whether an endpoint answers both before and after the failures; null where too few answer to tell. */
  get sameEndpointsReturn(): boolean | null {
    const { time } = this.view;
    if (time === null) return null;
    let before = 0;
    let after = 0;
    for (const { healthy, healthyTime } of this.index.endpointsOf(this.view.group.scope)) {
      if (healthyTime === null) continue;
      if (healthyTime.first < time.first && healthyTime.last > time.last) return true;
      if (healthyTime.last < time.first) before += healthy;
      if (healthyTime.first > time.last) after += healthy;
    }
    return Math.min(before, after) < ENOUGH_ANSWERS ? null : false;
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
    for (const bucket of buckets) {
      if ((bucket - last) * widthMs > Math.max(BURST_GAP_MS, widthMs)) bursts++;
      last = bucket;
    }
    return bursts;
  }

  /** Longest time without a failure between the first and the last one, in whole buckets. */
  get longestPauseMs(): number {
    const { widthMs, buckets } = this.view.group.histogram;
    return buckets.reduce((longest, bucket, i) => {
      const before = buckets[i - 1] ?? bucket;
      return Math.max(longest, (bucket - before) * widthMs);
    }, 0);
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

  /**
   * Requests of other groups at the same addresses and time for which `predicate` holds. At the address of a gateway
   * hundreds of groups meet, of which few are of the kind that is asked for: so their times are looked at last.
   */
  sameEndpoint(predicate: (other: GroupSummary) => boolean): number {
    this.#atSameEndpoint ??= this.#findAtSameEndpoint();
    let sum = 0;
    for (let i = 0; i < this.#atSameEndpoint.length; i++) {
      const other = this.#atSameEndpoint[i];
      if (other === undefined) continue;
      if (other !== this.view && predicate(other) && overlap(other.time, this.view.time, SAME_TIME_SLACK_MS))
        sum += other.requests;
    }
    return sum;
  }

  /** Requests of this group after which another group fails at the same addresses within moments. */
  followedBy(predicate: (other: GroupSummary) => boolean): number {
    this.#atSameEndpoint ??= this.#findAtSameEndpoint();
    const others = this.#atSameEndpoint.filter((other) => other !== this.view && predicate(other));
    const { widthMs, buckets, requests } = this.view.group.histogram;
    return buckets.reduce((sum, bucket, i) => {
      const from = bucket * widthMs;
      const until = from + widthMs + SAME_TIME_SLACK_MS;
      const isSoon = others.some(({ group: { histogram } }) =>
        histogram.buckets.some((at) => (at + 1) * histogram.widthMs > from && at * histogram.widthMs < until),
      );
      return isSoon ? sum + (requests[i] ?? 0) : sum;
    }, 0);
  }

  requestsAlike(predicate: (shape: ShapeView) => boolean): number {
    const { group, views } = this.view;
    return sumRequests(
      group.shapes.filter((_, i) => {
        const view = views[i];
        return view !== undefined && predicate(view);
      }),
    );
  }

  #findAtSameEndpoint(): readonly GroupView[] {
    const [first, ...others] = this.view.addresses;
    if (first === undefined) return [];
    const found = this.index.groupsAtAddress(first);
    return others.length === 0
      ? found
      : [...new Set([...found, ...others.flatMap((address) => this.index.groupsAtAddress(address))])];
  }

  /** What the proxies said themselves that logged the failures, at either end of the connections. */
  get proxyLog(): readonly ProxyLogEvents[] {
    this.#proxyLog ??= this.index.proxyLog.eventsOf(() => this.#sourcesOf([this.view, ...this.#servers]));
    return this.#proxyLog;
  }

  /** The same without what the caller's proxy said of itself. */
  get serverProxyLog(): readonly ProxyLogEvents[] {
    if (this.#isAtServer) return this.proxyLog;
    this.#serverProxyLog ??= this.index.proxyLog.eventsBeyond(
      () => this.#sourcesOf([this.view]),
      () => this.#sourcesOf(this.#servers),
    );
    return this.#serverProxyLog;
  }

  /** The proxy that logged the failures stands beside the application that was called. */
  get #isAtServer(): boolean {
    return this.view.views.some(
      ({ clusterDirection }) => clusterDirection === 'inbound' || clusterDirection === 'inboundPassthrough',
    );
  }

  /** Groups that were logged where the failing connections arrive. */
  get #servers(): readonly GroupView[] {
    return this.failingHosts.flatMap((host) => this.index.groupsServing(host));
  }

  #sourcesOf(views: readonly GroupView[]): readonly CappedCounts[] {
    return [...new Set(views)].map(({ group }) => group.sources);
  }

  /** Requests of groups in step with this one for which `predicate` holds. */
  inStep(predicate: (other: GroupSummary) => boolean): number {
    return sumRequests(this.index.groupsInStepWith(this.view).filter(predicate));
  }

  elsewhere(predicate: (other: GroupSummary) => boolean): number {
    return sumRequests(this.index.groups.filter((other) => other !== this.view && predicate(other)));
  }
}

function sumRequests(counted: readonly { readonly requests: number }[]): number {
  return counted.reduce((sum, { requests }) => sum + requests, 0);
}

/** Healthy requests of all keys; null when there is none, or one that fell over the cap of its table: then nobody knows. */
function sumHealthy(keys: readonly string[], find: (key: string) => TrafficEntry | undefined): number | null {
  let sum = 0;
  for (const key of keys) {
    const entry = find(key);
    if (entry === undefined) return null;
    sum += entry.healthy;
  }
  return keys.length === 0 ? null : sum;
}
