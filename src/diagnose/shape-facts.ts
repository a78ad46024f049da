import type { TimeSpan } from '../model/aggregate.ts';
import type {
  Coincidence,
  DurationFacts,
  GroupFacts,
  GroupSummary,
  QuietFacts,
  ReuseFacts,
  SuccessHistory,
} from '../model/group-facts.ts';
import type { ShapeView } from '../model/shape-view.ts';
import type { FactsOfGroup } from './facts-of-group.ts';
import type { TrafficEntry } from './traffic-index.ts';

/** Failures that are nearer together than this are one moment. */
const SHORTEST_MS = 1000;
/** What is so large a share of the time shows what is usual. */
const USUAL_SHARE = 0.75;

/** How the successes of a key lie against the failures. Keys that fail are in the table, unless they fell over its cap. */
function historyOf(entry: TrafficEntry | undefined, failures: TimeSpan | null): SuccessHistory | null {
  if (entry === undefined) return null;
  if (entry.healthy === 0) return 'none';
  const healthy = entry.healthyTime;
  if (healthy === null || failures === null) return null;
  if (healthy.last < failures.first) return 'onlyBefore';
  return healthy.first > failures.last ? 'onlyAfter' : 'interleaved';
}

/** The facts of a group as seen from one shape of it. */
export class ShapeFacts implements GroupFacts {
  readonly shape: ShapeView;
  readonly #facts: FactsOfGroup;
  /** Null: not asked for yet. */
  #endpointEntry: TrafficEntry | undefined | null = null;

  constructor(facts: FactsOfGroup, shape: ShapeView) {
    this.#facts = facts;
    this.shape = shape;
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
    return this.#facts.scope;
  }

  get #endpoint(): TrafficEntry | undefined {
    if (this.#endpointEntry === null) {
      const host = this.shape.upstreamHost;
      this.#endpointEntry =
        host == null ? undefined : this.#facts.endpoint(this.#facts.view.group.scope, host);
    }
    return this.#endpointEntry;
  }

  get healthyInScope(): number | null {
    return this.#judged(this.#scope?.healthy ?? null);
  }

  get scopeHistory(): SuccessHistory | null {
    return this.#judged(historyOf(this.#scope, this.time));
  }

  get scopeGoesOn(): boolean | null {
    const healthy = this.#scope?.healthyTime ?? null;
    const failures = this.endpointFailures;
    if (healthy === null || failures === null) return null;
    const lasted = Math.max(failures.last - failures.first, SHORTEST_MS);
    return healthy.last - failures.last >= lasted;
  }

  get healthyOnEndpoint(): number | null {
    return this.#judged(this.#endpoint?.healthy ?? null);
  }

  get endpointHistory(): SuccessHistory | null {
    return this.#judged(historyOf(this.#endpoint, this.endpointFailures));
  }

  get endpointFailures(): TimeSpan | null {
    return this.#facts.failuresOn(this.shape.upstreamHost);
  }

  get sameEndpointsReturn(): boolean | null {
    return this.#judged(this.#facts.sameEndpointsReturn);
  }

  get failingEndpoints(): number {
    return this.#facts.failingHosts.length;
  }

  get healthyOnFailingEndpoints(): number | null {
    return this.#judged(this.#facts.healthyOnFailingHosts);
  }

  get otherHealthyEndpoints(): number | null {
    return this.#judged(this.#facts.otherHealthyHosts);
  }

  get healthyForAuthority(): number | null {
    const { authority } = this.shape;
    return authority == null ? null : this.#judged(this.#facts.index.authority(authority)?.healthy ?? null);
  }

  get authorityHistory(): SuccessHistory | null {
    const { authority } = this.shape;
    const entry = authority == null ? undefined : this.#facts.index.authority(authority);
    return entry === undefined ? null : this.#judged(historyOf(entry, this.time));
  }

  get usualForAuthority(): number | null {
    const { authority } = this.shape;
    const entry = authority == null ? undefined : this.#facts.index.authority(authority);
    const failures = this.time;
    if (entry?.healthyTime == null || failures === null) return null;
    const { first, last } = entry.healthyTime;
    const lasted = failures.last - failures.first;
    const rest = Math.max(last, failures.last) - Math.min(first, failures.first) - lasted;
    return rest < USUAL_SHARE * (rest + lasted) ? null : (entry.healthy * lasted) / rest;
  }

  get healthyOnPath(): number | null {
    const { path } = this.shape;
    if (path == null) return null;
    return this.#judged(this.#facts.index.path(this.#facts.view.group.scope, path)?.healthy ?? null);
  }

  get healthyFromCaller(): number | null {
    return this.#judged(this.#facts.healthyFromCallers);
  }

  get healthyWithSniOnListener(): number | null {
    const local = this.shape.downstreamLocalAddress;
    return local == null ? null : this.#judged(this.#facts.index.listener(local)?.healthy ?? 0);
  }

  get healthyAtServer(): number | null {
    const { upstreamHost, downstreamLocalAddress } = this.shape;
    // A headless call has one address on both lines: then the entry may be the caller's own traffic.
    if (upstreamHost == null || upstreamHost === downstreamLocalAddress) return null;
    const entry = this.#facts.index.listener(upstreamHost);
    return entry === undefined || entry.healthy === 0 ? null : entry.healthy;
  }

  get serverSilence(): GroupFacts['serverSilence'] {
    return this.#facts.serverSilence;
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
    const { path } = this.shape;
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

  /**
   * What a caller sends once says nothing, since that may fail by accident: what counts are its further requests, none of
   * which would fail more often than others of the scope.
   */
  get onlyOtherCallersSucceed(): Coincidence | false | null {
    const { healthyFromCallersInScope: healthy, view } = this.#facts;
    const scope = this.#judged(this.#scope);
    if (healthy === null || scope == null) return null;
    if (healthy > 0 || scope.healthy === 0) return false;
    const n = this.requests - view.group.callers.entries.length;
    return n > 0 ? { n, q: this.requests / this.#scopeTotal, what: 'failing callers' } : null;
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

  get longestPauseMs(): number {
    return this.#facts.longestPauseMs;
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

  followedBy(predicate: (other: GroupSummary) => boolean): number {
    return this.#facts.followedBy(predicate);
  }

  requestsAlike(predicate: (shape: ShapeView) => boolean): number {
    return this.#facts.requestsAlike(predicate);
  }

  callerLogged(predicate: (shape: ShapeView) => boolean): boolean {
    return this.#facts.callerLogged(predicate);
  }

  inStep(predicate: (other: GroupSummary) => boolean): number {
    return this.#facts.inStep(predicate);
  }

  elsewhere(predicate: (other: GroupSummary) => boolean): number {
    return this.#facts.elsewhere(predicate);
  }

  get quiet(): QuietFacts | null {
    return this.#facts.quiet;
  }

  get proxyLog(): GroupFacts['proxyLog'] {
    return this.#facts.proxyLog;
  }

  get serverProxyLog(): GroupFacts['serverProxyLog'] {
    return this.#facts.serverProxyLog;
  }
}
