import type { Field } from './field.ts';
import type { LogSource } from './log-source.ts';
import type { ProxyLogKind } from './proxy-log-kind.ts';
import type { Shape } from './shape.ts';

/** Physical lines of an input by what became of them. `read` is the sum of all up to `overlong`; what follows are subsets of `records`. */
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
  /** Records that stand elsewhere too, in the same or an earlier input, and were counted there. */
  readonly duplicates: number;
}

/** One input, or one part of an input that was cut. */
export interface InputSummary {
  readonly path: string;
  /** True for a part that begins in the middle of its input: its lines go on from those of the part before. */
  readonly continues: boolean;
  /** Id of the format that most of its records have; null when nothing was recognised. */
  readonly format: string | null;
  /** Records per format id. */
  readonly formats: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly lines: LineCounts;
  /** The first lines of each reason that were not understood. */
  readonly rejected: readonly RejectedLine[];
}

/** A line that was not understood, kept as an example. */
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
  /** Pod, host or stream that is named beside the line. */
  readonly pod?: string;
}

/** Times are start times in milliseconds since the epoch. */
export interface TimeSpan {
  readonly first: number;
  readonly last: number;
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

/** In a column of times: none. */
export const NO_TIME = -1;

/**
 * Requests per key (an endpoint, a path, a caller …), column by column, since a log has a hundred thousand of them. Row
 * `i` of every column belongs to one key; rows are in order of hash. Tables without times have empty time columns.
 */
export interface TrafficTable {
  readonly hash: Float64Array;
  /** Place of the key's scope in `scopeNames`. */
  readonly scope: Uint32Array;
  /** The keys in UTF-8 one behind the other, and where each ends; `trafficKeyAt` reads them. */
  readonly keys: Uint8Array;
  readonly keyEnds: Uint32Array;
  readonly healthy: Float64Array;
  readonly failed: Float64Array;
  /** First and last start time in milliseconds, or `NO_TIME`. */
  readonly healthyFirst: Float64Array;
  readonly healthyLast: Float64Array;
  readonly failedFirst: Float64Array;
  readonly failedLast: Float64Array;
  /** Cluster, else authority, else local port; empty where the table counts over all scopes. */
  readonly scopeNames: readonly string[];
  /** Requests over all keys, also those that fell over the cap. */
  readonly total: { readonly healthy: number; readonly failed: number };
}

/** Requests per time bucket of `widthMs`; the width doubles until the buckets fit the cap. */
export interface TimeHistogram {
  readonly widthMs: number;
  /** Numbers of the buckets that are not empty, in order of time: start = number × width. */
  readonly buckets: readonly number[];
  /** The requests of each. Two lists of numbers take a fifth of the memory of one of pairs. */
  readonly requests: readonly number[];
}

/** Some failing records of a group, kept by smallest hash: the same ones however the log is cut. */
export interface SampledRecord {
  readonly hash: number;
  readonly timeMs: number | null;
  readonly durationMs: number | null;
  /** Whether the record names an upstream connection. */
  readonly hasConnection: boolean;
  /**
   * Time since the last healthy answer on the same upstream connection, in milliseconds; null when none is known.
   * `{ connection }`, the hash of the connection, while the answer may lie in an earlier part of the log.
   */
  readonly idleMs: number | null | { readonly connection: number };
}

/** Counts per hash of a key, the smallest hashes kept. */
export interface CappedHashes {
  readonly entries: readonly { readonly hash: number; readonly requests: number }[];
  readonly total: number;
}

/** Counts per key, the keys with the smallest hashes kept. */
export interface CappedCounts extends CappedHashes {
  readonly entries: readonly { readonly hash: number; readonly key: string; readonly requests: number }[];
}

/** A shape of a failure group, and how many records have it. */
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
  /** True when a cluster was chosen; such groups have a cap of their own. */
  readonly routed: boolean;
  /** False for records that the contract does not call failed, kept because a diagnosis may claim them. */
  readonly failed: boolean;
  readonly requests: number;
  readonly time: TimeSpan | null;
  readonly histogram: TimeHistogram;
  readonly durationMs: { readonly min: number; readonly max: number } | null;
  readonly shapes: readonly CountedShape[];
  readonly callers: CappedCounts;
  /** Addresses that name the connection at the other hop too: upstream local, else downstream remote address. */
  readonly connections: CappedHashes;
  /** Proxies that wrote the records, each as `spellSource` writes it. */
  readonly sources: CappedCounts;
  readonly sampled: readonly SampledRecord[];
  /** The first lines in order of input. */
  readonly lines: readonly LineSample[];
}

/** Notable lines of a proxy itself, by kind. */
export interface ProxyLogEvents {
  readonly kind: ProxyLogKind;
  /** Whose lines they are; null: those of sources that are not told apart. */
  readonly source: LogSource | null;
  readonly lines: number;
  readonly time: TimeSpan | null;
  readonly samples: readonly LineSample[];
}

/** The columns of a table of hops, in the order in which rows are compared. */
export const HOP_COLUMNS = [
  'key',
  'mark',
  'input',
  'timeMs',
  'durationMs',
  'code',
  'id',
  'request',
  'send',
  'receive',
  'direction',
  'host',
  'group',
  'shape',
] as const;
export type HopColumn = (typeof HOP_COLUMNS)[number];

/**
 * Records as two proxies may both have logged them, column by column; rows are in order of the columns, those with the
 * smallest keys kept, so that both sides of one request stay or go together. A key is the hash of the request id or of a
 * connection (`send` of the caller's record is `receive` of the server's). `host` is the hash of the upstream host without
 * its port. Hashes of what is not logged, and times and durations that are not, are `NO_HOP_VALUE`.
 */
export type HopRows = Readonly<Record<HopColumn, Float64Array>>;
export const NO_HOP_VALUE = -1;
/** Rows of failing and of healthy records that are kept. */
export const MAX_FAILING_HOPS = 16_384;
export const MAX_HEALTHY_HOPS = 65_536;

/** Which way a record looks, as far as its cluster tells. */
export const HOP_DIRECTIONS = ['unknown', 'inbound', 'outbound'] as const;

/** What is kept to join the records of several proxies. */
export interface HopTables {
  /** Failing records have a row under each of their keys, with their failure group and shape. */
  readonly failing: HopRows;
  /** Healthy records have a row under their request id, else under each of their connections, without group and shape. */
  readonly healthy: HopRows;
  /** Requests per address on which a proxy took them in: which logs there are to compare with, and for what time. */
  readonly servers: TrafficTable;
}

/**
 * Everything that is remembered of a log, bounded by the named caps. The aggregate of a log that was cut anywhere at a line
 * end and merged equals the aggregate of the whole.
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
  readonly hops: HopTables;
  readonly proxyLog: readonly ProxyLogEvents[];
}

/**
 * Last healthy answer per upstream connection, column by column: slot of the table, in order; hash of the connection; start
 * time in milliseconds.
 */
export interface Connections {
  readonly slot: Uint32Array<ArrayBuffer>;
  readonly hash: Float64Array<ArrayBuffer>;
  readonly timeMs: Float64Array<ArrayBuffer>;
}

/** What was found in a part of a log, as it is handed to another thread and added up. */
export interface AggregatePart extends Omit<Aggregate, 'groups' | 'traffic' | 'hops'> {
  /** All tables of requests per key, as the kernel packs them. */
  readonly traffic: Uint8Array<ArrayBuffer>;
  /** The pod whose lines these are alone, as each of them says; null: several, or nobody knows. */
  readonly onlyPod: string | null;
  /** The rows of hops, as the kernel packs them. */
  readonly hops: Uint8Array<ArrayBuffer>;
  /** The groups of failing records, as the kernel packs them. */
  readonly failures: Uint8Array<ArrayBuffer>;
  /** How it left them: parts behind it need to know. */
  readonly connections: Connections;
}
