import type { ShapeView } from '../../src/model/shape-view.ts';
import { isInbound } from '../../src/model/upstream-cluster.ts';

type Relay = Pick<
  ShapeView,
  'responseFlags' | 'responseCode' | 'detailsName' | 'clusterDirection' | 'upstreamHost' | 'bytesSent'
>;

/**
 * The answer of an upstream, with the code and of just the length of Envoy's own text: another proxy further on (a sidecar,
 * a waypoint, a gateway) gave it, and this one passed it on. What a sidecar relays is its own application's.
 */
export const relays =
  (code: number, ...lengths: readonly number[]) =>
  (s: Relay): boolean =>
    s.responseCode === code &&
    lengths.includes(s.bytesSent ?? -1) &&
    s.responseFlags.every((flag) => flag === 'URX') &&
    (s.detailsName ?? 'via_upstream') === 'via_upstream' &&
    !isInbound(s.clusterDirection) &&
    typeof s.upstreamHost === 'string';
