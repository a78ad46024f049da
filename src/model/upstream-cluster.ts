import type { Logged } from './logged.ts';

/** Which way a cluster of Istio's naming leads. `other` is any name that is not of Istio's making. */
export type ClusterDirection =
  | 'outbound'
  | 'inbound'
  | 'inboundVip'
  | 'passthrough'
  | 'inboundPassthrough'
  | 'blackHole'
  | 'other';

/** The parts of `outbound|9080|v1|reviews.default.svc.cluster.local`. Empty parts are `null`. */
export interface UpstreamClusterName {
  readonly direction: ClusterDirection;
  readonly port: string | null;
  readonly subset: string | null;
  readonly host: string | null;
}

// Maps, not objects: a cluster may be called `constructor`.
const SPECIAL: ReadonlyMap<string, ClusterDirection> = new Map([
  ['PassthroughCluster', 'passthrough'],
  ['BlackHoleCluster', 'blackHole'],
  ['InboundPassthroughCluster', 'inboundPassthrough'],
  ['InboundPassthroughClusterIpv4', 'inboundPassthrough'],
  ['InboundPassthroughClusterIpv6', 'inboundPassthrough'],
]);

const PREFIXES: ReadonlyMap<string, ClusterDirection> = new Map([
  ['outbound', 'outbound'],
  ['inbound', 'inbound'],
  ['inbound-vip', 'inboundVip'],
]);

/** True for a cluster that leads from the sidecar to the application beside it. */
export function isInbound(direction: Logged<ClusterDirection>): boolean {
  return direction === 'inbound' || direction === 'inboundPassthrough';
}

/**
 * Takes Istio's cluster name apart. Before Istio 1.8 the inbound form carries the port name in the subset's place and
 * the service host; since then both are empty.
 */
export function parseUpstreamCluster(name: string): UpstreamClusterName {
  const special = SPECIAL.get(name);
  if (special !== undefined) return { direction: special, port: null, subset: null, host: null };
  const [prefix = '', port = '', subset = '', host = ''] = name.split('|');
  const direction = PREFIXES.get(prefix);
  if (direction === undefined || !name.includes('|'))
    return { direction: 'other', port: null, subset: null, host: null };
  // `%UPSTREAM_CLUSTER%` before Istio 1.23 may carry the alternative stat name after a `;`.
  return { direction, port: port || null, subset: subset || null, host: host.replace(/;.*$/, '') || null };
}
