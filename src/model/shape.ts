import type { Logged } from './logged.ts';

/** Which proxy wrote a line, as far as the line tells. */
export const REPORTERS = [
  'outbound',
  'inbound',
  'gateway',
  'waypoint',
  'ztunnel',
  'mixed',
  'unknown',
] as const;
export type Reporter = (typeof REPORTERS)[number];

/**
 * The categorical part of failing records: records with equal shapes are counted together.
 * Numbers are in bands, paths are templates without query; no user agent, no X-Forwarded-For.
 */
export interface Shape {
  readonly responseCode: Logged<number>;
  /** Known and unknown flags, sorted. */
  readonly responseFlags: readonly string[];
  readonly responseCodeDetails: Logged<string>;
  readonly connectionTerminationDetails: Logged<string>;
  readonly upstreamTransportFailureReason: Logged<string>;
  readonly mixerStatus: Logged<string>;
  readonly method: Logged<string>;
  /** The path with ids masked per segment, without query. */
  readonly path: Logged<string>;
  readonly protocol: Logged<string>;
  readonly authority: Logged<string>;
  readonly upstreamHost: Logged<string>;
  readonly upstreamCluster: Logged<string>;
  readonly routeName: Logged<string>;
  readonly requestedServerName: Logged<string>;
  readonly downstreamLocalAddress: Logged<string>;
  readonly hasUpstreamLocalAddress: boolean | undefined;
  readonly hasUpstreamServiceTime: boolean | undefined;
  /** Bytes; exact up to `EXACT_BYTES_LIMIT`, above it the next lower power of two. */
  readonly bytesSent: Logged<number>;
  readonly bytesReceived: Logged<number>;
  /** Lower edge of the band that holds the duration, in milliseconds. */
  readonly durationMs: Logged<number>;
  readonly upstreamRequestAttemptCount: Logged<number>;
  readonly grpcStatus: Logged<number>;
}

/** The shape of a line that logs nothing. */
export const EMPTY_SHAPE: Shape = {
  responseCode: undefined,
  responseFlags: [],
  responseCodeDetails: undefined,
  connectionTerminationDetails: undefined,
  upstreamTransportFailureReason: undefined,
  mixerStatus: undefined,
  method: undefined,
  path: undefined,
  protocol: undefined,
  authority: undefined,
  upstreamHost: undefined,
  upstreamCluster: undefined,
  routeName: undefined,
  requestedServerName: undefined,
  downstreamLocalAddress: undefined,
  hasUpstreamLocalAddress: undefined,
  hasUpstreamServiceTime: undefined,
  bytesSent: undefined,
  bytesReceived: undefined,
  durationMs: undefined,
  upstreamRequestAttemptCount: undefined,
  grpcStatus: undefined,
};

/** Replies of the proxy itself are shorter than this, so their exact size tells the reason (81 bytes: overflow). */
export const EXACT_BYTES_LIMIT = 1024;

/** Lower edges of the duration bands, in milliseconds. */
export const DURATION_BANDS_MS = [
  0, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000,
  300_000, 600_000, 3_600_000,
] as const;
