import type { TrafficTableName } from '../model/aggregate.ts';

// Everything that grows with the variety of a log has a cap. A table keeps the keys with the smallest hashes, never the
// first to arrive, so that the aggregate of a cut log, merged, equals that of the whole; what falls over is counted.

/** Keys kept of each traffic table. */
export const TABLE_CAPS: Readonly<Record<TrafficTableName | 'servers', number>> = {
  /** Clusters (else authorities, else ports) with their own counts. */
  scopes: 4096,
  /** Endpoints, over all scopes. */
  endpoints: 32_768,
  /** Path templates, over all scopes. */
  paths: 8192,
  /** Caller addresses, each within its scopes, over all of them. */
  callers: 8192,
  authorities: 8192,
  /** Local addresses that took requests with a server name. */
  listeners: 4096,
  /** Local addresses at which servers took requests in. */
  servers: 8192,
};

/** Failure groups of clusters. The names of clusters come from configuration. */
export const MAX_ROUTED_GROUPS = 1024;
/** Failure groups without a cluster: keyed by authority, which the caller chooses, so they must not crowd out the others. */
export const MAX_UNROUTED_GROUPS = 512;
/** How much is kept of each failure group. */
export interface GroupCaps {
  readonly shapes: number;
  readonly callers: number;
  /** Large enough that the kept connections of the two hops of one failure meet. */
  readonly connections: number;
  readonly sources: number;
  /** Enough for medians and for the idle gap of a keep-alive race. */
  readonly sampled: number;
}

export const MOST: GroupCaps = { shapes: 64, callers: 64, connections: 128, sources: 32, sampled: 64 };
export const LEAST: GroupCaps = { shapes: 2, callers: 4, connections: 8, sources: 4, sampled: 8 };
/**
 * Shared out among all groups, as far as `LEAST` allows: a log with a thousand groups may not take a thousand times the
 * memory. What may be kept of each only shrinks as groups are added, so what was dropped under the caps of a part would also
 * have been dropped under those of the whole.
 */
export const ALL_GROUPS: GroupCaps = {
  shapes: 2048,
  callers: 8192,
  connections: 8192,
  sources: 2048,
  sampled: 4096,
};
/** Shapes kept of a group without a cluster: callers can make up as many as they like. */
export const MAX_SHAPES_PER_UNROUTED_GROUP = 16;

/** Lines that a group shows as examples. */
export const MAX_LINES_PER_GROUP = 3;
/** Longer lines are shown cut. */
export const MAX_SHOWN_LINE_BYTES = 4096;

/** Time buckets per group; when a burst needs more, their width doubles. */
export const MAX_TIME_BUCKETS = 128;
/** Before any is doubled: access logs tell bursts apart by the second. */
export const FIRST_BUCKET_MS = 1000;

/**
 * Slots of the table that remembers the last healthy answer per upstream connection: the only table where a collision
 * overwrites, since an old answer on another connection is worth nothing. At 131,072 slots two of a thousand live
 * connections share one with probability below 0.8 %.
 */
export const CONNECTION_SLOTS = 131_072;

/** Response codes of four and more digits that are counted one by one. */
export const MAX_ODD_CODES = 256;
/** Flags that Envoy does not define: extensions may, and so may whoever forges a log. */
export const MAX_UNKNOWN_FLAGS = 64;
/** Longer values are kept cut: no rule reads so far, and a peer may send 60 KiB of authority. */
export const MAX_KEPT_BYTES = 512;

/** Kinds of records that are not plainly healthy on which a verdict is remembered. */
export const MAX_VERDICTS = 4096;
/** Rejected lines shown per reason and input. */
export const MAX_REJECTED_LINES = 3;

/** Lines that are remembered to notice repeated ones: 32 MB at most. */
export const MAX_REMEMBERED_LINES = 1 << 20;
