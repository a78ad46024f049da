import type { CountedShape, ProxyLogEvents, TimeSpan } from './aggregate.ts';
import type { Silence } from './join.ts';
import type { ShapeView } from './shape-view.ts';

/** All `n` failures share something that `q` of the traffic shares: worth −n · log2 q bits. */
export interface Coincidence {
  readonly n: number;
  readonly q: number;
  /** What they share, for the report: a path, an endpoint, a caller. */
  readonly what: string;
}

/** How the successes of a key lie against the failures of the group. */
export type SuccessHistory = 'none' | 'onlyBefore' | 'interleaved' | 'onlyAfter';

/** Another group as rules may see it. */
export interface GroupSummary {
  readonly requests: number;
  readonly failed: boolean;
  readonly time: TimeSpan | null;
  /** The most frequent shape of the group. */
  readonly shape: ShapeView;
  readonly shapes: readonly CountedShape[];
}

/** How long the sampled requests of a group took. */
export interface DurationFacts {
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** Spread of the middle 80 %, in milliseconds. */
  readonly spreadMs: number;
  /** The configured limit that they cluster at, or null: 999 to 1010 ms is 1000. */
  readonly roundMs: number | null;
}

/** What is known of the upstream connections on which requests of a group failed. */
export interface ReuseFacts {
  /** Failures whose upstream connection is known to have answered before. */
  readonly reused: number;
  /** Failures with an upstream connection. */
  readonly judged: number;
  readonly medianIdleMs: number;
  /** True when the idle times lie close together: the mark of a keep-alive limit. */
  readonly isConstant: boolean;
}

/** Requests of one cluster. */
export interface ClusterTraffic {
  readonly subset: string | null;
  readonly healthy: number;
}

/** What the counts say around a cluster whose requests succeed. */
export interface QuietFacts {
  /** Endpoints that the cluster reached. */
  readonly endpoints: number;
  /** Other clusters of the same service and port: its subsets, or the service without one. */
  readonly siblings: readonly ClusterTraffic[];
  /** Some line names a path for the same endpoints, so they speak HTTP. */
  readonly servesHttp: boolean;
}

/**
 * What the whole log says around the failures of one group, as seen from one shape of it.
 * `null` always means "not judged": no healthy record to compare with, too few failures, the field is not logged.
 */
export interface GroupFacts {
  /** Failing requests of the group. */
  readonly requests: number;
  readonly time: TimeSpan | null;
  /** Healthy requests in the whole log. */
  readonly healthyInLog: number;
  /** Healthy requests of the group's scope (cluster, else authority). */
  readonly healthyInScope: number | null;
  readonly scopeHistory: SuccessHistory | null;
  /** The scope succeeds behind the last failure on the shape's endpoint for at least as long as those failures lasted. */
  readonly scopeGoesOn: boolean | null;
  /** Healthy requests to the shape's endpoint within the scope. */
  readonly healthyOnEndpoint: number | null;
  /** How they lie against the failures of the group on that endpoint. */
  readonly endpointHistory: SuccessHistory | null;
  /** From the first to the last failure of the group on the shape's endpoint. */
  readonly endpointFailures: TimeSpan | null;
  /** Healthy requests to all endpoints on which the group fails. */
  readonly healthyOnFailingEndpoints: number | null;
  /** Endpoints of the scope that answer and do not fail in this group. */
  readonly otherHealthyEndpoints: number | null;
  /**
   * Whether an endpoint of the scope answers before the failures and again after them; null where too few answer to tell.
   */
  readonly sameEndpointsReturn: boolean | null;
  /** Endpoints on which the group fails. */
  readonly failingEndpoints: number;
  /** Healthy requests to the shape's authority, whatever the cluster. */
  readonly healthyForAuthority: number | null;
  /** How the successes of the shape's authority, whatever the cluster, lie against the failures of the group. */
  readonly authorityHistory: SuccessHistory | null;
  /**
   * Requests that succeed, for the shape's authority and at the rate of the rest of its time, in as much time as lies from
   * the first to the last failure. Null where that time is most of the whole, so that nobody knows what is usual.
   */
  readonly usualForAuthority: number | null;
  /** Healthy requests to the shape's path within the scope. */
  readonly healthyOnPath: number | null;
  readonly healthyFromCaller: number | null;
  /** Healthy requests with a server name on the shape's local address. */
  readonly healthyWithSniOnListener: number | null;
  /**
   * Healthy requests with a server name that the proxy at the shape's endpoint logged: its log was supplied and is
   * active. Null where it shows nothing.
   */
  readonly healthyAtServer: number | null;
  /**
   * Set where the log of the proxy at the endpoints covers the time and has no line of the group's requests; false: no such
   * log was read; null: nothing was compared.
   */
  readonly serverSilence: Silence | false | null;
  readonly onOneEndpoint: Coincidence | false | null;
  readonly onOnePath: Coincidence | false | null;
  readonly fromOneCaller: Coincidence | false | null;
  /** No request of the failing callers succeeds within the scope, while those of other callers do. */
  readonly onlyOtherCallersSucceed: Coincidence | false | null;
  readonly durations: DurationFacts | null;
  readonly reuse: ReuseFacts | null;
  /** Separate bursts of failures. */
  readonly bursts: number;
  /** Longest time without a failure between the first and the last one. */
  readonly longestPauseMs: number;
  /** Share of the scope's requests, between the first and the last failure, that failed in this group. */
  readonly failedShare: number | null;
  /** Distinct authorities, paths among the failures. */
  readonly distinctPaths: number;
  /** Other groups of the same scope. */
  readonly neighbours: readonly GroupSummary[];
  /** Groups of the other hop that share connections with this one: how many of the kept connections match. */
  pairedWith(predicate: (other: GroupSummary) => boolean): number;
  /** Groups that fail at the same endpoint (as upstream host or as local address of the server's line). */
  sameEndpoint(predicate: (other: GroupSummary) => boolean): number;
  /** Requests of this group soon after which another group fails at the same endpoint. */
  followedBy(predicate: (other: GroupSummary) => boolean): number;
  /** Requests of this group of which this holds. */
  requestsAlike(predicate: (shape: ShapeView) => boolean): number;
  /** Whether the calling proxy logged requests of this group so. */
  callerLogged(predicate: (shape: ShapeView) => boolean): boolean;
  /** Requests of other groups that come and go with this one, for lines that no address can join. */
  inStep(predicate: (other: GroupSummary) => boolean): number;
  /** Requests of other groups, wherever in the log. */
  elsewhere(predicate: (other: GroupSummary) => boolean): number;
  /** Null for requests that fail. */
  readonly quiet: QuietFacts | null;
  /** What the proxies at either end of the connections said themselves, as far as they can be told from others. */
  readonly proxyLog: readonly ProxyLogEvents[];
  /** The same of the proxy at the server's end: what the one that called said of itself is left out. */
  readonly serverProxyLog: readonly ProxyLogEvents[];
}
