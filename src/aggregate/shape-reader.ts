import { NOT_IN_FORMAT } from '../model/field.ts';
import type { Logged } from '../model/logged.ts';
import type { Shape } from '../model/shape.ts';
import { DURATION_BANDS_MS, EXACT_BYTES_LIMIT } from '../model/shape.ts';
import type { LineView } from './line-view.ts';
import * as slot from './slots.ts';

/** Lower edge of the band that a duration falls into. */
export function durationBand(durationMs: number): number {
  let band = 0;
  for (const edge of DURATION_BANDS_MS) {
    if (edge > durationMs) break;
    band = edge;
  }
  return band;
}

/** Sizes as shapes hold them: exact where replies of the proxy lie, powers of two above. */
export function bytesBand(bytes: number): number {
  return bytes <= EXACT_BYTES_LIMIT ? bytes : 2 ** Math.floor(Math.log2(bytes));
}

/** The categorical part of a record whose path is a template already. */
export function readShape(record: LineView, flags: readonly string[]): Shape {
  return {
    responseCode: record.numberAt(slot.RESPONSE_CODE),
    responseFlags: flags,
    responseCodeDetails: record.keptTextAt(slot.DETAILS),
    connectionTerminationDetails: record.keptTextAt(slot.TERMINATION_DETAILS),
    upstreamTransportFailureReason: record.keptTextAt(slot.TRANSPORT_FAILURE),
    mixerStatus: record.keptTextAt(slot.MIXER_STATUS),
    method: record.keptTextAt(slot.METHOD),
    path: record.textAt(slot.PATH),
    protocol: record.keptTextAt(slot.PROTOCOL),
    authority: record.keptTextAt(slot.AUTHORITY),
    upstreamHost: record.keptTextAt(slot.UPSTREAM_HOST),
    upstreamCluster: record.keptTextAt(slot.UPSTREAM_CLUSTER),
    routeName: record.keptTextAt(slot.ROUTE_NAME),
    requestedServerName: record.keptTextAt(slot.SERVER_NAME),
    downstreamLocalAddress: record.keptTextAt(slot.DOWNSTREAM_LOCAL),
    hasUpstreamLocalAddress: presence(record, slot.UPSTREAM_LOCAL),
    hasUpstreamServiceTime: presence(record, slot.SERVICE_TIME),
    bytesSent: banded(record.numberAt(slot.BYTES_SENT), bytesBand),
    bytesReceived: banded(record.numberAt(slot.BYTES_RECEIVED), bytesBand),
    durationMs: banded(record.numberAt(slot.DURATION), durationBand),
    upstreamRequestAttemptCount: record.numberAt(slot.ATTEMPT_COUNT),
    grpcStatus: record.numberAt(slot.GRPC_STATUS),
  };
}

function banded(value: Logged<number>, band: (value: number) => number): Logged<number> {
  return typeof value === 'number' ? band(value) : value;
}

function presence(record: LineView, at: number): boolean | undefined {
  const start = record.spans[at] ?? NOT_IN_FORMAT;
  return start === NOT_IN_FORMAT ? undefined : start >= 0;
}
