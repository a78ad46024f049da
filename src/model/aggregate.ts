import type { Field } from './field.ts';
import type { Shape } from './shape.ts';

/** Physical lines of an input by what became of them. `read` is the sum of all but `partial` and `outsideWindow`. */
export interface LineCounts {
  readonly read: number;
  readonly records: number;
  readonly continuation: number;
  readonly blank: number;
  readonly proxyLog: number;
  readonly unrecognised: number;
  readonly failed: number;
  readonly overlong: number;
  readonly partial: number;
  readonly outsideWindow: number;
}

/** One input, or one part of an input that was cut. */
export interface InputSummary {
  readonly path: string;
  /** Id of the format that most of its records have; null when nothing was recognised. */
  readonly format: string | null;
  /** Records per format id. */
  readonly formats: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly lines: LineCounts;
  /** The first lines of each reason that were not understood. */
  readonly rejected: readonly RejectedLine[];
}

export interface RejectedLine {
  readonly reason: string;
  readonly line: number;
  readonly text: string;
}

/** A line kept as it was read, to be shown. */
export interface LineSample {
  /** Place of the input in `Aggregate.inputs`. */
  readonly input: number;
  /** Line number within the input, from 1. */
  readonly line: number;
  readonly text: string;
}

/** Times are start times in milliseconds since the epoch. */
export interface TimeSpan {
  readonly first: number;
  readonly last: number;
}

/** Requests of one key (an endpoint, a path, a caller …) within one scope. */
export interface TrafficEntry {
  /** Cluster, else authority, else local port; see `scopeOf`. */
  readonly scope: string;
  readonly key: string;
  readonly healthy: number;
  readonly failed: number;
  readonly healthyTime: TimeSpan | null;
  readonly failedTime: TimeSpan | null;
}

/** The kinds of traffic tables. Listeners count only requests that carried a server name. */
export const TRAFFIC_TABLES = [
  'scopes',
  'endpoints',
  'paths',
  'callers',
  'authorities',
  'listeners',
] as const;
export type TrafficTableName = (typeof TRAFFIC_TABLES)[number];

/** A traffic table: the kept entries, sorted by hash, and how many requests fell over the cap. */
export interface TrafficTable {
  readonly entries: readonly (TrafficEntry & { readonly hash: number })[];
  readonly healthy: number;
  readonly failed: number;
}

/** Requests per time bucket of `widthMs`; the width doubles until the buckets fit the cap. */
export interface TimeHistogram {
  readonly widthMs: number;
  /** Pairs of bucket number (start = number × width) and requests, in order of time. */
  readonly buckets: readonly (readonly [number, number])[];
}

/** Some failing records of a group, kept by smallest hash: the same ones however the log is cut. */
export interface SampledRecord {
  readonly hash: number;
  readonly timeMs: number | null;
  readonly durationMs: number | null;
  readonly upstreamHost: string | null;
  readonly path: string | null;
  readonly caller: string | null;
  /** Whether the record names an upstream connection. */
  readonly hasConnection: boolean;
  /**
   * Time since the last healthy answer on the same upstream connection, in milliseconds; null when none is known.
   * `{ connection }`, the hash of the connection, while the answer may lie in an earlier part of the log.
   */
  readonly idleMs: number | null | { readonly connection: number };
}

/** Counts per key, the keys with the smallest hashes kept. */
export interface CappedCounts {
  readonly entries: readonly { readonly hash: number; readonly key: string; readonly requests: number }[];
  readonly total: number;
}

export interface CountedShape {
  readonly hash: number;
  readonly shape: Shape;
  readonly requests: number;
  readonly time: TimeSpan | null;
}

/** Failing records that look alike: same flags, code, kind of details and cluster (else authority, else port). */
export interface FailureGroup {
  readonly hash: number;
  readonly scope: string;
  /** False for records that the contract does not call failed, kept because a diagnosis may claim them. */
  readonly failed: boolean;
  readonly requests: number;
  readonly time: TimeSpan | null;
  readonly histogram: TimeHistogram;
  readonly durationMs: { readonly min: number; readonly max: number } | null;
  readonly shapes: readonly CountedShape[];
  readonly callers: CappedCounts;
  /** Addresses that name the connection at the other hop too: upstream local, else downstream remote address. */
  readonly connections: CappedCounts;
  readonly sampled: readonly SampledRecord[];
  /** The first lines in order of input. */
  readonly lines: readonly LineSample[];
}

/** Notable lines of the proxy itself, by kind. */
export interface ProxyLogEvents {
  readonly kind: string;
  readonly lines: number;
  readonly time: TimeSpan | null;
  readonly samples: readonly LineSample[];
}

/**
 * Everything that is remembered of a log: serialisable, bounded by the named caps, and mergeable. The aggregate of a
 * log that was cut anywhere at a line end and merged equals the aggregate of the whole.
 */
export interface Aggregate {
  readonly inputs: readonly InputSummary[];
  /** Records whose format logs the field. */
  readonly coverage: Readonly<Partial<Record<Field, number>>>;
  readonly time: TimeSpan | null;
  readonly requests: {
    readonly total: number;
    readonly failed: number;
    readonly withoutTime: number;
    readonly byResponseCode: Readonly<Record<string, number>>;
    readonly byResponseFlag: Readonly<Record<string, number>>;
  };
  readonly traffic: Readonly<Record<TrafficTableName, TrafficTable>>;
  readonly groups: readonly FailureGroup[];
  /** Failed requests of groups that fell over the cap. */
  readonly droppedGroups: { readonly requests: number };
  /** Last healthy answer per upstream connection: slot of the table, hash of the connection, start time in milliseconds. */
  readonly connections: readonly (readonly [number, number, number])[];
  readonly proxyLog: readonly ProxyLogEvents[];
}
